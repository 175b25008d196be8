"""Records of the crm room over the API."""

from muster.access.resources import Resource, Verb
from muster.crm.actions.account import accounts, contacts, transfer_account
from muster.crm.actions.deal import deals, lose_deal, move_deal, reopen_deal, transfer_deal, win_deal
from muster.crm.actions.setup import products
from muster.crm.forms import (
    AccountForm,
    ContactForm,
    DealForm,
    LoseForm,
    MoveForm,
    ProductForm,
    TransferForm,
    WinForm,
)
from muster.crm.listings import ACCOUNTS, CONTACTS, DEALS, PRODUCTS

RESOURCES = [
    Resource(
        "accounts",
        ACCOUNTS,
        AccountForm,
        accounts,
        (Verb("transfer", transfer_account, "crm.account.transfer", TransferForm),),
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
]
