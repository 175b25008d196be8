"""Until when a customer is under contract: rules of public pools spare it so long, and count from then on."""

import datetime as dt

from django.db.models import F, Max
from django.utils import timezone

from muster.access.action import add_event
from muster.access.scope import Actor
from muster.crm.actions.recycle import settle
from muster.crm.actions.stay import known_pooled
from muster.crm.models import Account, Contract


def follow_contract(actor: Actor, contract: Contract, before: dt.date | None) -> None:
    """CONTRACT (saved) was signed, amended or called off; BEFORE is the end it had. The customer's end is the last of
    its signed contracts; a later one that somebody typed stays. A contract without an end says nothing."""
    rows = Account.objects.unscoped("how long a customer is under contract").filter(pk=contract.account_id)
    account = rows.select_for_update(of=("self",)).get()
    signed = Contract.objects.unscoped("how long a customer is under contract").filter(account=account)
    last = signed.filter(status=Contract.Status.SIGNED, archived_at=None).aggregate(day=Max("ends_on"))["day"]
    kept = account.contract_ends_on
    if before is not None and kept == before:  # it came from this contract
        kept = contract.closed_on if contract.status == Contract.Status.TERMINATED else None
    now = max(filter(None, (kept, last)), default=None)
    if now == account.contract_ends_on:
        return
    rows.update(contract_ends_on=now, version=F("version") + 1, updated_at=timezone.now())
    changes = {"contract_ends_on": [account.contract_ends_on, now]}
    add_event(actor, "crm.account.under_contract", account, changes, contract=contract.number)
    settle(known_pooled("crm.account"), [account.pk])
