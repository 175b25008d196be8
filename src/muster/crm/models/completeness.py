"""How complete what is known of customers is: what each thing weighs, and since when a customer has so much of it."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url
from muster.crm.models.account import Account


class CompletenessWeight(ScopedModel):
    """What one thing weighs in the completeness of customers; 0: it is not asked for."""

    item = models.SlugField(_("what is asked for"), unique=True, editable=False)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MaxValueValidator(100)])

    class Meta:
        verbose_name = _("weight in the completeness")
        verbose_name_plural = _("weights in the completeness")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.item

    def get_absolute_url(self) -> str:
        return reverse("completeness")


class AccountScore(ScopedModel):
    """From a day to another: how much of what is asked for (in weight) was known of a customer whom a member owned."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="scores", verbose_name=_("account"))
    owner = models.ForeignKey("people.Member", models.PROTECT, related_name="+", verbose_name=_("owner"))
    filled = models.PositiveIntegerField(_("known, by weight"))
    asked = models.PositiveIntegerField(_("asked for, by weight"))
    percent = models.PositiveSmallIntegerField(_("completeness, per cent"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True)  # the first day on which it was otherwise

    class Meta:
        verbose_name = _("completeness of a customer")
        verbose_name_plural = _("completeness of customers")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "valid_from"], name="accountscore_of_owner"),
            models.Index(fields=["percent", "id"], condition=Q(valid_to=None), name="accountscore_lowest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(valid_to=None), name="accountscore_now_once")
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.filled}/{self.asked}"

    def get_absolute_url(self) -> str:
        return record_url("account_detail", self.account_id)
