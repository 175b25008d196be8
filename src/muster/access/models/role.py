from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.access.scope import LEVELS, Scope, ScopedModel
from muster.core.links import record_url


class Role(ScopedModel):
    """A named set of grants and field rules. Five are built in; all are data, to copy and change."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100, blank=True)
    about = models.TextField(_("what it is for"), blank=True)
    builtin = models.BooleanField(default=False, editable=False)
    offered = models.JSONField(default=list, editable=False)  # built-in grants given once; taken away, they stay so

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name_zh if self.name_zh and (get_language() or "").startswith("zh") else self.name

    def get_absolute_url(self) -> str:
        return record_url("role_detail", self.pk)


class Grant(ScopedModel):
    """One permission, or a pattern of them ('crm.deal.*'), in one scope."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField(_("permission"), max_length=100)
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices, default=Scope.OWN)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["permission"]
        constraints = [models.UniqueConstraint(fields=["role", "permission", "scope"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.permission} ({self.get_scope_display()})"


class FieldRule(ScopedModel):
    """The level at which a role reads one sensitive field within a scope. Without a rule it is hidden."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="field_rules")
    model = models.CharField(_("record type"), max_length=100)
    field = models.CharField(_("field"), max_length=100)
    scope = models.CharField(_("scope"), max_length=20, choices=Scope.choices, default=Scope.OWN)
    level = models.CharField(
        _("level"),
        max_length=10,
        choices=list(zip(LEVELS, [_("Hidden"), _("Masked"), _("Read"), _("Write")], strict=True)),
    )

    class Meta:
        verbose_name = _("field rule")
        verbose_name_plural = _("field rules")
        constraints = [models.UniqueConstraint(fields=["role", "model", "field", "scope"], name="field_rule_once")]

    def __str__(self) -> str:
        return f"{self.model}.{self.field}: {self.get_level_display()} ({self.get_scope_display()})"


class RoleAssignment(ScopedModel):
    """Who holds a role, from when to when (the last day not included)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_assignments")
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments")
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "valid_from"], name="role_assignment_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=models.F("valid_from")),
                name="role_assignment_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
