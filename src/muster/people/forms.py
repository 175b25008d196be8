"""What people type about members, units and moves."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.core import workdays
from muster.core.forms import ActorForm, VerbForm, prepare_fields
from muster.core.periods import today
from muster.people.actions.detail import holder
from muster.people.actions.photo import prepared
from muster.people.freshness import asked_for
from muster.people.models import (
    DETAILS,
    Absence,
    AuditCampaign,
    ChecklistStep,
    ChecklistTemplate,
    DetailRule,
    Grade,
    Kind,
    Member,
    MemberPrivate,
    Own,
    Position,
    Skill,
    SkillCategory,
    Source,
    Territory,
    Unit,
)
from muster.people.models.detail import detail_choices
from muster.people.models.skill import HIGHEST, LOWEST

HINTS = {
    Own.NOTIFY: _("Changes at once; your manager is told that it changed."),
    Own.APPROVE: _("Changes when your manager has approved it."),
}
PLACE = ("unit", "position", "grade", "manager")


class MemberForm(ActorForm):
    reason = forms.CharField(
        label=_("reason of the change"), required=False, max_length=300, help_text=_("Stands in the history.")
    )

    class Meta:
        model = Member
        fields = (
            "name",
            "reading",
            "preferred_name",
            "employee_no",
            "status",
            "hired_on",
            "left_on",
            "work_email",
            "phone",
            "personal_email",
            "work_place",
            "languages",
            "time_zone",
            "about",
            "photo",
        )
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}

    def clean_photo(self) -> Any:
        """What is sent now is made small and nameless like one's own; what stands is left alone."""
        sent = self.cleaned_data["photo"]
        return prepared(sent) if isinstance(sent, UploadedFile) else sent or ""


class PrivateForm(ActorForm):
    class Meta:
        model = MemberPrivate
        fields = ("id_number", "birth_date", "home_address", "bank_account", "emergency_name", "emergency_phone")
        widgets = {"id_number": forms.TextInput, "home_address": forms.TextInput, "bank_account": forms.TextInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blind = self.instance.member_id != self.actor.member_id
        for name in self.base_fields if self.blind else ():
            if name in self.fields and name != "version":
                self.initial[name] = None  # a form must not show what takes a reason to see
                self.fields[name].help_text = _("Leave empty to keep what is there.")

    def written(self) -> dict[str, Any]:
        values = super().written()
        return {key: value for key, value in values.items() if value or key == "version"} if self.blind else values


class MoveForm(VerbForm):
    """Where a member stands from a day on. What is not sent is carried over."""

    lookups = ("manager", "unit")

    valid_from = forms.DateField(
        label=_("valid from"), initial=today, help_text=_("May lie in the past or in the future.")
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("unit"), required=False)
    position = forms.ModelChoiceField(Position.objects.none(), label=_("position"), required=False)
    grade = forms.ModelChoiceField(Grade.objects.none(), label=_("grade"), required=False)
    manager = forms.ModelChoiceField(Member.objects.none(), label=_("manager"), required=False)
    reason = forms.CharField(label=_("reason"), required=False, max_length=200)

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        present = {name: getattr(row, f"{name}_id") for name in PLACE}
        super().__init__(*args, row=row, initial={**present, **(kwargs.pop("initial", None) or {})}, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        return {key: value for key, value in values.items() if key not in PLACE or key in self.data}


class CorrectionForm(MoveForm):
    """What was true all along of one assignment."""

    valid_from = forms.DateField(label=_("valid from"))
    valid_to = forms.DateField(label=_("valid until"), required=False, help_text=_("First day it no longer holds."))

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        dates = {"valid_from": row.valid_from, "valid_to": row.valid_to, "reason": row.reason}
        super().__init__(*args, row=row, initial=dates, **kwargs)

    def clean(self) -> dict[str, Any]:
        return {key: value for key, value in super().clean().items() if key in self.data}


class OwnForm(VerbForm):
    """What a member changes about himself: the fields that the rules leave to him, as they stand."""

    def __init__(self, *args: Any, rules: dict[str, DetailRule], row: Any, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        for key, rule in rules.items():
            if key in DETAILS and rule.own != Own.CLOSED and not DETAILS[key].is_file:
                self.fields[key] = self._field(key, rule)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), required=False, max_length=300, help_text=_("For whoever approves it.")
        )

    def _field(self, key: str, rule: DetailRule) -> forms.Field:
        detail = DETAILS[key]
        field: forms.Field = detail.field.formfield()
        if isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif detail.secret:
            field.widget = forms.TextInput(attrs={"autocomplete": "off"})
        field.required, field.initial = False, holder(self.row, key).__dict__.get(key)
        field.label = capfirst(detail.label)
        field.help_text = HINTS.get(Own(rule.own), "")
        return field

    def changes(self) -> dict[str, Any]:
        """What was sent; a field that was not sent is left alone."""
        return {key: value for key, value in self.cleaned_data.items() if key in self.data}


class DetailRuleForm(ActorForm):
    class Meta:
        model = DetailRule
        fields = ("own", "stale_after")


class ApproveForm(VerbForm):
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    note = forms.CharField(label=_("answer"), required=False, max_length=300)


class RejectForm(VerbForm):
    note = forms.CharField(label=_("why not"), max_length=300)


class AuditForm(ActorForm):
    """A campaign as a program begins it."""

    class Meta:
        model = AuditCampaign
        fields = ("name", "unit", "fields", "only_old", "begins_on", "due_on")


class CampaignForm(forms.Form):
    """Whose details are looked through, which ones, and until when."""

    name = forms.CharField(label=_("Name"), max_length=100)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit and all below"), required=False)
    fields_ = forms.MultipleChoiceField(label=_("Fields"), choices=detail_choices, widget=forms.CheckboxSelectMultiple)
    only_old = forms.BooleanField(
        label=_("Only what is old or missing"),
        required=False,
        help_text=_("Of each member only the details that are due."),
    )
    begins_on = forms.DateField(label=_("Begins on"))
    due_on = forms.DateField(label=_("Due on"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        prepare_fields(self, ())
        unit: Any = self.fields["unit"]
        unit.empty_label = _("The whole firm")
        self.fields["begins_on"].initial = today()
        self.fields["due_on"].initial = workdays.shift(today(), 10)
        self.fields["fields_"].initial = [one.field for one in asked_for()]

    def values(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {**said, "fields": said.pop("fields_")}


class UnitForm(ActorForm):
    class Meta:
        model = Unit
        fields = ("name", "code", "parent", "head", "position_no")
        lookups = ("head",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["parent"]  # changes with a date, by moving


class UnitMoveForm(VerbForm):
    """Under which unit a unit stands from a day on."""

    valid_from = forms.DateField(label=_("valid from"), initial=today)
    parent = forms.ModelChoiceField(Unit.objects.none(), label=_("belongs to"), required=False)

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, row=row, initial={"parent": row.parent_id}, **kwargs)


class SeatsForm(VerbForm):
    """How many seats a unit has from a day on."""

    seats = forms.IntegerField(label=_("seats"), min_value=0, max_value=100_000)
    valid_from = forms.DateField(label=_("valid from"), initial=today)


class PositionForm(ActorForm):
    class Meta:
        model = Position
        fields = ("name", "name_zh", "code", "rank", "leads")


class GradeForm(ActorForm):
    class Meta:
        model = Grade
        fields = ("name", "name_zh", "code", "rank", "pay_band")


class TerritoryForm(ActorForm):
    class Meta:
        model = Territory
        fields = ("name", "code", "parent")


class AbsenceForm(ActorForm):
    class Meta:
        model = Absence
        fields = ("member", "starts_on", "ends_on", "note", "deputy")
        lookups = ("member", "deputy")


class GiveTerritoryForm(VerbForm):
    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("territory"))
    valid_from = forms.DateField(label=_("valid from"), initial=today)
    reason = forms.CharField(label=_("reason"), required=False, max_length=200)


class EndTerritoryForm(VerbForm):
    valid_to = forms.DateField(label=_("valid until"), initial=today, help_text=_("First day it no longer holds."))


class LeaveForm(VerbForm):
    """The first day somebody is no longer here."""

    left_on = forms.DateField(label=_("first day not here"), initial=today)
    reason = forms.CharField(label=_("reason"), required=False, max_length=200)


class RehireForm(VerbForm):
    hired_on = forms.DateField(label=_("hired on"), initial=today)


class ChecklistForm(VerbForm):
    kind = forms.ChoiceField(label=_("occasion"), choices=Kind.choices)
    day = forms.DateField(label=_("day"), initial=today)


class TemplateForm(ActorForm):
    class Meta:
        model = ChecklistTemplate
        fields = ("title", "title_zh", "kind", "position")


class StepForm(ActorForm):
    class Meta:
        model = ChecklistStep
        fields = ("title", "title_zh", "by", "offset")


class SkillForm(ActorForm):
    class Meta:
        model = Skill
        fields = ("name", "name_zh", "category", "aliases", "level_1", "level_2", "level_3", "level_4", "level_5")
        widgets = {f"level_{level}": forms.Textarea(attrs={"rows": 2}) for level in range(LOWEST, HIGHEST + 1)}


class SkillCategoryForm(ActorForm):
    class Meta:
        model = SkillCategory
        fields = ("name", "name_zh", "code", "rank")


class MergeSkillForm(VerbForm):
    """In which skill this one goes up."""

    lookups = ("into",)

    into = forms.ModelChoiceField(Skill.objects.none(), label=_("merge into"))


class RequireSkillForm(VerbForm):
    lookups = ("skill",)

    skill = forms.ModelChoiceField(Skill.objects.none(), label=_("skill"))
    level = forms.IntegerField(
        label=_("level"), min_value=0, max_value=HIGHEST, initial=3, help_text=_("1 to 5; 0: no longer asked for.")
    )


class DeclareSkillForm(VerbForm):
    """How good somebody is at something, and what says so."""

    lookups = ("skill",)

    skill = forms.ModelChoiceField(Skill.objects.none(), label=_("skill"))
    level = forms.IntegerField(
        label=_("level"), min_value=LOWEST, max_value=HIGHEST, help_text=_("1: beginner; 3: works alone; 5: expert.")
    )
    on = forms.DateField(label=_("as of"), initial=today)
    note = forms.CharField(
        label=_("what it rests on"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    number = forms.CharField(
        label=_("certificate number"), required=False, max_length=64, help_text=_("Where there is a certificate.")
    )
    issuer = forms.CharField(label=_("issued by"), required=False, max_length=100)
    valid_until = forms.DateField(label=_("last valid day"), required=False)


class AssessSkillForm(DeclareSkillForm):
    field_order = ("skill", "source", "level")

    source = forms.ChoiceField(
        label=_("source"), choices=[one for one in Source.choices if one[0] != Source.SELF], initial=Source.MANAGER
    )
