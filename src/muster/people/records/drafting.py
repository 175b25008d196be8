"""What people type into a draft of a future structure, and about vacant seats."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor, NotVisible, visible_or_404
from muster.core.forms import ActorForm, VerbForm
from muster.core.periods import today
from muster.people.actions.draft import change_draft, revert_change
from muster.people.actions.rollout import Kind
from muster.people.drafts.said import AS_IT_IS, TOP, place_of, target
from muster.people.drafts.said import unit_choices as unit_keys
from muster.people.models import DraftChange, Member, Position, StructureDraft, Territory, VacantSeat


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
        fields = ("unit", "position", "manager", "acting", "valid_from", "predecessor")
        lookups = ("unit", "manager", "acting", "predecessor")


class FillSeatForm(VerbForm):
    lookups = ("member",)

    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    valid_from = forms.DateField(label=_("valid from"), initial=today)


class SeatTerritoryForm(VerbForm):
    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("territory"))
    valid_from = forms.DateField(label=_("valid from"), initial=today)


class ReleaseTerritoryForm(VerbForm):
    """Which of those it holds."""

    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("territory"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["territory"]
        if self.row is not None:
            area.queryset = area.queryset.filter(seats__seat=self.row, seats__valid_to=None)


# -- what becomes of the answers: for pages and programs alike ---------------------------------------------------------


def move_in_draft(actor: Actor, draft: StructureDraft, *, member: Member, unit: str = "", **said: Any) -> None:
    """As `DraftMoveForm` asks: what is empty stays as it is."""
    place = place_of(draft, member) | (target(actor, draft, unit) if unit else {})
    chosen = {name: said[name] for name in ("manager", "position") if said.get(name)}
    heads = {"heads": bool(said.get("heads"))}
    change_draft(actor, draft, kind=Kind.MOVE, seen=said.get("seen"), member=member, **{**place, **chosen, **heads})


def new_unit_in_draft(actor: Actor, draft: StructureDraft, *, parent: str, **said: Any) -> None:
    change_draft(actor, draft, kind=Kind.NEW_UNIT, **said, **target(actor, draft, parent))


def seat_in_draft(actor: Actor, draft: StructureDraft, *, unit: str, **said: Any) -> None:
    change_draft(actor, draft, kind=Kind.SEAT, **said, **target(actor, draft, unit))


def change_of_draft(actor: Actor, draft: StructureDraft, pk: int) -> DraftChange:
    return visible_or_404(DraftChange, actor, draft=draft, pk=pk)


class UnitEdits:
    """One form over the up to three changes that a draft may hold about a unit."""

    def __init__(self, actor: Actor, draft: StructureDraft, key: str) -> None:
        place = target(actor, draft, key)
        self.actor, self.draft, self.unit, self.planned = actor, draft, place["unit"], place["planned"]
        if self.unit is None and self.planned is None:
            raise NotVisible(key)
        rows = DraftChange.objects.visible_to(actor).filter(draft=draft, about=self.unit) if self.unit else []
        self.found = {one.kind: one for one in rows}
        renamed = self.found.get(Kind.RENAME)
        self.name = self.planned.name if self.planned else renamed.name if renamed else self.unit.name

    def initial(self) -> dict[str, Any]:
        moved = self.planned or self.found.get(Kind.MOVE_UNIT)
        parent = _key(moved.unit_id, moved.planned_id) if moved else _key(self.unit.parent_id, None)
        return {"name": self.name, "parent": parent, "closes": Kind.CLOSE in self.found}

    def write(self, values: dict[str, Any]) -> None:
        before = self.initial()
        place = target(self.actor, self.draft, values["parent"])
        if self.planned:
            self._change(Kind.NEW_UNIT, values, change=self.planned.pk, name=values["name"], **place)
            return
        if values["name"] != before["name"]:
            self._change(Kind.RENAME, values, about=self.unit, name=values["name"])
        if values["parent"] != before["parent"]:
            self._change(Kind.MOVE_UNIT, values, about=self.unit, **place)
        if values["closes"] and not before["closes"]:
            self._change(Kind.CLOSE, values, about=self.unit)
        elif before["closes"] and not values["closes"]:
            revert_change(self.actor, self.draft, change=self.found[Kind.CLOSE])

    def _change(self, kind: str, values: dict[str, Any], **fields: Any) -> None:
        change_draft(self.actor, self.draft, kind=kind, seen=values.get("seen"), **fields)


def _key(unit: int | None, planned: int | None) -> str:
    return f"n{planned}" if planned else f"u{unit}" if unit else "top"
