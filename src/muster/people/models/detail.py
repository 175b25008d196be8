"""What is held about a member, field by field: what he may change himself, when it was last found right, what he asked
to have changed."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import EncryptedCharField, SensitiveCharField
from muster.core.links import record_url
from muster.people.models.member import Member, MemberPrivate


class Own(models.TextChoices):
    """What a change of one's own detail takes."""

    FREE = "free", _("At once")
    NOTIFY = "notify", _("At once, and the manager is told")
    APPROVE = "approve", _("After approval")
    CLOSED = "closed", _("Not by the member")


@dataclass(frozen=True)
class Detail:
    """A field of a member's card. `own` and `stale` (days until it counts as old) are what an installation begins
    with. `fixed`: nobody types it in, it changes by steps of their own (coming, leaving) and is only looked at."""

    key: str
    model: type[models.Model]
    own: str
    stale: int | None = None
    fixed: bool = False

    @property
    def field(self) -> Any:
        return self.model._meta.get_field(self.key)

    @property
    def label(self) -> Any:
        return self.field.verbose_name

    @property
    def is_file(self) -> bool:
        """Its value is a file's place, which nobody types or reads."""
        return isinstance(self.field, models.FileField)

    def said(self, row: Any) -> str:
        """The value on ROW as people read it."""
        if self.field.choices:
            return str(getattr(row, f"get_{self.key}_display")())
        return str(getattr(row, self.key) or "")

    @property
    def secret(self) -> bool:
        return self.model is MemberPrivate


DETAILS = {
    one.key: one
    for one in (
        Detail("status", Member, Own.CLOSED, 30, fixed=True),
        Detail("preferred_name", Member, Own.FREE),
        Detail("phone", Member, Own.NOTIFY, 180),
        Detail("personal_email", Member, Own.FREE, 365),
        Detail("work_email", Member, Own.APPROVE, 365),
        Detail("work_place", Member, Own.APPROVE, 180),
        Detail("languages", Member, Own.FREE, 365),
        Detail("time_zone", Member, Own.NOTIFY),
        Detail("about", Member, Own.FREE),
        Detail("photo", Member, Own.FREE),
        Detail("id_number", MemberPrivate, Own.APPROVE),
        Detail("birth_date", MemberPrivate, Own.APPROVE),
        Detail("home_address", MemberPrivate, Own.NOTIFY, 365),
        Detail("bank_account", MemberPrivate, Own.APPROVE, 365),
        Detail("emergency_name", MemberPrivate, Own.FREE, 180),
        Detail("emergency_phone", MemberPrivate, Own.FREE, 180),
    )
}


def detail_choices() -> list[tuple[str, Any]]:
    return [(one.key, capfirst(one.label)) for one in DETAILS.values()]


class DetailRule(ScopedModel):
    """How one field is treated in this firm."""

    field = models.CharField(_("field"), max_length=40, unique=True, choices=detail_choices, editable=False)
    own = models.CharField(_("change by the member"), max_length=8, choices=Own.choices)
    stale_after = models.PositiveSmallIntegerField(
        _("old after days"), null=True, blank=True, help_text=_("Empty: it never counts as old.")
    )

    class Meta:
        verbose_name = _("detail rule")
        verbose_name_plural = _("detail rules")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.get_field_display())

    def get_absolute_url(self) -> str:
        return reverse("detail_rules")


class Verification(ScopedModel):
    """The day on which a field of a member was last found right, and by whom: by changing it or by saying so."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="verifications", verbose_name=_("member"))
    field = models.CharField(_("field"), max_length=40, choices=detail_choices)
    on = models.DateField(_("verified on"))
    by = models.CharField(_("verified by"), max_length=150)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["member", "field"]
        constraints = [models.UniqueConstraint(fields=["member", "field"], name="verification_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_field_display()}"

    @property
    def owner_id(self) -> int:
        return self.member_id


class ChangeRequest(ScopedModel):
    """A member asks that a detail be changed. What is private stands encrypted in `secret`, the rest in `value`; until
    it is approved the old value lives on."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="requests", verbose_name=_("member"))
    field = models.CharField(_("field"), max_length=40, choices=detail_choices)
    value = SensitiveCharField(_("new value"), max_length=500, blank=True)
    secret = EncryptedCharField(_("new private value"), blank=True)
    mark = models.CharField(max_length=64, editable=False)  # of the value that stood when it was asked for
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    note = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "field"], condition=models.Q(status="waiting"), name="changerequest_one_waiting"
            )
        ]
        indexes = [models.Index(fields=["status", "-id"], name="changerequest_by_status")]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_field_display()}"

    def get_absolute_url(self) -> str:
        return record_url("request_detail", self.pk)

    @property
    def owner_id(self) -> int:
        return self.member_id

    @property
    def asked(self) -> str:
        """The new value as its reader may see it."""
        return (self.secret if DETAILS[self.field].secret else self.value) or ""
