from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.core.fields import EncryptedCharField
from muster.core.files import StoredFile
from muster.core.periods import today


class Mailbox(ScopedModel):
    """A member's own mailbox: where it is read and where mail goes out, and what of it may come in. Nobody is ever
    shown the password."""

    class Security(models.TextChoices):
        SSL = "ssl", _("TLS from the beginning")
        STARTTLS = "starttls", "STARTTLS"
        NONE = "none", _("None (only on this machine)")

    class Problem(models.TextChoices):
        UNREACHABLE = "unreachable", _("The server cannot be reached. Check its name and port: %(detail)s")
        FORBIDDEN = "forbidden", _("Mail servers in the firm's own network must be allowed by whoever runs Muster.")
        TLS = "tls", _("The connection is not secure: %(detail)s")
        LOGIN = (
            "login",
            _(
                "The server refuses the login. Check user and password; many providers want an authorisation code "
                "instead of the password: %(detail)s"
            ),
        )
        FOLDER = "folder", _("There is no such folder on the server: %(detail)s")
        ANSWER = "answer", _("The server answers with something else than expected: %(detail)s")

    member = models.OneToOneField("people.Member", models.CASCADE, related_name="mailbox", verbose_name=_("member"))
    address = models.EmailField(pgettext_lazy("mailbox", "address"), max_length=254)
    imap_host = models.CharField(_("IMAP server"), max_length=200)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993)
    imap_security = models.CharField(_("IMAP security"), max_length=8, choices=Security.choices, default=Security.SSL)
    smtp_host = models.CharField(_("SMTP server"), max_length=200, blank=True)
    smtp_port = models.PositiveIntegerField(_("SMTP port"), default=465)
    smtp_security = models.CharField(_("SMTP security"), max_length=8, choices=Security.choices, default=Security.SSL)
    login = models.CharField(pgettext_lazy("mailbox", "user"), max_length=254)
    secret = EncryptedCharField(_("password"), blank=True, editable=False)
    sent_folder = models.CharField(_("folder of sent mail"), max_length=200, blank=True)
    keeps_sent = models.BooleanField(_("put what is sent from here into it"), default=True)
    since = models.DateField(_("read mail from this day on"), default=today)
    keeps_all = models.BooleanField(_("also keep mail with people who are no contacts"), default=False)
    private_domains = models.CharField(_("never read mail with"), max_length=1000, blank=True)
    private_labels = models.CharField(_("never read mail with the label"), max_length=300, blank=True)
    is_on = models.BooleanField(_("read every few minutes"), default=True)

    read_at = models.DateTimeField(_("read last"), null=True, blank=True, editable=False)
    problem = models.CharField(_("problem"), max_length=11, choices=Problem.choices, blank=True, editable=False)
    detail = models.CharField(_("what the server said"), max_length=300, blank=True, editable=False)
    unmatched = models.PositiveIntegerField(_("mails with nobody known, not kept"), default=0, editable=False)
    kept_out = models.PositiveIntegerField(_("private mails, not read"), default=0, editable=False)

    silent = ("read_at", "problem", "detail", "unmatched", "kept_out")

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(_("Mailbox"))

    def get_absolute_url(self) -> str:
        return reverse("mailbox")

    @property
    def owner_id(self) -> int:
        return self.member_id

    @property
    def secret_is_set(self) -> bool:
        return bool(self.__dict__.get("secret"))

    @property
    def trouble(self) -> str:
        """What is wrong, in a sentence; '' where nothing is."""
        return str(self.Problem(self.problem).label) % {"detail": self.detail} if self.problem else ""


class MailFolder(ScopedModel):
    """How far a folder of a mailbox is read: mails below `next_uid` are done, as long as `validity` stays."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="folders", verbose_name=_("mailbox"))
    name = models.CharField(_("folder"), max_length=200)
    validity = models.BigIntegerField(default=0)
    next_uid = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = _("mail folder")
        verbose_name_plural = _("mail folders")
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="mailfolder_once")]

    def __str__(self) -> str:
        return self.name


class MailSkip(ScopedModel):
    """A mail that could not be taken in: which one, and why. It stops none of the others."""

    class Why(models.TextChoices):
        HUGE = "huge", _("Too large")
        BROKEN = "broken", _("Cannot be read")

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="skips", verbose_name=_("mailbox"))
    folder = models.CharField(_("folder"), max_length=200)
    uid = models.BigIntegerField("UID")
    size = models.PositiveBigIntegerField(_("size"), default=0)
    why = models.CharField(_("why"), max_length=6, choices=Why.choices)
    name = EncryptedCharField(_("subject"), blank=True, editable=False)

    class Meta:
        verbose_name = _("mail left out")
        verbose_name_plural = _("mails left out")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"UID {self.uid}"


class MailThread(ScopedModel):
    """Mails that answer each other, in one mailbox. For the member whose mailbox it is, until he shares it."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="threads", verbose_name=_("mailbox"))
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    account = models.ForeignKey(
        "crm.Account", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        "crm.Contact", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    deal = models.ForeignKey(
        "crm.Deal", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("deal")
    )
    lead = models.ForeignKey(
        "crm.Lead", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lead")
    )
    subject = EncryptedCharField(_("subject"), blank=True, editable=False)
    root = models.CharField(max_length=64, editable=False)  # mark of the first Message-ID
    last_at = models.DateTimeField(_("last mail"), editable=False)
    shared_at = models.DateTimeField(pgettext_lazy("mail", "shared"), null=True, blank=True, editable=False)

    silent = ("root", "last_at")

    class Meta:
        verbose_name = _("mail conversation")
        verbose_name_plural = _("mail conversations")
        ordering = ["-last_at"]
        indexes = [
            models.Index(fields=["member", "-last_at"], name="mailthread_of_member"),
            models.Index(fields=["account", "-last_at"], name="mailthread_of_account"),
            models.Index(fields=["mailbox", "root"], name="mailthread_by_root"),
        ]

    def __str__(self) -> str:
        """The subject is for who may read it, and this is written into the trail."""
        return str(_("E-mails"))

    def get_absolute_url(self) -> str:
        return reverse("mail_thread", args=[self.pk])

    @property
    def owner_id(self) -> int:
        return self.member_id


class Mail(ScopedModel):
    """One mail that came or that goes out. What is private in it lies encrypted, and never enters the trail."""

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("mail", "Received")
        OUT = "out", pgettext_lazy("mail direction", "Sent")

    class State(models.TextChoices):
        KEPT = "kept", pgettext_lazy("mail", "Kept")
        WAITING = "waiting", pgettext_lazy("mail", "Waits to be sent")
        SENDING = "sending", pgettext_lazy("mail", "Being sent")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        FAILED = "failed", pgettext_lazy("mail", "Not sent")

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="mails", verbose_name=_("mailbox"))
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    thread = models.ForeignKey(MailThread, models.CASCADE, related_name="mails", verbose_name=_("conversation"))
    activity = models.OneToOneField(
        "activities.Activity",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="mail",
        verbose_name=_("activity"),
    )
    mark = models.CharField(max_length=64, editable=False)  # of its Message-ID
    message_id = EncryptedCharField("Message-ID", editable=False)
    references = EncryptedCharField(blank=True, editable=False)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    at = models.DateTimeField(_("date"))
    sender = EncryptedCharField(pgettext_lazy("mail", "from"), blank=True)
    recipients = EncryptedCharField(pgettext_lazy("mail", "to"), blank=True)
    subject = EncryptedCharField(_("subject"), blank=True)
    body = EncryptedCharField(_("text"), blank=True)
    left_out = EncryptedCharField(_("attachments not kept"), blank=True, editable=False)
    shared_at = models.DateTimeField(pgettext_lazy("mail", "shared"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.KEPT, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(_("why it was not sent"), max_length=300, blank=True, editable=False)

    silent = ("mark", "message_id", "references", "tries", "due_at", "claimed_at", "error")

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "mark"], name="mail_once_in_mailbox")]
        indexes = [
            models.Index(fields=["thread", "at"], name="mail_of_thread"),
            models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "sending"]), name="mail_to_send"),
        ]

    def __str__(self) -> str:
        return str(pgettext_lazy("mail", "E-mail"))

    def get_absolute_url(self) -> str:
        return f"{reverse('mail_thread', args=[self.thread_id])}#mail-{self.pk}"

    @property
    def owner_id(self) -> int:
        return self.member_id

    @property
    def start(self) -> str:
        return Truncator(" ".join(str(self.body or "").split())).chars(120)


class MailFile(StoredFile, ScopedModel):
    """A file that came or goes with a mail, seen by whoever sees the mail."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="files", verbose_name=_("mail"))

    silent = ("file_name",)

    class Meta:
        verbose_name = _("file of a mail")
        verbose_name_plural = _("files of mails")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(_("File of a mail"))

    def get_absolute_url(self) -> str:
        return self.mail.get_absolute_url()
