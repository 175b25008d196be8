"""Makes the built-in roles after a migration; a role that is there already is left as its administrator made it."""

from typing import Any

from django.db import transaction

from muster.access import builtin
from muster.access.models import FieldRule, Grant, Role


@transaction.atomic
def ensure_builtin_roles(**_kwargs: Any) -> None:
    present = set(Role.objects.unscoped("built-in roles").values_list("key", flat=True))
    for spec in builtin.ROLES:
        if spec["key"] in present:
            continue
        role = Role(key=spec["key"], name=spec["name"], name_zh=spec["name_zh"], builtin=True)
        role.save()
        Grant.objects.bulk_create(
            [Grant(role=role, permission=name, scope=scope) for name, scope in spec["grants"].items()]
        )
        levels = {(model, field, scope): level for model, field, scope, level in spec["fields"]}  # the last word counts
        FieldRule.objects.bulk_create(
            [FieldRule(role=role, model=m, field=f, scope=s, level=level) for (m, f, s), level in levels.items()]
        )
