"""What is asked for about appointments, invitations and calendar addresses."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Appointment, CalendarFeed, Guest
from muster.core import recurrence
from muster.core.forms import ActorForm, VerbForm
from muster.crm.models import Contact
from muster.people.models import Member

ONE, FOLLOWING, SERIES = "one", "following", "all"
WHICH = [(ONE, _("Only this one")), (FOLLOWING, _("This and following")), (SERIES, _("All of them"))]
USUAL = dt.timedelta(hours=1)


class Moment(forms.DateTimeField):
    """A moment that says its zone; of a page one on the reader's clock."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.endswith("Z") and "-" not in value:  # 20260615T010000Z, as addresses say it
            try:
                return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
            except ValueError as error:
                raise ValidationError(gettext("This moment cannot be read.")) from error
        return super().to_python(value)


class AppointmentForm(ActorForm):
    """An appointment with who takes part. `members` and `contacts` are who is asked besides oneself."""

    members = forms.ModelMultipleChoiceField(Member.objects.none(), label=_("colleagues"), required=False)
    contacts = forms.ModelMultipleChoiceField(Contact.objects.none(), label=_("contacts of customers"), required=False)

    class Meta:
        model = Appointment
        fields = [
            "title",
            "starts_at",
            "ends_at",
            "all_day",
            "place",
            "account",
            "deal",
            "notes",
            "is_private",
            "is_free",
            "rule",
            "time_zone",
        ]
        lookups = ("account", "deal", "members", "contacts")
        widgets = {"notes": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in ("members", "contacts"):
            if name in values:
                values[name] = list(values[name])
        return values


class AppointmentPageForm(AppointmentForm):
    """The same for people: how it repeats is chosen, and a proposed time is taken with one tap."""

    which = forms.ChoiceField(label=_("what changes"), choices=WHICH, widget=forms.RadioSelect, required=False)
    repeats = forms.ChoiceField(label=_("repeats"), required=False)
    until = forms.DateField(label=_("for the last time on"), required=False)
    at = Moment(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data and data.get("slot"):
            data = data.copy()
            data["starts_at"], _sign, data["ends_at"] = data["slot"].partition("/")
        super().__init__(data, *args, **kwargs)
        row: Any = self.instance
        at = self.initial.get("at")
        if not (row.pk and row.rule and at):
            del self.fields["which"], self.fields["at"]
        else:
            self.fields["at"].widget = forms.HiddenInput()
            self.initial.setdefault("which", ONE)
        if row.pk:
            self.initial["repeats"], self.initial["until"] = _apart(row)
            for link in ("member", "contact"):
                rows = Guest.objects.visible_to(self.actor).filter(appointment=row.pk, archived_at=None)
                keys = rows.exclude(**{link: None}).values_list(f"{link}_id", flat=True)
                self.initial[f"{link}s"] = list(keys)
        self.fields["rule"].widget = forms.HiddenInput()
        repeats: Any = self.fields["repeats"]
        repeats.choices = self._repeats()
        self.fields["time_zone"].widget = forms.HiddenInput()
        self.order_fields(["which", "title", "starts_at", "ends_at", "all_day", "members", "contacts", "place"])

    def _repeats(self) -> list[tuple[str, Any]]:
        known = [
            ("", pgettext_lazy("appointment", "Does not repeat")),
            ("FREQ=DAILY", _("Every day")),
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", _("Monday to Friday")),
            ("FREQ=WEEKLY", _("Every week on this day")),
            ("FREQ=WEEKLY;INTERVAL=2", _("Every second week on this day")),
            ("FREQ=MONTHLY", _("Every month on this date")),
            ("FREQ=YEARLY", _("Every year on this date")),
        ]
        own = self.initial.get("repeats") or ""
        return known if own in dict(known) else [*known, (own, own)]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        rule = values.pop("repeats", "") or ""
        until = values.pop("until", None)
        if rule and until:
            parts = {key: one for key, one in recurrence.parts_of(rule).items() if key not in ("COUNT", "UNTIL")}
            rule = recurrence.written({**parts, "UNTIL": f"{until:%Y%m%d}"})
        elif until:
            raise ValidationError({"until": gettext("Say how it repeats, or leave the last day empty.")})
        kept = self.instance.pk and {"repeats", "until"}.isdisjoint(self.changed_data)
        values["rule"] = self.instance.rule if kept else rule
        begin, end = values.get("starts_at"), values.get("ends_at")
        if begin and not end:
            values["ends_at"] = begin + USUAL
        return values


def _apart(row: Appointment) -> tuple[str, dt.date | None]:
    """How ROW repeats, and until which day where its rule says one."""
    parts = recurrence.parts_of(row.rule) if row.rule else {}
    until = recurrence.until_of(parts.pop("UNTIL", ""), row.zone)
    return recurrence.written(parts), until.date() if until else None


class CancelForm(VerbForm):
    """Which of a series is cancelled."""

    which = forms.ChoiceField(label=_("what is cancelled"), choices=WHICH, widget=forms.RadioSelect, required=False)
    at = Moment(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].widget, self.fields["which"].initial = forms.HiddenInput(), ONE
        if not self.row.rule or not (self.initial.get("at") or self.data.get("at")):
            del self.fields["which"], self.fields["at"]  # which one is not known: all of it or nothing


class OccurrenceForm(VerbForm):
    """Which occurrence: when the rule has it."""

    at = Moment(label=_("instead of"))


class MoveForm(OccurrenceForm):
    starts_at = Moment(label=pgettext_lazy("appointment", "begins"), required=False)
    ends_at = Moment(label=pgettext_lazy("appointment", "ends"), required=False)
    title = forms.CharField(label=_("title"), max_length=200, required=False)
    place = forms.CharField(label=pgettext_lazy("appointment", "place"), max_length=200, required=False)


class DragForm(forms.Form):
    """Where something was dragged to in the calendar, and where it stood for who dragged it."""

    kind = forms.ChoiceField(choices=[(one, one) for one in ("appointment", "plan")])
    pk = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    at = Moment(required=False)
    was = Moment()
    until = Moment()
    starts_at = Moment()
    ends_at = Moment()
    version = forms.IntegerField(min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        begin, end = values.get("starts_at"), values.get("ends_at")
        if begin and end and end < begin:
            raise ValidationError(gettext("It ends before it begins: correct one of the two."))
        return values


class AnswerForm(VerbForm):
    answer = forms.ChoiceField(label=_("answer"), choices=[one for one in Guest.Answer.choices if one[0] != "waiting"])


class FeedForm(ActorForm):
    class Meta:
        model = CalendarFeed
        fields = ["name", "shows"]
        widgets = {"shows": forms.RadioSelect}


class CalendarFileForm(forms.Form):
    """A calendar file: chosen on a page, or carried on from its trial."""

    file = forms.FileField(label=_("calendar file (.ics)"), required=False)


def read_moment(text: str) -> dt.datetime | None:
    """TEXT from an address as a moment; None where it is none."""
    try:
        found: dt.datetime | None = Moment().to_python(text) if text else None
    except (ValidationError, ValueError):
        return None
    return found if found is None or found.tzinfo else timezone.make_aware(found)
