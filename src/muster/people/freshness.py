"""How fresh what is held about members is.

A field counts as found right on the day somebody last changed it or said that it is still right; before that, on the
day the member was entered. It is old when that lies longer back than its rule allows.

Data quality of a unit = details that are filled in and fresh ÷ details asked for: every field whose rule has an age,
for every member who is here.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Sum, Value, When
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core.fields import Sensitive, clearance
from muster.core.periods import today
from muster.people.models import (
    DETAILS,
    AuditItem,
    AuditReminder,
    Detail,
    DetailRule,
    Member,
    MemberPrivate,
    QualityScore,
    Verification,
)

# Another room says when a member last did something: an expression over members, for annotations.
_signs: list[Any] = []
GONE = [Member.Status.LEFT, Member.Status.CANDIDATE]


def provide_last_activity(expression: Any) -> None:
    _signs[:] = [expression]


def last_activity() -> Any:
    return _signs[0] if _signs else Value(None)


@dataclass
class Line:
    """One detail of one member as a viewer sees it."""

    detail: Detail
    rule: DetailRule
    value: str
    on: dt.date
    by: str
    is_old: bool
    is_asked: bool = False

    @property
    def key(self) -> str:
        return self.detail.key

    @property
    def label(self) -> Any:
        return self.detail.label


def lines_of(actor: Actor, member: Member) -> list[Line]:
    """The details of MEMBER that ACTOR may read, with the day each was last found right."""
    rules = {one.field: one for one in DetailRule.objects.visible_to(actor)}
    seen = {one.field: one for one in Verification.objects.visible_to(actor).filter(member=member.pk)}
    asked = AuditItem.objects.visible_to(actor).filter(member=member.pk, answer="", campaign__status="open")
    open_ = set(asked.values_list("field", flat=True))
    private = MemberPrivate.objects.visible_to(actor).filter(member=member.pk).first()
    found = []
    for detail in DETAILS.values():
        row = private if detail.secret else member
        if detail.key not in rules or row is None or not readable(row, detail):
            continue
        rule, last = rules[detail.key], seen.get(detail.key)
        on = last.on if last else member.created_at.date()
        old = rule.stale_after is not None and (today() - on).days > rule.stale_after
        value = detail.said(row)
        value = str(_("There is one")) if value and detail.is_file else value
        found.append(Line(detail, rule, value, on, last.by if last else "", old, detail.key in open_))
    return found


def readable(row: Any, detail: Detail) -> bool:
    return not isinstance(detail.field, Sensitive) or clearance(row, detail.key) != "hidden"


def _filled(detail: Detail) -> Q:
    path = f"private__{detail.key}" if detail.secret else detail.key
    empty = Q(**{f"{path}__isnull": True})
    return ~empty if detail.field.null else ~(empty | Q(**{path: ""}))


def _fresh(rule: DetailRule) -> Any:
    since = today() - dt.timedelta(days=rule.stale_after or 0)
    seen = Verification.objects.unscoped("data quality").filter(member=OuterRef("pk"), field=rule.field, on__gte=since)
    return Q(created_at__date__gte=since) | Exists(seen)


def asked_for() -> list[DetailRule]:
    rules = DetailRule.objects.unscoped("data quality").filter(stale_after__isnull=False)
    return [one for one in rules if one.field in DETAILS]


def quality(members: Any) -> dict[int | None, tuple[int, int]]:
    """By unit: how many details of MEMBERS are filled in and fresh, of how many asked for."""
    rules = asked_for()
    counts = {one.field: Count("pk", filter=_filled(DETAILS[one.field]) & _fresh(one)) for one in rules}
    rows = members.exclude(status__in=GONE).order_by().values("unit_id").annotate(people=Count("pk"), **_named(counts))
    return {
        row["unit_id"]: (sum(row[f"fresh_{one.field}"] for one in rules), row["people"] * len(rules)) for row in rows
    }


def due(members: set[int], fields: list[str]) -> dict[str, set[int]]:
    """Of each of FIELDS the MEMBERS for whom it is missing or, by its rule, old."""
    rules = {one.field: one for one in asked_for()}
    people = Member.objects.unscoped("data quality").filter(pk__in=members)
    found = {}
    for field in fields:
        fine = _filled(DETAILS[field])
        if field in rules:
            fine &= _fresh(rules[field])
        found[field] = members - set(people.filter(fine).values_list("pk", flat=True))
    return found


def by_day(actor: Actor, units: list[int]) -> list[tuple[dt.date, int, int]]:
    """(day, fresh, asked) of all UNITS together, each time it was written down, the first first."""
    rows = QualityScore.objects.visible_to(actor).filter(unit__in=units).order_by("on").values("on")
    return list(rows.annotate(Sum("fresh"), Sum("asked")).values_list("on", "fresh__sum", "asked__sum"))


def _named(counts: dict[str, Any]) -> dict[str, Any]:
    return {f"fresh_{key}": value for key, value in counts.items()}


def by_field(members: Any) -> list[tuple[DetailRule, int, int]]:
    """For each field asked for: of how many members it is filled in and fresh, of how many."""
    rules = asked_for()
    counts = {one.field: Count("pk", filter=_filled(DETAILS[one.field]) & _fresh(one)) for one in rules}
    row = members.exclude(status__in=GONE).order_by().aggregate(people=Count("pk"), **_named(counts))
    return [(one, row[f"fresh_{one.field}"], row["people"]) for one in rules]


def stale_counts(members: Any) -> Any:
    """MEMBERS with `stale`: how many details asked for are missing or old."""
    rules = asked_for()
    total = None
    for one in rules:
        fresh = Q(pk__in=Member.objects.unscoped("data quality").filter(_filled(DETAILS[one.field]) & _fresh(one)))
        total = _case(fresh) if total is None else total + _case(fresh)
    return members.annotate(stale=total) if total is not None else members


def _case(fresh: Q) -> Any:
    return Case(When(fresh, then=Value(0)), default=Value(1), output_field=IntegerField())


def progress(items: Any) -> dict[str, int]:
    """Of audit items: all, answered, and by answer."""
    counts = items.aggregate(
        all=Count("pk"),
        right=Count("pk", filter=Q(answer=AuditItem.Answer.RIGHT)),
        changed=Count("pk", filter=Q(answer=AuditItem.Answer.CHANGED)),
        asked=Count("pk", filter=Q(answer=AuditItem.Answer.ASKED)),
    )
    return {**counts, "answered": counts["right"] + counts["changed"] + counts["asked"]}


@dataclass
class UnitProgress:
    """How far the members of a unit are in an audit."""

    name: str
    people: int
    all: int
    done: int


def by_unit(items: Any) -> list[UnitProgress]:
    """The unit that is least far comes first."""
    counted = items.order_by().values_list("member__unit__name")
    counted = counted.annotate(
        people=Count("member", distinct=True), all=Count("pk"), done=Count("pk", filter=~Q(answer=""))
    )
    found = [UnitProgress(name or "–", *counts) for name, *counts in counted]
    return sorted(found, key=lambda one: one.done / one.all)


def late(members: Any, campaign: Any, items: Any) -> Any:
    """Who of MEMBERS has open questions among ITEMS of CAMPAIGN, each with `open`: how many."""
    asked = Q(audit_items__campaign=campaign, audit_items__answer="")
    rows = members.filter(pk__in=items.filter(answer="").values("member"))
    return (
        rows.select_related("unit", "manager").annotate(open=Count("audit_items", filter=asked)).order_by("sort_name")
    )


ANSWERS = {"right": "right", "changed": "changed", "asked": "asked", "open": ""}


def _answers() -> dict[str, Any]:
    return {key: Count("pk", filter=Q(answer=answer)) for key, answer in ANSWERS.items()}


def answers_by_unit(items: Any) -> list[list[Any]]:
    """[unit, members, questions, answered, still right, changed, asked] by name."""
    counted = items.order_by().values("member__unit__name")
    counted = counted.annotate(people=Count("member", distinct=True), all=Count("pk"), **_answers())
    return sorted(
        [
            *(one["member__unit__name"] or "–", one["people"], one["all"], one["all"] - one["open"]),
            *(one["right"], one["changed"], one["asked"]),
        ]
        for one in counted
    )


def answers_by_member(items: Any) -> list[list[Any]]:
    """[employee number, unit, still right, changed, asked, open] by number."""
    counted = items.order_by().values("member__employee_no", "member__unit__name").annotate(**_answers())
    return sorted(
        [one["member__employee_no"], one["member__unit__name"] or "–", *(one[key] for key in ANSWERS)]
        for one in counted
    )


def reminded(campaign: Any) -> dict[int, int]:
    """How many were reminded at each step of the ladder."""
    return dict(AuditReminder.objects.filter(campaign=campaign).values_list("step").annotate(Count("pk")))
