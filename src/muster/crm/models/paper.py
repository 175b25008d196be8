"""What stands on our papers beside what was agreed: who we are, and the terms that go with every contract."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel

OURS = ("title", "tax_no", "address", "phone", "bank", "bank_account")
TERMS = {"zh": "terms_zh", "en": "terms_en"}


class Letterhead(ScopedModel):
    """The one row that sales operations keep. A signed contract keeps what it said on its day."""

    title = models.CharField(_("our name"), max_length=200, blank=True)
    tax_no = models.CharField(_("our tax number"), max_length=30, blank=True)
    address = models.CharField(_("our address"), max_length=300, blank=True)
    phone = models.CharField(_("our phone"), max_length=32, blank=True)
    bank = models.CharField(_("our bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("our bank account"), max_length=64, blank=True)
    terms_zh = models.TextField(_("terms of all contracts, in Chinese"), max_length=50_000, blank=True)
    terms_en = models.TextField(_("terms of all contracts, in English"), max_length=50_000, blank=True)

    class Meta:
        verbose_name = _("contract paper")
        verbose_name_plural = _("contract papers")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def get_absolute_url(self) -> str:
        return reverse("letterhead")

    def said(self) -> dict[str, Any]:
        """All of it, as a contract keeps it."""
        return {name: getattr(self, name) for name in (*OURS, *TERMS.values())}
