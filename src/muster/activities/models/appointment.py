import datetime as dt
import secrets
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel


def new_uid() -> str:
    """A name that no other calendar gives."""
    return f"{secrets.token_hex(12)}@muster"


class Appointment(ScopedModel):
    """A time that a member keeps for something, with others or alone; one row also for one that repeats. Hours are kept
    on the clock of `time_zone`, whatever summer time does. Of a private one everybody but who takes part learns only
    that the time is taken."""

    owner = models.ForeignKey(
        "people.Member", models.PROTECT, editable=False, related_name="appointments", verbose_name=_("who invites")
    )
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(pgettext_lazy("appointment", "begins"))
    ends_at = models.DateTimeField(pgettext_lazy("appointment", "ends"))
    all_day = models.BooleanField(_("whole days"), default=False)
    place = models.CharField(pgettext_lazy("appointment", "place"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), max_length=5000, blank=True)
    account = models.ForeignKey(
        "crm.Account", models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name=_("account")
    )
    deal = models.ForeignKey(
        "crm.Deal", models.SET_NULL, null=True, blank=True, related_name="appointments", verbose_name=_("deal")
    )
    is_private = models.BooleanField(_("private"), default=False, help_text=_("Others see only that you are busy."))
    is_free = models.BooleanField(_("does not take the time"), default=False)
    rule = models.CharField(_("repeats"), max_length=300, blank=True, help_text=_("As a rule of RFC 5545."))
    time_zone = models.CharField(
        _("time zone"), max_length=50, blank=True, help_text=_("Where a repeated appointment keeps its hour.")
    )
    uid = models.CharField(_("name in calendars"), max_length=255, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField(_("edition"), default=0, editable=False)
    last_at = models.DateTimeField(_("over at"), null=True, blank=True, editable=False)  # None: it goes on
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["owner", "starts_at", "last_at"], name="appointment_of_owner")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "uid"], name="appointment_uid_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")),
                name="appointment_times",
                violation_error_message=_("It ends before it begins: correct one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("appointment_detail", args=[self.pk])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    @property
    def lasts(self) -> dt.timedelta:
        return self.ends_at - self.starts_at


class AppointmentChange(ScopedModel):
    """One occurrence of a series that is not as the rule says: moved, renamed, cancelled, or added besides the rule.
    `was_at` is when the rule has it."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="changes", verbose_name=_("appointment"))
    was_at = models.DateTimeField(_("instead of"))
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    starts_at = models.DateTimeField(pgettext_lazy("appointment", "begins"))
    ends_at = models.DateTimeField(pgettext_lazy("appointment", "ends"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    place = models.CharField(pgettext_lazy("appointment", "place"), max_length=200, blank=True)
    sequence = models.PositiveIntegerField(_("edition"), default=0, editable=False)

    class Meta:
        verbose_name = _("changed occurrence")
        verbose_name_plural = _("changed occurrences")
        ordering = ["was_at"]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="appointmentchange_window")]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "was_at"], name="appointmentchange_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")),
                name="appointmentchange_times",
                violation_error_message=_("It ends before it begins: correct one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.appointment)

    def get_absolute_url(self) -> str:
        return reverse("appointment_detail", args=[self.appointment_id])


class Guest(ScopedModel):
    """Somebody who is asked to an appointment: a member, who answers, or a contact of a customer."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("No answer yet")
        ACCEPTED = "accepted", _("Comes")
        TENTATIVE = "tentative", _("Perhaps")
        DECLINED = "declined", _("Does not come")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="guests", verbose_name=_("appointment"))
    member = models.ForeignKey(
        "people.Member", models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("member")
    )
    contact = models.ForeignKey(
        "crm.Contact", models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("contact")
    )
    answer = models.CharField(_("answer"), max_length=9, choices=Answer.choices, default=Answer.WAITING, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "member"], condition=Q(member__isnull=False), name="guest_member_once"
            ),
            models.UniqueConstraint(
                fields=["appointment", "contact"], condition=Q(contact__isnull=False), name="guest_contact_once"
            ),
            models.CheckConstraint(
                condition=Q(member=None, contact__isnull=False) | Q(member__isnull=False, contact=None),
                name="guest_is_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.appointment)

    def get_absolute_url(self) -> str:
        return reverse("appointment_detail", args=[self.appointment_id])


class CalendarFeed(ScopedModel):
    """An address from which calendar programs fetch a member's calendar. Whoever knows it reads it, so it is shown
    once, kept as a digest only, and stops when it is taken back or the member may not log in."""

    class Shows(models.TextChoices):
        BUSY = "busy", _("Only when I am busy")
        DETAILS = "details", _("Titles and places; private ones as busy")
        ALL = "all", _("Everything, private ones too")

    member = models.ForeignKey(
        "people.Member", models.CASCADE, editable=False, related_name="+", verbose_name=_("member")
    )
    name = models.CharField(_("name of the program"), max_length=60)
    shows = models.CharField(_("what it shows"), max_length=7, choices=Shows.choices, default=Shows.BUSY)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    read_at = models.DateTimeField(_("last fetched"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("calendar_feeds")

    @property
    def owner_id(self) -> int:
        return self.member_id
