from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.core.links import record_url
from muster.crm.models.priced import NOT_NEGATIVE, Line, Priced


class Contract(Priced):
    """What a customer signed. `received` and `invoiced` are kept by the actions on receipts and invoices: they are the
    sums of the rows that say so, and never written otherwise."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNED = "signed", _("Signed")
        ENDED = "ended", _("Ended")
        TERMINATED = "terminated", _("Terminated")

    quote = models.ForeignKey(
        "crm.Quote",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="contracts",
        verbose_name=_("quote"),
    )
    their_number = models.CharField(_("the customer's number"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    signed_on = models.DateField(_("signed on"), null=True, blank=True, editable=False)
    signer = models.ForeignKey(
        "people.Member",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="signed_contracts",
        verbose_name=_("signed by"),
    )  # whose it was on the day; it counts for him for ever
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    closed_on = models.DateField(_("ended or terminated on"), null=True, blank=True, editable=False)
    close_reason = models.CharField(_("why it ended"), max_length=300, blank=True, editable=False)
    received = models.BigIntegerField(_("received"), default=0, editable=False)
    invoiced = models.BigIntegerField(_("invoiced"), default=0, editable=False)
    notes = models.TextField(_("notes"), blank=True)
    paper = models.JSONField(default=dict, editable=False)  # the letterhead as it was on the day of signing

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="contract_of_owner"),
            models.Index(fields=["account", "-id"], name="contract_of_account"),
            models.Index(fields=["signer", "signed_on"], name="contract_signed"),
            models.Index(fields=["status", "signed_on"], name="contract_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="contract_number_once"),
            models.CheckConstraint(condition=NOT_NEGATIVE, name="contract_amounts"),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("total")) & Q(invoiced__gte=0, invoiced__lte=F("total")),
                name="contract_within_total",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", signed_on=None) | (~Q(status="draft") & Q(signed_on__isnull=False)),
                name="contract_signed_has_day",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_start",
                violation_error_message=_("The contract ends before it starts."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return record_url("contract_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.number, self.their_number]

    @property
    def outstanding(self) -> int:
        """What is still to come, in minor units. Of a terminated contract nothing is."""
        return 0 if self.status == self.Status.TERMINATED else self.total - self.received


class ContractLine(Line):
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="lines", verbose_name=_("contract"))

    class Meta:
        verbose_name = _("contract line")
        verbose_name_plural = _("contract lines")
        ordering = ["position_no", "id"]

    def get_absolute_url(self) -> str:
        return record_url("contract_detail", self.contract_id)

    @property
    def currency(self) -> str:
        return self.contract.currency
