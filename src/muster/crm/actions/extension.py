"""More time for a record: asked for by its owner and granted by who looks after the pool, or granted outright."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.core.periods import today
from muster.core.workdays import DAY
from muster.crm.actions.recycle import Clock, Due, settle
from muster.crm.actions.stay import known_pooled
from muster.crm.models import Account, Lead, PoolExtension
from muster.crm.pooled import Pooled
from muster.people.models import Member

AHEAD = 30  # days before the return from which on more time can be asked for
Status = PoolExtension.Status


def due_of(kind: Pooled, row: Any, ahead: int = AHEAD) -> Due | None:
    """When ROW returns if nothing happens, where that is within AHEAD days."""
    if row.owner_id is None or row.archived_at:
        return None  # what is not live the clock leaves out by itself
    return Clock(kind, ahead, [row.owner_id]).due([row.pk]).get(row.pk)


@action("crm.poolextension.create", gettext_lazy("Ask for more time"), PoolExtension, creates=True)
def ask_extension(actor: Actor, *, kind: str, object_id: int, reason: str, days: int | None = None) -> PoolExtension:
    """Ask that a record of one's own stays longer; DAYS as the rule says where not given. One open request a record."""
    pooled = known_pooled(kind)
    row = pooled.model.objects.visible_to(actor).filter(pk=object_id, owner=actor.member_id or 0).first()
    if row is None:
        raise Refused(_("More time is asked for by the owner."))
    due = due_of(pooled, row)
    if due is None:
        raise Refused(_("This does not return to a public pool within the next %(days)s days.") % {"days": AHEAD})
    asked = PoolExtension(pool=due.rule.pool, kind=kind, object_id=row.pk, name=str(row), owner_id=row.owner_id)
    asked.due_on, asked.days, asked.reason = due.on, days or due.rule.extension_days, reason
    asked.full_clean()
    asked.save()
    return asked


@action("crm.poolextension.approve", gettext_lazy("Grant more time"), PoolExtension)
def approve_extension(actor: Actor, asked: PoolExtension, *, answer: str = "") -> None:
    """The record stays so many days longer than it would have. Raises Refused where it changed hands meanwhile."""
    _decide(actor, asked, Status.APPROVED, answer)
    kind = known_pooled(asked.kind)
    rows = kind.model.objects.unscoped("more time").select_for_update(of=("self",))
    row = rows.filter(pk=asked.object_id, owner=asked.owner_id).first()
    if row is None:
        raise Refused(_("This has another owner by now, or lies in the pool."))
    until = asked.due_on + DAY * (asked.days - 1)
    row.spared_until, row.spared_why = max(until, row.spared_until or until), asked.reason
    row.save(update_fields=["spared_until", "spared_why"])
    settle(kind, [row.pk])


@action("crm.poolextension.reject", gettext_lazy("Refuse more time"), PoolExtension)
def reject_extension(actor: Actor, asked: PoolExtension, *, answer: str) -> None:
    """It returns when it would have; the owner reads why."""
    _decide(actor, asked, Status.REJECTED, answer)


def _decide(actor: Actor, asked: PoolExtension, status: str, answer: str) -> None:
    if asked.status != Status.OPEN:
        raise Refused(_("This is decided already."))
    if actor.member_id and actor.member_id == asked.owner_id:
        raise Refused(_("Somebody else decides about what you asked for."))
    asked.status, asked.answer = status, answer
    asked.decided_by = Member.objects.unscoped("more time").filter(pk=actor.member_id or 0).first()
    asked.save()


@action("crm.account.spare", gettext_lazy("Keep accounts out of public pools"), Account)
def spare_account(actor: Actor, account: Account, *, until: dt.date | None, reason: str = "") -> None:
    """No rule takes the customer up to and including UNTIL; without a day the exemption ends."""
    _spare(account, until, reason)


@action("crm.lead.spare", gettext_lazy("Keep leads out of public pools"), Lead)
def spare_lead(actor: Actor, lead: Lead, *, until: dt.date | None, reason: str = "") -> None:
    """The same of a lead."""
    _spare(lead, until, reason)


def _spare(row: Any, until: dt.date | None, reason: str) -> None:
    if until and until < today():
        raise ValidationError({"until": _("Choose a day to come.")})
    if until and not reason.strip():
        raise ValidationError({"reason": _("Say why: others read it.")})
    row.spared_until, row.spared_why = until, reason if until else ""
    row.save(update_fields=["spared_until", "spared_why"])
    settle(known_pooled(row._meta.label_lower), [row.pk])
    row.refresh_from_db()
