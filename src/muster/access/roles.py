"""Makes the built-in roles after a migration, and gives those that are there what a newer version grants besides.

What was granted once is remembered in `Role.offered`: a grant that an administrator took away does not come back.
"""

from typing import Any

from django.db import transaction

from muster.access import builtin
from muster.access.models import FieldRule, Grant, Role


@transaction.atomic
def ensure_builtin_roles(**_kwargs: Any) -> None:
    present = {role.key: role for role in Role.objects.unscoped("built-in roles")}
    for spec in builtin.ROLES:
        role = present.get(spec["key"])
        if role is not None and not role.builtin:
            continue  # the firm's own role was called so first
        if role is None:
            role = Role(key=spec["key"], name=spec["name"], name_zh=spec["name_zh"], builtin=True)
            role.save()
        _offer(role, spec)


def _offer(role: Role, spec: dict[str, Any]) -> None:
    known = set(role.offered)
    grants = {name: scope for name, scope in spec["grants"].items() if name not in known}
    levels = {(model, field, scope): level for model, field, scope, level in spec["fields"]}  # the last word counts
    rules = {key: level for key, level in levels.items() if ":".join(key) not in known}
    if not grants and not rules:
        return
    Grant.objects.bulk_create(
        [Grant(role=role, permission=name, scope=scope) for name, scope in grants.items()], ignore_conflicts=True
    )
    FieldRule.objects.bulk_create(
        [FieldRule(role=role, model=m, field=f, scope=s, level=level) for (m, f, s), level in rules.items()],
        ignore_conflicts=True,
    )
    role.offered = sorted(known | set(grants) | {":".join(key) for key in rules})
    role.save(update_fields=["offered"])
