"""What is asked for about the rules of stages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.crm.actions import proofs
from muster.crm.actions.stage_rules import requirable
from muster.crm.models import Stage, StageCriterion

NONE = ("", _("none"))


class StageForm(ActorForm):
    required = forms.MultipleChoiceField(
        label=_("required fields"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A deal goes on from this stage only when these are filled in."),
    )
    needs_activity = forms.ChoiceField(
        label=_("activity needed"),
        required=False,
        choices=lambda: [NONE, *proofs.kinds()],
        help_text=_("One of this kind must have been done since the deal came into the stage."),
    )

    class Meta:
        model = Stage
        fields = [
            "pipeline",
            "name",
            "name_zh",
            "kind",
            "position_no",
            "probability",
            "stale_after_days",
            "required",
            "needs_activity",
        ]
        help_texts = {
            "stale_after_days": _("In working days. A deal without contact for longer counts as stale. Empty: never.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["required"]
        field.choices = requirable(self.actor)


class CriterionForm(ActorForm):
    class Meta:
        model = StageCriterion
        fields = ["stage", "name", "name_zh", "position_no"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stage"]
        field.queryset = Stage.objects.visible_to(self.actor).filter(kind=Stage.Kind.OPEN, archived_at=None)


class TickForm(VerbForm):
    criterion = forms.ModelChoiceField(StageCriterion.objects.none(), label=_("criterion"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["criterion"]
        field.queryset = StageCriterion.objects.visible_to(self.actor).filter(stage__pipeline=self.row.pipeline_id)


class ProbabilityForm(VerbForm):
    probability = forms.IntegerField(
        label=_("probability, %"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Empty: that of the stage."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["probability"].initial = self.row.probability
