from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.core.links import record_url
from muster.crm.models.priced import NOT_NEGATIVE, Line, Listed, Priced


class Quote(Priced):
    """What was offered, until when. A changed offer is the next revision under the same number; the one before stays
    as it was sent."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined by the customer")
        REPLACED = "replaced", _("Replaced")

    takes_over = False  # being made of a deal whose lines it is to have

    revision = models.PositiveSmallIntegerField(_("revision"), default=1, editable=False)
    contact = models.ForeignKey(
        "crm.Contact", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    quoted_on = models.DateField(_("quoted on"), null=True, blank=True, editable=False)
    valid_until = models.DateField(_("offer valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="quote_of_owner"),
            models.Index(fields=["account", "-id"], name="quote_of_account"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="quote_revision_once"),
            models.CheckConstraint(condition=NOT_NEGATIVE, name="quote_amounts"),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.revision} {self.name}"

    def get_absolute_url(self) -> str:
        return record_url("quote_detail", self.pk)


class QuoteLine(Listed, Line):
    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines", verbose_name=_("quote"))

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        ordering = ["position_no", "id"]

    def get_absolute_url(self) -> str:
        return record_url("quote_detail", self.quote_id)

    @property
    def currency(self) -> str:
        return self.quote.currency
