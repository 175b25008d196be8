from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.core.periods import today


class Clocked(models.Model):
    """A record with an owner that may lie in a public pool, with all that moves its clock: since when somebody has it,
    when it was last visited, called, met and written to, by mail or WeChat. `due_on` is the day on which it returns to
    the pool if nothing happens, where that day is near: the nightly run and every follow-up keep it."""

    pool = models.ForeignKey(
        "crm.Pool",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("public pool"),
        db_index=False,
    )
    owned_since = models.DateField(_("with the owner since"), null=True, blank=True, editable=False)
    clock_owner = models.BigIntegerField(null=True, blank=True, editable=False)  # whose days `owned_since` counts
    last_visit_on = models.DateField(_("last visit"), null=True, blank=True, editable=False)
    last_call_on = models.DateField(_("last call"), null=True, blank=True, editable=False)
    last_meeting_on = models.DateField(_("last meeting"), null=True, blank=True, editable=False)
    last_email_on = models.DateField(_("last e-mail"), null=True, blank=True, editable=False)
    last_wechat_on = models.DateField(_("last WeChat"), null=True, blank=True, editable=False)
    contract_ends_on = models.DateField(_("contract runs until"), null=True, blank=True)
    spared_until = models.DateField(_("stays out of the pool until"), null=True, blank=True, editable=False)
    spared_why = models.CharField(_("why it stays"), max_length=300, blank=True, editable=False)
    due_on = models.DateField(_("returns to the pool on"), null=True, blank=True, editable=False)
    due_rule = models.ForeignKey(
        "crm.PoolRule", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", db_index=False
    )
    warned_for = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)  # days of the last warning

    clock_columns: ClassVar[tuple[str, ...]] = ("owned_since", "clock_owner", "due_on", "due_rule", "warned_for")
    touch_columns: ClassVar[tuple[str, ...]] = (
        *("last_visit_on", "last_call_on", "last_meeting_on", "last_email_on"),
        "last_wechat_on",
    )
    silent: ClassVar[tuple[str, ...]] = (*clock_columns, *touch_columns)  # follow from what is in the trail already

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new owner begins anew."""
        owner = getattr(self, "owner_id", None)
        if owner != self.clock_owner:
            self.clock_owner, self.owned_since = owner, today() if owner else None
            self.due_on = self.due_rule = self.warned_for = None
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], *self.clock_columns}
        super().save(*args, **kwargs)
