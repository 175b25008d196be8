"""What is asked for about leads."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.fields import default_currency
from muster.core.forms import ActorForm, MoneyInput, VerbForm, key_of
from muster.crm.forms.records import NOTES, DistinctForm
from muster.crm.models import Account, Lead, LeadReason, LeadSource, LeadStep


class LeadForm(DistinctForm):
    alike: ClassVar = {"name": "company", "phone": "phone", "email": "email"}

    class Meta:
        model = Lead
        fields = [
            "name",
            "company",
            "title",
            "phone",
            "email",
            "wechat",
            "source",
            "level",
            "industry",
            "city",
            "product",
            "owner",
            "came_on",
            "notes",
        ]
        first = ("name", "company", "title", "phone", "email", "wechat", "source")
        lookups = ("product", "owner")
        widgets = {"notes": NOTES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        kept = key_of(self.initial.get("source"))
        field.queryset = field.queryset.filter(is_active=True) | field.queryset.filter(pk=kept or 0)
        if "came_on" in self.fields:
            self.fields["came_on"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "came_on" in values and values["came_on"] is None:
            values.pop("came_on")
            self.instance.came_on = Lead._meta.get_field("came_on").get_default()
        return values


class LeadSourceForm(ActorForm):
    class Meta:
        model = LeadSource
        fields = ["name", "name_zh", "is_active"]


class LeadReasonForm(ActorForm):
    class Meta:
        model = LeadReason
        fields = ["name", "name_zh"]


class LeadStepForm(ActorForm):
    class Meta:
        model = LeadStep
        fields = ["days", "does"]


class DisqualifyForm(VerbForm):
    reason = forms.ModelChoiceField(
        LeadReason.objects.none(), label=_("why"), empty_label=None, widget=forms.RadioSelect, required=True
    )
    note = forms.CharField(label=_("note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ConvertForm(VerbForm):
    """Which customer the lead becomes, and whether with a contact and a deal. On the page a tap on a customer that was
    found (`found`) chooses it."""

    lookups = ("account",)

    account = forms.ModelChoiceField(
        Account.objects.none(),
        label=_("customer"),
        required=False,
        help_text=_("Empty: a new customer with the name of the company."),
    )
    with_contact = forms.BooleanField(label=_("add as contact"), required=False, initial=True)
    with_deal = forms.BooleanField(label=_("open a deal"), required=False)
    deal_name = forms.CharField(label=_("name of the deal"), max_length=200, required=False)
    amount = MoneyInput(label=_("amount"), required=False)
    expected_on = forms.DateField(label=_("expected to close on"), required=False)
    money = ("amount",)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and data.get("found") and not data.get("account"):
            data = data.copy()
            data["account"] = data["found"]
        super().__init__(data, *args, **kwargs)
        self.fields["deal_name"].widget.attrs["placeholder"] = self.row.company or self.row.name
        self.fields["amount"].label = f"{self.fields['amount'].label} ({default_currency()})"

    def clean(self) -> dict[str, Any]:
        self.row.currency = default_currency()
        values = super().clean()
        said = any(values.get(name) for name in ("deal_name", "amount", "expected_on"))
        if said and not values.get("with_deal"):
            self.add_error("with_deal", _("You described a deal: tick this, or empty its fields."))
        return values
