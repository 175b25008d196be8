from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core import names
from muster.core.custom.store import HasCustom
from muster.core.doubts import MailDoubt
from muster.core.fields import EncryptedCharField, SensitiveCharField, SensitiveDateField, SensitiveEmailField
from muster.core.indexes import Largest
from muster.core.links import record_url
from muster.core.models import Searchable

PHONE_TAIL = 4


def photo_url(pk: int, version: int) -> str:
    """Where the photo of a member is; the address changes with him, so browsers may keep it."""
    return f"{record_url('member_photo', pk)}?v={version}"


class Member(HasCustom, MailDoubt, Searchable, ScopedModel):
    """A person of the sales organisation: the root object. Unit, position, manager and grade are the present state of
    the dated assignments, kept by `people.actions` alone."""

    latin_pairs = True
    named_by = ("name", "photo", "version")

    class Status(models.TextChoices):
        CANDIDATE = "candidate", _("Candidate")
        ONBOARDING = "onboarding", _("Onboarding")
        ACTIVE = "active", _("Active")
        ON_LEAVE = "on_leave", _("On leave")
        LEAVING = "leaving", _("About to leave")
        LEFT = "left", _("Left")

    STAYING = (Status.ONBOARDING, Status.ACTIVE, Status.ON_LEAVE)  # here, and not about to leave

    employee_no = models.CharField(_("employee number"), max_length=32, unique=True)
    name = models.CharField(_("full name"), max_length=100)
    sort_name = models.CharField(max_length=200, editable=False, default="")
    preferred_name = models.CharField(_("English or preferred name"), max_length=100, blank=True)
    reading = models.CharField(
        _("pinyin of the name"),
        max_length=100,
        blank=True,
        help_text=_("Only where it is read otherwise than usual, syllables apart: shan xiong xin."),
    )
    photo = models.ImageField(_("photo"), upload_to="members", blank=True)
    work_email = models.EmailField(_("work e-mail"), blank=True)
    phone = SensitiveCharField(_("mobile phone"), max_length=32, blank=True)
    personal_email = SensitiveEmailField(_("personal e-mail"), blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.ACTIVE)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    work_place = models.CharField(_("work place"), max_length=100, blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai")
    about = models.TextField(_("about"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="member", verbose_name=_("login")
    )
    erased_at = models.DateTimeField(_("personal data erased"), null=True, blank=True, editable=False)
    # The present, projected from assignments.
    unit = models.ForeignKey(
        "people.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="members",
        verbose_name=_("unit"),
    )
    position = models.ForeignKey(
        "people.Position",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="members",
        verbose_name=_("position"),
    )
    grade = models.ForeignKey(
        "people.Grade",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="members",
        verbose_name=_("grade"),
    )
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="reports", verbose_name=_("manager")
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(Largest("hired_on"), models.F("id").desc(), name="member_by_hiring"),
            models.Index(fields=["sort_name", "id"], name="member_by_name"),
            models.Index(fields=["unit", "sort_name", "id"], name="member_of_unit"),
            models.Index(fields=["status"], name="member_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_on=None)
                | models.Q(hired_on=None)
                | models.Q(left_on__gte=models.F("hired_on")),
                name="member_leaves_after_hiring",
                violation_error_message=_("The leaving date is before the hiring date."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("member_detail", self.pk)

    @property
    def initials(self) -> str:
        return names.initials(self.name)

    @property
    def photo_url(self) -> str:
        return photo_url(self.pk, self.version) if self.photo else ""

    def search_parts(self) -> list[str]:
        phone = self.__dict__.get("phone") or ""
        said = names.said_as(self.reading)
        return [self.name, *said, self.preferred_name, self.employee_no, self.work_email, phone[-PHONE_TAIL:]]

    def fill_search(self) -> None:
        super().fill_search()
        self.sort_name = names.person_key(self.name, self.reading)


class MemberPrivate(ScopedModel):
    """What is nobody's business but the member's and HR's, in a table of its own so that row rules guard it too."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="private", verbose_name=_("member"))
    id_number = EncryptedCharField(_("ID number"), blank=True)
    birth_date = SensitiveDateField(_("date of birth"), null=True, blank=True)
    home_address = EncryptedCharField(_("home address"), blank=True)
    bank_account = EncryptedCharField(_("bank account"), blank=True)
    emergency_name = SensitiveCharField(_("emergency contact"), max_length=100, blank=True)
    emergency_phone = SensitiveCharField(_("emergency phone"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("private details")
        verbose_name_plural = _("private details")

    def __str__(self) -> str:
        return str(self.member)

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=documents"

    @property
    def owner_id(self) -> int:
        return self.member_id
