"""The inventory is computed, the specification is written: they must be the same."""

import pytest
from django.urls import get_resolver

from muster.access import builtin
from muster.access.action import specs
from muster.access.checks import is_open, walk
from muster.access.permissions import known
from muster.access.routes import EVERYBODY, PUBLIC
from muster.access.scope import Actor, policies
from muster.web.api import api
from tests.contracts.surfaces import ROLES, SURFACES

LIBRARIES = ("accounts/", "i18n/", "api/v1/")


def permissions() -> dict[str, str]:
    """Every page and operation of the product with the permission at its door."""
    found = {
        pattern.name: pattern.callback.permission
        for address, pattern in walk(get_resolver())
        if not is_open(pattern) and not address.startswith(LIBRARIES)
    }
    for path, operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        found |= {f"{method.upper()} {path}": one["x-permission"] for method, one in operations.items()}
    return found


def test_every_surface_is_specified_and_nothing_else_is():
    assert sorted(permissions()) == sorted(SURFACES)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_exactly_what_is_written(role):
    grants = next(one["grants"] for one in builtin.ROLES if one["key"] == role)
    actor = Actor(grants={name: {scope} for name, scope in grants.items()})
    at = ROLES.index(role)
    for surface, permission in permissions().items():
        may = permission in (EVERYBODY, PUBLIC) or actor.has(permission)
        assert may == (SURFACES[surface][at] == "x"), f"{role}: {surface} ({permission})"


def test_every_action_is_a_permission_on_a_model_with_a_policy():
    for name, spec in specs().items():
        assert name in known()
        assert spec.model in policies()
