"""Records of the crm room over the API."""

from muster.access.resources import Resource, Verb, made
from muster.core.listings import Filter, rows_of
from muster.crm.actions.account import accounts, add_to_team, change_in_team, contacts, take_off_team, transfer_account
from muster.crm.actions.deal import deals, lose_deal, move_deal, reopen_deal, transfer_deal, win_deal
from muster.crm.actions.doubt import confirm_mail
from muster.crm.actions.routing import (
    require_of_rule,
    route_account,
    rules,
    seat_member,
    settle_routing,
    switch_rule,
    unseat_member,
)
from muster.crm.actions.setup import loss_reasons, pipelines, products, stages
from muster.crm.actions.snooze import snooze_deal, wake_deal
from muster.crm.api import credit, price_books, rivals, stage_rules, stakeholders
from muster.crm.api.contract import OF_DEAL
from muster.crm.api.merges import OF_ACCOUNT, OF_CONTACT
from muster.crm.api.pool import OF_ACCOUNTS
from muster.crm.forms.records import (
    AccountForm,
    ContactForm,
    DealForm,
    LoseForm,
    LossReasonForm,
    MoveForm,
    PipelineForm,
    ProductForm,
    RequireForm,
    RoutingRuleForm,
    SeatForm,
    TeamForm,
    TeamTermsForm,
    TransferForm,
    WinForm,
)
from muster.crm.forms.snooze import SnoozeForm
from muster.crm.forms.stage_rules import StageForm
from muster.crm.listings.records import ACCOUNTS, CONTACTS, DEALS, PRODUCTS
from muster.crm.models import (
    AccountMember,
    LossReason,
    Pipeline,
    Routing,
    RoutingRule,
    RoutingSeat,
    RoutingSkill,
    Stage,
)

_RULE = Filter("rule", "routing rule", kind="number", lookup="rule_id")

RESOURCES = [
    Resource(
        "accounts",
        ACCOUNTS,
        AccountForm,
        accounts,
        (
            Verb("transfer", transfer_account, "crm.account.transfer", TransferForm),
            Verb("route", route_account, "crm.account.route", summary="Let rules choose the owner"),
            OF_ACCOUNT,
            stakeholders.OF_ACCOUNT,
            made("team", add_to_team, "crm.accountmember.create", TeamForm, "account", "Add to an account's team"),
            *OF_ACCOUNTS,
        ),
    ),
    Resource(
        "account-members",
        rows_of(AccountMember, Filter("account", "account", kind="number", lookup="account_id"), related=("member",)),
        verbs=(
            Verb("remove", take_off_team, "crm.accountmember.remove"),
            Verb("change", change_in_team, "crm.accountmember.edit", TeamTermsForm, "Another part, level or end"),
        ),
    ),
    Resource(
        "contacts",
        CONTACTS,
        ContactForm,
        contacts,
        (
            OF_CONTACT,
            *stakeholders.OF_CONTACT,
            Verb("confirm", confirm_mail, "crm.contact.confirm", summary="Say that its doubtful address is right"),
        ),
    ),
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
            OF_DEAL,
            Verb("snooze", snooze_deal, "crm.deal.snooze", SnoozeForm, "Leave a stale deal alone for a while"),
            Verb("wake", wake_deal, "crm.deal.wake", summary="End the snooze of a deal"),
            *stage_rules.OF_DEALS,
            *credit.OF_DEALS,
            *price_books.OF_DEALS,
            *rivals.OF_DEALS,
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
    Resource(
        "routing-rules",
        rows_of(RoutingRule, Filter("kind", "kind", kind="text")),
        RoutingRuleForm,
        rules,
        (
            Verb("switch", switch_rule, "crm.routingrule.switch", takes={"on": bool}),
            Verb("require", require_of_rule, "crm.routingrule.require", RequireForm),
            Verb("seat", seat_member, "crm.routingrule.seat", SeatForm),
        ),
    ),
    Resource("routing-skills", rows_of(RoutingSkill, _RULE, related=("skill",))),
    Resource(
        "routing-seats",
        rows_of(RoutingSeat, _RULE, related=("member",)),
        verbs=(Verb("remove", unseat_member, "crm.routingrule.unseat"),),
    ),
    Resource(
        "routings",
        rows_of(Routing, _RULE, Filter("status", "status", kind="text"), related=("owner",)),
        verbs=(Verb("settle", settle_routing, "crm.routing.settle", TransferForm),),
    ),
]
