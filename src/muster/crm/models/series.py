from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel

YEAR, NUMBER = "{year}", "{number}"


def check_pattern(text: str) -> None:
    if text.count(NUMBER) != 1 or set(text.replace(YEAR, "").replace(NUMBER, "")) & set("{}"):
        raise ValidationError(_("Write {number} once, and {year} where the year should stand: HT-{year}-{number}."))


class NumberSeries(ScopedModel):
    """How one kind of paper is numbered: without gaps, with the year in it begun anew each year. `counts` holds the
    last number given, by year."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contracts")
        QUOTE = "quote", _("Quotes")
        RECEIPT = "receipt", _("Receipts")

    kind = models.CharField(_("of what"), max_length=10, choices=Kind.choices, unique=True, editable=False)
    pattern = models.CharField(_("pattern"), max_length=40, validators=[check_pattern])
    digits = models.PositiveSmallIntegerField(
        _("digits"), default=4, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    counts = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.pattern}"

    def get_absolute_url(self) -> str:
        return reverse("series_list")

    def written(self, year: int, number: int) -> str:
        return self.pattern.replace(YEAR, str(year)).replace(NUMBER, f"{number:0{self.digits}d}")

    def count_key(self, year: int) -> str:
        return str(year) if YEAR in self.pattern else ""
