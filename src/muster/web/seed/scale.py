"""The demo company many times over, for measuring: copied inside the database, table by table, without events.

A copy of a row has the values of the first and an id moved by a multiple of its table's stride, so that keys between
copies need no looking up. Whole companies are copied (branches, people, careers); and within each its customers, deals
and work are repeated, because a sales force of thousands has more of these than of people.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from muster.access.models import Role, RoleAssignment, User
from muster.activities.models import Activity, Task
from muster.crm.models import Account, AccountMember, Contact, Deal, StageChange
from muster.people.actions.lines import rebuild_lines
from muster.people.models import Assignment, Member, Unit

FIRMS_AT_100 = 36  # about 5,000 members
CUSTOMERS, DEALS = 14, 10  # repetitions within a firm: some 310,000 accounts, 10,000,000 activities, 1,000,000 deals
HEADS_TOGETHER = 3  # so many firms stand under the head of the first of them: about 400 people
BIG_UNITS = ("BC",)  # there is one of these, above all firms

FIRM, WORK = (Unit, Member, Assignment), (Account, AccountMember, Contact, Deal, StageChange, Activity, Task)
TIMES = dict.fromkeys(FIRM, 1) | dict.fromkeys(WORK, CUSTOMERS) | {Deal: DEALS, StageChange: DEALS}
SHARED = "NULL"  # links that copies do not have


@dataclass
class Copies:
    """How rows of one table become their copies. Columns not named are copied as they are; `:k` stands for the number
    of the firm, `:j` for that of the repetition."""

    model: Any
    columns: dict[str, str] = field(default_factory=dict)
    where: str = "TRUE"


def _varied(column: str) -> str:
    return f"{column} / 100 * (60 + (t.id * 7919 + :k * 31 + :j * 17) % 80)"


PLAN = [
    Copies(Unit, {"code": "t.code || '.' || :k", "head_id": SHARED}, f"t.code NOT IN {BIG_UNITS!r}".replace(",)", ")")),
    Copies(
        Member,
        {
            "user_id": SHARED,
            "employee_no": "t.employee_no || '-' || :k",
            "work_email": "'k' || :k || '.' || t.work_email",
            "search_text": "t.search_text || ' ' || lower(t.employee_no) || '-' || :k",
            "photo": "''",
        },
    ),
    Copies(Assignment),
    Copies(
        Account,
        {
            "name": "t.name || ' ' || :k || '-' || :j",
            "search_text": "t.search_text || ' ' || :k || '-' || :j",
            "annual_revenue": _varied("t.annual_revenue"),
        },
    ),
    Copies(AccountMember),
    Copies(Contact),
    Copies(Deal, {"amount": _varied("t.amount")}),
    Copies(StageChange, {"by_id": SHARED}),
    Copies(Activity),
    Copies(Task),
]


def multiply(scale: int, say: Callable[[str], Any]) -> list[tuple[str, str, str, str]]:
    """Copy the seeded company until SCALE 100 is about 5,000 members, 1,000,000 deals and 10,000,000 activities.
    Returns a login: role, name, user name, password of a manager with about 400 people below."""
    firms = max(round(FIRMS_AT_100 * scale / 100), 1)
    strides = {one.model: _largest(one.model) for one in PLAN}
    with _bulk():
        for one in PLAN:
            for firm in range(firms):
                if firm or TIMES[one.model] > 1:
                    _copy(one, firm, strides)
            say(f"{one.model._meta.db_table}: {_count(one.model):,}")
    with transaction.atomic():
        _hang(firms, strides)
        rebuild_lines()
        login = _big_manager(strides) if firms > HEADS_TOGETHER else []
    _settle()
    return login


def _largest(model: Any) -> int:
    return int(model.objects.unscoped("seed").order_by("-pk").values_list("pk", flat=True).first() or 1)


def _count(model: Any) -> int:
    return int(model.objects.unscoped("seed").count())


def _copy(one: Copies, firm: int, strides: dict[Any, int]) -> None:
    table = one.model._meta.db_table
    names = [column.column for column in one.model._meta.concrete_fields]
    values = ", ".join(_value(one, column, strides) for column in one.model._meta.concrete_fields)
    first = 0 if firm else 1  # the seeded rows themselves are repetition 0 of firm 0
    numbers = " UNION ALL ".join(f"SELECT {j} AS j" for j in range(first, TIMES[one.model]))
    text = (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} t CROSS JOIN ({numbers}) n "  # noqa: S608
        f"WHERE t.id <= {strides[one.model]} AND {one.where}"
    )
    with connection.cursor() as cursor:
        cursor.execute(text.replace(":k", str(firm)).replace(":j", "n.j"))


def _value(one: Copies, column: Any, strides: dict[Any, int]) -> str:
    if column.column in one.columns:
        return one.columns[column.column]
    if column.primary_key:
        return f"t.id + {_moved(one.model, one.model, strides)}"
    target = column.related_model
    if target in (Unit, Member):
        kept = f"CASE WHEN t.{column.column} = {_top()} THEN t.{column.column} ELSE" if target is Unit else ""
        moved = f"t.{column.column} + {_moved(target, target, strides)}"
        return f"{kept} {moved} END" if kept else moved
    if target in strides:
        moved = f"t.{column.column} + {_moved(target, one.model, strides)}"
        # Deals are repeated less often than the work on them; what is over has none.
        return f"CASE WHEN :j < {DEALS} THEN {moved} END" if target is Deal else moved
    return f"t.{column.column}"


def _top() -> int:
    return int(Unit.objects.unscoped("seed").get(code=BIG_UNITS[0]).pk)


def _moved(target: Any, of: Any, strides: dict[Any, int]) -> str:
    """By how much the id of a TARGET row lies behind its original, seen from a copy of OF."""
    if TIMES[target] == 1:
        return f"(:k * {strides[target]})"
    return f"((:k * {TIMES[target]} + :j) * {strides[target]})"


def _head() -> Member:
    """The one above all."""
    return Member.objects.unscoped("seed").filter(manager=None).earliest("pk")  # type: ignore[no-any-return]


def _hang(firms: int, strides: dict[Any, int]) -> None:
    """Each copied firm stands under the first of its group, and that under the seeded company's head."""
    head = _head()
    centre = Unit.objects.unscoped("seed").get(code="BC-S")
    for firm in range(1, firms):
        leader = firm - firm % HEADS_TOGETHER
        above = 0 if leader == firm else leader
        copy = head.pk + firm * strides[Member]
        boss, unit = head.pk + above * strides[Member], centre.pk + above * strides[Unit]
        Member.objects.unscoped("seed").filter(pk=copy).update(manager=boss)
        Assignment.objects.unscoped("seed").filter(member=copy).update(manager=boss)
        if above:
            Unit.objects.unscoped("seed").filter(pk=centre.pk + firm * strides[Unit]).update(parent=unit)


def _big_manager(strides: dict[Any, int]) -> list[tuple[str, str, str, str]]:
    """The head of the first copied group gets a login."""
    member = Member.objects.unscoped("seed").get(pk=_head().pk + HEADS_TOGETHER * strides[Member])
    user = User(username=member.employee_no.lower(), name=member.name, email=member.work_email, is_demo=True)
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save()
    RoleAssignment(user=user, role=Role.objects.unscoped("seed").get(key="manager")).save()
    Member.objects.unscoped("seed").filter(pk=member.pk).update(user=user)
    return [("manager", member.name, user.username, password)]


@contextlib.contextmanager
def _bulk() -> Iterator[None]:
    """Without checks of foreign keys (the strides keep them) and, on PostgreSQL, without the indexes meanwhile."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
        try:
            with transaction.atomic():
                yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA foreign_keys = ON")
        return
    dropped = _drop_indexes()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for definition in dropped:
                cursor.execute(definition)
            cursor.execute("RESET session_replication_role")


def _drop_indexes() -> list[str]:
    """Drop those of the work's tables that no constraint needs; returns how to make them again."""
    tables = [model._meta.db_table for model in WORK]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique AND NOT indisprimary",
            [tables],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def _settle() -> None:
    """The next ids lie behind the copies, and the planner knows how much there is now."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
            return
        for one in PLAN:
            table = one.model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))", [table])  # noqa: S608
        cursor.execute("VACUUM ANALYZE")
