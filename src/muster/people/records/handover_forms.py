"""Who takes over what from a member, and when."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm
from muster.people.holdings import choices, holdings
from muster.people.models import Handover, Member


class Kinds(forms.CheckboxSelectMultiple):
    """Ticks with an empty value sent along, so that none ticked differs from nothing said."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        found: Any = super().value_from_datadict(data, files, name)
        return [one for one in found if one] if isinstance(found, list) else found


class HandoverForm(VerbForm):
    """Who takes over from a member, and by which rule."""

    lookups = ("another",)

    receivers = forms.ModelMultipleChoiceField(
        Member.objects.none(), label=_("who takes over"), required=False, widget=forms.CheckboxSelectMultiple
    )
    another = forms.ModelChoiceField(Member.objects.none(), label=_("somebody else"), required=False)
    rule = forms.ChoiceField(label=_("who gets what"), choices=Handover.Rule.choices)
    reason = forms.CharField(label=_("reason"), required=False, max_length=200)
    runs_on = forms.DateField(
        label=_("effective day"),
        required=False,
        help_text=_("On that day it runs by itself, counted anew. None: when you carry it out."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("what is handed over"),
        required=False,
        widget=Kinds,
        help_text=_("What is not ticked stays. Quotes, tasks and plans about deals that stay do so too."),
    )
    ends = forms.MultipleChoiceField(
        label=_("called off instead of handed over"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, row=row, **kwargs)
        plan, row = (row, row.member) if isinstance(row, Handover) else (None, row)
        kinds, ends = cast(Any, self.fields["kinds"]), cast(Any, self.fields["ends"])
        kinds.choices = choices(row)
        kinds.initial = [key for key, _text in kinds.choices]
        ends.choices = [(one.key, one.label) for one in holdings() if one.ends is not None]
        near = Q(manager=row.manager_id) if row.manager_id else Q(manager=row.pk)
        near |= Q(pk=row.manager_id) | Q(pk__in=plan.receivers if plan else [])
        rows = Member.objects.visible_to(actor).filter(near, archived_at=None)
        gone = (Member.Status.LEFT, Member.Status.LEAVING, Member.Status.CANDIDATE)
        field: Any = self.fields["receivers"]
        field.queryset = rows.exclude(status__in=gone).exclude(pk=row.pk)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        chosen = list(values.get("receivers") or [])
        another = values.pop("another", None)
        values["receivers"] = chosen + ([another] if another and another not in chosen else [])
        said = self.fields["kinds"].widget.value_from_datadict(self.data, self.files, "kinds")
        if "kinds" not in self.data or said in ("", None):  # nothing said of kinds is not the same as no tick
            values["kinds"] = None
        return values


class ChangeHandoverForm(HandoverForm):
    """A plan said anew. Its kinds stay as chosen where nothing is said of them."""

    seen = forms.IntegerField(label=_("version"), required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Any, row: Handover, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, row=row, **kwargs)
        kinds = [one.key for one in holdings() if one.key not in {*row.stays, *row.ends}]
        now = {name: getattr(row, name) for name in ("receivers", "rule", "reason", "runs_on", "ends")}
        self.initial = {**self.initial, **now, "kinds": kinds, "seen": row.version}
