from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.custom import PREFIX
from muster.core.custom.types import Type
from muster.core.fields import CurrencyField


class CustomField(ScopedModel):
    """A field that the firm added to a type of record. Archived, it is retired: its values stay, nobody is asked any
    more."""

    record = models.CharField(_("record type"), max_length=60)  # "crm.deal"
    key = models.CharField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=Type.choices, default=Type.TEXT)
    required = models.BooleanField(_("must be filled in"), default=False)
    unique = models.BooleanField(_("each value once only"), default=False)
    sensitive = models.BooleanField(_("sensitive"), default=False)
    least = models.CharField(_("at least"), max_length=40, blank=True)
    most = models.CharField(_("at most"), max_length=40, blank=True)
    pattern = models.CharField(_("pattern"), max_length=200, blank=True)
    places = models.PositiveSmallIntegerField(_("decimals"), default=2)
    currency = CurrencyField(_("currency"))
    choices = models.JSONField(_("choices"), default=list, blank=True)  # [{key, name, name_zh, retired}], in order
    kinds = models.JSONField(_("only for these kinds"), default=list, blank=True)  # ["level:key"]; empty is all
    section = models.CharField(_("section"), max_length=80, blank=True)
    section_zh = models.CharField(_("Chinese section"), max_length=80, blank=True)
    help_text = models.CharField(_("help"), max_length=200, blank=True)
    help_zh = models.CharField(_("Chinese help"), max_length=200, blank=True)
    position_no = models.PositiveIntegerField(_("place"), default=0, editable=False)

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["record", "position_no", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "key"],
                name="custom_field_once",
                violation_error_message=_("This key is taken; a retired field keeps its own."),
            ),
            models.CheckConstraint(condition=~Q(sensitive=True, unique=True), name="custom_field_secret_or_unique"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return f"{reverse('custom_fields')}?record={self.record}"

    @property
    def label(self) -> str:
        return self._said("name")

    @property
    def full_name(self) -> str:
        """What the field is called where values are written and read: custom.vehicle."""
        return f"{PREFIX}{self.key}"

    @property
    def section_said(self) -> str:
        return self._said("section")

    @property
    def help_said(self) -> str:
        return self.help_zh if self.help_zh and _chinese() else self.help_text

    def _said(self, field: str) -> str:
        return str((_chinese() and getattr(self, f"{field}_zh")) or getattr(self, field))


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")
