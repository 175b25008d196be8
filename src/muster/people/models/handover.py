from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


class Handover(ScopedModel):
    """What one member holds goes to others: planned, carried out in batches, proved by counts and a content hash, and
    taken back within a week if it was wrong."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Planned")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        UNDONE = "undone", _("Undone")

    class Rule(models.TextChoices):
        EVEN = "even", _("Evenly, by what each holds already")
        PLACE = "place", _("By place: to whom has most customers in the same city")
        AREA = "area", _("By territory: to whom holds that of the customer's city")
        SKILL = "skill", _("By skill: to whom is best at the customer's industry")

    member = models.ForeignKey(
        "people.Member", models.PROTECT, related_name="handovers", verbose_name=_("handed over by")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    rule = models.CharField(_("who gets what"), max_length=8, choices=Rule.choices, default=Rule.EVEN)
    receivers = models.JSONField(default=list)  # member ids
    ends = models.JSONField(_("called off instead of handed over"), default=list, blank=True)  # kinds
    stays = models.JSONField(_("stays with its owner"), default=list, blank=True)  # kinds that were not chosen
    runs_on = models.DateField(_("effective day"), null=True, blank=True)  # none: when somebody carries it out
    stopped = models.CharField(_("why it did not run"), max_length=500, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("planned by")
    )
    before = models.JSONField(default=dict, blank=True, editable=False)  # kind -> {"count", "hash"}
    after = models.JSONField(default=dict, blank=True, editable=False)
    letter_subject = models.CharField(_("subject of the mail to customers"), max_length=150, blank=True)
    letter_body = models.TextField(_("text of the mail to customers"), max_length=4000, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-id"]
        indexes = [models.Index(fields=["runs_on"], condition=models.Q(status="draft"), name="handover_due")]

    def __str__(self) -> str:
        return f"{self.member}"

    def get_absolute_url(self) -> str:
        return record_url("handover_detail", self.pk)

    @property
    def owner_id(self) -> int:
        return self.member_id


class HandoverItem(models.Model):
    """One record of a handover, and to whom it goes."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        MOVED = "moved", _("Handed over")
        SKIPPED = "skipped", _("Left alone: it changed hands meanwhile")
        BACK = "back", _("Taken back")
        ENDING = "ending", _("To be called off")
        ENDED = "ended", _("Called off")
        BARRED = "barred", _("Stays: no receiver holds the certificate")

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    receiver = models.ForeignKey("people.Member", models.PROTECT, null=True, related_name="+")  # none: it stays
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "kind", "object_id"], name="handover_item_once")]
        indexes = [models.Index(fields=["handover", "outcome", "kind", "id"], name="handover_item_todo")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
