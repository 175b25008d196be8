from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.files import StoredFile

# Kind of record → the link by which a file hangs on it.
HOLDERS = {
    "crm.account": "account",
    "crm.contact": "contact",
    "crm.deal": "deal",
    "crm.lead": "lead",
    "crm.contract": "contract",
    "activities.activity": "activity",
    "activities.task": "task",
}


def _link(to: str, label: Any) -> Any:
    return models.ForeignKey(
        to, models.CASCADE, null=True, blank=True, editable=False, related_name="attachments", verbose_name=label
    )


class Attachment(StoredFile, ScopedModel):
    """A file on a record, seen by whoever sees the record. Real links and no number of any kind: they go along where
    two records become one, and a lead's file hangs on what became of the lead too."""

    account = _link("crm.Account", _("account"))
    contact = _link("crm.Contact", _("contact"))
    deal = _link("crm.Deal", _("deal"))
    lead = _link("crm.Lead", _("lead"))
    contract = _link("crm.Contract", _("contract"))
    activity = _link("activities.Activity", _("activity"))
    task = _link("activities.Task", _("task"))
    added_by = models.ForeignKey(
        "people.Member", models.PROTECT, editable=False, related_name="attachments", verbose_name=_("added by")
    )
    thumbnail = models.CharField(max_length=120, blank=True, editable=False)  # where the small picture lies

    silent = ("thumbnail",)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(**{f"{name}__isnull": True for name in HOLDERS.values()}), name="attachment_on_something"
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The record's page: a file has none of its own."""
        return f"{self.record.get_absolute_url()}#files"

    @property
    def record(self) -> Any:
        name = next(one for one in HOLDERS.values() if getattr(self, f"{one}_id"))
        model: Any = self._meta.get_field(name).related_model
        return model(pk=getattr(self, f"{name}_id"))

    @property
    def owner_id(self) -> int:
        return self.added_by_id
