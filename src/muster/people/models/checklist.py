from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


class Kind(models.TextChoices):
    JOINER = "joiner", _("Joining")
    MOVER = "mover", _("Moving")
    LEAVER = "leaver", _("Leaving the firm")


class By(models.TextChoices):
    MEMBER = "member", _("The member")
    MANAGER = "manager", _("The manager")
    HR = "hr", _("Human resources")
    IT = "it", _("IT")
    FINANCE = "finance", _("Finance")
    OFFICE = "office", _("Office")


class Bilingual(ScopedModel):
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("Chinese title"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title_zh if self.title_zh and (get_language() or "").startswith("zh") else self.title


class ChecklistTemplate(Bilingual):
    """What is to be done when somebody joins, moves or leaves; one for a position goes before one for all."""

    kind = models.CharField(_("occasion"), max_length=8, choices=Kind.choices)
    position = models.ForeignKey(
        "people.Position", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for")
    )

    class Meta:
        verbose_name = _("checklist template")
        verbose_name_plural = _("checklist templates")
        ordering = ["kind", "id"]

    def get_absolute_url(self) -> str:
        return record_url("checklist_template", self.pk)


class ChecklistStep(Bilingual):
    """One step of a template. `offset` counts working days from the day it is about; before it, where negative."""

    template = models.ForeignKey(ChecklistTemplate, models.CASCADE, related_name="steps", verbose_name=_("template"))
    by = models.CharField(_("done by"), max_length=8, choices=By.choices, default=By.MANAGER)
    offset = models.SmallIntegerField(_("working days after"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["offset", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset__gte=-250, offset__lte=250),
                name="step_within_a_year",
                violation_error_message=_("A step is due within a year: 250 working days before or after."),
            )
        ]


class Checklist(ScopedModel):
    """One member's joining, move or leaving, step by step."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="checklists", verbose_name=_("member"))
    kind = models.CharField(_("occasion"), max_length=8, choices=Kind.choices)
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint(fields=["member", "kind", "day"], name="checklist_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.member}"

    @property
    def owner_id(self) -> int:
        return self.member_id


class ChecklistItem(Bilingual):
    """One thing to do for one member."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items", verbose_name=_("checklist"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    by = models.CharField(_("done by"), max_length=8, choices=By.choices)
    assignee = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.CharField(_("ticked by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(done_on=None), name="checklistitem_open"),
            models.Index(fields=["checklist", "due_on"], name="checklistitem_of_list"),
        ]

    @property
    def owner_id(self) -> int:
        return self.member_id
