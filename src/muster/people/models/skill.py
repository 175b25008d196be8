from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url
from muster.core.models import Searchable
from muster.people.models.structure import Named

LOWEST, HIGHEST = 1, 5
IN_RANGE = [MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]


class Source(models.TextChoices):
    """Whose word a level is; the earlier in this list, the more it counts. Results are nobody's: `skills.results`."""

    MANAGER = "manager", _("Manager")
    TEST = "test", _("Test")
    SELF = "self", _("Self-assessment")


class SkillCategory(Named):
    """A shelf of skills: industries, products, languages, abilities."""

    class Meta:
        verbose_name = _("skill category")
        verbose_name_plural = _("skill categories")
        ordering = ["rank", "id"]

    def get_absolute_url(self) -> str:
        return record_url("skill_category_edit", self.pk)


class Skill(Searchable, ScopedModel):
    """Something one can be good at, with what each level looks like at work. Who is merged into another is archived."""

    name = models.CharField(_("name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100, blank=True)
    category = models.ForeignKey(
        SkillCategory, models.PROTECT, related_name="skills", verbose_name=_("category of skills")
    )
    aliases = models.CharField(
        _("other names"), max_length=300, blank=True, help_text=_("Separated by commas; it is found by them too.")
    )
    level_1 = models.TextField(_("behaviour at level 1"), blank=True, max_length=1000)
    level_2 = models.TextField(_("behaviour at level 2"), blank=True, max_length=1000)
    level_3 = models.TextField(_("behaviour at level 3"), blank=True, max_length=1000)
    level_4 = models.TextField(_("behaviour at level 4"), blank=True, max_length=1000)
    level_5 = models.TextField(_("behaviour at level 5"), blank=True, max_length=1000)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("merged into")
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["category__rank", "category_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="skill_name_once",
                violation_error_message=_("There is a skill of this name already, in use or archived."),
            )
        ]

    def __str__(self) -> str:
        return self.name_zh if self.name_zh and (get_language() or "").startswith("zh") else self.name

    def get_absolute_url(self) -> str:
        return record_url("skill_detail", self.pk)

    def names(self) -> list[str]:
        """Everything it is called."""
        others = self.aliases.replace("，", ",").replace("、", ",").split(",")
        return [one.strip() for one in (self.name, self.name_zh, *others) if one.strip()]

    def search_parts(self) -> list[str]:
        return self.names()

    def behaviours(self) -> list[tuple[int, str]]:
        return [(level, getattr(self, f"level_{level}")) for level in range(LOWEST, HIGHEST + 1)]


class SkillRequirement(ScopedModel):
    """The level of a skill that a position asks for."""

    position = models.ForeignKey("people.Position", models.CASCADE, related_name="required", verbose_name=_("position"))
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="required", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"), validators=IN_RANGE)

    class Meta:
        verbose_name = _("required skill")
        verbose_name_plural = _("required skills")
        ordering = ["position", "skill"]
        constraints = [
            models.UniqueConstraint(fields=["position", "skill"], name="skillrequirement_once"),
            models.CheckConstraint(condition=Q(level__gte=LOWEST, level__lte=HIGHEST), name="skillrequirement_level"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.skill} {self.level}"


class SkillEvidence(ScopedModel):
    """What one source says of one member's skill on a day. Sources stand beside each other, and so does the past. A
    certificate has its number; `valid_until` is the last day it counts."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="evidence", verbose_name=_("member"))
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="evidence", verbose_name=_("skill"))
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    level = models.PositiveSmallIntegerField(_("level"), validators=IN_RANGE)
    on = models.DateField(_("as of"))
    by = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("assessed by"),
    )
    note = models.TextField(_("what it rests on"), blank=True, max_length=2000)
    number = models.CharField(_("certificate number"), max_length=64, blank=True)
    issuer = models.CharField(_("issued by"), max_length=100, blank=True)
    valid_until = models.DateField(_("last valid day"), null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)  # days before, the last time

    class Meta:
        verbose_name = _("skill evidence")
        verbose_name_plural = _("skill evidence")
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["member", "skill", "source", "on"], name="skillevidence_of_member"),
            models.Index(fields=["skill", "member"], name="skillevidence_of_skill"),
            models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="skillevidence_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=LOWEST, level__lte=HIGHEST), name="skillevidence_level"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("on")),
                name="skillevidence_dates",
                violation_error_message=_("It cannot have ended before it began: check both days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.skill} {self.level}"

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=growth"

    @property
    def owner_id(self) -> int:
        return self.member_id
