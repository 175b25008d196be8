"""What is asked for about receipts and invoices."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.core import money
from muster.core.fields import default_currency
from muster.core.forms import MoneyInput, VerbForm, key_of
from muster.core.periods import today
from muster.crm.forms.records import OwnedForm
from muster.crm.models import Contract, Instalment, Invoice, Receipt
from muster.crm.queries.receivables import open_instalments

SHOWN = 12
TO = "to_"
REASON = forms.Textarea(attrs={"rows": 2})


class ReceiptForm(OwnedForm):
    """The page proposes: the oldest due first. Amounts typed at instalments say otherwise; over the API it is
    `wanted`."""

    spread = forms.ChoiceField(
        label=_("used for"),
        choices=[("due", _("Oldest due first")), ("advance", _("Advance: allocate later"))],
        initial="due",
        required=False,
        widget=forms.RadioSelect,
    )
    wanted = forms.JSONField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Receipt
        fields = [
            "account",
            "contract",
            "amount",
            "currency",
            "received_on",
            "method",
            "payer",
            "reference",
            "collector",
            "note",
        ]
        first = ("account", "contract", "amount", "currency", "received_on", "method", "payer", "reference")
        money = {"amount": "currency"}
        lookups = ("account", "contract", "collector")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contract"].required = False
        self.initial.setdefault("received_on", today())
        self.initial.setdefault("spread", "due")
        self.open = self._open()
        for row in self.open:
            self.fields[f"{TO}{row.pk}"] = MoneyInput(required=False, label=str(row))

    def _open(self) -> list[Instalment]:
        """What could be paid, of the contract or the customer that are known so far."""
        contract, account = (
            key_of(self.data.get(name) or self.initial.get(name) or "") for name in ("contract", "account")
        )
        if not contract and not account:
            return []
        rows = open_instalments(self.actor).select_related("contract")
        rows = rows.filter(contract=contract) if contract else rows.filter(contract__account=account)
        return list(rows.order_by("due_on", "contract", "number")[:SHOWN])

    @property
    def proposals(self) -> list[dict[str, Any]]:
        return [{"row": row, "field": self[f"{TO}{row.pk}"]} for row in self.open]

    @property
    def further(self) -> list[forms.BoundField]:
        return [self["collector"], self["note"]]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        wanted, unit = {}, values.get("currency") or default_currency()
        for row in self.open:
            if text := values.pop(f"{TO}{row.pk}", ""):
                try:
                    wanted[row.pk] = money.to_minor(text, unit)
                except ValueError as error:
                    self.add_error(f"{TO}{row.pk}", str(error))
        sent = values.pop("wanted", None)
        if sent and not _is_wanted(sent):
            self.add_error("wanted", gettext("Write for each instalment its amount in minor units, as {“12”: 30000}."))
            sent = None
        chosen = wanted or {int(key): minor for key, minor in (sent or {}).items()}
        advance = values.pop("spread", "") == "advance"
        values["said"] = {"wanted": chosen or None, "advance": advance and not chosen}
        return values

    def written(self) -> dict[str, Any]:
        values = super().written()
        return {**values, **values.pop("said", {})}


def _is_wanted(sent: Any) -> bool:
    return isinstance(sent, dict) and all(
        str(key).isdigit() and isinstance(minor, int) and not isinstance(minor, bool) for key, minor in sent.items()
    )


class WantedForm(VerbForm):
    wanted = forms.JSONField(
        label=_("amounts by instalment"), required=False, widget=forms.HiddenInput
    )  # {instalment: minor units}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        sent = values.get("wanted")
        if sent and not _is_wanted(sent):
            self.add_error("wanted", gettext("Write for each instalment its amount in minor units, as {“12”: 30000}."))
            sent = None
        values["wanted"] = {int(key): minor for key, minor in sent.items()} if sent else None
        return values


class AllocateForm(WantedForm):
    on = forms.DateField(label=_("counts on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class RefundForm(WantedForm):
    money = ("amount",)
    amount = MoneyInput(label=_("amount that goes back"))
    on = forms.DateField(label=_("on"), required=False)
    note = forms.CharField(label=_("reason"), max_length=300)
    reference = forms.CharField(label=_("reference"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        row: Receipt = self.row
        places = len(str(money.scale(row.currency))) - 1
        self.fields["amount"].initial = f"{money.major(row.amount - row.refunded, row.currency):.{places}f}"
        self.fields["amount"].help_text = gettext(
            "First what is an advance goes back, then what instalments got, pro rata."
        )


class VoidForm(VerbForm):
    reason = forms.CharField(label=_("reason"), max_length=300, widget=REASON)


class InvoiceForm(VerbForm):
    """An invoice on a contract."""

    money = ("amount",)
    number = forms.CharField(label=_("number"), max_length=40)
    kind = forms.ChoiceField(label=_("kind"), choices=Invoice.Kind.choices, initial=Invoice.Kind.SPECIAL)
    amount = MoneyInput(label=_("amount with tax"))
    tax_rate = forms.DecimalField(label=_("tax rate, %"), max_digits=5, decimal_places=2, min_value=0, max_value=100)
    issued_on = forms.DateField(label=_("issued on"), required=False)
    title = forms.CharField(
        label=_("invoice title"), max_length=200, required=False, help_text=_("Empty: as the customer gave it.")
    )
    tax_no = forms.CharField(label=_("tax number"), max_length=30, required=False)
    note = forms.CharField(label=_("note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Contract = self.row
        places = len(str(money.scale(row.currency))) - 1
        self.fields["amount"].initial = f"{money.major(max(row.total - row.invoiced, 0), row.currency):.{places}f}"
        self.fields["tax_rate"].initial = row.tax_rate
        self.fields["issued_on"].initial = today


class RedForm(VerbForm):
    money = ("amount",)
    number = forms.CharField(label=_("number of the red letter"), max_length=40)
    amount = MoneyInput(label=_("amount taken back"), required=False, help_text=_("Empty: all that is left of it."))
    issued_on = forms.DateField(label=_("issued on"), required=False)
    note = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"].initial = today


class LinkForm(VerbForm):
    lookups = ("receipt",)
    receipt = forms.ModelChoiceField(Receipt.objects.none(), label=_("receipt"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["receipt"]
        field.queryset = field.queryset.filter(account=self.row.account_id, voided_on=None)
