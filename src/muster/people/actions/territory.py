"""Territories, and in whose hands they are from when to when."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.present import date_problem, in_force
from muster.people.models import Member, SeatTerritory, Territory, TerritoryAssignment


def _no_circle(actor: Actor, row: Territory, fields: dict[str, Any]) -> None:
    parents = dict(Territory.objects.unscoped("territories above").values_list("pk", "parent_id"))
    at, seen = row.parent_id, {row.pk}
    while at is not None and row.pk:
        if at in seen:
            raise ValidationError({"parent": _("A territory cannot lie in itself: choose another one.")})
        seen.add(at)
        at = parents.get(at)


territories = crud(Territory, before_save=_no_circle)


@action("people.territoryassignment.create", gettext_lazy("Give territories"), TerritoryAssignment, creates=True)
def give_territory(
    actor: Actor,
    *,
    member: Member,
    territory: Territory,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    reason: str = "",
) -> TerritoryAssignment:
    """Put a territory into a member's hands from a day on. Raises ValidationError before hiring, from leaving on, or
    where he holds it on one of these days already."""
    day = valid_from or today()
    row = TerritoryAssignment(member=member, territory=territory, valid_from=day, valid_to=valid_to, reason=reason)
    check_links(actor, row, {"member": member, "territory": territory})
    if problem := date_problem(member, day):
        raise ValidationError({"valid_from": problem})
    row.full_clean()
    refuse_twice(row)
    row.save()
    return row


def refuse_twice(row: TerritoryAssignment) -> None:
    """Nobody is given what he has."""
    others = TerritoryAssignment.objects.unscoped("the same territory").filter(
        Q(valid_to=None) | Q(valid_to__gt=row.valid_from), member=row.member_id, territory=row.territory_id
    )
    if row.valid_to:
        others = others.filter(valid_from__lt=row.valid_to)
    if other := others.exclude(pk=row.pk).first():
        message = _("%(name)s holds %(territory)s from %(day)s already.")
        raise ValidationError(
            {"valid_from": message % {"name": row.member, "territory": row.territory, "day": other.valid_from}}
        )


@action("people.territoryassignment.end", gettext_lazy("Take territories back"), TerritoryAssignment)
def end_territory(actor: Actor, row: TerritoryAssignment, *, valid_to: dt.date) -> None:
    """VALID_TO is the first day on which it is no longer his; what was so before stays in his career."""
    row.valid_to = valid_to
    row.full_clean()
    refuse_twice(row)
    row.save(update_fields=["valid_to"])


def end_of(member: Member, day: dt.date) -> None:
    """Who leaves holds no territory from DAY on."""
    rows = TerritoryAssignment.objects.unscoped("territories of a leaver").filter(member=member)
    rows.filter(valid_from__gte=day).delete()
    rows.filter(in_force(day)).update(valid_to=day)


def resume(member: Member, day: dt.date) -> None:
    """He stays after all: what would have ended on DAY runs on."""
    TerritoryAssignment.objects.unscoped("leaving called off").filter(member=member, valid_to=day).update(valid_to=None)


def part_with(member: Member, day: dt.date) -> list[tuple[int, dt.date | None]]:
    """What MEMBER holds until DAY ends on it for him: each territory, and until when it would have been his. What ended
    on that very day, as with somebody who leaves, counts too and would have run on."""
    rows = TerritoryAssignment.objects.unscoped("territories of a seat").filter(in_force(day - dt.timedelta(days=1)))
    found = []
    for row in rows.filter(member=member):
        found.append((row.territory_id, row.valid_to if row.valid_to != day else None))
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    return found


def bare(place: str) -> str:
    """苏州市 and 苏州 are one place."""
    return place.casefold().removesuffix("市").removesuffix("省")


def territory_names() -> dict[str, str]:
    """What a territory is called → its name."""
    found: dict[str, str] = {}
    for name, code in (
        Territory.objects.unscoped("who holds which territory").filter(archived_at=None).values_list("name", "code")
    ):
        found |= {code.casefold(): name, bare(name): name, name.casefold(): name}
    return found


def territories_of(members: Iterable[int]) -> dict[int, frozenset[str]]:
    """The names of what each of MEMBERS holds today, or looks after in a vacant seat, with all that lies in it."""
    day, names = today(), {}
    parts: dict[int | None, list[int]] = {}
    for pk, name, parent in Territory.objects.unscoped("who holds which territory").values_list(
        "pk", "name", "parent_id"
    ):
        names[pk] = name
        parts.setdefault(parent, []).append(pk)
    held = TerritoryAssignment.objects.unscoped("who holds which territory").filter(
        in_force(day), member__in=list(members)
    )
    acting = Q(seat__acting__in=list(members), seat__archived_at=None)
    acting &= Q(seat__filled_on=None) | Q(seat__filled_on__gt=day)
    kept = SeatTerritory.objects.unscoped("who holds which territory").filter(in_force(day), acting)
    found: dict[int, set[str]] = {}
    pairs = [*held.values_list("member_id", "territory_id"), *kept.values_list("seat__acting_id", "territory_id")]
    for member, pk in pairs:
        inside = [pk]
        for one in inside:
            inside += parts.get(one, [])
        found.setdefault(member, set()).update(names[one] for one in inside)
    return {member: frozenset(one) for member, one in found.items()}
