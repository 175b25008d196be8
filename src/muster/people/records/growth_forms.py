"""What is typed about development plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.people.models import GrowthGoal, Member, NextRole, Position
from muster.people.skills.levels import Held


class GrowthGoalForm(ActorForm):
    class Meta:
        model = GrowthGoal
        fields = ("skill", "level", "due_on", "doing", "coach")
        lookups = ("skill", "coach")
        widgets = {"doing": forms.Textarea(attrs={"rows": 2})}

    def propose(self, people: list[tuple[Member, Held]]) -> None:
        """Say beside the coach who could be one."""
        if people:
            names = ", ".join(f"{one} ({held.level})" for one, held in people)
            self.fields["coach"].help_text = _("Could coach this, with their level: %(names)s") % {"names": names}


class NextRoleForm(VerbForm):
    position = forms.ModelChoiceField(
        Position.objects.none(), label=_("next role"), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        aim = NextRole.objects.visible_to(self.actor).filter(member=row.pk).first()
        self.initial.setdefault("position", aim.position_id if aim else None)
