from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import CurrencyField
from muster.core.links import record_url
from muster.crm.models.account import Account
from muster.crm.models.priced import PER_CENT, Line, Listed
from muster.crm.models.setup import Product, Translated

NOT_NEGATIVE = [MinValueValidator(0)]


class PriceBook(Translated):
    """What products cost from `valid_from` to `valid_to` (both included): everywhere and for everybody, or in some
    places, or for customers of a level. Of several books that fit the narrowest counts, then the lowest rank."""

    currency = CurrencyField(_("currency"))
    tax_included = models.BooleanField(_("tax is included"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    places = models.CharField(
        _("only in"),
        max_length=300,
        blank=True,
        help_text=_("Cities or countries, with commas between. Empty: everywhere."),
    )
    level = models.CharField(_("only for customers of level"), max_length=8, blank=True, choices=Account.Level.choices)
    rank = models.PositiveSmallIntegerField(_("order of precedence"), default=100, validators=[MaxValueValidator(1000)])

    class Meta:
        verbose_name = _("price book")
        verbose_name_plural = _("price books")
        ordering = ["rank", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="pricebook_dates",
                violation_error_message=_("The book ends before it begins: check both days."),
            )
        ]

    def get_absolute_url(self) -> str:
        return record_url("pricebook_detail", self.pk)

    @property
    def place_list(self) -> list[str]:
        return [
            one.strip().casefold()
            for one in self.places.replace("，", ",").replace("、", ",").split(",")
            if one.strip()
        ]


class PriceBookEntry(ScopedModel):
    """A product in a price book: its list price, and how low a seller may go without asking: a price, a discount from
    the list price, or both."""

    book = models.ForeignKey(PriceBook, models.CASCADE, related_name="entries", verbose_name=_("price book"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    list_price = models.BigIntegerField(_("list price"), validators=NOT_NEGATIVE)
    least_price = models.BigIntegerField(
        _("lowest price"), null=True, blank=True, validators=NOT_NEGATIVE, help_text=_("Below it approval is needed.")
    )
    most_discount = models.DecimalField(
        _("largest discount, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=PER_CENT,
        help_text=_("Beyond it approval is needed."),
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["product__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["book", "product"],
                name="price_once_in_a_book",
                violation_error_message=_("This product is in the book already: change its price there."),
            )
        ]

    def __str__(self) -> str:
        return str(self.product)

    def get_absolute_url(self) -> str:
        return record_url("pricebook_detail", self.book_id)

    @property
    def currency(self) -> str:
        return self.book.currency


class DealLine(Listed, Line):
    """A product or service that a deal is about. The amount of the deal is the sum of its lines."""

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="lines", verbose_name=_("deal"))

    class Meta:
        verbose_name = _("deal line")
        verbose_name_plural = _("deal lines")
        ordering = ["position_no", "id"]

    def get_absolute_url(self) -> str:
        return record_url("deal_detail", self.deal_id)

    @property
    def currency(self) -> str:
        return self.deal.currency
