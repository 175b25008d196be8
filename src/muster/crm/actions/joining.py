"""Asking the owner of a customer to be let in, and his answer."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.scope import Actor
from muster.crm.actions.account import add_to_team
from muster.crm.actions.duplicates import of_token
from muster.crm.models import Account, AccountMember, JoinRequest
from muster.people.models import Member

Status = JoinRequest.Status
MOST_WAITING = 20  # unanswered requests of one member


@action("crm.joinrequest.create", gettext_lazy("Ask to join the team of an account"), JoinRequest, creates=True)
def ask_to_join(actor: Actor, *, token: str, note: str = "") -> JoinRequest:
    """Ask the owner of the account behind a masked hit (its TOKEN). Asked twice it is one request."""
    if actor.member_id is None:
        raise Refused(_("Only members join teams."))
    account = of_token(actor, token)
    if account.owner_id is None:
        raise Refused(_("Nobody has this customer: sales operations can give it to you."))
    if Account.objects.visible_to(actor).filter(pk=account.pk).exists():
        raise Refused(_("You see this customer already: look for it in the list."))
    rows = JoinRequest.objects.unscoped("requests of one member").filter(member=actor.member_id, status=Status.WAITING)
    known: JoinRequest | None = rows.filter(account=account).first()
    if known is not None:
        return known
    if rows.count() >= MOST_WAITING:
        raise Refused(_("Too many of your requests wait for an answer."))
    row = JoinRequest(account=account, member_id=actor.member_id, note=note)
    row.full_clean(exclude=["account", "member"])
    row.save()
    return row


@action("crm.joinrequest.accept", gettext_lazy("Accept requests to join"), JoinRequest)
def accept_join(actor: Actor, row: JoinRequest, *, part: str = "", until: dt.date | None = None, **more: Any) -> None:
    """Take whoever asks into the team of the account, up to and with the day UNTIL."""
    _must_wait(row)
    team = AccountMember.objects.unscoped("account team").filter(account=row.account_id, member=row.member_id)
    if not any(not one.is_over for one in team):
        values = {**({"until": until} if until else {}), **more}
        add_to_team(actor, account=row.account, member=row.member, part=part, **values)
    _answer(row, Status.ACCEPTED, "")
    add_event(actor, "crm.joinrequest.accepted", row.account, {}, receivers=[row.member_id])


@action("crm.joinrequest.decline", gettext_lazy("Decline requests to join"), JoinRequest)
def decline_join(actor: Actor, row: JoinRequest, *, answer: str = "") -> None:
    """Say no. Whoever asked hears of it, and still not whose customer it is."""
    _must_wait(row)
    _answer(row, Status.DECLINED, answer)
    asker = Member.objects.unscoped("requests of one member").get(pk=row.member_id)
    add_event(actor, "crm.joinrequest.declined", asker, {}, receivers=[asker.pk])


def _must_wait(row: JoinRequest) -> None:
    if row.status != Status.WAITING:
        raise ValidationError(_("This request was answered already."))


def _answer(row: JoinRequest, status: str, answer: str) -> None:
    row.status, row.answer, row.answered_at = status, answer, timezone.now()
    row.save()
