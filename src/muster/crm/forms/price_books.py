"""What is asked for about price books."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, MoneyInput, VerbForm
from muster.crm.models import PriceBook, PriceBookEntry, Product


class PriceBookForm(ActorForm):
    class Meta:
        model = PriceBook
        fields = [
            "name",
            "name_zh",
            "currency",
            "tax_included",
            "valid_from",
            "valid_to",
            "places",
            "level",
            "rank",
        ]


class AddPriceForm(VerbForm):
    """A product's price, asked for on its book."""

    money = ("list_price", "least_price")
    lookups = ("product",)

    product = forms.ModelChoiceField(Product.objects.none(), label=_("product"))
    list_price = MoneyInput(label=_("list price"))
    least_price = MoneyInput(label=_("lowest price"), required=False, help_text=_("Below it approval is needed."))
    most_discount = forms.DecimalField(
        label=_("largest discount, %"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(100),
        required=False,
        help_text=_("Beyond it approval is needed."),
    )


class PriceForm(ActorForm):
    class Meta:
        model = PriceBookEntry
        fields = ["list_price", "least_price", "most_discount"]
        money = {"list_price": "currency", "least_price": "currency"}
