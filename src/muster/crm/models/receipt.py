from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import CurrencyField
from muster.core.links import record_url
from muster.core.models import Searchable

BY_HAND = "manual"


class Receipt(Searchable, ScopedModel):
    """Money that came in, or with a negative amount and `refund_of` money that went back. It never changes: what is
    wrong is voided, with the reason. `allocated` is what of it stands on instalments now, `refunded` what of it went
    back; the rest is an advance."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        ACCEPTANCE = "acceptance", _("Acceptance bill")
        CHEQUE = "cheque", _("Cheque")
        WECHAT = "wechat", _("WeChat Pay")
        ALIPAY = "alipay", _("Alipay")
        CASH = "cash", _("Cash")
        OTHER = "other", _("Other way")

    number = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    account = models.ForeignKey("crm.Account", models.PROTECT, related_name="receipts", verbose_name=_("account"))
    contract = models.ForeignKey(
        "crm.Contract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("for the contract"),
    )
    collector = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="receipts", verbose_name=_("collector")
    )
    amount = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    received_on = models.DateField(_("received on"))
    payer = models.CharField(_("payer"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices, default=Method.TRANSFER)
    source = models.CharField(_("source"), max_length=50, default=BY_HAND, editable=False)
    reference = models.CharField(
        _("reference"),
        max_length=100,
        blank=True,
        help_text=_("Number of the bank's line: the same one is taken once."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    refund_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="refunds",
        verbose_name=_("refund of"),
    )
    allocated = models.BigIntegerField(_("allocated"), default=0, editable=False)
    refunded = models.BigIntegerField(_("refunded"), default=0, editable=False)
    voided_on = models.DateField(_("voided on"), null=True, blank=True, editable=False)
    void_reason = models.CharField(_("why voided"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-received_on", "-id"]
        indexes = [
            models.Index(fields=["received_on", "id"], name="receipt_by_day"),
            models.Index(fields=["collector", "received_on"], name="receipt_of_collector"),
            models.Index(fields=["account", "-id"], name="receipt_of_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference"],
                condition=~Q(reference="") & Q(voided_on=None),
                name="receipt_reference_once",
                violation_error_message=_("A receipt with this reference was taken already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, refund_of=None) | Q(amount__lt=0, refund_of__isnull=False),
                name="receipt_sign",
            ),
            models.CheckConstraint(
                condition=Q(amount__lt=0, allocated=0, refunded=0)
                | Q(allocated__gte=0, refunded__gte=0, amount__gte=F("allocated") + F("refunded")),
                name="receipt_not_overspent",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return record_url("receipt_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.number, self.payer, self.reference]

    @property
    def advance(self) -> int:
        """What stands on no instalment and has not gone back."""
        return 0 if self.voided_on or self.amount < 0 else self.amount - self.allocated - self.refunded


class Allocation(ScopedModel):
    """So much of a receipt is for this instalment; of a refund, with a negative amount, so much was taken back. It
    counts for whom the contract belonged to on the day, and a refund for the same one."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="allocations", verbose_name=_("receipt"))
    instalment = models.ForeignKey(
        "crm.Instalment", models.PROTECT, related_name="allocations", verbose_name=_("instalment")
    )
    contract = models.ForeignKey("crm.Contract", models.PROTECT, related_name="allocations", verbose_name=_("contract"))
    member = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, related_name="allocations", verbose_name=_("counts for")
    )
    amount = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))
    allocated_on = models.DateField(_("counts on"))
    taken_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="taken_back", verbose_name=_("takes back")
    )
    voided = models.BooleanField(_("voided"), default=False)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "allocated_on"], name="allocation_of_member"),
            models.Index(fields=["contract", "-id"], name="allocation_of_contract"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, taken_from=None) | Q(amount__lt=0, taken_from__isnull=False),
                name="allocation_sign",
            )
        ]

    def __str__(self) -> str:
        return f"{self.receipt} → {self.instalment}"
