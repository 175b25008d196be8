"""The rows behind a number."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, Call, CheckIn, Task
from muster.core.listings import Column, Listing
from muster.crm.models import (
    Account,
    AccountScore,
    Allocation,
    Contact,
    Contract,
    Deal,
    DealCredit,
    Instalment,
    Invoice,
    Lead,
    PoolStay,
    Receipt,
    StageChange,
)
from muster.metrics.rows import ROWS, Rows
from muster.people.models import Member


def deal_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=Deal,
        key="deals",
        title=title,
        base=rows,
        related=("account", "owner", "stage"),
        order="-amount",
        export_permission="crm.deal.export",
        columns=[
            Column("name", _("Deal"), kind="link", value=str),
            Column("account", _("Account"), kind="record"),
            Column("owner", _("Owner"), kind="member"),
            Column("stage", _("Stage")),
            Column("amount", _("Amount"), kind="money", value=lambda row: (row.amount, row.currency), order="amount"),
            Column("opened_on", _("Opened on"), kind="date", order="opened_on", default=False),
            Column("closed_on", _("Closed on"), kind="date", order="closed_on"),
        ],
        empty_icon="target",
        empty_title=_("No deals stand behind this number"),
    )


def member_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=Member,
        key="members",
        title=title,
        base=rows,
        related=("unit", "position"),
        order="name",
        export_permission="people.member.export",
        columns=[
            Column("name", _("Member"), kind="link", value=str, order="sort_name"),
            Column("unit", _("Unit"), kind="record"),
            Column("position", _("Position")),
            Column("hired_on", _("Hired on"), kind="date", order="hired_on"),
            Column("left_on", _("Left on"), kind="date", order="left_on"),
        ],
        empty_icon="users",
        empty_title=_("No members stand behind this number"),
    )


def activity_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=Activity,
        key="activities",
        title=title,
        base=rows,
        related=("account", "owner"),
        order="-done_on",
        searchable=False,
        export_permission="activities.activity.export",
        columns=[
            Column("subject", _("Subject"), kind="link", value=str),
            Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
            Column("account", _("Account"), kind="record"),
            Column("owner", _("Member"), kind="member"),
            Column("done_on", _("Done on"), kind="date", order="done_on"),
        ],
        empty_icon="calendar-event",
        empty_title=_("No activities stand behind this number"),
    )


def task_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=Task,
        key="tasks",
        title=title,
        base=rows,
        related=("account", "owner"),
        order="-due_on",
        searchable=False,
        export_permission="activities.task.export",
        columns=[
            Column("title", _("Task"), kind="link", value=str),
            Column("account", _("Account"), kind="record"),
            Column("owner", _("Member"), kind="member"),
            Column("due_on", _("Due on"), kind="date", order="due_on"),
            Column("done_on", _("Done on"), kind="date", order="done_on"),
        ],
        empty_icon="checkbox",
        empty_title=_("No tasks stand behind this number"),
    )


def account_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=Account,
        key="accounts",
        title=title,
        base=rows,
        related=("owner",),
        order="-created_at",
        export_permission="crm.account.export",
        columns=[
            Column("name", _("Customer"), kind="link", value=str),
            Column("industry", _("Industry")),
            Column("city", _("City")),
            Column("owner", _("Owner"), kind="member"),
            Column("created_at", _("Entered"), kind="datetime", order="created_at"),
        ],
        empty_icon="building",
        empty_title=_("No customers stand behind this number"),
    )


def contact_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=Contact,
        key="contacts",
        title=title,
        base=rows,
        related=("account", "owner"),
        order="-created_at",
        export_permission="crm.contact.export",
        columns=[
            Column("name", _("Contact person"), kind="link", value=str),
            Column("account", _("Account"), kind="record"),
            Column("title", _("Job title")),
            Column("owner", _("Owner"), kind="member"),
            Column("created_at", _("Entered"), kind="datetime", order="created_at"),
        ],
        empty_icon="address-book",
        empty_title=_("No contacts stand behind this number"),
    )


def step_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=StageChange,
        key="stage-moves",
        title=title,
        base=rows,
        related=("deal__owner", "deal__account", "from_stage", "to_stage"),
        order="-changed_on",
        searchable=False,
        export_permission="crm.deal.export",
        columns=[
            Column("deal", _("Deal"), kind="record"),
            Column("account", _("Account"), lambda row: row.deal.account, "record"),
            Column("step", _("From and to"), str),
            Column("owner", _("Owner"), lambda row: row.deal.owner, "member"),
            Column("changed_on", _("On"), kind="date", order="changed_on"),
        ],
        empty_icon="target",
        empty_title=_("No steps stand behind this number"),
    )


def allocation_rows(title: Any, rows: Rows) -> Listing:
    return Listing(
        model=Allocation,
        key="allocations",
        title=title,
        base=rows,
        related=("receipt", "contract__account", "member"),
        order="-allocated_on",
        searchable=False,
        export_permission="crm.receipt.export",
        columns=[
            Column("receipt", _("Receipt"), kind="record"),
            Column("contract", _("Contract"), kind="record"),
            Column("account", _("Account"), lambda row: row.contract.account, "record"),
            Column("member", _("Member"), kind="member"),
            Column("amount", _("Amount"), kind="money", value=lambda row: (row.amount, row.currency), order="amount"),
            Column("allocated_on", _("Counts on"), kind="date", order="allocated_on"),
        ],
        empty_icon="cash",
        empty_title=_("No receipts stand behind this number"),
    )


def of_kind(
    model: Any, columns: list[Column], related: tuple[str, ...], order: str, icon: str, **more: Any
) -> Callable[[Any, Rows], Listing]:
    """Rows of MODEL as its own list shows them, fewer columns; who may export that may export these. MORE of the
    list, where it is called otherwise."""
    name = model._meta.model_name
    said = {
        "key": name,
        "export_permission": f"crm.{name}.export",
        "empty_title": _("Nothing stands behind this number"),
        **more,
    }

    def behind(title: Any, rows: Rows) -> Listing:
        return Listing(
            model=model,
            title=title,
            base=rows,
            related=related,
            order=order,
            searchable=False,
            columns=columns,
            empty_icon=icon,
            **said,
        )

    return behind


def amount(name: str, label: Any) -> Column:
    return Column(name, label, lambda row: (getattr(row, name), row.currency), "money")


lead_rows = of_kind(
    Lead,
    [
        Column("name", _("Lead"), str, "link"),
        Column("status", _("Status"), Lead.get_status_display),
        Column("owner", _("Owner"), kind="member"),
        Column("came_on", _("Came in on"), kind="date", order="came_on"),
        Column("first_response_on", _("First response"), kind="date"),
        Column("closed_on", _("Closed on"), kind="date"),
    ],
    ("owner",),
    "-came_on",
    "user-search",
)
contract_rows = of_kind(
    Contract,
    [
        Column("name", _("Contract"), str, "link"),
        Column("account", _("Account"), kind="record"),
        Column("owner", _("Owner"), kind="member"),
        amount("total", _("Amount")),
        Column("signed_on", _("Signed on"), kind="date", order="signed_on"),
    ],
    ("account", "owner"),
    "-signed_on",
    "file-text",
)
instalment_rows = of_kind(
    Instalment,
    [
        Column("contract", _("Contract"), kind="record"),
        Column("account", _("Account"), lambda row: row.contract.account, "record"),
        Column("owner", _("Owner"), lambda row: row.contract.owner, "member"),
        amount("outstanding", _("Still to come")),
        Column("due_on", _("Payable on"), kind="date", order="due_on"),
    ],
    ("contract__account", "contract__owner"),
    "due_on",
    "calendar-dollar",
)
receipt_rows = of_kind(
    Receipt,
    [
        Column("number", _("Receipt"), str, "link"),
        Column("account", _("Account"), kind="record"),
        Column("collector", _("Collector"), kind="member"),
        amount("amount", _("Amount")),
        Column("received_on", _("Received on"), kind="date", order="received_on"),
    ],
    ("account", "collector"),
    "-received_on",
    "cash",
)
invoice_rows = of_kind(
    Invoice,
    [
        Column("number", _("Invoice"), str, "link"),
        Column("contract", _("Contract"), kind="record"),
        Column("account", _("Account"), kind="record"),
        amount("amount", _("Amount")),
        Column("issued_on", _("Issued on"), kind="date", order="issued_on"),
    ],
    ("contract", "account"),
    "-issued_on",
    "receipt",
)


check_in_rows = of_kind(
    CheckIn,
    [
        Column("activity", _("Visit"), kind="record"),
        Column("member", _("Member"), kind="member"),
        Column("on", _("Checked in on"), kind="date", order="on"),
        Column("verdict", _("Where it was"), CheckIn.get_verdict_display, "badge"),
    ],
    ("member", "activity"),
    "-on",
    "map-pin",
    key="check-ins",
    export_permission="activities.activity.export",
    empty_title=_("No visits stand behind this number"),
)
credit_rows = of_kind(
    DealCredit,
    [
        Column("deal", _("Deal"), kind="record"),
        Column("member", _("Member"), kind="member"),
        Column("percent", _("Share")),
        amount("amount", _("Amount")),
        Column("credited_on", _("Counts on"), kind="date", order="credited_on"),
    ],
    ("deal", "member"),
    "-credited_on",
    "users",
)
score_rows = of_kind(
    AccountScore,
    [
        Column("account", _("Account"), kind="record"),
        Column("owner", _("Owner"), kind="member"),
        Column("percent", _("Complete"), lambda row: f"{row.percent} %", order="percent"),
        Column("valid_from", _("So since"), kind="date", order="valid_from"),
    ],
    ("account", "owner"),
    "percent",
    "checklist",
    export_permission="crm.account.export",
)
stay_rows = of_kind(
    PoolStay,
    [
        Column("name", _("Name"), str, "link"),
        Column("came_by", _("How it came"), PoolStay.get_came_by_display),
        Column("came_on", _("Came on"), kind="date", order="came_on"),
        Column("former_owner", _("Former owner"), kind="member"),
        Column("left_by", _("How it left"), PoolStay.get_left_by_display),
        Column("left_on", _("Left on"), kind="date", order="left_on"),
        Column("new_owner", _("New owner"), kind="member"),
    ],
    ("former_owner", "new_owner"),
    "-came_on",
    "ripple",
    export_permission="crm.account.export",
)
call_rows = of_kind(
    Call,
    [
        Column("activity", _("Call"), kind="record"),
        Column("member", _("Member"), kind="member"),
        Column("on", _("Done on"), kind="date", order="on"),
        Column("direction", _("Direction"), Call.get_direction_display),
        Column("talked", _("Talk time")),
    ],
    ("member", "activity"),
    "-on",
    "phone",
    key="calls",
    export_permission="activities.activity.export",
    empty_title=_("No calls stand behind this number"),
)


ROWS |= {
    DealCredit: credit_rows,
    Call: call_rows,
    CheckIn: check_in_rows,
    Deal: deal_rows,
    Activity: activity_rows,
    Task: task_rows,
    Member: member_rows,
    Account: account_rows,
    AccountScore: score_rows,
    Contact: contact_rows,
    StageChange: step_rows,
    Lead: lead_rows,
    PoolStay: stay_rows,
    Contract: contract_rows,
    Instalment: instalment_rows,
    Receipt: receipt_rows,
    Invoice: invoice_rows,
    Allocation: allocation_rows,
}
