"""What is held on a member, kind by kind: what for, how long, and what becomes of it. Higher rooms say what they hold;
the register, the member's own export and erasure are made of the same parts."""

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from muster.core.periods import today
from muster.people.models import Basis, Erasure, Member, PersonalField


@dataclass(frozen=True)
class Line:
    """One line of the register as an installation begins: a field of the part, or '' for all it says. `becomes` is
    what stands there once it is erased."""

    purpose: str
    purpose_zh: str
    field: str = ""
    basis: str = Basis.CONTRACT
    months: int = 12  # labour disputes may be brought within a year
    becomes: Any = ""


@dataclass(frozen=True)
class Part:
    """One kind of record about a member. Erasure blanks the fields its lines name, deletes the rows where `whole`, runs
    `erase` where that is given, and leaves all else, for the reason in `stays`. `named`: the trail writes the member's
    name as the name of such a record."""

    key: str
    model: Any
    label: Any
    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    link: str = "member"
    where: Q = field(default_factory=Q)
    told: Q = field(default_factory=Q)  # of these rows the member himself is told
    whole: bool = False
    stays: Any = ""
    named: bool = False
    erase: Callable[[Member], None] | None = None
    order: int = 50

    def rows(self, member: Member) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.unscoped("what is held on a member")
        return rows.filter(self.where, **{self.link: member.pk})

    def label_of(self, name: str) -> str:
        names = {one.name: one for one in self.model._meta.concrete_fields}
        return str(capfirst(names[name].verbose_name) if name in names else self.label)


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """One key, one part: a second one under it would take what the first holds out of every copy and erasure."""
    held = _parts.setdefault(part.key, part)
    if held.model is not part.model:
        raise ValueError(f"Two parts of personal data are called {part.key}.")


def parts() -> list[Part]:
    return sorted(_parts.values(), key=lambda one: one.order)


def label_of(line: PersonalField) -> tuple[str, str]:
    """(kind of record, field) as people call them."""
    of_model = [one for one in parts() if one.model._meta.label_lower == line.model]
    part = next((one for one in of_model if any(said.field == line.field for said in one.lines)), None)
    if part is None:
        return line.model, line.field
    return str(part.label), part.label_of(line.field) if line.field and not part.whole else ""


@dataclass(frozen=True)
class Step:
    """What erasure does to one line: how much there is, whether it goes, and until when it stays."""

    part: Part
    line: Line
    basis: str
    count: int
    goes: bool
    until: dt.date | None

    @property
    def what(self) -> str:
        return self.part.label_of(self.line.field) if self.line.field and not self.part.whole else ""

    @property
    def why(self) -> str:
        return str(self.part.stays) if self.part.stays else str(Basis(self.basis).label)


def months_after(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(min(year, dt.MAXYEAR), month, min(day.day, calendar.monthrange(min(year, dt.MAXYEAR), month)[1]))


def steps(member: Member, origin: str, on: dt.date | None = None) -> list[Step]:
    """What an erasure of MEMBER would do on a day. What the law wants kept stays its time in any case; all else stays
    it only where nobody asked for the erasure."""
    day = on or today()
    rules = {(one.model, one.field): one for one in PersonalField.objects.unscoped("register of personal data")}
    found = []
    for part in parts():
        rows = list(part.rows(member)) if not part.whole and not part.stays and part.erase is None else []
        for line in part.lines:
            rule = rules.get((part.model._meta.label_lower, line.field), line)
            until = months_after(member.left_on or day, rule.months)
            asked = origin == Erasure.Origin.REQUEST and rule.basis != Basis.LAW
            goes = not part.stays and (until <= day or asked)
            count = _count(part, line, rows, member)
            kept = None if goes or part.stays else until
            found.append(Step(part, line, rule.basis, count, goes, kept))
    return [one for one in found if one.count]


def _count(part: Part, line: Line, rows: list[Any], member: Member) -> int:
    if part.whole or part.stays or part.erase is not None:
        return part.rows(member).count()
    return sum(1 for row in rows if row.__dict__.get(line.field) not in (None, "", blank(line, member)))


def blank(line: Line, member: Member) -> Any:
    return line.becomes(member) if callable(line.becomes) else line.becomes


def table(part: Part, member: Member) -> tuple[list[str], Iterator[list[Any]]]:
    """Heads and rows of PART as its member reads them."""
    heads = [part.label_of(name) if _is_field(part, name) else name for name in part.columns]
    rows = part.rows(member).filter(part.told).order_by("pk").iterator(chunk_size=500)
    return heads, ([shown(row, name) for name in part.columns] for row in rows)


def _is_field(part: Part, name: str) -> bool:
    return name in {one.name for one in part.model._meta.concrete_fields}


def shown(row: Any, name: str) -> Any:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    return value if isinstance(value, str | int | bool | dt.date | type(None)) else str(value)
