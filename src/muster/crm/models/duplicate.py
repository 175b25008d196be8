from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.crm.models.account import Account


class DuplicateCheck(ScopedModel):
    """How often a member looked for duplicates on a day, and which records of others he met: [[model, id], …]. It holds
    the limit against fishing, and tells afterwards who fished."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    on = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("checks"), default=0)
    is_limited = models.BooleanField(_("limit reached"), default=False)
    met = models.JSONField(_("records of others"), default=list)

    class Meta:
        verbose_name = _("look for duplicates")
        verbose_name_plural = _("looks for duplicates")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["member", "on"], name="duplicatecheck_once")]

    def __str__(self) -> str:
        return f"{self.member} · {self.on:%Y-%m-%d}"


class JoinRequest(ScopedModel):
    """Somebody who met an account without seeing it asks its owner to be let in."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Said no")

    account = models.ForeignKey(Account, models.CASCADE, related_name="join_requests", verbose_name=_("account"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    note = models.CharField(_("why"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answer = models.CharField(_("answer"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "status"], name="joinrequest_of_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "member"], condition=Q(status="waiting"), name="joinrequest_waits_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.account}"

    def get_absolute_url(self) -> str:
        return reverse("account_detail", args=[self.account_id])

    @property
    def owner_id(self) -> int | None:
        return self.account.owner_id
