"""What people type about documents, company papers and personal data."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.access.models import Role
from muster.access.scope import Actor
from muster.core.files import TYPES
from muster.core.forms import ActorForm, VerbForm, key_of
from muster.people.actions.member import former_values
from muster.people.history import events_of
from muster.people.models import Audience, DocumentKind, MemberDocument, Paper, PersonalField
from muster.people.policies import PERSONNEL
from muster.people.queries import units_in_order

TAKEN = _("PDF, picture (JPG, PNG, WebP), Word, Excel or OpenDocument; at most 20 MB.")


def file_field(**said: Any) -> forms.FileField:
    accept = ",".join([*dict.fromkeys(TYPES.values()), ".jpeg"])
    return forms.FileField(
        label=_("file"), help_text=TAKEN, widget=forms.ClearableFileInput(attrs={"accept": accept}), **said
    )


class DocumentForm(VerbForm):
    """A file on a member, and what it is."""

    upload = file_field()
    kind = forms.ChoiceField(label=_("kind of document"), choices=DocumentKind.choices)
    title = forms.CharField(
        label=_("title"), max_length=200, required=False, help_text=_("Empty: the name of the file.")
    )
    audience = forms.ChoiceField(label=_("who may see it"), choices=Audience.choices)
    valid_until = forms.DateField(
        label=_("last valid day"), required=False, help_text=_("A reminder comes 90, 30 and 7 days before.")
    )
    note = forms.CharField(label=_("note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, row=row, **kwargs)
        offer_audiences(self, actor)


def offer_audiences(form: Any, actor: Actor) -> None:
    """Nobody hides a document from himself."""
    if not actor.has(PERSONNEL):
        form.fields["audience"].choices = [one for one in Audience.choices if one[0] != Audience.HR]


class DocumentEditForm(ActorForm):
    class Meta:
        model = MemberDocument
        fields = ("kind", "title", "audience", "valid_until", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_audiences(self, self.actor)


class PaperForm(ActorForm):
    """A company paper and whom it is for. Empty lists are everybody."""

    units = forms.TypedMultipleChoiceField(
        label=_("for the units"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("And all below them. None chosen: the whole firm."),
    )
    roles = forms.TypedMultipleChoiceField(
        label=_("for the roles"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of those people, only who holds one of these. None chosen: all of them."),
    )

    class Meta:
        model = Paper
        fields = ("title", "title_zh", "days", "units", "roles")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: Any = self.fields["units"]
        units.choices = [(unit.pk, f"{'　' * depth}{unit.name}") for unit, depth in units_in_order(self.actor)]
        roles: Any = self.fields["roles"]
        roles.choices = [(one.pk, str(one)) for one in Role.objects.unscoped("roles a paper is for")]


class PublishForm(VerbForm):
    body = forms.CharField(
        label=_("text"), required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    upload = file_field(required=False)
    changed = forms.CharField(label=_("what is new"), required=False, max_length=300)


class RegisterForm(ActorForm):
    class Meta:
        model = PersonalField
        fields = ("purpose", "purpose_zh", "basis", "months")


class ReasonForm(VerbForm):
    """Why, in words that the person it is about may read."""

    reason = forms.CharField(
        label=_("reason"), max_length=300, help_text=_("The member reads this, with your name and the moment.")
    )


class WhyForm(VerbForm):
    reason = forms.CharField(label=_("reason"), max_length=300)


class ErasureForm(VerbForm):
    reason = forms.CharField(label=_("reason"), required=False, max_length=300)


class RevertForm(VerbForm):
    """Which fields of one change get their former value back. Over the API `event` says which change."""

    event = forms.IntegerField(widget=forms.HiddenInput)
    fields_back = forms.MultipleChoiceField(label=_("what becomes as it was"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("reason of the change"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.get("event") or self.initial.get("event")
        rows = events_of(self.actor, self.row).filter(pk=key_of(given) or 0)
        former = next((former_values(one) for one in rows), {})
        field: Any = self.fields["fields_back"]
        field.choices = [(key, self._said(key, value)) for key, value in former.items()]
        field.initial = list(former)

    def _said(self, key: str, value: Any) -> str:
        label = capfirst(self.row._meta.get_field(key).verbose_name)
        now, then = (str(one) if one not in (None, "") else "–" for one in (getattr(self.row, key), value))
        return f"{label}: {now} → {then}"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["fields"] = values.pop("fields_back", [])
        return values
