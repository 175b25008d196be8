"""What a quote and a contract share: an amount that says whether tax is in it, and lines that add up to it."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import CurrencyField
from muster.core.models import Searchable

HUNDRED = Decimal(100)
PER_CENT = [MinValueValidator(Decimal(0)), MaxValueValidator(HUNDRED)]


class Priced(Searchable, ScopedModel):
    """`amount` is what was agreed, with or without tax as `tax_included` says; `total` is what the customer pays, and
    `tax` the part of it that is tax. All in minor units of `currency`."""

    number = models.CharField(_("number"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200)
    account = models.ForeignKey("crm.Account", models.PROTECT, related_name="+", verbose_name=_("account"))
    deal = models.ForeignKey(
        "crm.Deal", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("deal")
    )
    owner = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("owner")
    )
    amount = models.BigIntegerField(_("amount"), default=0, validators=[MinValueValidator(0)])
    currency = CurrencyField(_("currency"))
    tax_included = models.BooleanField(_("tax is included"), default=True)
    tax_rate = models.DecimalField(
        _("tax rate, %"), max_digits=5, decimal_places=2, default=Decimal(13), validators=PER_CENT
    )
    tax = models.BigIntegerField(_("tax"), default=0, editable=False)
    total = models.BigIntegerField(_("total with tax"), default=0, editable=False)
    terms = models.TextField(_("terms"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def search_parts(self) -> list[str]:
        return [self.name, self.number]

    @property
    def net(self) -> int:
        return self.total - self.tax


class Line(ScopedModel):
    """A product or service sold. `amount` is its share of what was agreed, `tax` its share of the tax."""

    position_no = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)
    product = models.ForeignKey(
        "crm.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    name = models.CharField(
        _("what is sold"), max_length=200, blank=True, help_text=_("Empty: the name of the product.")
    )
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=12,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.001"))],
    )
    unit_price = models.BigIntegerField(
        _("unit price"), null=True, blank=True, help_text=_("Empty: the list price of the product.")
    )
    discount = models.DecimalField(
        _("discount, %"), max_digits=5, decimal_places=2, default=Decimal(0), validators=PER_CENT
    )
    tax_rate = models.DecimalField(
        _("tax rate, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=PER_CENT,
        help_text=_("Empty: that of the whole."),
    )
    amount = models.BigIntegerField(_("amount"), default=0, editable=False)
    tax = models.BigIntegerField(_("tax"), default=0, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Listed(models.Model):
    """What a line cost by the price book on the day it was written, and how low one may go without asking. None is
    unknown."""

    list_price = models.BigIntegerField(_("list price"), null=True, blank=True, editable=False)
    least_price = models.BigIntegerField(_("lowest price"), null=True, blank=True, editable=False)
    most_discount = models.DecimalField(
        _("largest discount, %"), max_digits=5, decimal_places=2, null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True


NOT_NEGATIVE = Q(amount__gte=0, tax__gte=0, total__gte=0)
