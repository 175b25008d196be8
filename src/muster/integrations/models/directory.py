from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import EncryptedCharField, mask
from muster.integrations.importing import sentences


class Ruled(models.TextChoices):
    """What a directory may decide about. All else of a member is Muster's."""

    NAME = "name", _("Full name")
    PREFERRED = "preferred_name", _("English or preferred name")
    PHONE = "phone", _("Mobile phone")
    EMAIL = "work_email", _("Work e-mail")
    NUMBER = "employee_no", _("Employee number")
    HIRED = "hired_on", _("Hired on")
    PLACE = "work_place", _("Work place")
    UNIT = "unit", _("Unit")
    POSITION = "position", _("Position")
    MANAGER = "manager", _("Manager")
    UNITS = "units", _("Names and order of units")
    HEADS = "heads", _("Heads of units")


def usual_rules() -> list[str]:
    return [one.value for one in Ruled if one not in (Ruled.NUMBER, Ruled.HIRED, Ruled.PREFERRED)]


class DirectoryConnection(ScopedModel):
    """A directory outside in which the firm keeps its people too, and who of the two decides about what."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")
        LDAP = "ldap", _("LDAP / Active Directory")

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    account = models.CharField(_("login there"), max_length=200, blank=True)
    secret = EncryptedCharField(_("secret"), blank=True, editable=False)
    address = models.CharField(_("address"), max_length=200, blank=True)
    root = models.CharField(_("begin at"), max_length=200, blank=True)
    person_filter = models.CharField(_("filter for people"), max_length=300, blank=True)
    attributes = models.CharField(_("names of attributes"), max_length=500, blank=True)
    unit = models.ForeignKey(
        "people.Unit", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("its top is the unit")
    )
    rules = models.JSONField(_("the directory decides about"), default=usual_rules, blank=True)
    most_gone = models.PositiveSmallIntegerField(
        _("ask when more leave than (%)"), default=10, validators=[MaxValueValidator(100)]
    )
    daily = models.BooleanField(_("compare every day"), default=True)

    class Meta:
        verbose_name = _("directory")
        verbose_name_plural = _("directories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("directory_detail", args=[self.pk])

    @property
    def secret_is_set(self) -> bool:
        return bool(self.__dict__.get("secret"))

    @property
    def source(self) -> str:
        """By which its people and departments are known among external keys."""
        return f"directory-{self.pk}"


class DirectoryRun(ScopedModel):
    """One comparison with a directory; and, where somebody said so, what was taken over from it."""

    class Status(models.TextChoices):
        READING = "reading", _("Reading")
        COMPARED = "compared", _("Compared")
        APPLYING = "applying", _("Taking over")
        APPLIED = "applied", _("Taken over")
        FAILED = "failed", _("Failed")

    connection = models.ForeignKey(
        DirectoryConnection, models.CASCADE, related_name="runs", verbose_name=_("directory")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.READING)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    people = models.PositiveIntegerField(_("people read"), default=0)
    linked = models.PositiveIntegerField(default=0)  # members here who are known to stand there
    gone = models.PositiveIntegerField(default=0)  # of these, who stand there no longer
    notes = models.JSONField(default=list, blank=True)  # [[message, params]], untranslated
    error = models.TextField(_("what went wrong"), blank=True)
    error_params = models.JSONField(default=dict, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.connection} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("directory_run", args=[self.pk])

    @property
    def problem(self) -> str:
        return sentences.said(self.error, self.error_params)

    @property
    def remarks(self) -> list[str]:
        return [sentences.said(message, params) for message, params in self.notes]

    @property
    def braked(self) -> bool:
        """Would more leave than is usual? Then the directory is wrong more often than the firm."""
        return self.gone * 100 > self.connection.most_gone * self.linked


class DirectoryChange(ScopedModel):
    """One difference: what would be done here, and what became of it."""

    class Kind(models.TextChoices):
        UNIT_NEW = "unit_new", _("New units")
        UNIT_FOUND = "unit_found", _("Units found again")
        UNIT_CHANGED = "unit_changed", _("Changed units")
        NEW = "new", _("New people")
        BACK = "back", _("People who are back")
        FOUND = "found", _("People found again")
        CHANGED = "changed", _("Changed people")
        REVIEW = "review", _("To be decided by you")
        GONE = "gone", _("People who are gone")

    class Outcome(models.TextChoices):
        WAITING = "", _("Not done yet")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    run = models.ForeignKey(DirectoryRun, models.CASCADE, related_name="changes", verbose_name=_("comparison"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    key = models.CharField(_("id there"), max_length=190)
    name = models.CharField(_("name"), max_length=200)
    member = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    unit = models.ForeignKey(
        "people.Unit", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    said = models.JSONField(default=dict, blank=True)  # field -> [before, after] as text; never a phone
    values = models.JSONField(default=dict, blank=True)  # field -> what to write
    phone = EncryptedCharField(_("mobile phone"), blank=True, editable=False)
    candidates = models.JSONField(default=list, blank=True)  # members it could be
    why = models.TextField(_("why"), blank=True)
    why_params = models.JSONField(default=dict, blank=True)
    chosen = models.BooleanField(_("chosen"), default=False)
    answer = models.JSONField(default=dict, blank=True)  # what was decided: {"member": pk} or {"left_on": day}
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    refusal = models.TextField(blank=True)
    refusal_params = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "kind", "id"], name="directorychange_of_run")]

    def __str__(self) -> str:
        return self.name

    @property
    def reason(self) -> str:
        return sentences.said(self.why, self.why_params)

    @property
    def problem(self) -> str:
        return sentences.said(self.refusal, self.refusal_params)

    @property
    def phone_shown(self) -> str:
        """Enough to know one's own by; who decides here need not be who may read phones."""
        return mask(self.__dict__.get("phone") or "")

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Field, before, after."""
        labels = dict(Ruled.choices)
        found = [(str(labels.get(key, key)), *pair) for key, pair in self.said.items() if key != "phone"]
        if self.__dict__.get("phone"):
            before = (self.said.get("phone") or [""])[0]
            found.append((str(Ruled.PHONE.label), before, self.phone_shown))
        return [(label, str(before), str(after)) for label, before, after in found]
