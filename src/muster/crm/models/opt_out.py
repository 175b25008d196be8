"""What somebody asked us not to do: to write, to call, to send messages; since when, and how we know."""

from typing import Any, ClassVar

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.core.periods import today


class OptOut(models.Model):
    """One mark for each channel. The day is that on which it was asked for; without one, the day it was entered."""

    CHANNELS: ClassVar = {"mail": "no_mail", "call": "no_calls", "message": "no_messages"}

    no_mail = models.BooleanField(_("no e-mail"), default=False)
    no_calls = models.BooleanField(_("no calls"), default=False)
    no_messages = models.BooleanField(_("no messages"), default=False, help_text=_("WeChat, SMS and the like."))
    opt_out_on = models.DateField(_("opted out on"), null=True, blank=True)
    opt_out_source = models.CharField(
        _("how they opted out"),
        max_length=200,
        blank=True,
        help_text=_("For example: on the phone, by mail, unsubscribed from the newsletter."),
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.date_opt_out()
        fields = kwargs.get("update_fields")
        if fields is not None and {*fields} & {*self.CHANNELS.values()}:
            kwargs["update_fields"] = {*fields, "opt_out_on", "opt_out_source"}
        super().save(*args, **kwargs)

    @property
    def refusals(self) -> list[str]:
        """The channels that are closed, in words."""
        fields = [one for one in self._meta.concrete_fields if one.name in self.CHANNELS.values()]
        return [capfirst(str(one.verbose_name)) for one in fields if getattr(self, one.name)]

    def date_opt_out(self) -> None:
        """Whoever asked for something did so on a day; who asks for nothing any more has neither day nor source."""
        refuses = any(getattr(self, name) for name in self.CHANNELS.values())
        self.opt_out_on = (self.opt_out_on or today()) if refuses else None
        self.opt_out_source = self.opt_out_source if refuses else ""
