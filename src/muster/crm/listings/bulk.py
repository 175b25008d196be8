"""What the lists of customers and deals let one change for many at once. The owner comes last: whoever gives a record
away may see it no longer."""

from typing import Any

from muster.access.bulk import BulkEdit, register
from muster.access.bulk.parts import Fields, Link
from muster.crm.actions.account import accounts, transfer_account
from muster.crm.actions.deal import deals, move_deal, transfer_deal
from muster.crm.forms.records import AccountForm, DealForm, TransferForm
from muster.crm.listings.records import ACCOUNTS, DEALS
from muster.crm.models import Stage

OF_ACCOUNTS = ("industry", "level", "province", "city", "district", "country", "parent")
OF_DEALS = ("expected_on", "next_step", "product")


def _open_stages(field: Any) -> None:
    """A deal is won and lost by itself; the same stage name may stand in several pipelines."""
    live = field.queryset.filter(kind=Stage.Kind.OPEN, pipeline__archived_at=None)
    field.queryset, field.several = live.select_related("pipeline"), True


register(
    BulkEdit(
        ACCOUNTS,
        (
            Fields(AccountForm, OF_ACCOUNTS, accounts.edit, "crm.account.edit"),
            Link("owner", TransferForm, transfer_account, "crm.account.transfer"),
        ),
    )
)
register(
    BulkEdit(
        DEALS,
        (
            Fields(DealForm, OF_DEALS, deals.edit, "crm.deal.edit"),
            Link("stage", DealForm, move_deal, "crm.deal.move", _open_stages),
            Link("owner", TransferForm, transfer_deal, "crm.deal.transfer"),
        ),
    )
)
