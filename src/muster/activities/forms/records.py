"""What is asked for about work with customers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, Task
from muster.activities.queries import recent_accounts
from muster.core.forms import ActorForm, VerbForm
from muster.crm.models import Account

OUTCOMES = [
    _("Interested"),
    _("Needs time"),
    _("Wants a quote"),
    _("Not reached"),
    _("Not interested"),
]


class ActivityForm(ActorForm):
    """Quick to fill in on the way out of a customer's door: kind, customer, one sentence; the rest if it matters."""

    follow_up = forms.CharField(label=_("follow-up task"), max_length=200, required=False)
    follow_up_on = forms.DateField(label=_("due on"), required=False)

    class Meta:
        model = Activity
        fields = [
            "kind",
            "subject",
            "account",
            "deal",
            "contact",
            "lead",
            "body",
            "outcome",
            "next_step",
            "status",
            "planned_at",
            "done_at",
            "minutes",
        ]
        lookups = ("account", "deal", "contact", "lead")
        widgets = {
            "kind": forms.RadioSelect,
            "status": forms.RadioSelect,
            "subject": forms.TextInput(attrs={"enterkeyhint": "done"}),
            "body": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data and data.get("recent") and not data.get("account"):
            data = data.copy()
            data["account"] = data["recent"]  # one tap on a recent customer
        if not (kwargs.get("instance") or Activity()).pk:
            kwargs["initial"] = {"kind": Activity.Kind.CALL, **(kwargs.get("initial") or {})}
        super().__init__(data, *args, **kwargs)
        self.fields["status"].required = False
        kind: Any = self.fields["kind"]
        kind.choices = Activity.Kind.choices
        self.fields["body"].widget.attrs["data-mention"] = reverse("lookup", args=["people.member"])
        if self.instance.pk:
            for name in ("follow_up", "follow_up_on", "status"):
                del self.fields[name]
        elif not self.actor.has("activities.task.create"):
            del self.fields["follow_up"], self.fields["follow_up_on"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("follow_up_on") and not values.get("follow_up"):
            raise ValidationError({"follow_up": gettext("Say what is to be done by then.")})
        return values

    @property
    def outcomes(self) -> list[str]:
        return [str(one) for one in OUTCOMES]

    @property
    def recent(self) -> list[Account]:
        return recent_accounts(self.actor)

    def written(self) -> dict[str, Any]:
        values = super().written()
        if not self.instance.pk:
            values["status"] = values.get("status") or Activity.Status.DONE
        return values


class CompleteForm(VerbForm):
    outcome = forms.CharField(label=_("outcome"), max_length=200, required=False)
    next_step = forms.CharField(label=_("next step"), max_length=200, required=False)


class CompleteLaterForm(CompleteForm):
    """What a program tells that had no network when it was done."""

    done_at = forms.DateTimeField(label=_("done at"), required=False)


class TaskForm(ActorForm):
    class Meta:
        model = Task
        fields = ["title", "due_on", "priority", "owner", "account", "deal", "lead", "notes"]
        lookups = ("owner", "account", "deal", "lead")
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
