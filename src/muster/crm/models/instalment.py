from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


class Instalment(ScopedModel):
    """The n-th payment of a contract. All of a contract are its total to the last cent. `received` is the sum of its
    allocations."""

    contract = models.ForeignKey("crm.Contract", models.CASCADE, related_name="instalments", verbose_name=_("contract"))
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("for what"), max_length=100, blank=True)
    due_on = models.DateField(_("payable on"))
    late_on = models.DateField(_("overdue from"), editable=False)  # the day after
    percent = models.DecimalField(
        _("per cent"), max_digits=7, decimal_places=4, null=True, blank=True
    )  # where the plan was made in per cent
    amount = models.BigIntegerField(_("amount"))  # minor units of the contract's currency
    received = models.BigIntegerField(_("received"), default=0, editable=False)
    over_on = models.DateField(
        _("open until"), null=True, blank=True, editable=False
    )  # received in full, or let off by the end of the contract
    reminded = models.SmallIntegerField(null=True, blank=True, editable=False)  # the last step of the reminders

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["contract", "number"]
        indexes = [models.Index(fields=["due_on"], condition=Q(over_on=None), name="instalment_open_due")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="instalment_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_amount"),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("amount")), name="instalment_not_overpaid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.name or self.number}"

    def get_absolute_url(self) -> str:
        return record_url("contract_detail", self.contract_id)

    @property
    def owner_id(self) -> int | None:
        return self.contract.owner_id

    @property
    def currency(self) -> str:
        return self.contract.currency

    @property
    def outstanding(self) -> int:
        return 0 if self.over_on else self.amount - self.received


class PlanChange(ScopedModel):
    """A payment plan as it was before it was changed, and why it was."""

    contract = models.ForeignKey(
        "crm.Contract", models.CASCADE, related_name="plan_changes", verbose_name=_("contract")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    before = models.JSONField(_("before"), default=list)  # [{number, name, due_on, amount, received}]
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_on = models.DateField(_("on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("change of a payment plan")
        verbose_name_plural = _("changes of payment plans")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="planchange_once")]

    def __str__(self) -> str:
        return f"{self.contract} · {self.number}"
