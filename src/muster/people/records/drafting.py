"""What people type into a draft of a future structure, and about vacant seats."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.core.periods import today
from muster.people.drafts.said import AS_IT_IS, TOP, place_of, target
from muster.people.drafts.said import unit_choices as unit_keys
from muster.people.models import Member, Position, StructureDraft, VacantSeat


class DraftForm(ActorForm):
    class Meta:
        model = StructureDraft
        fields = ("name", "effective_on", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class InDraftForm(VerbForm):
    """A change within a draft. `seen` is the revision its writer had before him; choices of units are standing and
    planned ones."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        initial = {"seen": row.revision, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, row=row, initial=initial, **kwargs)

    def offer_units(self, name: str, *first: tuple[str, Any]) -> None:
        field: Any = self.fields[name]
        field.choices = [*first, *unit_keys(self.actor, self.row)]


class DraftMoveForm(InDraftForm):
    """Where somebody is to stand; what is left empty stays as it is."""

    lookups = ("member", "manager")

    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    unit = forms.ChoiceField(label=_("unit"), required=False)
    manager = forms.ModelChoiceField(
        Member.objects.none(), label=_("manager"), required=False, help_text=_("Empty: stays as it is.")
    )
    position = forms.ModelChoiceField(
        Position.objects.none(), label=_("position"), required=False, help_text=_("Empty: stays as it is.")
    )
    heads = forms.BooleanField(label=_("leads the unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_units("unit", (AS_IT_IS, _("Stays as it is")))

    def change(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        place = place_of(self.row, values["member"])
        if key := values.pop("unit"):
            place |= target(self.actor, self.row, key)
        chosen = {name: values[name] for name in ("manager", "position") if values[name]}
        return {"member": values["member"], "seen": values["seen"], **place, **chosen, "heads": values["heads"]}


class DraftUnitForm(InDraftForm):
    """What is to become of one unit: its name, where it belongs, whether it is closed."""

    name = forms.CharField(label=_("name"), max_length=100)
    parent = forms.ChoiceField(label=_("belongs to"), required=False)
    closes = forms.BooleanField(label=_("is closed"), required=False)

    def __init__(self, *args: Any, planned: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_units("parent", (TOP, _("At the top")))
        if planned:
            del self.fields["closes"]


class DraftNewUnitForm(InDraftForm):
    name = forms.CharField(label=_("name"), max_length=100)
    code = forms.CharField(label=_("code"), max_length=32, required=False, help_text=_("Empty: a code is made for it."))
    parent = forms.ChoiceField(label=_("belongs to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_units("parent", (TOP, _("At the top")))


class DraftSeatForm(InDraftForm):
    """A seat that is to be there, held by nobody yet."""

    lookups = ("manager", "acting")

    unit = forms.ChoiceField(label=_("unit"))
    position = forms.ModelChoiceField(Position.objects.none(), label=_("position"))
    manager = forms.ModelChoiceField(Member.objects.none(), label=_("manager"), required=False)
    acting = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("acting holder"),
        required=False,
        help_text=_("Does the work until it is filled."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_units("unit")


class VacancyForm(ActorForm):
    class Meta:
        model = VacantSeat
        fields = ("unit", "position", "manager", "acting", "valid_from")
        lookups = ("unit", "manager", "acting")


class FillSeatForm(VerbForm):
    lookups = ("member",)

    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    valid_from = forms.DateField(label=_("valid from"), initial=today)
