from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.core.custom.store import HasCustom
from muster.core.links import record_url


class Activity(HasCustom, ScopedModel):
    """A contact with a customer, planned or done: one row for both, so that one tap turns a plan into a record."""

    custom_kinds = ("kind", "account.level")
    came_in = False  # while it is saved: the customer wrote to us, so it is no answer and no follow-up of ours
    is_new = False  # while it is saved for the first time

    class Kind(models.TextChoices):
        VISIT = "visit", _("Visit")
        CALL = "call", _("Call")
        EMAIL = "email", pgettext_lazy("activity kind", "E-mail")
        MEETING = "meeting", _("Meeting")
        WECHAT = "wechat", _("WeChat")
        OTHER = "other", pgettext_lazy("activity kind", "Other")
        NOTE = "note", _("Note")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")

    kind = models.CharField(pgettext_lazy("activity", "kind"), max_length=8, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=7, choices=Status.choices, default=Status.DONE)
    owner = models.ForeignKey("people.Member", models.PROTECT, related_name="activities", verbose_name=_("member"))
    account = models.ForeignKey(
        "crm.Account", models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        "crm.Contact", models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("contact")
    )
    deal = models.ForeignKey(
        "crm.Deal", models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("deal")
    )
    lead = models.ForeignKey(
        "crm.Lead", models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("lead")
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("what was said"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)  # the business day, in the member's time zone
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    is_late = models.BooleanField(_("entered late"), default=False, editable=False)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["owner", "done_on"], include=["kind", "account", "archived_at"], name="activity_of_owner"
            ),
            models.Index(fields=["account", "-done_on", "-id"], name="activity_of_account"),
            models.Index(fields=["deal", "-done_on", "-id"], condition=Q(deal__isnull=False), name="activity_of_deal"),
            models.Index(fields=["lead", "-done_on", "-id"], condition=Q(lead__isnull=False), name="activity_of_lead"),
            models.Index(
                fields=["done_on"], include=["owner", "kind", "account", "archived_at"], name="activity_by_day"
            ),
            models.Index(fields=["owner", "planned_at"], condition=Q(status="planned"), name="activity_planned"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="planned", done_on=None) | Q(status="done", done_on__isnull=False),
                name="activity_done_has_day",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return record_url("activity_detail", self.pk)

    @property
    def is_overdue(self) -> bool:
        return self.status == self.Status.PLANNED and self.planned_at is not None and self.planned_at < timezone.now()
