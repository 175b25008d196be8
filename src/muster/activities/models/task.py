from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.custom.store import HasCustom
from muster.core.links import record_url


class Task(HasCustom, ScopedModel):
    """Something to do by a day."""

    class Priority(models.IntegerChoices):
        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")

    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey("people.Member", models.PROTECT, related_name="tasks", verbose_name=_("who does it"))
    assigned_by = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("given by"),
    )
    account = models.ForeignKey(
        "crm.Account", models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("account")
    )
    deal = models.ForeignKey(
        "crm.Deal", models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("deal")
    )
    lead = models.ForeignKey(
        "crm.Lead", models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("lead")
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "-id"]
        indexes = [
            models.Index(fields=["owner", "due_on"], name="task_of_owner"),
            models.Index(fields=["due_on"], include=["owner", "done_on"], name="task_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_url("task_detail", self.pk)
