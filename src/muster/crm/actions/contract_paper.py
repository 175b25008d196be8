"""A contract as it is signed: both sides, lines, payments, terms and where to sign; all amounts as text."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core import money, pdf
from muster.core.fields import is_open
from muster.crm.actions.contract import lines_of
from muster.crm.actions.contract_approval import standing
from muster.crm.actions.paper import letterhead
from muster.crm.models import Account, AccountInvoiceData, Contract, ContractLine, Instalment
from muster.crm.models.paper import OURS, TERMS

Pairs = list[tuple[str, Any]]


def language_of(asked: str, usual: str) -> str:
    """ASKED or else USUAL as a code of settings.LANGUAGES, however it is written; English where neither is one."""
    for said in (asked, usual):
        if found := next((code for code, _name in settings.LANGUAGES if said and code[:2] == said[:2].lower()), ""):
            return found
    return "en"


def contract_pdf(actor: Actor, contract: Contract, language: str) -> bytes:
    """CONTRACT, which ACTOR sees, on paper in LANGUAGE (a code of settings.LANGUAGES). Takes about half a second."""
    with translation.override(language):
        said = paper(actor, contract)
    return pdf.render("crm/contract.typ", said, language)


def paper(actor: Actor, contract: Contract) -> dict[str, Any]:
    """What stands on it, in the language that is active. A signed one keeps our name and the terms of its day."""
    unit, lines = contract.currency, lines_of(contract)
    ours = contract.paper or letterhead().said()
    common = ours.get(TERMS["zh" if (translation.get_language() or "").startswith("zh") else "en"], "")
    sums = [(_("Without tax"), contract.net), (_("Tax"), contract.tax), (_("Total with tax"), contract.total)]
    return {
        "title": contract.name,
        "number": f"{_('Contract')} {contract.number}",
        "footer": contract.number,
        "watermark": _watermark(contract),
        "facts": [pair for pair in _facts(contract) if pair[1]],
        "parties": [_customer(actor, contract), _ours(ours)],
        "heads": ["", _("What is sold"), _("Quantity"), _("Unit price"), _("Discount"), _("Tax rate"), _("Amount")],
        "lines": [_line(at, line, contract) for at, line in enumerate(lines, start=1)] or [_whole(contract)],
        "sums": [(label, money.display(amount, unit)) for label, amount in sums],
        "capitals": money.in_capitals(contract.total, unit),
        "pay_heads": ["", _("Payment"), _("Payable by"), _("Share"), _("Amount")],
        "payments": _payments(contract),
        "special": contract.terms.strip(),
        "terms": common.strip(),
        "words": {
            "lines": _("What is agreed"),
            "payments": _("Payments"),
            "special": _("Special terms"),
            "terms": _("Terms"),
            "sign": [_("Signature and seal"), _("Signed by"), _("Date")],
        },
    }


def _watermark(contract: Contract) -> str:
    """Across each page until it may be signed as it is, and once it was called off."""
    if contract.status == Contract.Status.TERMINATED:
        return _("TERMINATED")
    if contract.status != Contract.Status.DRAFT:
        return ""
    return "" if contract.total > 0 and standing(contract) in ("", "approved") else _("DRAFT")


def _facts(contract: Contract) -> Pairs:
    prices = _("with tax") if contract.tax_included else _("without tax")
    return [
        (_("The customer's number"), contract.their_number),
        (_("Signed on"), contract.signed_on),
        (_("Starts on"), contract.starts_on),
        (_("Ends on"), contract.ends_on),
        (_("Prices"), f"{prices}, {contract.currency}"),
    ]


def _customer(actor: Actor, contract: Contract) -> dict[str, Any]:
    """The buyer as invoices name him, as far as ACTOR sees that."""
    account = Account.objects.visible_to(actor).filter(pk=contract.account_id).first() or Account()
    row = AccountInvoiceData.objects.visible_to(actor).filter(account=contract.account_id, archived_at=None).first()
    bank = row.bank_account if row is not None and is_open(row, "bank_account") else ""
    said: list[str] = [
        (row and row.tax_no) or account.credit_code or "",
        (row and row.address) or account.full_address,
        (row and row.phone) or account.phone,
        row.bank if row else "",
        bank,
    ]
    return _party(_("Party A (buyer)"), (row and row.title) or contract.account.name, said)


def _ours(ours: dict[str, str]) -> dict[str, Any]:
    return _party(_("Party B (seller)"), ours.get("title", ""), [ours.get(name, "") for name in OURS[1:]])


def _party(role: str, name: str, said: list[str]) -> dict[str, Any]:
    labels = (_("Tax number"), _("Address"), _("Phone"), _("Bank"), _("Bank account"))
    return {"role": role, "name": name, "facts": [list(pair) for pair in zip(labels, said, strict=True) if pair[1]]}


def _line(at: int, line: ContractLine, contract: Contract) -> list[str]:
    rate = contract.tax_rate if line.tax_rate is None else line.tax_rate
    off = f"{line.discount.normalize():f} %" if line.discount else ""
    price, amount = (money.display(value, contract.currency) for value in (line.unit_price, line.amount))
    return [str(at), line.name, f"{line.quantity.normalize():f}", price, off, f"{rate.normalize():f} %", amount]


def _whole(contract: Contract) -> list[str]:
    amount = money.display(contract.amount, contract.currency)
    return ["1", contract.name, "1", amount, "", f"{contract.tax_rate.normalize():f} %", amount]


def _payments(contract: Contract) -> list[list[Any]]:
    rows = Instalment.objects.unscoped("payments on a contract's paper").filter(contract=contract).order_by("number")
    return [
        [
            str(row.number),
            row.name,
            row.due_on,
            f"{row.percent.normalize():f} %" if row.percent is not None else "",
            money.display(row.amount, contract.currency),
        ]
        for row in rows
    ]
