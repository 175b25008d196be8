"""What is asked for about stakeholders and tags."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.crm.models import Acquaintance, Contact, Stakeholder, Tag
from muster.people.models import Member


class MapForm(VerbForm):
    lookups = ("known_by",)

    role = forms.ChoiceField(label=_("part in buying"), choices=Stakeholder.Role.choices)
    attitude = forms.TypedChoiceField(
        label=_("attitude"), choices=Stakeholder.Attitude.choices, coerce=int, initial=0, required=False
    )
    influence = forms.IntegerField(label=_("influence, 1 to 5"), min_value=1, max_value=5, initial=3)
    known_by = forms.ModelChoiceField(Member.objects.none(), label=_("who of us knows them best"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stake = Stakeholder.objects.visible_to(self.actor).filter(contact=self.row).first()
        if stake is not None:
            for name in ("role", "attitude", "influence"):
                self.fields[name].initial = getattr(stake, name)
            self.fields["known_by"].initial = stake.known_by_id

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["attitude"] = values.get("attitude") or Stakeholder.Attitude.NEUTRAL
        return values


class RelateForm(VerbForm):
    kind = forms.ChoiceField(label=_("how"), choices=Acquaintance.Kind.choices)
    other = forms.ModelChoiceField(Contact.objects.none(), label=_("the other contact"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = field.queryset.filter(account=self.row.account_id).exclude(pk=self.row.pk)


class TagForm(ActorForm):
    class Meta:
        model = Tag
        fields = ["name", "tone"]


class TagAccountForm(VerbForm):
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), label=_("tags"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].initial = list(
            Tag.objects.visible_to(self.actor).filter(tagged__account=self.row.pk).values_list("pk", flat=True)
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["tags"] = list(values.get("tags") or [])
        return values
