"""What a phone keeps for a day, to be written on without a network: the choices of one's own work, and nothing else."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone

from muster.access.scope import Actor
from muster.activities.actions.visit import KEPT, in_force
from muster.activities.models import Activity
from muster.activities.queries import own_plans, recent_accounts
from muster.core.files import MOST_BYTES
from muster.core.periods import today
from muster.crm.models import Account, Contact, Deal

MOST_ACCOUNTS, MOST_OTHERS = 300, 600
MOST_PHOTOS = 6  # of one entry


def kit(actor: Actor) -> dict[str, Any]:
    """The choices of ACTOR for today: his customers, their contacts, his open deals, his plans. Names and keys only."""
    mine = Q(owner=actor.member_id or 0)
    recent = recent_accounts(actor)
    rows = Account.objects.visible_to(actor).filter(mine, archived_at=None).order_by("-last_activity_on", "-id")
    others = list(rows[:MOST_ACCOUNTS])
    accounts = {one.pk: one for one in [*recent, *others]}
    contacts = Contact.objects.visible_to(actor).filter(account__in=list(accounts), archived_at=None)
    deals = Deal.objects.visible_to(actor).filter(mine, status=Deal.Status.OPEN, archived_at=None)
    return {
        "day": today().isoformat(),
        "accounts": [{"id": one.pk, "text": str(one)} for one in accounts.values()],
        "contacts": [_of(one) for one in contacts.order_by("-id")[:MOST_OTHERS]],
        "deals": [_of(one) for one in deals.order_by("-id")[:MOST_OTHERS]],
        "plans": [_plan(one) for one in own_plans(actor)],
        "locates": in_force(actor.member_id),
        "photo_bytes": MOST_BYTES,
        "photos": MOST_PHOTOS,
        "until": (timezone.now() + KEPT - dt.timedelta(hours=1)).isoformat(),
        "days": KEPT.days,
    }


def _of(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "text": str(row), "account": row.account_id}


def _plan(row: Activity) -> dict[str, Any]:
    said = {"outcome": row.outcome, "next_step": row.next_step}
    return {"id": row.pk, "text": str(row), "version": row.version, "account": str(row.account or ""), **said}
