from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.files import StoredFile
from muster.core.links import record_url
from muster.people.models.checklist import Bilingual

MOST_DAYS = 365


class DocumentKind(models.TextChoices):
    CONTRACT = "contract", _("Employment contract")
    IDENTITY = "identity", _("Copy of an identity document")
    HEALTH = "health", _("Health check")
    CERTIFICATE = "certificate", _("Certificate")
    DIPLOMA = "diploma", _("Diploma")
    OTHER = "other", _("Other document")


SENSITIVE_KINDS = (DocumentKind.CONTRACT, DocumentKind.IDENTITY, DocumentKind.HEALTH)


class Audience(models.TextChoices):
    LINE = "line", _("The member, the managers above and human resources")
    MEMBER = "member", _("The member and human resources")
    HR = "hr", _("Human resources only")


class MemberDocument(StoredFile, ScopedModel):
    """A file on a member: contract, copy of a certificate or of an identity document. `audience` says who knows of it;
    files of sensitive kinds are handed out with a permission of their own."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="documents", verbose_name=_("member"))
    kind = models.CharField(_("kind of document"), max_length=12, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=200)
    audience = models.CharField(_("who may see it"), max_length=8, choices=Audience.choices, default=Audience.LINE)
    valid_until = models.DateField(_("last valid day"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=1000)
    reminded = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)  # days before, the last time

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="document_of_member"),
            models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="document_expiry"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=documents"

    @property
    def owner_id(self) -> int:
        return self.member_id

    @property
    def is_sensitive(self) -> bool:
        return self.kind in SENSITIVE_KINDS


class Paper(Bilingual):
    """A company paper that people must have read: a handbook, a rule, a price policy. Its text comes in versions. It
    is for everybody; or for who stands in one of the units and below, and holds one of the roles, where those are
    named."""

    units = models.JSONField(_("for the units"), default=list, blank=True)  # ids
    roles = models.JSONField(_("for the roles"), default=list, blank=True)  # ids
    days = models.PositiveSmallIntegerField(
        _("days to read it"), default=7, validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )

    class Meta:
        verbose_name = _("company paper")
        verbose_name_plural = _("company papers")
        ordering = ["-id"]

    def get_absolute_url(self) -> str:
        return record_url("paper_detail", self.pk)


class PaperVersion(StoredFile, ScopedModel):
    """What a paper says from a moment on: words, a file, or both. Each version is read and acknowledged anew."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="versions", verbose_name=_("company paper"))
    number = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("text"), blank=True, max_length=100_000)
    changed = models.CharField(_("what is new"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published"))
    due_on = models.DateField(_("to be read by"))
    is_current = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("version of a paper")
        verbose_name_plural = _("versions of papers")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paperversion_once"),
            models.UniqueConstraint(fields=["paper"], condition=Q(is_current=True), name="paperversion_current"),
        ]

    def __str__(self) -> str:
        return f"{self.paper} · {self.number}"

    def get_absolute_url(self) -> str:
        return self.paper.get_absolute_url()


class PaperReading(ScopedModel):
    """That one member is to read one version, and when it was acknowledged."""

    edition = models.ForeignKey(
        PaperVersion, models.CASCADE, related_name="readings", verbose_name=_("version of a paper")
    )
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="readings", verbose_name=_("member"))
    read_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["edition", "member"], name="paperreading_once")]
        indexes = [
            models.Index(fields=["member", "read_at"], name="paperreading_of_member"),
            models.Index(fields=["edition", "read_at", "id"], name="paperreading_of_edition"),
        ]

    def __str__(self) -> str:
        return str(self.edition)

    def get_absolute_url(self) -> str:
        return self.edition.get_absolute_url()

    @property
    def owner_id(self) -> int:
        return self.member_id
