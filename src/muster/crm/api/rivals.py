"""Competitors over the API."""

from muster.access.resources import Resource, Verb, made
from muster.core.listings import Filter, rows_of
from muster.crm.actions.discount import ask_deal_discount, ask_quote_discount
from muster.crm.actions.rivals import competitors, remove_rival, rivals
from muster.crm.forms.competitors import AskDiscountForm, CompetitorForm, RivalChangeForm, RivalForm
from muster.crm.models import Competitor, DealCompetitor

OF_DEALS = (
    made("rivals", rivals.create, "crm.dealcompetitor.create", RivalForm, "deal", "Add a competitor to a deal"),
    Verb("ask_discount", ask_deal_discount, "crm.deal.ask_discount", AskDiscountForm, "Ask for approval of prices"),
)
OF_QUOTES = (
    Verb("ask_discount", ask_quote_discount, "crm.quote.ask_discount", AskDiscountForm, "Ask for approval of prices"),
)

RESOURCES = [
    Resource("competitors", rows_of(Competitor), CompetitorForm, competitors),
    Resource(
        "deal-competitors",
        rows_of(
            DealCompetitor,
            Filter("deal", "deal", kind="number", lookup="deal_id"),
            Filter("competitor", "competitor", kind="number", lookup="competitor_id"),
            related=("deal", "competitor"),
        ),
        verbs=(
            Verb("edit", rivals.edit, "crm.dealcompetitor.edit", RivalChangeForm),
            Verb("remove", remove_rival, "crm.dealcompetitor.remove"),
        ),
    ),
]
