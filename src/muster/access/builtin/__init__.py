"""The roles every installation begins with: the five of `roles`, the two of `offices`, and what a part of the product
adds to them.

Such a part has a module here with GRANTS (role → permission → scope) and, where it has sensitive fields, FIELDS (role →
rules), and stands in PARTS.
"""

from types import ModuleType
from typing import Any

from muster.access.builtin import (
    approvals,
    audits,
    bulk,
    calendar,
    completeness,
    contracts,
    daily,
    deals,
    favourites,
    leads,
    letters,
    list_exports,
    pool,
    reporting,
    stages,
    stakeholders,
)
from muster.access.builtin.offices import OFFICES
from muster.access.builtin.roles import FIVE

PARTS: list[ModuleType] = [
    approvals,
    audits,
    bulk,
    calendar,
    completeness,
    contracts,
    daily,
    deals,
    favourites,
    leads,
    letters,
    list_exports,
    pool,
    reporting,
    stages,
    stakeholders,
]


def _with_parts(role: dict[str, Any]) -> dict[str, Any]:
    grants, fields = dict(role["grants"]), list(role["fields"])
    for part in PARTS:
        grants |= part.GRANTS.get(role["key"], {})
        fields += getattr(part, "FIELDS", {}).get(role["key"], [])
    return {**role, "grants": grants, "fields": fields}


ROLES = [_with_parts(role) for role in (*FIVE, *OFFICES)]
