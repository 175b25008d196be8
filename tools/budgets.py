"""Size budgets as a ratchet: a function has at most 30 lines and a file 400, or stands in budgets.json at what it had.

`budgets.py` checks; `budgets.py shrink` lowers budgets.json to what the code has become. Only an editor raises it, and
nothing at all lets a function pass 60 lines or a file 600.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "tools/budgets.json"
FUNCTION, FUNCTION_HARD = 30, 60
FILE, FILE_HARD = 400, 600
SOURCES = {"src/muster": (".py", ".html"), "frontend": (".ts", ".css"), "tools": (".py",)}
NOT_OURS = {"migrations", "static", "node_modules", "__pycache__"}


def sources(root: Path) -> Iterator[Path]:
    for folder, endings in SOURCES.items():
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings and not NOT_OURS & set(path.relative_to(root).parts):
                yield path


def span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` on, without the docstring (a why costs nothing) and inner functions (measured alone)."""
    elsewhere: list[ast.stmt] = [
        inner for inner in node.body if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    if ast.get_docstring(node) is not None:
        elsewhere.append(node.body[0])
    return span(node) - sum(span(part) for part in elsewhere)


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    for node in ast.iter_child_nodes(tree):
        name = prefix
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{node.name}".lstrip(".")
            if not isinstance(node, ast.ClassDef):
                yield name, function_lines(node)
        yield from functions(node, name)


def measure(root: Path) -> dict[str, int]:
    """Everything over its soft budget, as `path` or `path::function` with its number of lines."""
    over = {}
    for path in sources(root):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        if (length := text.count("\n")) > FILE:
            over[name] = length
        if path.suffix == ".py":
            for function, lines in functions(ast.parse(text)):
                if lines > FUNCTION:
                    over[f"{name}::{function}"] = max(lines, over.get(f"{name}::{function}", 0))
    return over


def complaints(over: dict[str, int], allowed: dict[str, int]) -> Iterator[str]:
    for name, lines in over.items():
        soft, hard = (FUNCTION, FUNCTION_HARD) if "::" in name else (FILE, FILE_HARD)
        if lines > hard:
            yield f"{name}: {lines} lines, never more than {hard}"
        elif lines > allowed.get(name, soft):
            yield f"{name}: {lines} lines, at most {allowed.get(name, soft)}"
    for name, lines in allowed.items():
        if over.get(name, 0) < lines:
            yield f"{name}: smaller than budgets.json says; run tools/budgets.py shrink"


def shrunk(over: dict[str, int], allowed: dict[str, int]) -> dict[str, int]:
    return {name: min(lines, over[name]) for name, lines in sorted(allowed.items()) if name in over}


def main(arguments: list[str]) -> int:
    over, allowed = measure(ROOT), json.loads(BASELINE.read_text(encoding="utf-8"))
    if arguments == ["shrink"]:
        allowed = shrunk(over, allowed)
        BASELINE.write_text(json.dumps(allowed, indent=2) + "\n", encoding="utf-8")
    found = list(complaints(over, allowed))
    print("\n".join(found) or "Every function and file is within its budget.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
