from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url
from muster.crm.enums import Mode

WHOLE_DAY = _("Leave both empty for the whole day.")


class RoutingRule(ScopedModel):
    """Which records go to whom. Of the rules of a kind that are switched on the first that fits a record decides: in
    the order of `rank`. `asks` holds what the record must be, filter by filter."""

    class Per(models.TextChoices):
        DAY = "day", _("a day")
        MONTH = "month", _("a month")
        SPREAD = "spread", _("a month, spread over its days")

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("of what"), max_length=50)  # label of a model that is routed
    rank = models.PositiveSmallIntegerField(_("order"), default=10, help_text=_("The first rule that fits decides."))
    is_on = models.BooleanField(_("switched on"), default=False, editable=False)
    asks = models.JSONField(default=dict, blank=True, editable=False)
    unit = models.ForeignKey(
        "people.Unit",
        models.PROTECT,
        related_name="routing_rules",
        verbose_name=_("to whom: members of"),
        help_text=_("With all units below. What finds nobody waits with the head of this unit."),
    )
    position = models.ForeignKey(
        "people.Position",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only this position"),
    )
    only_named = models.BooleanField(_("only those named in the rule"), default=False)
    mode = models.CharField(_("who gets it"), max_length=12, choices=Mode.choices, default=Mode.BEST)
    same_territory = models.BooleanField(_("only who holds the territory of the record"), default=False)
    wins_count = models.BooleanField(
        _("what they win counts"),
        default=False,
        help_text=_("For the best fit: the share of deals won in the industry of the record is part of the score."),
    )
    works_from = models.TimeField(_("working hours from"), null=True, blank=True, help_text=WHOLE_DAY)
    works_to = models.TimeField(_("working hours until"), null=True, blank=True)
    capacity = models.PositiveIntegerField(
        _("most held at once"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    cap = models.PositiveIntegerField(_("most given"), null=True, blank=True, validators=[MinValueValidator(1)])
    cap_per = models.CharField(_("the limit is for"), max_length=6, choices=Per.choices, default=Per.DAY)
    memory = models.JSONField(default=dict, blank=True, editable=False)  # what the rule remembers from one to the next

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["kind", "rank", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(works_from=None, works_to=None) | Q(works_from__isnull=False, works_to__isnull=False),
                name="routingrule_hours",
                violation_error_message=_("Give both ends of the working hours, or neither."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("routingrule_detail", self.pk)


class RoutingSkill(ScopedModel):
    """The level of a skill that whoever gets a record of the rule must have."""

    rule = models.ForeignKey(RoutingRule, models.CASCADE, related_name="skills", verbose_name=_("routing rule"))
    skill = models.ForeignKey("people.Skill", models.PROTECT, related_name="+", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta:
        verbose_name = _("skill a rule asks for")
        verbose_name_plural = _("skills rules ask for")
        ordering = ["rule", "skill"]
        constraints = [models.UniqueConstraint(fields=["rule", "skill"], name="routingskill_once")]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class RoutingSeat(ScopedModel):
    """What is different for one member in a rule: his weight, his limits, or that he takes no part."""

    rule = models.ForeignKey(RoutingRule, models.CASCADE, related_name="seats", verbose_name=_("routing rule"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    takes_part = models.BooleanField(_("takes part"), default=True)
    weight = models.DecimalField(
        _("weight"), max_digits=4, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    capacity = models.PositiveIntegerField(_("most held at once"), null=True, blank=True)
    cap = models.PositiveIntegerField(_("most given"), null=True, blank=True)

    class Meta:
        verbose_name = _("member in a rule")
        verbose_name_plural = _("members in rules")
        ordering = ["rule", "member__sort_name", "id"]
        constraints = [models.UniqueConstraint(fields=["rule", "member"], name="routingseat_once")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.member}"


class Routing(ScopedModel):
    """What a rule decided about one record: who got it and why, or that it waits because nobody was left. `owner` is
    who got it, or in whose queue it waits."""

    class Status(models.TextChoices):
        GIVEN = "given", _("Given")
        WAITING = "waiting", _("Waiting for an owner")
        SETTLED = "settled", _("Given by hand")
        GONE = "gone", _("No longer needed")

    rule = models.ForeignKey(
        RoutingRule, models.SET_NULL, null=True, related_name="routings", verbose_name=_("routing rule")
    )
    kind = models.CharField(_("of what"), max_length=50)
    object_id = models.BigIntegerField(_("record"))
    at = models.DateTimeField(_("at"))
    status = models.CharField(_("status"), max_length=7, choices=Status.choices)
    owner = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, related_name="routings", verbose_name=_("with whom")
    )
    reason = models.JSONField(_("reason"), default=dict)  # a sentence with its values: `routing.stored`
    refused = models.JSONField(default=list)  # [[member, sentence with values], …]: those it did not go to
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("routing")
        verbose_name_plural = _("routings")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="routing_of_record"),
            models.Index(fields=["owner", "status", "-id"], name="routing_of_owner"),
            models.Index(fields=["rule", "-id"], name="routing_of_rule"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"], condition=Q(status="waiting"), name="routing_waits_once"
            )
        ]

    def __str__(self) -> str:
        return f"{apps.get_model(self.kind)._meta.verbose_name} #{self.object_id} · {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        return reverse("routing_queue")
