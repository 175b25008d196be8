"""What is asked for about customers and deals. `Meta.first` are the fields shown at once; the others unfold."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from muster.core import money
from muster.core.forms import ActorForm, MoneyInput, VerbForm
from muster.core.periods import today
from muster.crm.forms.address import HELP, PROVINCE, WithAddress
from muster.crm.forms.asks import Asking
from muster.crm.forms.duplicates import LooksForDouble
from muster.crm.models import (
    Account,
    AccountMember,
    Contact,
    Deal,
    DealCompetitor,
    LossReason,
    Pipeline,
    Product,
    RoutingRule,
    Stage,
)
from muster.crm.models.address import PARTS
from muster.crm.routed import kind_of, kinds
from muster.people.models import Member, Skill

NOTES = forms.Textarea(attrs={"rows": 3})


class OwnedForm(ActorForm):
    """The owner is chosen once; afterwards the record changes hands by a transfer."""

    Meta: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("owner", None)

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.Meta.first]

    @property
    def further(self) -> list[forms.BoundField]:
        return [one for one in self.plain_fields if one.name not in self.Meta.first]

    @property
    def unfold(self) -> bool:
        """Something in the further fields is filled in by hand or wrong: show them."""
        return bool(self.instance.pk) or any(one.errors for one in self.further)


class DistinctForm(LooksForDouble, OwnedForm):
    """Of a new record it is asked whether there is one like it already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_reason()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.look_for_double(values)
        return values


class AccountForm(WithAddress, DistinctForm):
    alike: ClassVar = {"name": "name", "phone": "phone", "website": "website", "code": "credit_code"}
    website = forms.URLField(label=_("website"), max_length=200, required=False, assume_scheme="https")

    class Meta:
        model = Account
        fields = [
            "name",
            "industry",
            "level",
            "province",
            "city",
            "phone",
            "website",
            "credit_code",
            "source",
            "owner",
            "parent",
            "district",
            "address",
            "postcode",
            "country",
            "founded_in",
            "employees",
            "annual_revenue",
            "currency",
            "contract_ends_on",
            "notes",
        ]
        first = ("name", "industry", "level", "province", "city", "phone")
        money = {"annual_revenue": "currency"}
        lookups = ("owner", "parent")
        widgets = {"notes": NOTES, "province": PROVINCE}
        help_texts = {"address": HELP}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.split(values)
        return values


class ContactForm(WithAddress, DistinctForm):
    alike: ClassVar = {"phone": "phone", "email": "email"}

    class Meta:
        model = Contact
        fields = [
            *("name", "account", "title", "phone", "email", "wechat", "decides", "owner", "notes"),
            *PARTS,
            *("no_mail", "no_calls", "no_messages", "opt_out_on", "opt_out_source"),
        ]
        first = ("name", "account", "title", "phone", "email", "wechat", "decides")
        lookups = ("account", "owner")
        widgets = {"notes": NOTES, "province": PROVINCE}
        help_texts = {"address": HELP}

    def clean(self) -> dict[str, Any]:
        """Who is not to be written to or called any more: it is kept how we know."""
        values = super().clean()
        self.split(values)
        asked = any(values.get(name) for name in Contact.CHANNELS.values() if name in self.changed_data)
        if asked and "opt_out_source" in self.fields and not values.get("opt_out_source"):
            self.add_error("opt_out_source", gettext("Say how the contact asked for it, for example on the phone."))
        if (day := values.get("opt_out_on")) and day > today():
            self.add_error("opt_out_on", gettext("This day is still to come: give the day on which it was asked for."))
        return values


class StageChoice(forms.ModelChoiceField):
    """Open stages; with the pipeline's name where there are several."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.pipeline} · {obj}" if self.several else str(obj)

    several = False


class DealForm(OwnedForm):
    stage = StageChoice(Stage.objects.none(), label=_("stage"), required=False)

    class Meta:
        model = Deal
        fields = [
            "name",
            "account",
            "amount",
            "currency",
            "stage",
            "expected_on",
            "next_step",
            "contact",
            "product",
            "source",
            "tax_included",
            "tax_rate",
            "opened_on",
            "owner",
            "notes",
        ]
        first = ("name", "account", "amount", "currency", "stage", "expected_on", "next_step")
        money = {"amount": "currency"}
        lookups = ("account", "contact", "product", "owner")
        widgets = {"notes": NOTES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["stage"]
            return
        field: Any = self.fields["stage"]
        live = Stage.objects.visible_to(self.actor).filter(kind=Stage.Kind.OPEN, archived_at=None)
        live = live.filter(pipeline__archived_at=None).select_related("pipeline")
        field.queryset = live.order_by("-pipeline__is_default", "pipeline__position_no", "pipeline", "position_no")
        stages = list(field.queryset)
        field.several = len({one.pipeline_id for one in stages}) > 1
        field.empty_label = None
        if stages:
            self.initial.setdefault("stage", stages[0].pk)

    def clean_tax_rate(self) -> Any:
        """What is left out stays as it is."""
        given = self.cleaned_data["tax_rate"]
        return self.instance.tax_rate if given is None else given

    def written(self) -> dict[str, Any]:
        return {key: value for key, value in super().written().items() if value is not None or key != "stage"}


class ProductForm(OwnedForm):
    class Meta:
        model = Product
        fields = ["code", "name", "family", "list_price", "currency", "is_active", "certificate"]
        first = ("code", "name", "family", "list_price", "currency", "is_active")
        lookups = ("certificate",)
        money = {"list_price": "currency"}


class PipelineForm(ActorForm):
    class Meta:
        model = Pipeline
        fields = ["name", "name_zh", "position_no", "is_default"]


class LossReasonForm(ActorForm):
    class Meta:
        model = LossReason
        fields = ["name", "name_zh"]


class WinForm(VerbForm):
    money = ("amount",)
    amount = MoneyInput(label=_("final amount"))
    on = forms.DateField(label=_("won on"), required=False)
    note = forms.CharField(label=_("note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.row
        self.fields["on"].initial = today
        self.fields["amount"].label = f"{self.fields['amount'].label} ({row.currency})"
        if row.amount is not None:
            places = len(str(money.scale(row.currency))) - 1
            self.fields["amount"].initial = f"{money.major(row.amount, row.currency):.{places}f}"


class _LoseForm(VerbForm):
    reason = forms.ModelChoiceField(
        LossReason.objects.none(), label=_("why"), empty_label=None, widget=forms.RadioSelect, required=True
    )
    on = forms.DateField(label=_("lost on"), required=False)
    note = forms.CharField(label=_("note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class _Winner(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.competitor)


class LoseForm(_LoseForm):
    """Where competitors are on the deal it is asked which of them won."""

    winner = _Winner(
        DealCompetitor.objects.none(), label=_("who won it"), empty_label=None, widget=forms.RadioSelect, required=False
    )
    nobody = forms.BooleanField(label=_("none of them, or not known"), required=False)
    field_order = ("reason", "winner", "nobody")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["winner"]
        rows = DealCompetitor.objects.visible_to(self.actor).filter(deal=self.row, archived_at=None)
        if rows.exists():
            field.queryset = rows.select_related("competitor")
        else:
            del self.fields["winner"], self.fields["nobody"]


class MoveForm(VerbForm):
    stage = forms.ModelChoiceField(Stage.objects.none(), label=_("stage"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stage"]
        field.queryset = field.queryset.filter(pipeline=self.row.pipeline_id)


class TransferForm(VerbForm):
    lookups = ("owner",)
    owner = forms.ModelChoiceField(Member.objects.none(), label=_("new owner"))


class TeamForm(VerbForm):
    lookups = ("member",)
    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    part = forms.CharField(label=_("part"), max_length=100, required=False)
    level = forms.ChoiceField(
        label=pgettext_lazy("of a team member", "may"),
        choices=AccountMember.Level.choices,
        initial=AccountMember.Level.EDIT,
        required=False,
    )
    until = forms.DateField(label=_("valid until"), required=False, help_text=_("Empty: without an end."))
    with_deals = forms.BooleanField(label=_("its deals too"), required=False, help_text=_("To see, not to change."))


class TeamTermsForm(TeamForm):
    """The same for somebody who is on the team."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["member"]
        for name in ("part", "level", "until", "with_deals"):
            self.fields[name].initial = getattr(self.row, name)


class RoutingRuleForm(Asking, ActorForm):
    """On the page what a rule asks of a record is a field for each filter of its kind; over the API it is `asks`."""

    kind = forms.ChoiceField(label=_("of what"), choices=lambda: [(one.key, one.label) for one in kinds()])
    asks = forms.JSONField(label=_("what it asks of a record"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = RoutingRule
        fields = [
            "name",
            "kind",
            "rank",
            "unit",
            "position",
            "only_named",
            "mode",
            "same_territory",
            "wins_count",
            "works_from",
            "works_to",
            "capacity",
            "cap",
            "cap_per",
        ]
        widgets = {
            "works_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "works_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("asks", self.instance.asks)
        kind = kind_of(self.data.get("kind") or self.initial.get("kind") or self.instance.kind)
        if kind is not None:
            self.add_asks(kind.filters(), ("name", "kind", "rank"))
        if self.instance.pk or kind is not None:
            self.fields["kind"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        return self.read_asks(super().clean())


class RequireForm(VerbForm):
    lookups = ("skill",)

    skill = forms.ModelChoiceField(Skill.objects.none(), label=_("skill"))
    level = forms.IntegerField(
        label=_("level"), min_value=0, max_value=5, initial=3, help_text=_("1 to 5; 0: no longer asked for.")
    )


class SeatForm(VerbForm):
    """What is different for one member; empty is as the rule says."""

    lookups = ("member",)

    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    takes_part = forms.BooleanField(label=_("takes part"), required=False, initial=True)
    weight = forms.DecimalField(
        label=_("weight"),
        required=False,
        min_value=0,
        max_digits=4,
        decimal_places=2,
        help_text=_("2: twice as many as others; 0.5: half."),
    )
    capacity = forms.IntegerField(label=_("most held at once"), required=False, min_value=0)
    cap = forms.IntegerField(label=_("most given"), required=False, min_value=0)
