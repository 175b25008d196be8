from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.people.models.skill import HIGHEST, IN_RANGE, LOWEST


class NextRole(ScopedModel):
    """The position a member works towards. What it asks for and he does not yet hold is the gap of his plan."""

    member = models.OneToOneField("people.Member", models.CASCADE, related_name="next_role", verbose_name=_("member"))
    position = models.ForeignKey("people.Position", models.CASCADE, related_name="+", verbose_name=_("next role"))

    class Meta:
        verbose_name = _("next role")
        verbose_name_plural = _("next roles")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.member}: {self.position}"

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=growth"

    @property
    def owner_id(self) -> int:
        return self.member_id


class GrowthGoal(ScopedModel):
    """A goal of a member's development plan: a level of a skill by a day, what he does for it, and who helps. It is
    reached when the evidence says so; nobody ticks it."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="growth_goals", verbose_name=_("member"))
    skill = models.ForeignKey("people.Skill", models.PROTECT, related_name="growth_goals", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level to reach"), validators=IN_RANGE)
    due_on = models.DateField(_("by when"))
    doing = models.TextField(
        _("what to do"), max_length=1000, blank=True, help_text=_("Courses, practice, visits together.")
    )
    coach = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, blank=True, related_name="coached", verbose_name=_("coach")
    )
    reminded = models.SmallIntegerField(null=True, blank=True, editable=False)  # days before, the last time

    class Meta:
        verbose_name = _("development goal")
        verbose_name_plural = _("development goals")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["member", "due_on"], name="growthgoal_of_member"),
            models.Index(fields=["due_on"], condition=Q(archived_at=None), name="growthgoal_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=LOWEST, level__lte=HIGHEST), name="growthgoal_level"),
            models.UniqueConstraint(
                fields=["member", "skill"],
                condition=Q(archived_at=None),
                name="growthgoal_once",
                violation_error_message=_("The plan has a goal for this skill already: change that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=growth"

    @property
    def owner_id(self) -> int:
        return self.member_id
