"""What is typed on an audit sheet."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.core import workdays
from muster.core.forms import VerbForm
from muster.core.periods import today
from muster.people import sheets
from muster.people.models import DETAILS, Member

FIX_DAYS = 3


def point_choices() -> list[tuple[str, Any]]:
    return [("", _("The whole sheet")), *((key, capfirst(label)) for key, label in sheets.points())]


class TickForm(VerbForm):
    point = forms.CharField(max_length=40)
    text = forms.CharField(required=False, max_length=1000)


class RemarkForm(VerbForm):
    point = forms.ChoiceField(label=_("about which point"), choices=point_choices, required=False)
    text = forms.CharField(label=_("note"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CorrectForm(VerbForm):
    field = forms.ChoiceField(
        choices=lambda: [(key, key) for key, one in DETAILS.items() if not (one.secret or one.is_file or one.fixed)]
    )
    value = forms.CharField(required=False, max_length=1000)
    seen = forms.CharField(required=False, max_length=64)


class FixForm(VerbForm):
    """Who mends what until when."""

    lookups = ("owner",)

    point = forms.ChoiceField(label=_("about which point"), choices=point_choices, required=False)
    text = forms.CharField(label=_("what is to be done"), max_length=150)
    owner = forms.ModelChoiceField(Member.objects.none(), label=_("who mends it"))
    due_on = forms.DateField(label=_("due on"), required=False, help_text=_("A day off moves to the next working day."))

    def __init__(self, *args: Any, actor: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, row=row, **kwargs)
        self.fields["owner"].initial = row.pk
        self.fields["due_on"].initial = workdays.shift(today(), FIX_DAYS)
