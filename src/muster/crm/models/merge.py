from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


class Merge(ScopedModel):
    """Two records became one. `memory` holds what is needed to take it back: which rows hung on the merged record,
    which fields of the survivor changed from what to what, what the merger itself added."""

    owner = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, related_name="+", verbose_name=_("merged by")
    )
    kind = models.CharField(_("of what"), max_length=50)  # label of the model
    survivor_id = models.BigIntegerField(_("survivor"))
    merged_id = models.BigIntegerField(_("merged record"))
    merged_name = models.CharField(_("former name"), max_length=200)
    until = models.DateTimeField(_("can be undone until"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    memory = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "survivor_id", "-id"], name="merge_of_survivor"),
            models.Index(fields=["owner", "-id"], name="merge_of_member"),
        ]

    def __str__(self) -> str:
        return self.merged_name

    def get_absolute_url(self) -> str:
        return reverse("account_detail" if self.kind == "crm.account" else "contact_detail", args=[self.survivor_id])
