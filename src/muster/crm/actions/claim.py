"""Claiming from a pool, assigning, and looking at contacts before: within limits that hold however many ask at once,
because a member's row is locked while his claims are counted."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import check_links
from muster.access.scope import Actor, Forbidden, NotVisible
from muster.core.periods import today
from muster.core.templatetags.ui import moment
from muster.crm.actions.account import present
from muster.crm.actions.stay import Left, gone, known_pooled, take_out
from muster.crm.clocks import batch_fits, free_slots
from muster.crm.models import ClaimLimit, Deal, Pool, PoolLook, PoolSeat, PoolStay
from muster.people.models import Member
from muster.people.policies import units_over


def midnight() -> dt.datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass
class Claimer:
    """A member before a pool: what he holds, what he claimed today, and what he may."""

    member: Member
    pool: Pool

    @cached_property
    def kind(self) -> Any:
        return known_pooled(self.pool.kind)

    @cached_property
    def seat(self) -> PoolSeat | None:
        """What is said of him by name in this pool."""
        rows = PoolSeat.objects.unscoped("claims and limits").filter(
            pool=self.pool, member=self.member.pk, is_admin=False
        )
        found: PoolSeat | None = rows.filter(archived_at=None).first()
        return found

    @cached_property
    def overall(self) -> ClaimLimit | None:
        """What counts for him over all pools: what is said by name, of his position, the nearest unit, everybody."""
        above = units_over(self.member.unit_id or 0).order_by("depth")
        units = {unit: at for at, unit in enumerate(above)}
        mine = Q(member=self.member.pk) | Q(position=self.member.position_id or 0)
        everybody = Q(member=None, position=None, unit=None)
        rows = ClaimLimit.objects.unscoped("claims and limits").filter(kind=self.pool.kind, archived_at=None)
        found = list(rows.filter(mine | Q(unit__in=list(units)) | everybody))
        return min(found, default=None, key=lambda one: self._nearness(one, units))

    @staticmethod
    def _nearness(one: ClaimLimit, units: dict[int, int]) -> tuple[int, int]:
        if one.member_id or one.position_id:
            return (0 if one.member_id else 1, 0)
        return (2, units[one.unit_id]) if one.unit_id else (3, 0)

    @cached_property
    def held(self) -> tuple[int, int]:
        """How many he holds, and how many of them bought already."""
        rows = self.kind.model.objects.unscoped("claims and limits")
        rows = rows.filter(self.kind.live, owner=self.member.pk, archived_at=None)
        bought = Exists(self.kind.deals(OuterRef("pk")).filter(status=Deal.Status.WON))
        return rows.count(), rows.filter(bought).count()

    def claimed(self, pool: Pool | None = None) -> int:
        """How many he claimed today, here or in all pools of the kind."""
        rows = PoolStay.objects.unscoped("claims and limits").filter(new_owner=self.member.pk, left_at__gte=midnight())
        rows = rows.filter(left_by=Left.CLAIMED, kind=self.pool.kind)
        return int((rows.filter(pool=pool) if pool else rows).count())

    def days(self) -> list[tuple[int | None, int]]:
        """(the most a day, how many today) here and over all pools."""
        here = self.seat.per_day if self.seat and self.seat.per_day is not None else self.pool.per_day
        everywhere = self.overall.per_day if self.overall else None
        found: list[tuple[int | None, int]] = []
        if here is not None:
            found.append((here, self.claimed(self.pool)))
        if everywhere is not None:
            found.append((everywhere, self.claimed()))
        return found

    def slots(self) -> int | None:
        """How many more he may hold; None is without limit."""
        here = self.seat.most_held if self.seat and self.seat.most_held is not None else self.pool.most_held
        limits = [(here, self.pool.won_counts)]
        if self.overall:
            limits.append((self.overall.most_held, self.overall.won_counts))
        found = [free_slots(most, *self.held, counts) for most, counts in limits if most is not None]
        return min((one for one in found if one is not None), default=None)

    def left_today(self) -> int | None:
        return min((max(0, most - so_far) for most, so_far in self.days() if most is not None), default=None)

    def too_many(self, wanted: int) -> str:
        """Why he may not claim WANTED more today, as one sentence; '' where he may."""
        for most, so_far in self.days():
            if fits := batch_fits(most, so_far, wanted):
                words = {"most": most, "left": max(0, (most or 0) - so_far)}
                if fits == "batch":
                    return _("These are more than the %(most)s a day that are allowed: choose fewer.") % words
                return _("Today's limit of %(most)s claims is reached: %(left)s are left today.") % words
        return self.full(wanted)

    def full(self, wanted: int = 1) -> str:
        free = self.slots()
        if free is None or free >= wanted:
            return ""
        return _("The most that may be held is reached: there is room for %(n)s more.") % {"n": free}

    def waits(self, stay: PoolStay) -> str:
        """Why he may not claim STAY yet: he had it, or his unit."""
        hours = 0
        if stay.former_owner_id == self.member.pk:
            hours = self.pool.cooldown_hours
        elif stay.former_unit_id and stay.former_unit_id == self.member.unit_id:
            hours = self.pool.team_cooldown_hours
        until = stay.came_at + dt.timedelta(hours=hours)
        if not hours or until <= timezone.now():
            return ""
        return _("Others come first: you can claim it from %(when)s on.") % {"when": moment(until)}


def locked_member(actor: Actor) -> Member:
    """The claimer's own row, locked until the end of the transaction: his claims are counted one after another."""
    rows = Member.objects.unscoped("claims and limits").select_for_update(of=("self",))
    member: Member | None = rows.filter(pk=actor.member_id or 0).first()
    if member is None:
        raise Refused(_("Only members can claim."))
    return member


@action("crm.poolstay.claim", gettext_lazy("Claim from public pools"), PoolStay)
def claim(actor: Actor, stay: PoolStay) -> None:
    """The record is the actor's from now on. Raises Refused where somebody was faster or a limit is reached."""
    if stay.left_at:
        raise Refused(gone())
    claimer = Claimer(locked_member(actor), stay.pool)
    if why := claimer.waits(stay) or claimer.too_many(1):
        raise Refused(why)
    take_out(actor, stay, claimer.member, Left.CLAIMED)


@dataclass
class Preview:
    """What claiming several at once would do: the stays that can be claimed, and the others with the reason."""

    fits: list[PoolStay]
    refused: list[tuple[PoolStay, str]]


def preview(member: Member, stays: list[PoolStay]) -> Preview:
    """Those who wait are refused one by one; what is over a limit, a pool's whole batch."""
    found = Preview([], [])
    for pool in {one.pool_id: one.pool for one in stays}.values():
        claimer = Claimer(member, pool)
        lines = [(one, claimer.waits(one)) for one in stays if one.pool_id == pool.pk]
        fits = [one for one, why in lines if not why]
        over = claimer.too_many(len(fits)) if fits else ""
        found.fits += [] if over else fits
        found.refused += [(one, why or over) for one, why in lines if why or over]
    return found


def claim_many(actor: Actor, stays: list[PoolStay]) -> Preview:
    """Claim what `preview` lets through; what somebody else claimed meanwhile is refused by itself."""
    with transaction.atomic():
        member = locked_member(actor)
        found = preview(member, stays)
        wanted, found.fits = found.fits, []
        for stay in wanted:
            try:
                with transaction.atomic():
                    claim(actor, stay)
                found.fits.append(stay)
            except ValidationError as error:
                found.refused.append((stay, " ".join(error.messages)))
            except (NotVisible, Forbidden):
                found.refused.append((stay, gone()))
    return found


@action("crm.poolstay.assign", gettext_lazy("Assign from public pools"), PoolStay)
def assign(actor: Actor, stay: PoolStay, *, owner: Member) -> None:
    """Give the record to a member of the pool, within what he may hold."""
    check_links(actor, stay, {"target": owner})
    present(owner, "owner")
    if not is_member(stay.pool, owner):
        raise ValidationError({"owner": _("%(name)s is no member of this pool.") % {"name": owner.name}})
    locked = Member.objects.unscoped("claims and limits").select_for_update(of=("self",)).get(pk=owner.pk)
    if why := Claimer(locked, stay.pool).full():
        raise ValidationError({"owner": why})
    take_out(actor, stay, locked, Left.ASSIGNED)


def is_member(pool: Pool, member: Member) -> bool:
    mine = Q(member=member.pk) | Q(unit__in=units_over(member.unit_id or 0)) | Q(position=member.position_id or 0)
    return bool(
        PoolSeat.objects.unscoped("claims and limits")
        .filter(mine, pool=pool, is_admin=False, archived_at=None)
        .exists()
    )


@action("crm.poolstay.reveal", gettext_lazy("See contacts before claiming"), PoolStay)
def reveal(actor: Actor, stay: PoolStay) -> None:
    """Contacts of the record are shown to the actor for the rest of the day. Counted a day, whatever is asked twice."""
    member = locked_member(actor)
    rows = PoolLook.objects.unscoped("claims and limits").filter(member=member, on=today())
    if rows.filter(stay=stay).exists():
        return
    if rows.filter(stay__pool=stay.pool_id).count() >= stay.pool.looks_per_day:
        words = {"most": stay.pool.looks_per_day}
        raise Refused(_("Contacts behind %(most)s cards a day are shown before the claim: come back tomorrow.") % words)
    PoolLook(member=member, stay=stay, on=today()).save()


def looked(actor: Actor, stay: PoolStay) -> list[dict[str, str]] | None:
    """The contacts of STAY, where ACTOR was shown them today; None where not."""
    rows = PoolLook.objects.unscoped("claims and limits").filter(member=actor.member_id or 0, on=today(), stay=stay)
    if stay.left_at or not rows.exists():
        return None
    kind = known_pooled(stay.kind)
    row = kind.model.objects.unscoped("claims and limits").filter(pk=stay.object_id).first()
    return kind.contacts(row) if row is not None else None
