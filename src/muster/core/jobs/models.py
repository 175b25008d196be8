from django.db import models


class Schedule(models.Model):
    """A moment at which a chore was done; the pair is unique, so no two workers do it twice."""

    name = models.CharField(max_length=100)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["name", "due_at"], name="schedule_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%Y-%m-%d %H:%M}"
