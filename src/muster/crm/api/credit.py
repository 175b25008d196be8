"""Credits over the API; they are set at their deal."""

from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.crm.actions.credit import split_after_win, split_deal
from muster.crm.forms.credit import CorrectCreditForm, CreditForm
from muster.crm.models import DealCredit

OF_DEALS = (
    Verb(
        "split",
        split_deal,
        "crm.deal.split",
        CreditForm,
        "Split the credit: revenue shares (hundredths of a per cent) are 10000 together, overlay is free",
    ),
    Verb("split_after_win", split_after_win, "crm.deal.split_after_win", CorrectCreditForm, "Correct the credit"),
)

RESOURCES = [
    Resource(
        "deal-credits",
        rows_of(
            DealCredit,
            Filter("deal", "deal", kind="number", lookup="deal_id"),
            Filter("member", "member", kind="number", lookup="member_id"),
            related=("deal", "member"),
        ),
    ),
]
