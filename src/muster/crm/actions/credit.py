"""Who gets credit for a deal: revenue in parts that are the whole, overlay on top. Without a split all of it is the
owner's."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import check_links
from muster.access.scope import Actor
from muster.core.money import rounded
from muster.core.periods import today
from muster.core.shares import split
from muster.crm.actions.account import present
from muster.crm.models import Deal, DealCredit
from muster.crm.models.credit import WHOLE, percent
from muster.people.actions.approval import ask_approval
from muster.people.models import ApprovalRequest, Member

Kind = DealCredit.Kind
KIND = "split"  # of an approval
MOST = 20  # credits of one deal at a time
NOTE = 300


@dataclass(frozen=True)
class Credit:
    """POINTS are hundredths of a per cent."""

    member: Member
    points: int
    kind: str = Kind.REVENUE


@action("crm.deal.split", gettext_lazy("Split the credit for deals"), Deal)
def split_deal(actor: Actor, deal: Deal, *, shares: Sequence[Credit], on: dt.date | None = None) -> None:
    """From the day ON these CREDITS are the split; none is all for the owner again. What held before stays on record.
    Raises ValidationError unless the revenue credits are exactly 100 %, and Refused for a closed deal."""
    if deal.status != Deal.Status.OPEN:
        raise Refused(_("This deal is closed: after the win its credit changes by “Correct the credit”."))
    _check(actor, deal, shares)
    rows = rows_of(deal)
    day = on or (today() if rows.exists() else deal.opened_on or today())
    rows.filter(valid_from__gte=day).update(archived_at=timezone.now())
    rows.filter(Q(valid_to=None) | Q(valid_to__gt=day)).update(valid_to=day)
    _add(deal, shares, day)
    deal.split_note = _said(shares)
    deal.save(update_fields=["split_note"])


@action("crm.deal.split_after_win", gettext_lazy("Ask to correct the credit for won deals"), Deal)
def split_after_win(actor: Actor, deal: Deal, *, shares: Sequence[Credit], reason: str) -> None:
    """Ask that the win counts by these CREDITS, on the day it counted before. Nothing changes before it is approved;
    then the former ones stay on record, archived."""
    if deal.status != Deal.Status.WON:
        raise Refused(_("This deal is not won: split its credit instead."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: somebody may have been paid by the split before.")})
    _check(actor, deal, shares)
    payload = {"shares": [{"member": one.member.pk, "points": one.points, "kind": one.kind} for one in shares]}
    said = f"{deal.split_note or deal.owner} → {_said(shares) or deal.owner}"
    ask_approval(actor, kind=KIND, row=deal, reason=reason, said=said, payload=payload)


def mark(deal: Deal) -> str:
    """By what a win counts now."""
    rows = in_force(deal, deal.closed_on) if deal.closed_on else []
    said = [f"{deal.status} {deal.closed_on} {deal.owner_id}"]
    said += [f"{one.member_id} {one.kind} {one.points}" for one in rows]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def apply_correction(actor: Actor, deal: Deal, asked: ApprovalRequest) -> None:
    """What was approved, as it was asked."""
    shares = [
        Credit(Member.objects.unscoped("credit approved").get(pk=one["member"]), one["points"], one["kind"])
        for one in asked.payload["shares"]
    ]
    before = deal.split_note
    _correct(deal, shares)
    add_event(actor, "crm.deal.split_corrected", deal, {"split_note": [before, deal.split_note]}, approval=asked.pk)


def _correct(deal: Deal, shares: Sequence[Credit]) -> None:
    rows_of(deal).update(archived_at=timezone.now(), credited_on=None)
    _add(deal, shares, deal.closed_on or today())
    settle_credits(deal)


def rows_of(deal: Deal) -> QuerySet[DealCredit]:
    rows: QuerySet[DealCredit] = DealCredit.objects.unscoped("credits of a deal").filter(deal=deal, archived_at=None)
    return rows


def in_force(deal: Deal, day: dt.date) -> list[DealCredit]:
    """The credits of DEAL on DAY, the largest first, overlay last."""
    rows = rows_of(deal).filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return list(rows.select_related("member").order_by("-kind", "-points", "pk"))


def parts_of(amount: int | None, shares: Sequence[DealCredit | Credit]) -> list[int | None]:
    """AMOUNT (minor units) in parts: revenue by largest remainder, so that they are the whole; each overlay by
    itself."""
    if amount is None:
        return [None] * len(shares)
    revenue = [one.points for one in shares if one.kind == Kind.REVENUE]
    parts = iter(split(amount, revenue) if revenue else [])
    return [
        next(parts) if one.kind == Kind.REVENUE else rounded(Fraction(amount * one.points, WHOLE)) for one in shares
    ]


def settle_credits(deal: Deal) -> None:
    """Of a won deal write down what counts for whom on the day of the win; of any other nothing counts."""
    rows_of(deal).exclude(credited_on=None).update(credited_on=None, amount=None)
    if deal.status != Deal.Status.WON or deal.closed_on is None:
        return
    found = in_force(deal, deal.closed_on)
    for row, part in zip(found, parts_of(deal.amount, found), strict=True):
        row.amount, row.currency, row.credited_on = part, deal.currency, deal.closed_on
        row.save(update_fields=["amount", "currency", "credited_on"])
    note = _said(found)
    if note != deal.split_note:
        deal.split_note = note
        deal.save(update_fields=["split_note"])


def _check(actor: Actor, deal: Deal, shares: Sequence[Credit]) -> None:
    if len(shares) > MOST:
        raise ValidationError({"shares": _("At most %(n)s credits on one deal.") % {"n": MOST}})
    known = set(rows_of(deal).values_list("member", flat=True))
    for one in shares:
        if one.member.pk not in known:
            check_links(actor, DealCredit(), {"shares": one.member})
            present(one.member, "shares")
    if len({(one.kind, one.member.pk) for one in shares}) < len(shares):
        raise ValidationError({"shares": _("Each member has one credit of a kind: add them together.")})
    revenue = [one.points for one in shares if one.kind == Kind.REVENUE]
    if revenue and sum(revenue) != WHOLE:
        said = {"sum": percent(sum(revenue)), "rest": percent(abs(WHOLE - sum(revenue)))}
        text = (
            _("Revenue comes to %(sum)s: %(rest)s are missing to 100 %%.")
            if sum(revenue) < WHOLE
            else _("Revenue comes to %(sum)s: take off %(rest)s to come to 100 %%.")
        )
        raise ValidationError({"shares": text % said})


def _add(deal: Deal, shares: Sequence[Credit], day: dt.date) -> None:
    for one in shares:
        row = DealCredit(deal=deal, member=one.member, kind=one.kind, points=one.points, valid_from=day)
        row.full_clean()
        row.save()


def _said(shares: Sequence[Credit | DealCredit]) -> str:
    """The split as one line, as the history shows it."""
    names = [
        f"{one.member} {percent(one.points)}" + (" +" if one.kind == Kind.OVERLAY else "")
        for one in sorted(shares, key=lambda one: (one.kind == Kind.OVERLAY, -one.points))
    ]
    return ", ".join(names)[:NOTE]
