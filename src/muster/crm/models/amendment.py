from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


class ContractAmendment(ScopedModel):
    """The n-th change of a signed contract that both sides agreed to: what it was before and is since, on which day and
    why. The plan before it is kept as a change of the plan."""

    contract = models.ForeignKey("crm.Contract", models.CASCADE, related_name="amendments", verbose_name=_("contract"))
    number = models.PositiveSmallIntegerField(_("number"))
    amended_on = models.DateField(_("agreed on"))
    reason = models.CharField(_("reason"), max_length=300)
    total_before = models.BigIntegerField(_("total before"))
    total_after = models.BigIntegerField(_("total after"))
    ends_before = models.DateField(_("ended on, before"), null=True, blank=True)
    ends_after = models.DateField(_("ends on, after"), null=True, blank=True)
    plan_changed = models.BooleanField(_("payment plan changed"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("amendment of a contract")
        verbose_name_plural = _("amendments of contracts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["amended_on"], name="amendment_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="amendment_once"),
            models.CheckConstraint(condition=Q(total_before__gt=0, total_after__gt=0), name="amendment_totals"),
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.number}"

    def get_absolute_url(self) -> str:
        return record_url("contract_detail", self.contract_id)

    @property
    def currency(self) -> str:
        return self.contract.currency
