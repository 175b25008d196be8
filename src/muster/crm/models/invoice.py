from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import CurrencyField, EncryptedCharField
from muster.core.links import record_url
from muster.core.models import Searchable
from muster.crm.models.priced import PER_CENT


class AccountInvoiceData(ScopedModel):
    """What has to stand on an invoice to this customer."""

    account = models.OneToOneField(
        "crm.Account", models.CASCADE, related_name="invoice_data", verbose_name=_("account")
    )
    title = models.CharField(_("invoice title"), max_length=200)
    tax_no = models.CharField(_("tax number"), max_length=30, blank=True)
    bank = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = EncryptedCharField(_("bank account"), blank=True)
    address = models.CharField(_("registered address"), max_length=300, blank=True)
    phone = models.CharField(_("registered phone"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("invoice details")
        verbose_name_plural = _("invoice details")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("account_detail", args=[self.account_id])

    @property
    def owner_id(self) -> int | None:
        return self.account.owner_id


class Invoice(Searchable, ScopedModel):
    """An invoice as it was issued; a red-letter invoice has a negative amount and points at the one it corrects.
    `credited` is what red letters took back. It never changes: what is wrong is voided or corrected in red."""

    class Kind(models.TextChoices):
        SPECIAL = "special", _("Special VAT invoice")
        ORDINARY = "ordinary", _("Ordinary invoice")

    contract = models.ForeignKey("crm.Contract", models.PROTECT, related_name="invoices", verbose_name=_("contract"))
    account = models.ForeignKey(
        "crm.Account", models.PROTECT, related_name="invoices", editable=False, verbose_name=_("account")
    )
    member = models.ForeignKey(
        "people.Member",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="invoices",
        verbose_name=_("counts for"),
    )  # whose contract it was on the day
    number = models.CharField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SPECIAL)
    amount = models.BigIntegerField(_("amount with tax"))
    tax_rate = models.DecimalField(
        _("tax rate, %"), max_digits=5, decimal_places=2, default=Decimal(13), validators=PER_CENT
    )
    tax = models.BigIntegerField(_("tax"), default=0, editable=False)
    currency = CurrencyField(_("currency"))
    issued_on = models.DateField(_("issued on"))
    title = models.CharField(_("invoice title"), max_length=200, blank=True)
    tax_no = models.CharField(_("tax number"), max_length=30, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    red_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="red_letters",
        verbose_name=_("red letter to"),
    )
    credited = models.BigIntegerField(_("taken back in red"), default=0, editable=False)
    voided_on = models.DateField(_("voided on"), null=True, blank=True, editable=False)
    void_reason = models.CharField(_("why voided"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_on", "-id"]
        indexes = [
            models.Index(fields=["issued_on", "id"], name="invoice_by_day"),
            models.Index(fields=["member", "issued_on"], name="invoice_of_member"),
            models.Index(fields=["contract", "-id"], name="invoice_of_contract"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=Q(voided_on=None), name="invoice_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, red_of=None) | Q(amount__lt=0, red_of__isnull=False, credited=0),
                name="invoice_sign",
            ),
            models.CheckConstraint(
                condition=Q(amount__lt=0) | Q(credited__gte=0, credited__lte=F("amount")),
                name="invoice_not_overcredited",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return record_url("invoice_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.number, self.title]


class InvoiceReceipt(ScopedModel):
    """This receipt pays that invoice, or a part of it."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="receipt_links", verbose_name=_("invoice"))
    receipt = models.ForeignKey("crm.Receipt", models.CASCADE, related_name="invoice_links", verbose_name=_("receipt"))

    class Meta:
        verbose_name = _("receipt of an invoice")
        verbose_name_plural = _("receipts of invoices")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["invoice", "receipt"], name="invoicereceipt_once")]

    def __str__(self) -> str:
        return f"{self.invoice} ← {self.receipt}"
