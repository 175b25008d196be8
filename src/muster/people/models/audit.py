"""Campaigns in which members look through what is held about them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.files import StoredFile
from muster.core.links import record_url
from muster.people.models.detail import detail_choices


class AuditCampaign(ScopedModel):
    """An audit: whose details, which fields, until when. Its items are made in the background."""

    class Status(models.TextChoices):
        STARTING = "starting", _("Starting")
        OPEN = "open", _("Running")
        CLOSED = "closed", _("Closed")

    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit and all below")
    )
    fields = models.JSONField(_("fields"), default=list)
    only_old = models.BooleanField(
        _("only what is old or missing"), default=False, help_text=_("Of each member only the details that are due.")
    )
    begins_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("due on"))
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.STARTING, editable=False
    )
    author = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("begun by")
    )
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, editable=False, related_name="+")
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    closed_by = models.CharField(_("closed by"), max_length=150, blank=True, editable=False)
    result = models.JSONField(_("result"), default=dict, editable=False)
    result_hash = models.CharField(_("seal of the result"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("audit campaign")
        verbose_name_plural = _("audit campaigns")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("begins_on")),
                name="audit_due_after_begin",
                violation_error_message=_("The campaign is due before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("audit_campaign", self.pk)


class AuditItem(ScopedModel):
    """One question to one member: is this still right?"""

    class Answer(models.TextChoices):
        OPEN = "", _("No answer yet")
        RIGHT = "right", _("Still right")
        CHANGED = "changed", _("Changed")
        ASKED = "asked", _("Change asked for")

    campaign = models.ForeignKey(AuditCampaign, models.CASCADE, related_name="items", verbose_name=_("audit campaign"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="audit_items", verbose_name=_("member"))
    field = models.CharField(_("field"), max_length=40, choices=detail_choices)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, blank=True, default="")
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("audit item")
        verbose_name_plural = _("audit items")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "member", "field"], name="audititem_once")]
        indexes = [models.Index(fields=["member", "field"], condition=models.Q(answer=""), name="audititem_open")]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.member} · {self.get_field_display()}"

    @property
    def owner_id(self) -> int:
        return self.member_id


class AuditReminder(models.Model):
    """Who was reminded of whom in a campaign, once at each step of the ladder; and that nobody gets two a day."""

    MEMBER, MANAGER, AUTHOR = 1, 2, 3

    campaign = models.ForeignKey(AuditCampaign, models.CASCADE, related_name="+")
    receiver = models.ForeignKey("people.Member", models.CASCADE, related_name="+")
    step = models.PositiveSmallIntegerField()
    sent_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "receiver", "step"], name="auditreminder_once")]
        indexes = [models.Index(fields=["receiver", "sent_on"], name="auditreminder_of_day")]

    def __str__(self) -> str:
        return f"{self.campaign_id} → {self.receiver_id} ({self.step})"


class AuditReport(StoredFile, ScopedModel):
    """The result of a closed campaign as a signed PDF, one in each language of the product."""

    campaign = models.ForeignKey(
        AuditCampaign, models.CASCADE, related_name="reports", verbose_name=_("audit campaign")
    )
    language = models.CharField(_("language"), max_length=10)
    certificate = models.CharField(_("certificate (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("signed result of an audit")
        verbose_name_plural = _("signed results of audits")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "language"], name="auditreport_once")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return record_url("audit_report", self.campaign_id)


class QualityScore(ScopedModel):
    """How much of what is held about the members of a unit was filled in and fresh on a day."""

    unit = models.ForeignKey("people.Unit", models.CASCADE, related_name="+", verbose_name=_("unit"))
    on = models.DateField(_("on"))
    fresh = models.PositiveIntegerField(_("filled in and fresh"))
    asked = models.PositiveIntegerField(_("fields asked for"))

    class Meta:
        verbose_name = _("data quality")
        verbose_name_plural = _("data quality")
        ordering = ["-on", "unit"]
        constraints = [models.UniqueConstraint(fields=["unit", "on"], name="qualityscore_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.on}"
