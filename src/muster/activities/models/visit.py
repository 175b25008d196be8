from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.core import places
from muster.core.fields import EncryptedCharField


class Datum(models.TextChoices):
    WGS84 = places.WGS84, "WGS-84"
    GCJ02 = places.GCJ02, "GCJ-02"


class LocationConsent(ScopedModel):
    """That a member agrees to his position being taken when he checks in: asked for separately, dated, and ended by
    him whenever he likes. Without it a visit is logged all the same, without a position."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent to positions")
        verbose_name_plural = _("consents to positions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(withdrawn_at=None), name="locationconsent_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return str(self.member)

    def get_absolute_url(self) -> str:
        return reverse("location_consent")

    @property
    def owner_id(self) -> int:
        return self.member_id


class AccountPoint(ScopedModel):
    """Where a customer is to be found, in whole millionths of a degree: fixed by the first visit that could be located.
    `name` tells the places of a customer apart; the first has none."""

    account = models.ForeignKey("crm.Account", models.CASCADE, related_name="points", verbose_name=_("account"))
    name = models.CharField(_("name of the place"), max_length=60, blank=True)
    north = models.IntegerField(_("latitude, in millionths"))
    east = models.IntegerField(_("longitude, in millionths"))
    datum = models.CharField(_("datum"), max_length=5, choices=Datum.choices)
    fixed_by = models.ForeignKey("people.Member", models.PROTECT, related_name="+", verbose_name=_("fixed by"))

    class Meta:
        verbose_name = _("customer's place")
        verbose_name_plural = _("customers' places")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="accountpoint_once")]

    def __str__(self) -> str:
        return self.name or str(_("First place"))

    def get_absolute_url(self) -> str:
        return self.account.get_absolute_url()

    @property
    def point(self) -> places.Point:
        return places.Point(self.north / 1_000_000, self.east / 1_000_000, self.datum)


class CheckIn(ScopedModel):
    """That somebody was there: when he came and went, how far from the customer's place that was, and what can be said
    of it. One point, never a track; the point itself is forgotten after a time, the distance stays."""

    class Verdict(models.TextChoices):
        INSIDE = "inside", _("On the spot")
        OUTSIDE = "outside", _("Somewhere else")
        FIRST = "first", _("Place fixed")
        UNKNOWN = "unknown", _("Cannot be verified")

    class Doubt(models.TextChoices):
        MOCK = "mock", _("The device says that the position was simulated")
        EXACT = "exact", _("More exact than a phone can be")

    activity = models.OneToOneField(
        "activities.Activity", models.CASCADE, related_name="check_in", verbose_name=_("visit")
    )
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="check_ins", verbose_name=_("member"))
    on = models.DateField(_("day"), editable=False)
    in_at = models.DateTimeField(pgettext_lazy("visit", "came"))
    out_at = models.DateTimeField(pgettext_lazy("visit", "left"), null=True, blank=True)
    position = EncryptedCharField(
        pgettext_lazy("visit", "position"), blank=True, editable=False
    )  # "latitude,longitude" in degrees
    datum = models.CharField(_("datum"), max_length=5, choices=Datum.choices, blank=True, editable=False)
    accuracy = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True, editable=False)
    distance = models.PositiveIntegerField(_("metres from the customer"), null=True, blank=True, editable=False)
    verdict = models.CharField(_("verdict"), max_length=7, choices=Verdict.choices, editable=False)
    doubt = models.CharField(_("doubt"), max_length=5, choices=Doubt.choices, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    photo = models.ForeignKey(
        "activities.Attachment",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("photo"),
    )
    sent_at = models.DateTimeField(
        _("sent later, at"), null=True, blank=True, editable=False
    )  # no network when one came
    forgotten_at = models.DateTimeField(_("position forgotten"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-in_at"]
        indexes = [
            models.Index(fields=["on", "in_at"], name="checkin_by_day"),
            models.Index(fields=["member", "on"], name="checkin_of_member"),
            models.Index(
                fields=["on"],
                condition=models.Q(forgotten_at=None) & ~models.Q(position=""),
                name="checkin_with_position",
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity)

    def get_absolute_url(self) -> str:
        return reverse("activity_detail", args=[self.activity_id])

    @property
    def owner_id(self) -> int:
        return self.member_id

    @property
    def minutes(self) -> int | None:
        return round((self.out_at - self.in_at).total_seconds() / 60) if self.out_at else None
