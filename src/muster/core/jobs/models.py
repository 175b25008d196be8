from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Schedule(models.Model):
    """A moment at which a chore is due; the pair is unique, so no two workers do it at once. `done_at` is empty while
    it is being done."""

    name = models.CharField(max_length=100)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["name", "due_at"], name="schedule_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%Y-%m-%d %H:%M}"


class Worker(models.Model):
    """A process that does jobs, and when it was last alive: the lease on all that it has in hand."""

    name = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """Work that somebody asked for and may look after: how far it is, what came of it, what went wrong."""

    class State(models.TextChoices):
        WAITING = "waiting", _("In the queue")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")  # given up; an operator may have it tried again
        CANCELLED = "cancelled", _("Cancelled")

    function = models.CharField(max_length=200)  # dotted path of what @job decorates
    arguments = models.JSONField(default=dict)
    about = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)  # 0: not known
    result = models.JSONField(null=True)
    error = models.TextField(_("what went wrong"), blank=True)  # of the last try
    tries = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    task_id = models.CharField(max_length=64, blank=True)  # in the queue of the backend
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)  # of the last try, and so which try it is
    seen_at = models.DateTimeField(null=True)  # sign of life of whoever does it
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        app_label = "core"
        indexes = [models.Index(fields=["state", "due_at"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.title} {self.about}".strip()

    @property
    def title(self) -> str:
        """What is being done, in the reader's language."""
        return str(self.body.title)

    @property
    def problem(self) -> str:
        """What went wrong, in the reader's language where it is a sentence of ours."""
        return gettext(self.error) if self.error else ""

    @property
    def body(self) -> Any:
        """The function; raises ImportError where an upgrade took it away."""
        return import_string(self.function)


class JobEffect(models.Model):
    """An effect that a job has had, kept in the transaction of the effect itself."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="effects")
    key = models.CharField(max_length=200)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="job_effect_once")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.key}"
