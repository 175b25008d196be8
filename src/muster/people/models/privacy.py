from django.apps import apps
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.files import StoredFile
from muster.core.links import record_url

MOST_MONTHS = 1200


class Basis(models.TextChoices):
    """Why the law allows to hold something about a person (PIPL article 13, GDPR article 6)."""

    CONTRACT = "contract", _("Employment contract and personnel management")
    LAW = "law", _("Duty by law")
    INTEREST = "interest", _("Running the business")
    CONSENT = "consent", _("Consent of the member")


class PersonalField(ScopedModel):
    """One line of the register of personal data: what for, on which basis, and how long after leaving. `field` is
    empty where the line is about all that a kind of record says."""

    model = models.CharField(_("record type"), max_length=60)
    field = models.CharField(_("field"), max_length=60, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300)
    purpose_zh = models.CharField(_("Chinese purpose"), max_length=300, blank=True)
    basis = models.CharField(_("legal basis"), max_length=10, choices=Basis.choices)
    months = models.PositiveSmallIntegerField(
        _("months kept after leaving"), default=0, validators=[MaxValueValidator(MOST_MONTHS)]
    )

    class Meta:
        verbose_name = _("line of the register")
        verbose_name_plural = _("register of personal data")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["model", "field"], name="personalfield_once")]

    def __str__(self) -> str:
        meta = apps.get_model(self.model)._meta
        names = {one.name: one.verbose_name for one in meta.concrete_fields}
        return " · ".join([str(meta.verbose_name), *([str(names[self.field])] if self.field in names else [])])

    def get_absolute_url(self) -> str:
        return reverse("privacy_register")

    @property
    def why(self) -> str:
        chinese = (get_language() or "").startswith("zh")
        return self.purpose_zh if self.purpose_zh and chinese else self.purpose


class DataExport(StoredFile, ScopedModel):
    """Everything held on a member, made for that member alone, to be fetched within a week."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("can be fetched until"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True)

    class Meta:
        verbose_name = _("export of one's own data")
        verbose_name_plural = _("exports of one's own data")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("privacy_mine")

    @property
    def owner_id(self) -> int:
        return self.member_id


class Erasure(ScopedModel):
    """The personal data of somebody who left are to go: proposed by the system when their time is over, or asked for;
    carried out by a second person, once."""

    class Origin(models.TextChoices):
        RETENTION = "retention", _("Retention is over")
        REQUEST = "request", _("On request")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a decision")
        DONE = "done", _("Erased")
        DECLINED = "declined", _("Declined")

    member = models.ForeignKey("people.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    origin = models.CharField(_("occasion"), max_length=10, choices=Origin.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PROPOSED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    report = models.JSONField(default=list, blank=True, editable=False)  # what went and what stayed
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=models.Q(status="proposed"), name="erasure_one_open")
        ]

    def __str__(self) -> str:
        return f"#{self.member_id}"

    def get_absolute_url(self) -> str:
        return record_url("erasure_detail", self.pk)

    @property
    def owner_id(self) -> int:
        return self.member_id
