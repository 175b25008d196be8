"""What managers note on the audit sheets of their people."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.people.models.audit import AuditCampaign


class SheetNote(ScopedModel):
    """One thing noted on the audit sheet of a member: a point looked at and ticked, a comment, a fix given to
    somebody. What was noted stays as it was: the sheet's history is these rows."""

    class Kind(models.TextChoices):
        TICK = "tick", _("Looked at")
        COMMENT = "comment", _("Note")
        FIX = "fix", _("Fix given")

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="sheet_notes", verbose_name=_("member"))
    point = models.CharField(_("point"), max_length=40, blank=True)  # a sign or a detail; "" for the whole sheet
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    text = models.TextField(_("text"), blank=True, max_length=1000)
    campaign = models.ForeignKey(
        AuditCampaign,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("audit campaign"),
    )
    on = models.DateField(_("on"))
    by = models.CharField(_("by"), max_length=150)
    task_id = models.BigIntegerField(null=True, editable=False)  # of a higher room, which makes it and tells of it

    class Meta:
        verbose_name = _("note on an audit sheet")
        verbose_name_plural = _("notes on audit sheets")
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-id"], name="sheetnote_of_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("member_sheet", args=[self.member_id])

    @property
    def owner_id(self) -> int:
        return self.member_id
