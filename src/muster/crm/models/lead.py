from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.custom.store import HasCustom
from muster.core.fields import SensitiveCharField, SensitiveEmailField
from muster.core.links import record_url
from muster.core.periods import today
from muster.crm.models.account import Account
from muster.crm.models.clocked import Clocked
from muster.crm.models.matching import Reachable
from muster.crm.models.setup import Translated


class LeadSource(Translated):
    """Where leads come from."""

    key = models.SlugField(_("key"), unique=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("lead source")
        verbose_name_plural = _("lead sources")
        ordering = ["id"]

    def get_absolute_url(self) -> str:
        return reverse("lead_setup")


class LeadReason(Translated):
    """Why a lead comes to nothing."""

    key = models.SlugField(_("key"), unique=True)

    class Meta:
        verbose_name = _("reason to disqualify")
        verbose_name_plural = _("reasons to disqualify")
        ordering = ["id"]

    def get_absolute_url(self) -> str:
        return reverse("lead_setup")


class LeadStep(ScopedModel):
    """A step of the ladder: what happens to a lead that nobody has followed up for so many working days."""

    class Does(models.TextChoices):
        OWNER = "owner", _("Remind who has it")
        MANAGER = "manager", _("Tell the manager too")
        RISK = "risk", _("Mark as high risk")
        BACK = "back", _("Take it back: rules or the queue give it anew")

    days = models.PositiveSmallIntegerField(_("after working days"))
    does = models.CharField(_("what happens"), max_length=7, choices=Does.choices)

    class Meta:
        verbose_name = _("step of the ladder")
        verbose_name_plural = _("steps of the ladder")
        ordering = ["days", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["days"],
                condition=Q(archived_at=None),
                name="leadstep_day_once",
                violation_error_message=_("There is a step for this day already: change that one."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=250),
                name="leadstep_days",
                violation_error_message=_("Give from 1 to 250 working days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days}: {self.get_does_display()}"

    def get_absolute_url(self) -> str:
        return reverse("lead_setup")


class Lead(HasCustom, Reachable, Clocked, ScopedModel):
    """Somebody who may become a customer. It ends converted, with links to what became of it, or disqualified.

    `waiting_since` is the business day from which the ladder counts: when the owner got it, or was last in contact;
    `reached` the days of the highest step that was taken since.
    """

    custom_kinds = ("level",)
    matched_by: ClassVar = {"name": "company", "phone": "phone", "email": "email"}
    waits: int | None = None  # working days, where `listings.leads.count_waiting` counted them

    class Status(models.TextChoices):
        NEW = "new", _("New")
        WORKING = "working", _("Being followed up")
        CONVERTED = "converted", _("Converted")
        DISQUALIFIED = "disqualified", _("Disqualified")

    OPEN = (Status.NEW, Status.WORKING)

    name = models.CharField(_("name"), max_length=100)
    company = models.CharField(_("company"), max_length=200, blank=True)
    title = models.CharField(_("job title"), max_length=100, blank=True)
    phone = SensitiveCharField(_("phone"), max_length=32, blank=True)
    email = SensitiveEmailField(_("e-mail"), blank=True)
    wechat = SensitiveCharField(_("WeChat"), max_length=64, blank=True)
    source = models.ForeignKey(
        LeadSource, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("source")
    )
    product = models.ForeignKey(
        "crm.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("asks for the product"),
    )
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Account.Level.choices, default=Account.Level.NORMAL)
    notes = models.TextField(_("notes"), blank=True)
    owner = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("owner")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW, editable=False)
    came_on = models.DateField(_("came in on"), default=today)
    last_activity_on = models.DateField(_("last contact"), null=True, blank=True, editable=False)
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True, editable=False)
    first_response_on = models.DateField(_("day of the first response"), null=True, blank=True, editable=False)
    response_minutes = models.PositiveIntegerField(_("minutes to respond"), null=True, blank=True, editable=False)
    waiting_since = models.DateField(_("waits since"), null=True, blank=True, editable=False)
    reached = models.PositiveSmallIntegerField(_("step reached"), default=0, editable=False)
    taken_from = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken back from"),
    )
    is_risky = models.BooleanField(_("high risk"), default=False, editable=False)
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, editable=False, related_name="leads", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        "crm.Contact",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="leads",
        verbose_name=_("contact"),
    )
    deal = models.ForeignKey(
        "crm.Deal", models.SET_NULL, null=True, blank=True, editable=False, related_name="leads", verbose_name=_("deal")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("concluded by"),
    )
    reason = models.ForeignKey(
        LeadReason, models.PROTECT, null=True, blank=True, editable=False, verbose_name=_("why nothing came of it")
    )
    close_note = models.TextField(_("closing note"), blank=True, editable=False)

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="lead_of_owner"),
            models.Index(fields=["match_name"], name="lead_match_name"),
            models.Index(fields=["match_phone"], name="lead_match_phone"),
            models.Index(fields=["match_mail"], name="lead_match_mail"),
            models.Index(fields=["match_domain"], name="lead_match_domain"),
            models.Index(fields=["owner", "came_on"], name="lead_came"),
            models.Index(fields=["due_on", "id"], condition=Q(due_on__isnull=False), name="lead_due"),
            models.Index(fields=["pool"], condition=Q(pool__isnull=False), name="lead_in_pool"),
            models.Index(fields=["owner", "closed_on"], condition=Q(closed_on__isnull=False), name="lead_closed"),
            models.Index(
                fields=["waiting_since", "id"], condition=Q(status__in=("new", "working")), name="lead_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("new", "working"), closed_on=None)
                | Q(status__in=("converted", "disqualified"), closed_on__isnull=False),
                name="lead_closed_has_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.company}" if self.company else self.name

    def get_absolute_url(self) -> str:
        return record_url("lead_detail", self.pk)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def search_parts(self) -> list[str]:
        return [self.company, self.name, self.city]
