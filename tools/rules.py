"""House rules no linter knows: who may write rows, total numbers, leave the scope, import another app's screens.

Each rule names the files that may break it, with a reason; an excuse that nothing needs any more is an error too.
"""

import ast
import fnmatch
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCREENS = {"views", "forms", "listings", "api", "urls", "slots"}
TOTALS = {"Sum", "Avg", "Count", "StdDev", "Variance"}
WRITES = {"save", "delete", "bulk_create", "bulk_update", "create", "get_or_create", "update_or_create", "update"}
# Methods of these names on dicts, storages and caches take positional arguments; those of models and query sets do not.
KEYWORDS_ONLY = {"save", "delete", "create", "update"}


@dataclass(frozen=True)
class Rule:
    name: str
    sentence: str
    breaks: Callable[[ast.AST, str], bool]
    excused: dict[str, str]


def leaves_the_scope(node: ast.AST, path: str) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"raw", "extra"} or (
            node.func.attr == "cursor" and "connection" in ast.dump(node.func)
        )
    return isinstance(node, ast.Attribute) and node.attr in {"_base_manager", "_default_manager"}


def writes(node: ast.AST, path: str) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
        return False
    if isinstance(node.func.value, ast.Call) and ast.unparse(node.func.value.func) == "super":
        return False
    if node.func.attr == "update" and not node.keywords:
        return False
    return not (node.func.attr in KEYWORDS_ONLY and node.args)


def totals(node: ast.AST, path: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in TOTALS


def enters_foreign_screens(node: ast.AST, path: str) -> bool:
    """`from muster.crm.forms import …` outside crm; core lends its screens to all, web mounts all."""
    app = path.split("/")[2]
    if app == "web":
        return False
    modules = [f"{node.module}.{name.name}" for name in node.names] if isinstance(node, ast.ImportFrom) else []
    modules += [name.name for name in node.names] if isinstance(node, ast.Import) else []
    parts = [module.split(".") for module in modules]
    return any(
        part[0] == "muster" and len(part) > 2 and part[1] not in {app, "core"} and part[2] in SCREENS for part in parts
    )


RULES = [
    Rule(
        "scope",
        "leaves the scope engine (raw SQL or a manager that filters nothing)",
        leaves_the_scope,
        {
            "src/muster/access/scope.py": "the engine itself: reads back what it masks",
            "src/muster/access/actors.py": "what the roles of who asks give, in one question at each start",
            "src/muster/access/action.py": "one writer at a time for the hash chain: PostgreSQL's advisory lock",
            "src/muster/core/copying.py": "many new rows at once: PostgreSQL's COPY",
            "src/muster/core/search.py": "asks SQLite which triggers an index has left",
            "src/muster/core/indexes.py": "tells SQLite to count its indexes",
            "src/muster/metrics/compute.py": "the SQL of Ibis over rows that the policies chose",
            "src/muster/metrics/kept.py": "runs what compute.py made",
            "src/muster/web/seed/scale.py": "multiplies the demo company inside the database",
            "src/muster/web/views/health.py": "asks only whether the database answers",
        },
    ),
    Rule(
        "writes",
        "writes rows outside actions/, so unchecked and unrecorded",
        writes,
        {
            "src/muster/*/actions/*": "where writes belong",
            "src/muster/core/copying.py": "bulk_create for those who may write, by COPY where there is one",
            "src/muster/core/jobs/*": "the queue and the cron table: work to do, nobody's record",
            "src/muster/*/migrations/*": "schema and data of an upgrade",
            "src/muster/*/management/commands/*": "the operator's own hands",
            "src/muster/access/action.py": "what every action ends in: version, event",
            "src/muster/access/actors.py": "when a token was last used: no change anyone makes",
            "src/muster/access/crud.py": "the plain verbs, as actions",
            "src/muster/access/models/user.py": "Django's own create_user",
            "src/muster/access/resources.py": "answers kept for repeated requests; actions write what they answer",
            "src/muster/access/roles.py": "built-in roles after migrate, before there is an actor",
            "src/muster/integrations/importing/*": "bulk writes of an import, with an event for each row",
            "src/muster/integrations/tasks.py": "notes on its batch why an import failed",
            "src/muster/integrations/notifications.py": "notices made from events, and how far that has come",
            "src/muster/integrations/bots.py": "the queue of what bots say, and their limits: nobody's record",
            "src/muster/integrations/mailboxes/*": "how far a mailbox is read, and the queue of what goes out of it",
            "src/muster/integrations/mail.py": "the queue of mails: nobody's record",
            "src/muster/integrations/letters.py": "the queue of letters: nobody's record",
            "src/muster/web/seed/*": "the demo company, into an empty database only",
            "src/muster/web/views/shell.py": "light or dark: a taste, not a record",
        },
    ),
    Rule(
        "totals",
        "totals rows outside metrics and queries",
        totals,
        {
            "src/muster/metrics/*": "where numbers are defined",
            "src/muster/core/totals.py": "the one count and sum of a list, a board, a panel: over rows already scoped",
            "src/muster/*/queries.py": "reads over several models",
            "src/muster/*/queries/*": "reads over several models",
            "src/muster/people/freshness.py": "how much of what is held was found right: no results of anybody",
        },
    ),
    Rule("screens", "imports another app's screens", enters_foreign_screens, {}),
]
KEPT = ("/actions/", "/migrations/", "/management/", "/metrics/", "/queries")  # excuses by place, needed or not


def excuse(rule: Rule, path: str) -> str | None:
    return next((pattern for pattern in rule.excused if fnmatch.fnmatch(path, pattern)), None)


def complaints(root: Path, rules: list[Rule] = RULES) -> Iterator[str]:
    used = set()
    for file in sorted((root / "src/muster").rglob("*.py")):
        path = file.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for rule in rules:
                if rule.breaks(node, path):
                    if pattern := excuse(rule, path):
                        used.add((rule.name, pattern))
                    else:
                        yield f"{path}:{getattr(node, 'lineno', 0)}: {rule.sentence} [{rule.name}]"
    for rule in rules:
        for pattern in rule.excused:
            if (rule.name, pattern) not in used and not any(place in pattern for place in KEPT):
                yield f"tools/rules.py: nothing needs the excuse {pattern} any more [{rule.name}]"


def main() -> int:
    found = list(complaints(ROOT))
    print("\n".join(found) or "Every house rule is kept.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
