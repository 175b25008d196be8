"""Records of the crm room over the API."""

from muster.access.resources import Resource, Verb, made
from muster.core.listings import Filter, rows_of
from muster.crm.actions.account import accounts, add_to_team, contacts, take_off_team, transfer_account
from muster.crm.actions.deal import deals, lose_deal, move_deal, reopen_deal, transfer_deal, win_deal
from muster.crm.actions.setup import loss_reasons, pipelines, products, stages
from muster.crm.forms import (
    AccountForm,
    ContactForm,
    DealForm,
    LoseForm,
    LossReasonForm,
    MoveForm,
    PipelineForm,
    ProductForm,
    StageForm,
    TeamForm,
    TransferForm,
    WinForm,
)
from muster.crm.listings import ACCOUNTS, CONTACTS, DEALS, PRODUCTS
from muster.crm.models import AccountMember, LossReason, Pipeline, Stage

RESOURCES = [
    Resource(
        "accounts",
        ACCOUNTS,
        AccountForm,
        accounts,
        (
            Verb("transfer", transfer_account, "crm.account.transfer", TransferForm),
            made("team", add_to_team, "crm.accountmember.create", TeamForm, "account", "Add to an account's team"),
        ),
    ),
    Resource(
        "account-members",
        rows_of(AccountMember, Filter("account", "account", kind="number", lookup="account_id"), related=("member",)),
        verbs=(Verb("remove", take_off_team, "crm.accountmember.remove"),),
    ),
    Resource("contacts", CONTACTS, ContactForm, contacts),
    Resource(
        "deals",
        DEALS,
        DealForm,
        deals,
        (
            Verb("move", move_deal, "crm.deal.move", MoveForm),
            Verb("win", win_deal, "crm.deal.win", WinForm),
            Verb("lose", lose_deal, "crm.deal.lose", LoseForm),
            Verb("reopen", reopen_deal, "crm.deal.reopen"),
            Verb("transfer", transfer_deal, "crm.deal.transfer", TransferForm),
        ),
    ),
    Resource("products", PRODUCTS, ProductForm, products),
    Resource("pipelines", rows_of(Pipeline), PipelineForm, pipelines),
    Resource(
        "stages",
        rows_of(Stage, Filter("pipeline", "pipeline", kind="number", lookup="pipeline_id")),
        StageForm,
        stages,
    ),
    Resource("loss-reasons", rows_of(LossReason), LossReasonForm, loss_reasons),
]
