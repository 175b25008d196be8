"""More time for a record: its owner asks, and it goes through the approvals; or it is kept out outright."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.scope import Actor
from muster.core.periods import today
from muster.core.workdays import DAY
from muster.crm.actions.recycle import Clock, Due, settle
from muster.crm.actions.stay import known_pooled
from muster.crm.actions.time_asked import KIND, lapse_time
from muster.crm.models import Account, Lead, PoolSeat
from muster.crm.pooled import Pooled, kinds
from muster.people.actions.approval import ask_approval
from muster.people.models import ApprovalRequest, Member

AHEAD = 30  # days before the return from which on more time can be asked for
MOST_KEEPERS = 20


def due_of(kind: Pooled, row: Any, ahead: int = AHEAD) -> Due | None:
    """When ROW returns if nothing happens, where that is within AHEAD days."""
    if row.owner_id is None or row.archived_at:
        return None  # what is not live the clock leaves out by itself
    return Clock(kind, ahead, [row.owner_id]).due([row.pk]).get(row.pk)


@action("crm.account.ask_time", gettext_lazy("Ask for more time for accounts"), Account)
def ask_account_time(actor: Actor, account: Account, *, reason: str, days: int | None = None) -> None:
    """Ask that a customer of one's own stays longer; DAYS as the rule says where not given."""
    _ask(actor, account, reason, days)


@action("crm.lead.ask_time", gettext_lazy("Ask for more time for leads"), Lead)
def ask_lead_time(actor: Actor, lead: Lead, *, reason: str, days: int | None = None) -> None:
    """The same of a lead."""
    _ask(actor, lead, reason, days)


def _ask(actor: Actor, row: Any, reason: str, days: int | None) -> None:
    if row.owner_id is None or row.owner_id != actor.member_id:
        raise Refused(_("More time is asked for by the owner."))
    due = due_of(known_pooled(row._meta.label_lower), row)
    if due is None:
        raise Refused(_("This does not return to a public pool within the next %(days)s days.") % {"days": AHEAD})
    more = days or due.rule.extension_days
    said = _("%(days)s days more; would return on %(on)s") % {"days": more, "on": f"{due.on:%Y-%m-%d}"}
    ask_approval(
        actor, kind=KIND, row=row, reason=reason, said=said, payload={"days": more, "due_on": due.on.isoformat()}
    )


def usual(row: Any) -> list[list[dict[str, Any]]]:
    """Where no rule fits, anybody who looks after the pool decides; of a pool without such, the manager."""
    due = due_of(known_pooled(row._meta.label_lower), row)
    seats = PoolSeat.objects.unscoped("more time").filter(pool=due.rule.pool if due else None, is_admin=True)
    seats = seats.filter(archived_at=None)
    mine = (
        Q(pk__in=seats.values("member")) | Q(unit__in=seats.values("unit")) | Q(position__in=seats.values("position"))
    )
    able = Member.objects.unscoped("more time").filter(mine, status__in=Member.STAYING, user__is_active=True)
    keepers = able.exclude(pk=row.owner_id).order_by("pk").values_list("pk", flat=True)[:MOST_KEEPERS]
    line = [{"who": "member", "level": 1, "role": None, "member": pk, "needs": "any"} for pk in keepers]
    return [line] if line else []


def grant(actor: Actor, row: Any, asked: ApprovalRequest) -> None:
    """The record stays so many days longer than it would have."""
    until = dt.date.fromisoformat(asked.payload["due_on"]) + DAY * (asked.payload["days"] - 1)
    before, row.spared_until = row.spared_until, max(until, row.spared_until or until)
    row.spared_why = asked.reason[:300]
    row.save(update_fields=["spared_until", "spared_why"])
    settle(known_pooled(row._meta.label_lower), [row.pk])
    changes = {"spared_until": [before and str(before), str(row.spared_until)]}
    add_event(actor, f"{row._meta.label_lower}.more_time", row, changes, approval=asked.pk)


def lapse_gone() -> int:
    """Requests for what changed hands past its actions lapse; how many did."""
    return sum(lapse_time(kind.model) for kind in kinds())


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
