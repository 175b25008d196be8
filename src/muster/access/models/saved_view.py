from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


class SavedView(ScopedModel):
    """A list as somebody set it up: search, filters, order, columns. It holds no rows: each reader sees his own."""

    class Share(models.TextChoices):
        NOBODY = "nobody", _("Only I")
        UNIT = "unit", _("My unit and those below")
        EVERYBODY = "everybody", _("Everybody")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=60)
    path = models.CharField(_("list"), max_length=200)
    query = models.TextField(_("filters"), blank=True, max_length=2000)
    share = models.CharField(_("who sees it"), max_length=10, choices=Share.choices, default=Share.NOBODY)
    unit = models.BigIntegerField(_("unit"), null=True, editable=False)  # of its owner when it was shared
    opens = models.BooleanField(_("open the list with it"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        indexes = [models.Index(fields=["path", "user"], name="saved_view_of_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path", "name"],
                condition=models.Q(archived_at=None),
                name="saved_view_named_once",
                violation_error_message=_("You have a view of this name for this list already: choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> dict[str, str]:
        return dict(parse_qsl(self.query))

    def get_absolute_url(self) -> str:
        return f"{self.path}?{urlencode({**self.values, 'saved': self.pk})}"


class ViewUse(ScopedModel):
    """How one person uses a view that he sees, his own or a shared one: where it stands in his menu, and whether his
    list opens with it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="uses", verbose_name=_("saved view"))
    opens = models.BooleanField(_("open the list with it"), default=False)
    position_no = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("use of a saved view")
        verbose_name_plural = _("uses of saved views")
        constraints = [models.UniqueConstraint(fields=["user", "view"], name="view_use_once")]

    def __str__(self) -> str:
        return str(self.view)
