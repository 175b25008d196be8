"""The demo company's contracts: some paid, some half, one overdue, an advance, a refund, invoices, quotes on offer."""

import datetime as dt
from decimal import Decimal

from muster.core.shares import split
from muster.crm.actions.amendment import amend_contract
from muster.crm.actions.contract import contract_of_deal, sign_contract
from muster.crm.actions.invoice import invoice_data, issue_invoice, red_invoice
from muster.crm.actions.plan import from_template
from muster.crm.actions.quote import quote_lines, quotes, send_quote
from muster.crm.actions.receipt import record_receipt, refund_receipt
from muster.crm.models import Contract, Deal, Instalment, Receipt
from muster.web.seed.people import Company

TEAM = "R1-1-1"
OF_TEAM, OF_OTHERS, QUOTES = 24, 36, 12
PATTERNS = [("30", "60", "10"), ("50", "50"), ("100",), ("30", "40", "20", "10")]
NAMES = ("预付款", "进度款", "验收款", "质保金")
BANKS = ("招商银行", "中国工商银行", "中国建设银行", "中国银行")


def make_contracts(firm: Company) -> None:
    """Of the latest won deals, those of the shown team first."""
    won = Deal.objects.unscoped("seed").filter(status="won", amount__gt=0).exclude(account=None)
    won = won.select_related("account", "owner", "product").order_by("-closed_on", "pk")
    team = list(won.filter(owner__unit=firm.units[TEAM], owner__left_on=None)[:OF_TEAM])
    others = won.exclude(pk__in=[one.pk for one in team]).filter(owner__left_on=None)
    for at, deal in enumerate([*team, *others[:OF_OTHERS]]):
        _contract(firm, at, deal)
    _advance(firm, team[1])
    _refund(firm)
    _quotes(firm)


def _contract(firm: Company, at: int, deal: Deal) -> None:
    first = deal.closed_on + dt.timedelta(days=14)
    plan = from_template([Decimal(one) for one in PATTERNS[at % len(PATTERNS)]], first, 1)
    contract = contract_of_deal(firm.actor, deal, plan=plan)
    rows = list(Instalment.objects.unscoped("seed").filter(contract=contract).order_by("number"))
    for row, name in zip(rows, NAMES, strict=False):
        row.name = name if len(rows) > 1 else "全款"
    Instalment.objects.unscoped("seed").bulk_update(rows, ["name"])
    if at % 11 == 10:
        return  # still a draft
    sign_contract(firm.actor, contract, on=deal.closed_on)
    _details(firm, at, contract)
    _receive(firm, at, contract, [one for one in rows if one.due_on <= firm.day])
    _invoice(firm, at, contract)
    if at % 9 == 1:
        _amend(firm, at, contract)


def _amend(firm: Company, at: int, contract: Contract) -> None:
    """The customer wants more, or later."""
    fresh = Contract.objects.unscoped("seed").get(pk=contract.pk)
    if at % 2:
        more = fresh.amount + fresh.amount // 10
        amend_contract(firm.actor, fresh, amount=more, on=firm.day, reason="客户追加采购，签订补充协议。")
    else:
        ends = (fresh.ends_on or firm.day) + dt.timedelta(days=90)
        amend_contract(firm.actor, fresh, ends_on=ends, on=firm.day, reason="客户要求分批交货，合同延期三个月。")


def _details(firm: Company, at: int, contract: Contract) -> None:
    account = contract.account
    if not hasattr(account, "invoice_data"):
        said = {"title": account.name, "tax_no": f"9131{10**13 + account.pk * 7919:014d}"}
        number = f"6222{10**14 + account.pk * 104_729}"
        invoice_data.create(firm.actor, account=account, bank=BANKS[at % 4], bank_account=number, **said)


def _receive(firm: Company, at: int, contract: Contract, due: list[Instalment]) -> None:
    """Most pay on time or some days late; every fifth customer is behind with his last payment, one in ten with a
    part."""
    for number, row in enumerate(due):
        if number == len(due) - 1 and at % 5 == 2:
            return
        amount = row.amount if at % 10 != 4 or number < len(due) - 1 else split(row.amount, [2, 3])[0]
        day = min(row.due_on + dt.timedelta(days=firm.random.choice([-2, 0, 0, 1, 3, 6])), firm.day)
        said = {"reference": f"CMB{contract.pk:05d}{number}", "payer": contract.account.name}
        given = {"account": contract.account, "contract": contract, "wanted": {row.pk: amount}}
        record_receipt(firm.actor, amount=amount, received_on=max(day, contract.signed_on or day), **given, **said)


def _invoice(firm: Company, at: int, contract: Contract) -> None:
    contract.refresh_from_db()
    if not contract.received:
        return
    said = {"number": f"2631{contract.pk:08d}{at:08d}", "issued_on": firm.day - dt.timedelta(days=at % 20)}
    invoice = issue_invoice(firm.actor, contract=contract, amount=contract.received, **said)
    if at == 3:
        red_invoice(firm.actor, invoice, number=f"R{said['number']}", amount=invoice.amount // 4, note="开票金额有误")


def _advance(firm: Company, deal: Deal) -> None:
    said = {"reference": "CMB-ADV-1", "payer": deal.account.name if deal.account else "", "collector": deal.owner}
    amount, day = 50_000_00, firm.day - dt.timedelta(days=3)
    record_receipt(firm.actor, account=deal.account, amount=amount, received_on=day, advance=True, **said)


def _refund(firm: Company) -> None:
    row = Receipt.objects.unscoped("seed").filter(allocated__gt=0, amount__gt=0).order_by("pk")[5]
    part = split(row.amount, [1, 4])[0]
    refund_receipt(firm.actor, row, amount=part, on=firm.day - dt.timedelta(days=1), note="减少采购数量，退还差额")


def _quotes(firm: Company) -> None:
    """Two out of three are sent."""
    open_deals = Deal.objects.unscoped("seed").filter(status="open", amount__gt=0, owner__left_on=None)
    rows = open_deals.exclude(account=None).exclude(product=None).select_related("account", "owner", "product")
    team = list(rows.filter(owner__unit=firm.units[TEAM]).order_by("-amount", "pk")[:QUOTES])
    for at, deal in enumerate(team):
        said = {"name": deal.name, "account": deal.account, "deal": deal, "owner": deal.owner}
        quote = quotes.create(firm.actor, terms="含安装与一年质保。", **said)
        line = {"product": deal.product, "quantity": Decimal(1 + at % 3), "discount": Decimal((at % 4) * 2)}
        quote_lines.create(firm.actor, quote=quote, **line)
        quote_lines.create(firm.actor, quote=quote, name="安装调试", unit_price=8_000_00, tax_rate=Decimal(6))
        if at % 3:
            quote.refresh_from_db()
            send_quote(firm.actor, quote)
