from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import CurrencyField
from muster.core.links import record_url
from muster.core.models import Searchable


class Translated(ScopedModel):
    named_by = ("name", "name_zh")
    name = models.CharField(_("name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_zh if self.name_zh and (get_language() or "").startswith("zh") else self.name


class Product(Searchable, ScopedModel):
    named_by = ("name",)
    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    family = models.CharField(_("family"), max_length=100, blank=True)
    list_price = models.BigIntegerField(_("list price"), null=True, blank=True)  # minor units of `currency`
    currency = CurrencyField(_("currency"))
    is_active = models.BooleanField(_("on sale"), default=True)
    certificate = models.ForeignKey(
        "people.Skill",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certificate it takes"),
        help_text=_("Only members with a valid certificate in this skill get leads and deals of the product."),
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("product_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.code, self.family]


class Pipeline(Translated):
    key = models.SlugField(_("key"), unique=True)
    is_default = models.BooleanField(_("default"), default=False)
    position_no = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        ordering = ["position_no", "id"]

    def get_absolute_url(self) -> str:
        return reverse("pipeline_list")


class Stage(Translated):
    class Kind(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages", verbose_name=_("pipeline"))
    key = models.SlugField(_("key"))
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.OPEN)
    position_no = models.PositiveSmallIntegerField(_("order"), default=0)
    probability = models.PositiveSmallIntegerField(_("probability, %"), default=0)
    stale_after_days = models.PositiveSmallIntegerField(_("stale after days"), null=True, blank=True)
    required = models.JSONField(_("required fields"), default=list, blank=True)  # keys of fields of deals
    needs_activity = models.CharField(_("activity needed"), max_length=8, blank=True)  # a kind, since it came here

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["pipeline", "position_no", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "key"], name="stage_key_once"),
            models.CheckConstraint(condition=models.Q(probability__lte=100), name="stage_probability"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("stage_detail", args=[self.pk])


class LossReason(Translated):
    key = models.SlugField(_("key"), unique=True)

    class Meta:
        verbose_name = _("loss reason")
        verbose_name_plural = _("loss reasons")
        ordering = ["id"]

    def get_absolute_url(self) -> str:
        return reverse("pipeline_list")
