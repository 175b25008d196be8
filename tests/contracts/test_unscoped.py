"""Every place that leaves the scope engine, with its reason, is written down in unscoped.txt and agreed to by hand."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src/muster"
PINNED = Path(__file__).with_name("unscoped.txt")


def reasons(source: Path) -> Iterator[str]:
    """`file: reason` of each `.unscoped(…)` under SOURCE, once per file."""
    for file in sorted(source.rglob("*.py")):
        found = {
            reason_of(node)
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "unscoped"
        }
        yield from (f"{file.relative_to(source).as_posix()}: {reason}" for reason in sorted(found))


def reason_of(call: ast.Call) -> str:
    said = call.args[0] if call.args else None
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        return said.value
    return ast.unparse(said)[2:-1] if isinstance(said, ast.JoinedStr) else "(no reason one can read)"


def complaints(found: list[str], pinned: list[str]) -> list[str]:
    new = [
        f"“{one}” leaves the scope engine. Can it say visible_to(actor)? If not, add this line to {PINNED.name}."
        for one in sorted(set(found) - set(pinned))
    ]
    return new + [f"“{one}” is gone: take its line out of {PINNED.name}." for one in sorted(set(pinned) - set(found))]


def test_every_reason_for_leaving_the_scope_is_agreed_to():
    found = list(reasons(SOURCE))
    assert found, "there is something to agree to"
    said = complaints(found, PINNED.read_text(encoding="utf-8").splitlines())
    assert not said, "\n".join(said)


def test_a_new_reason_and_one_that_is_gone_are_named(tmp_path):
    (tmp_path / "views.py").write_text(
        "Deal.objects.unscoped('easier so').first()\nDeal.objects.unscoped(why)\n"
        "Deal.objects.filter(pk=1).unscoped(f'action {name}')\n",
        encoding="utf-8",
    )
    found = list(reasons(tmp_path))
    assert found == ["views.py: (no reason one can read)", "views.py: action {name}", "views.py: easier so"]
    said = complaints(found, ["views.py: (no reason one can read)", "views.py: action {name}", "views.py: old"])
    assert [line.split("”")[0] for line in said] == ["“views.py: easier so", "“views.py: old"]
