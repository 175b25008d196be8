"""What is asked for about public pools."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.core.forms import ActorForm, VerbForm
from muster.crm.forms.asks import Asking
from muster.crm.models import ClaimLimit, Pool, PoolRule, PoolSeat
from muster.crm.models.pool import effective
from muster.crm.pooled import kind_of, kinds
from muster.people.models import Member

WARNINGS = [(30, "30"), (14, "14"), (7, "7"), (3, "3"), (1, "1")]
TOUCHES = [
    ("visit", _("Visit")),
    ("call", _("Call")),
    ("meeting", _("Meeting")),
    ("email", pgettext_lazy("activity kind", "E-mail")),
    ("wechat", _("WeChat")),
]
WITHOUT_DEALS = (PoolRule.Trigger.FOLLOW_UP, PoolRule.Trigger.HELD)
MOST_LEADS = _("most leads held")
REASON = forms.Textarea(attrs={"rows": 2})


def _kinds() -> list[tuple[str, Any]]:
    return [(one.key, one.label) for one in kinds()]


class Ticks(forms.MultipleChoiceField):
    """Some of a few choices, as a list; from programs a list, too."""

    widget = forms.CheckboxSelectMultiple


class Numbers(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=[], **kwargs)


class PoolForm(Asking, ActorForm):
    kind = forms.ChoiceField(label=_("of what"), choices=_kinds)
    asks = forms.JSONField(label=_("what it asks of a record"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Pool
        fields = [
            "name",
            "kind",
            "about",
            "rank",
            "is_claimable",
            "per_day",
            "most_held",
            "won_counts",
            "cooldown_hours",
            "team_cooldown_hours",
            "looks_per_day",
            "clears_team",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("asks", self.instance.asks)
        kind = kind_of(self.data.get("kind") or self.initial.get("kind") or self.instance.kind)
        if kind is not None:
            self.add_asks(kind.asks.filters(), ("name", "kind", "about", "rank"))
        if kind is not None and kind.deals_by is None:
            self._without_deals()
        if self.instance.pk or self.initial.get("kind") or self.data.get("kind"):
            self.fields["kind"].widget = forms.HiddenInput()
        self.initial.setdefault("kind", self.instance.kind)

    def _without_deals(self) -> None:
        """Leads have bought nothing and have no team."""
        for name in ("won_counts", "clears_team"):
            del self.fields[name]
        self.fields["most_held"].label = capfirst(MOST_LEADS)

    def clean(self) -> dict[str, Any]:
        return self.read_asks(super().clean())


class PoolRuleForm(Asking, ActorForm):
    touches = Ticks(label=_("what is an effective follow-up"), choices=TOUCHES, required=False, initial=effective)
    warns = Numbers(label=_("warnings so many days before"), choices=WARNINGS, required=False, initial=[7, 3, 1])
    asks = forms.JSONField(label=_("what it asks of a record"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = PoolRule
        fields = [
            "pool",
            "name",
            "rank",
            "trigger",
            "days",
            "counts",
            "touches",
            "spares_won",
            "spares_open",
            "spares_contract",
            "freezes_on_leave",
            "warns",
            "grace_days",
            "extension_days",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("asks", self.instance.asks)
        field: Any = self.fields["pool"]
        offered = Q(archived_at=None) | Q(pk=self.instance.pool_id)
        field.queryset = Pool.objects.visible_to(self.actor, "crm.pool.edit").filter(offered)
        kind = kind_of(self._kind(field.queryset))
        if kind is not None:
            self.add_asks(kind.asks.filters(), ("pool", "name", "rank", "trigger", "days", "counts", "touches"))
        if kind is not None and kind.deals_by is None:
            self._without_deals()
        if self.instance.pk or self.initial.get("pool"):
            field.widget = forms.HiddenInput()

    def _kind(self, offered: Any) -> str:
        """Of what the rule's pool is: the one it has, or the one that is chosen."""
        if self.instance.pool_id:
            return str(self.instance.pool.kind)
        asked = str(self.data.get("pool") or self.initial.get("pool") or "")
        found = offered.filter(pk=asked).values_list("kind", flat=True).first() if asked.isdigit() else None
        return str(found or "crm.account")

    def _without_deals(self) -> None:
        """Of what has neither deals nor contracts they are not asked for."""
        for name in ("spares_won", "spares_open", "spares_contract"):
            del self.fields[name]
        triggers: Any = self.fields["trigger"]
        triggers.choices = [one for one in triggers.choices if one[0] in WITHOUT_DEALS]

    def clean(self) -> dict[str, Any]:
        return self.read_asks(super().clean())


class SeatOfPoolForm(ActorForm):
    class Meta:
        model = PoolSeat
        fields = ["pool", "member", "unit", "position", "is_admin", "per_day", "most_held"]
        lookups = ("member",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk or self.initial.get("pool"):
            self.fields["pool"].widget = forms.HiddenInput()
        pool = self.instance.pool if self.instance.pool_id else self._chosen()
        if pool is not None and pool.kind == "crm.lead":
            self.fields["most_held"].label = capfirst(MOST_LEADS)

    def _chosen(self) -> Pool | None:
        asked = str(self.initial.get("pool") or "")
        field: Any = self.fields["pool"]
        found: Pool | None = field.queryset.filter(pk=asked).first() if asked.isdigit() else None
        return found


class ClaimLimitForm(ActorForm):
    kind = forms.ChoiceField(label=_("kind of record"), choices=_kinds, initial="crm.account", required=False)

    class Meta:
        model = ClaimLimit
        fields = ["kind", "member", "position", "unit", "per_day", "most_held", "won_counts"]
        lookups = ("member",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["most_held"].label = capfirst(_("most customers or leads held"))

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or self.instance.kind)


class ReturnForm(VerbForm):
    reason = forms.CharField(label=_("why"), max_length=300, widget=REASON, help_text=_("Others read it in the pool."))
    pool = forms.ModelChoiceField(
        Pool.objects.none(),
        label=_("public pool"),
        required=False,
        empty_label=_("the one it belongs in"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["pool"]
        field.queryset = field.queryset.filter(kind=self.row._meta.label_lower)


class MoveForm(VerbForm):
    pool = forms.ModelChoiceField(Pool.objects.none(), label=_("to the pool"))
    reason = forms.CharField(label=_("why"), max_length=300, required=False)


class AssignForm(VerbForm):
    lookups = ("owner",)

    owner = forms.ModelChoiceField(Member.objects.none(), label=_("new owner"))


class MoreTimeForm(VerbForm):
    reason = forms.CharField(label=_("why"), max_length=300, widget=REASON)
    days = forms.IntegerField(
        label=_("days more"), required=False, min_value=1, max_value=365, help_text=_("Empty: as the rule says.")
    )


class SpareForm(VerbForm):
    until = forms.DateField(label=_("stays until"), required=False, help_text=_("Empty: the exemption ends."))
    reason = forms.CharField(label=_("why"), max_length=300, required=False)
