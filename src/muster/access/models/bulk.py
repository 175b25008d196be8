from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel


class BulkChange(ScopedModel):
    """The same new values for many records of one list: tried out first, then carried out row by row, and taken back
    where nobody changed them since."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("Trying it out")
        CHECKED = "checked", _("Tried out")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", pgettext_lazy("bulk change", "Taken back")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by"))
    listing = models.CharField(_("list"), max_length=40)
    query = models.TextField(_("filters"), blank=True)  # "" where rows were ticked one by one
    values = models.JSONField(_("new values"), default=dict)  # as typed, a list of texts by the name of its field
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.CHECKING)
    limits = models.JSONField(null=True, editable=False)  # of the token it was asked with
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        indexes = [models.Index(fields=["user", "-id"], name="bulk_change_of_user")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("bulk_detail", args=[self.pk])

    @property
    def busy(self) -> bool:
        return self.status in (self.Status.CHECKING, self.Status.RUNNING, self.Status.UNDOING)


class BulkRow(ScopedModel):
    """One record of a bulk change, and what becomes of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not looked at yet")
        WILL = "will", _("Will change")
        SAME = "same", _("Already so")
        REFUSED = "refused", pgettext_lazy("bulk change", "Refused")
        DONE = "done", pgettext_lazy("bulk change", "Changed")
        UNDONE = "undone", pgettext_lazy("bulk change", "Taken back")
        KEPT = "kept", _("Changed since, left as it is")

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows", verbose_name=_("bulk change"))
    object_id = models.BigIntegerField(_("record"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    problem = models.TextField(_("why"), blank=True)  # in the words of whoever asked for the change, who alone reads it
    seen = models.PositiveIntegerField(null=True)  # version of the record when it was tried out
    memory = models.JSONField(default=dict)  # what it was before, and what was written: for taking it back

    class Meta:
        verbose_name = _("row of a bulk change")
        verbose_name_plural = _("rows of bulk changes")
        indexes = [models.Index(fields=["change", "outcome", "id"], name="bulk_row_by_outcome")]
        constraints = [models.UniqueConstraint(fields=["change", "object_id"], name="bulk_row_once")]

    def __str__(self) -> str:
        return f"{self.change}: {self.object_id}"
