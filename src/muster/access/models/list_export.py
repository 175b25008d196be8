from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.files import StoredFile
from muster.core.jobs.models import Job


class ListExport(StoredFile, ScopedModel):
    """A long list that somebody exports: a job writes the file, which he alone fetches within a day."""

    class Status(models.TextChoices):
        WRITING = "writing", _("Being written")
        READY = "ready", _("Ready")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("No longer there")

    silent = ("rights",)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by"))
    name = models.CharField(_("list"), max_length=100)  # its title, in the language of whoever asked
    path = models.CharField(max_length=200)  # the page of the list
    values = models.JSONField(_("filters"), default=dict)
    rows = models.PositiveIntegerField(_("rows"), default=0)  # when it was asked for; once it is ready, those written
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, editable=False, related_name="+")
    rights = models.CharField(max_length=64, editable=False, blank=True)  # under which the file was written, as a hash
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("can be fetched until"), null=True, blank=True, editable=False)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("export of a list")
        verbose_name_plural = _("exports of lists")
        indexes = [models.Index(fields=["user", "-id"], name="list_export_of_user")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("export_detail", args=[self.pk])

    @property
    def status(self) -> Any:
        if self.ready_at:
            fresh = self.file and self.expires_at and self.expires_at > timezone.now()
            return self.Status.READY if fresh else self.Status.GONE
        if self.job is None or self.job.state in (Job.State.FAILED, Job.State.DONE):
            return self.Status.FAILED
        stopped = self.job.state == Job.State.CANCELLED or self.job.cancel_asked
        return self.Status.STOPPED if stopped else self.Status.WRITING
