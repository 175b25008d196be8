from django.db import models


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
