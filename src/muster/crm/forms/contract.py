"""What is asked for about quotes and contracts."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.core import money
from muster.core.forms import ActorForm, MoneyInput, VerbForm
from muster.core.periods import today
from muster.crm.actions.plan import MOST_INSTALMENTS, Part, equal_shares, from_template
from muster.crm.forms.records import NOTES, OwnedForm
from muster.crm.models import AccountInvoiceData, Contract, NumberSeries, Product, Quote
from muster.crm.models.priced import Line

REASON = forms.Textarea(attrs={"rows": 2})
SPARE_ROWS = 4
LINE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[\s,;\t]+(\S+)(?:[\s,;\t]+(.*))?")
REST = ("rest", "余款", "*")


class ContractForm(OwnedForm):
    class Meta:
        model = Contract
        fields = [
            "name",
            "account",
            "deal",
            "amount",
            "currency",
            "tax_included",
            "tax_rate",
            "starts_on",
            "ends_on",
            "number",
            "their_number",
            "owner",
            "terms",
            "notes",
        ]
        first = ("name", "account", "deal", "amount", "currency", "tax_included", "tax_rate", "starts_on", "ends_on")
        money = {"amount": "currency"}
        lookups = ("account", "deal", "owner")
        widgets = {"notes": NOTES, "terms": NOTES}
        help_texts = {"number": _("Empty: the next one of the series."), "amount": _("With lines it is their sum.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["number"]
            if self.instance.status != Contract.Status.DRAFT:
                for name in ("account", "deal", "amount", "currency", "tax_included", "tax_rate"):
                    self.fields.pop(name, None)
        if "amount" in self.fields:
            self.fields["amount"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "amount" in values and values["amount"] is None:
            values["amount"] = 0
        return values


class QuoteForm(OwnedForm):
    class Meta:
        model = Quote
        fields = [
            "name",
            "account",
            "contact",
            "deal",
            "amount",
            "currency",
            "tax_included",
            "tax_rate",
            "valid_until",
            "owner",
            "terms",
        ]
        first = ("name", "account", "contact", "deal", "currency", "tax_included", "tax_rate", "valid_until", "terms")
        money = {"amount": "currency"}
        lookups = ("account", "contact", "deal", "owner")
        widgets = {"terms": NOTES}
        help_texts = {"amount": _("With lines it is their sum.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "amount" in values and values["amount"] is None:
            values["amount"] = 0
        return values


class LineForm(VerbForm):
    """A line, asked for on what it is to belong to or, to change it, on itself."""

    money = ("unit_price",)
    lookups = ("product",)

    product = forms.ModelChoiceField(Product.objects.none(), label=_("product"), required=False)
    name = forms.CharField(
        label=_("what is sold"), max_length=200, required=False, help_text=_("Empty: the name of the product.")
    )
    quantity = forms.DecimalField(
        label=_("quantity"), max_digits=12, decimal_places=3, required=False, min_value=Decimal("0.001"), initial=1
    )
    unit_price = MoneyInput(label=_("unit price"), required=False, help_text=_("Empty: the list price of the product."))
    discount = forms.DecimalField(
        label=_("discount, %"), max_digits=5, decimal_places=2, required=False, min_value=0, max_value=100
    )
    tax_rate = forms.DecimalField(
        label=_("tax rate, %"),
        max_digits=5,
        decimal_places=2,
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Empty: that of the whole."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes = isinstance(self.row, Line)
        if self.changes:
            self.initial.update(
                {name: getattr(self.row, name) for name in ("name", "quantity", "discount", "tax_rate")}
            )
            self.initial["product"] = self.row.product_id
            places = len(str(money.scale(self.row.currency))) - 1
            if self.row.unit_price is not None:
                self.initial["unit_price"] = f"{money.major(self.row.unit_price, self.row.currency):.{places}f}"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.changes:  # of a change over the API only what was sent
            values = {name: value for name, value in values.items() if name in self.data}
        for name, usual in (("quantity", Decimal(1)), ("discount", Decimal(0))):
            if name in values and values[name] is None:
                values[name] = usual
        if values.get("product") is None and not self.changes:
            if not values.get("name"):
                self.add_error("name", gettext("Choose a product, or say in words what is sold."))
            if values.get("unit_price") is None and "unit_price" not in self.errors:
                self.add_error("unit_price", gettext("Without a product the price has to be typed."))
        return values


class OnForm(VerbForm):
    on = forms.DateField(label=_("on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class TerminateForm(OnForm):
    reason = forms.CharField(label=_("reason"), max_length=300, widget=REASON)


class PlanRows(forms.Textarea):
    """A plan as rows of day, share and name on the page; over the API a line each: “2026-07-01 30% first”."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        if not hasattr(data, "getlist") or f"{name}_due" not in data:
            return str(data.get(name) or "")
        rows = zip(*(data.getlist(f"{name}_{part}") for part in ("due", "share", "name")), strict=False)
        return "\n".join(f"{due} {share.replace(' ', '')} {text}".strip() for due, share, text in rows if due or share)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        rows = [_row(line) for line in str(value or "").splitlines() if line.strip()]
        return render_to_string("crm/plan_rows.html", {"name": name, "rows": rows + [("", "", "")] * SPARE_ROWS})


def _row(line: str) -> tuple[str, str, str]:
    found = LINE.fullmatch(line.strip())
    return (found[1], found[2], found[3] or "") if found else ("", line, "")


class PlanForm(VerbForm):
    plan = forms.CharField(
        label=_("payments"),
        widget=PlanRows,
        help_text=_("A share is 30% or an amount; “rest” takes what is left. All together are the whole contract."),
    )
    reason = forms.CharField(
        label=_("reason"),
        max_length=300,
        required=False,
        help_text=_("Asked for once money has come in: it stands in the history."),
    )

    def clean_plan(self) -> list[Part]:
        lines = [line.strip() for line in self.cleaned_data["plan"].splitlines() if line.strip()]
        if len(lines) > MOST_INSTALMENTS:
            raise ValidationError(gettext("A plan has at most %(most)s payments.") % {"most": MOST_INSTALMENTS})
        return [_part(at, line, self.row.currency) for at, line in enumerate(lines, start=1)]


def _part(at: int, line: str, currency: str) -> Part:
    found = LINE.fullmatch(line)
    try:
        if found is None:
            raise ValueError(gettext("write a day and a share, as 2026-07-01 30%."))
        day, share, name = dt.date.fromisoformat(found[1]), found[2], (found[3] or "").strip()[:100]
        if share in REST:
            return Part(day, name=name)
        if share.endswith(("%", "％")):
            return Part(day, percent=Decimal(share[:-1]).quantize(Decimal("0.0001")), name=name)
        return Part(day, amount=money.to_minor(share, currency), name=name)
    except (ValueError, InvalidOperation) as error:
        why = str(error) if isinstance(error, ValueError) else gettext("“%(text)s” is no share.") % {"text": line[:40]}
        raise ValidationError(gettext("Payment %(number)s: %(why)s") % {"number": at, "why": why}) from error


class AmendForm(PlanForm):
    """What is agreed anew on a signed contract: each of the three as far as it changes."""

    money = ("amount",)

    on = forms.DateField(label=_("agreed on"), required=False)
    amount = MoneyInput(label=_("new amount"), required=False)
    ends_on = forms.DateField(label=_("new end"), required=False)
    plan = forms.CharField(
        label=_("payments"),
        widget=PlanRows,
        required=False,
        help_text=_("Empty: what is still open is parted anew as it was, and all together are the new amount."),
    )
    reason = forms.CharField(label=_("reason"), max_length=300)
    field_order = ("on", "reason", "amount", "ends_on", "plan")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        self.fields["amount"].help_text = _("with tax") if self.row.tax_included else _("without tax")

    def clean_plan(self) -> list[Part]:
        return super().clean_plan() if self.cleaned_data.get("plan") else []


class TemplateForm(VerbForm):
    """A plan made by a pattern."""

    shares = forms.CharField(
        label=_("shares in per cent"),
        max_length=200,
        initial="30/60/10",
        help_text=_("30/60/10, or ×12 for twelve equal payments."),
    )
    first_on = forms.DateField(label=_("first payment due on"))
    every = forms.IntegerField(label=_("months between payments"), min_value=0, max_value=60, initial=1)
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_on"].initial = today

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.errors:
            return values
        shares = read_shares(self, values["shares"])
        plan = from_template(shares, values["first_on"], values["every"])
        return {"plan": plan, "reason": values["reason"]}


def read_shares(form: Any, text: str) -> list[Decimal]:
    """“30/60/10” or “×12” as shares in per cent; what is wrong stands at the form."""
    text = text.strip().lower()
    if count := re.fullmatch(r"[x×*](\d{1,3})", text):
        if 1 <= int(count[1]) <= MOST_INSTALMENTS:
            return equal_shares(int(count[1]))
    else:
        try:
            found = [Decimal(one.strip().rstrip("%％")) for one in re.split(r"[/、,，]", text)]
            if all(one.is_finite() and one > 0 for one in found):
                return [one.quantize(Decimal("0.0001")) for one in found]
        except InvalidOperation:
            pass
    form.add_error("shares", gettext("Write shares as 30/60/10, or ×12 for twelve equal payments."))
    return []


class DealContractForm(TemplateForm):
    """From a won deal to a contract: what to call it, and how it is paid."""

    name = forms.CharField(label=_("name"), max_length=200)
    field_order = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.row.name
        self.fields["shares"].initial = "100"
        del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.setdefault("reason", "")
        values = super().clean()
        return values if self.errors else {"name": self.cleaned_data["name"], "plan": values["plan"]}


class InvoiceDataForm(ActorForm):
    bank_account = forms.CharField(label=_("bank account"), max_length=64, required=False)

    class Meta:
        model = AccountInvoiceData
        fields = ["account", "title", "tax_no", "bank", "bank_account", "address", "phone"]
        lookups = ("account",)


class SeriesForm(ActorForm):
    class Meta:
        model = NumberSeries
        fields = ["pattern", "digits"]
