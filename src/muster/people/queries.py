"""Reads over members, units and their dated past."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from muster.access.models import Event
from muster.access.scope import Actor
from muster.core.links import record_url
from muster.core.names import initials
from muster.core.periods import today
from muster.people.models import (
    Absence,
    Assignment,
    Member,
    MemberPrivate,
    Paper,
    PaperReading,
    PaperVersion,
    ReportingLine,
    SeatTerritory,
    TerritoryAssignment,
    Unit,
    UnitLine,
    VacantSeat,
)
from muster.people.models.member import photo_url
from muster.people.models.structure import named

LAST_LOOKS = 20
MOST_TO_READ = 20
WIDE, NARROW = 12, 3  # reports of one leader: more is too many to lead, fewer a layer too many


def in_force(day: dt.date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def away(day: dt.date) -> QuerySet[Any]:
    """Ids of the members who are away on DAY, for an absence or on leave."""
    rows = Absence.objects.unscoped("who is away").filter(starts_on__lte=day, ends_on__gte=day, archived_at=None)
    away_now = Q(pk__in=rows.values("member")) | Q(status=Member.Status.ON_LEAVE)
    return Member.objects.unscoped("who is away").filter(away_now).values_list("pk", flat=True)


def away_until(actor: Actor, member: Member) -> dt.date | None:
    """The last day on which MEMBER is away, if he is today."""
    rows = Absence.objects.visible_to(actor).filter(member=member.pk, archived_at=None)
    day: dt.date | None = rows.filter(starts_on__lte=today(), ends_on__gte=today()).aggregate(day=Max("ends_on"))["day"]
    return day


def managers_of(actor: Actor, member: Member) -> list[Member]:
    """The managers over MEMBER today, the nearest first."""
    lines = ReportingLine.objects.visible_to(actor).filter(descendant=member.pk, depth__gt=0)
    depths = dict(lines.values_list("ancestor_id", "depth"))
    found = Member.objects.visible_to(actor).filter(pk__in=depths).select_related("position")
    return sorted(found, key=lambda one: depths[one.pk])


def team_of(actor: Actor, member: Member) -> list[Member]:
    """Who reports to MEMBER directly, each with `below`: how many stand under him."""
    rows = Member.objects.visible_to(actor).filter(manager=member.pk, archived_at=None)
    found = list(rows.exclude(status=Member.Status.LEFT).select_related("position", "unit"))
    lines = ReportingLine.objects.visible_to(actor).filter(ancestor__in=[one.pk for one in found], depth__gt=0)
    here = lines.filter(descendant__in=present(actor).values("pk"))
    below = dict(here.values_list("ancestor_id").annotate(Count("pk")))
    for one in found:
        one.below = below.get(one.pk, 0)
    return found


def present(actor: Actor) -> QuerySet[Member]:
    """Members who are with the firm, as ACTOR may see them."""
    rows: QuerySet[Member] = Member.objects.visible_to(actor).filter(archived_at=None)
    return rows.exclude(status=Member.Status.LEFT)


def below(actor: Actor, member: Member) -> int:
    """How many stand under MEMBER today, however far."""
    lines = ReportingLine.objects.visible_to(actor).filter(ancestor=member.pk, depth__gt=0)
    return lines.filter(descendant__in=present(actor).values("pk")).count()


def looks_at(row: MemberPrivate) -> list[Event]:
    """Who looked at these private details, the latest first; shown to the member they are about."""
    rows = Event.objects.unscoped("who looked at one's own private details").filter(
        model=MemberPrivate._meta.label_lower, object_id=row.pk, action="people.memberprivate.reveal"
    )
    return list(rows.order_by("-id")[:LAST_LOOKS])


def career_of(actor: Actor, member: Member) -> list[Assignment]:
    """The member's assignments, the latest first, as far as ACTOR may know them."""
    rows = Assignment.objects.visible_to(actor).filter(member=member.pk)
    return list(rows.select_related("unit", "position", "grade", "manager").order_by("-valid_from"))


def territories_of(actor: Actor, member: Member) -> list[TerritoryAssignment]:
    """What parts of the market the member holds and held, the latest first."""
    rows = TerritoryAssignment.objects.visible_to(actor).filter(member=member.pk)
    return list(rows.select_related("territory__parent").order_by("-valid_from", "territory__name"))


@dataclass
class Node:
    """One box of the chart."""

    id: str
    parent: str | None
    name: str
    title: str = ""
    unit: str = ""
    url: str = ""
    photo: str = ""
    initials: str = ""
    direct: int = 0
    count: int = 0
    mark: str = ""  # of a draft: new, moved, gone
    children: list["Node"] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """Without what is empty: there are thousands of them."""
        return {key: value for key, value in vars(self).items() if key != "children" and value not in (None, "")}


@dataclass
class Standing:
    """A member in his place on some day. Plain values, because thousands are read at once for one chart."""

    member_id: int
    name: str
    sort_name: str
    photo: str
    version: int
    unit_id: int | None
    unit: str | None
    position: str | None
    position_zh: str | None
    leads: bool | None
    manager_id: int | None


_OF_MEMBER = ("pk", "name", "sort_name", "photo", "version")
_OF_PLACE = ("unit_id", "unit__name", "position__name", "position__name_zh", "position__leads", "manager_id")


def _standing_rows(actor: Actor, day: dt.date) -> tuple[Any, list[str]]:
    """The rows that say who stood where on DAY, and the columns of a `Standing` in them. The present is everybody's to
    see; the past and the planned are part of people's careers, and shown for those whose careers ACTOR may see."""
    if day == today():
        return present(actor), [*_OF_MEMBER, *_OF_PLACE]
    seen = Member.objects.visible_to(actor).filter(archived_at=None).exclude(left_on__lte=day)
    places = Assignment.objects.visible_to(actor).filter(in_force(day), member__in=seen)
    return places, [*(f"member__{name}" for name in _OF_MEMBER), *_OF_PLACE]


def standing_on(actor: Actor, day: dt.date) -> list[Standing]:
    """Who stood where on DAY, as far as ACTOR may know."""
    rows, names = _standing_rows(actor, day)
    return [Standing(*values) for values in rows.order_by().values_list(*names)]


def how_many_stand(actor: Actor, day: dt.date) -> int:
    """How many `standing_on` would find."""
    return int(_standing_rows(actor, day)[0].count())


def org_tree(actor: Actor, day: dt.date, by: str = "line") -> list[Node]:
    """The chart on DAY: people under their managers (`line`), or units with their people (`unit`)."""
    standing = sorted(standing_on(actor, day), key=lambda one: (not one.leads, one.sort_name, one.member_id))
    nodes = _by_unit(actor, day, standing) if by == "unit" else _by_line(standing)
    return _counted(nodes)


def _person(one: Standing, parent: str | None) -> Node:
    return Node(
        id=f"m{one.member_id}",
        parent=parent,
        name=one.name,
        title=named(one.position or "", one.position_zh or ""),
        unit=one.unit or "",
        url=record_url("member_detail", one.member_id),
        photo=f"{photo_url(one.member_id, one.version)}&size=small" if one.photo else "",
        initials=initials(one.name),
    )


def _by_line(standing: list[Standing]) -> list[Node]:
    here = {one.member_id for one in standing}
    return [_person(one, f"m{one.manager_id}" if one.manager_id in here else None) for one in standing]


def _by_unit(actor: Actor, day: dt.date, standing: list[Standing]) -> list[Node]:
    units = {one.pk: one for one in Unit.objects.visible_to(actor).filter(archived_at=None).select_related("head")}
    lines = UnitLine.objects.visible_to(actor).filter(in_force(day), depth__lte=1)
    parents: dict[int, int | None] = {}
    for above, unit, depth in lines.order_by("depth").values_list("ancestor_id", "descendant_id", "depth"):
        if unit in units:
            parents[unit] = above if depth and above in units else None
    nodes = [
        Node(
            id=f"u{pk}",
            parent=f"u{parents[pk]}" if parents[pk] else None,
            name=one.name,
            title=one.head.name if one.head_id and day == today() else "",
            url=record_url("unit_detail", pk),
            initials=one.name[:2],
        )
        for pk, one in units.items()
        if pk in parents
    ]
    people = [_person(one, f"u{one.unit_id}" if one.unit_id in parents else None) for one in standing]
    seats = [_vacancy(one) for one in vacant_on(actor, day) if one.unit_id in parents]
    return nodes + people + seats


def vacant_on(actor: Actor, day: dt.date) -> list[VacantSeat]:
    """Seats that nobody holds on DAY."""
    rows = VacantSeat.objects.visible_to(actor).filter(valid_from__lte=day, archived_at=None)
    open_then = rows.filter(Q(filled_on=None) | Q(filled_on__gt=day))
    return list(open_then.select_related("unit", "position", "acting", "manager"))


def vacancies_of(actor: Actor, unit: Unit) -> list[VacantSeat]:
    """Seats of UNIT that nobody holds yet, those to come included."""
    rows = VacantSeat.objects.visible_to(actor).filter(unit=unit.pk, filled_on=None, archived_at=None)
    areas = SeatTerritory.objects.visible_to(actor).filter(valid_to=None).select_related("territory")
    return list(rows.select_related("position", "acting", "manager").prefetch_related(Prefetch("territories", areas)))


def looked_after_by(actor: Actor, member: Member) -> list[SeatTerritory]:
    """The territories of vacant seats that MEMBER acts in today."""
    day = today()
    rows = SeatTerritory.objects.visible_to(actor).filter(in_force(day), seat__acting=member.pk, seat__archived_at=None)
    vacant = rows.filter(Q(seat__filled_on=None) | Q(seat__filled_on__gt=day))
    return list(vacant.select_related("territory", "seat__position", "seat__unit"))


def _vacancy(one: VacantSeat) -> Node:
    return Node(
        id=f"v{one.pk}",
        parent=f"u{one.unit_id}",
        name=_("Vacant: %(position)s") % {"position": one.position},
        title=_("Acting: %(name)s") % {"name": one.acting} if one.acting else "",
        url=record_url("unit_detail", one.unit_id),
        initials="?",
    )


def _counted(nodes: list[Node]) -> list[Node]:
    """NODES with their children, and how many people stand under each."""
    found = {one.id: one for one in nodes}
    for one in nodes:
        if one.parent:
            found[one.parent].children.append(one)
    for one in nodes:
        one.direct = len(one.children)
        at, steps = one.parent, 0
        while one.id.startswith("m") and at and steps < len(nodes):
            found[at].count += 1
            at, steps = found[at].parent, steps + 1
    return nodes


def tops(nodes: list[Node]) -> list[Node]:
    return [one for one in nodes if one.parent is None]


def headcount(actor: Actor, day: dt.date) -> dict[int, tuple[int, int]]:
    """Of each unit on DAY: (people in it, people in it and below)."""
    own = Counter(one.unit_id for one in standing_on(actor, day) if one.unit_id)
    lines = UnitLine.objects.visible_to(actor).filter(in_force(day)).values_list("ancestor_id", "descendant_id")
    whole: Counter[int] = Counter()
    for above, unit in lines:
        whole[above] += own[unit]
    return {unit: (own[unit], people) for unit, people in whole.items()}


def units_in_order(actor: Actor, most: int | None = None) -> list[tuple[Unit, int]]:
    """Every unit with its depth, each parent before its children; none where there are more than MOST."""
    found_units = Unit.objects.visible_to(actor).filter(archived_at=None).only("name", "parent_id", "position_no")
    rows = list(found_units[: most + 1 if most else None])
    if most and len(rows) > most:
        return []
    here, children = {one.pk for one in rows}, defaultdict(list)
    for one in rows:
        children[one.parent_id if one.parent_id in here else None].append(one)
    found: list[tuple[Unit, int]] = []
    waiting = [(one, 0) for one in reversed(children[None])]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        waiting += [(one, depth + 1) for one in reversed(children[unit.pk])]
    return found


def unit_path(actor: Actor, unit: Unit) -> list[Unit]:
    """The units over UNIT today, the top first."""
    lines = UnitLine.objects.visible_to(actor).filter(in_force(today()), descendant=unit.pk, depth__gt=0)
    depths = dict(lines.values_list("ancestor_id", "depth"))
    found = Unit.objects.visible_to(actor).filter(pk__in=depths)
    return sorted(found, key=lambda one: -depths[one.pk])


def papers_with_readers(actor: Actor) -> QuerySet[Paper]:
    """Papers with their present version, one's own reading, and how many of whose reading one may see have read."""
    current = PaperVersion.objects.visible_to(actor).filter(paper=OuterRef("pk"), is_current=True)
    asked = PaperReading.objects.visible_to(actor).filter(edition__paper=OuterRef("pk"), edition__is_current=True)
    own = asked.filter(member=actor.member_id or 0)
    rows: QuerySet[Paper] = Paper.objects.visible_to(actor).annotate(
        number=Subquery(current.values("number")[:1]),
        published_at=Subquery(current.values("published_at")[:1]),
        due_on=Subquery(current.values("due_on")[:1]),
        own_asked=Exists(own),
        own_read_at=Subquery(own.values("read_at")[:1]),
        asked=_counted_rows(asked),
        read=_counted_rows(asked.exclude(read_at=None)),
    )
    return rows


def _counted_rows(rows: QuerySet[PaperReading]) -> Subquery:
    return Subquery(rows.order_by().values("edition__paper").annotate(n=Count("pk")).values("n")[:1])


def to_acknowledge(actor: Actor) -> list[PaperReading]:
    """What the viewer is to read and has not, the most urgent first."""
    if actor.member_id is None or not actor.has("people.paperreading.acknowledge"):
        return []
    rows = PaperReading.objects.visible_to(actor).filter(
        member=actor.member_id, read_at=None, edition__is_current=True, edition__paper__archived_at=None
    )
    return list(rows.select_related("edition__paper").order_by("edition__due_on", "pk")[:MOST_TO_READ])
