"""What is asked for about reports and their templates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.people.models import Member
from muster.reporting.models import Report, ReportTemplate
from muster.reporting.models.template import MOST_QUESTIONS


class QuestionsInput(forms.Field):
    """One question a line, with * before one that must be answered. A program sends the list itself."""

    api_type = list[dict[str, Any]]
    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{'* ' if one.get('required') else ''}{one.get('text', '')}" for one in value)

    def to_python(self, value: Any) -> list[Any]:
        if isinstance(value, list):
            return value
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        if len(lines) > MOST_QUESTIONS:
            raise ValidationError(
                gettext("At most %(most)s questions: all else is in what was logged.") % {"most": MOST_QUESTIONS}
            )
        return [{"text": line.lstrip("*＊ ").strip(), "required": line[0] in "*＊"} for line in lines]


TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ReportTemplateForm(ActorForm):
    questions = QuestionsInput(
        label=_("questions"),
        required=False,
        help_text=_("At most three, one a line; * before one that must be answered. Ask only what is not logged."),
    )

    class Meta:
        model = ReportTemplate
        fields = [
            "name",
            "kind",
            "unit",
            "position",
            "questions",
            "draft_at",
            "due_after",
            "due_at",
            "remind_minutes",
            "reviewer",
            "is_on",
        ]
        lookups = ("unit", "reviewer")
        widgets = {"draft_at": TIME, "due_at": TIME}


class ExemptForm(VerbForm):
    lookups = ("member",)
    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
    until = forms.DateField(label=_("exempt until"), required=False, help_text=_("The last day. Empty: for good."))
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)


class BeginForm(ActorForm):
    day = forms.DateField(label=_("a day of the period"), required=False)

    class Meta:
        model = Report
        fields = ["kind"]


class AnswersForm(VerbForm):
    """The questions of the report's template; on a page only those, over the API by their numbers."""

    answer_1 = forms.CharField(label=_("answer 1"), max_length=2000, required=False)
    answer_2 = forms.CharField(label=_("answer 2"), max_length=2000, required=False)
    answer_3 = forms.CharField(label=_("answer 3"), max_length=2000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {one["question"]: one["answer"] for one in self.row.answers}
        asked = self.row.template.questions
        for at in range(1, MOST_QUESTIONS + 1):
            name = f"answer_{at}"
            if at > len(asked):
                del self.fields[name]
                continue
            field = self.fields[name]
            field.label, field.initial = asked[at - 1]["text"], given.get(asked[at - 1]["text"], "")
            field.widget = forms.Textarea(attrs={"rows": 2})

    @property
    def answers(self) -> list[str]:
        return [self.cleaned_data.get(name, "") for name in self.fields]


class CorrectForm(VerbForm):
    text = forms.CharField(
        label=_("correction"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands under the report, with the time. What you sent stays as it was."),
    )
