from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


class Favourite(ScopedModel):
    """A record that somebody wants at hand. It names the record only: who may no longer see that finds nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    record = models.CharField(_("record type"), max_length=60)  # as “crm.deal”
    object_id = models.PositiveBigIntegerField(_("record"))

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        constraints = [models.UniqueConstraint(fields=["user", "record", "object_id"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.record} {self.object_id}"
