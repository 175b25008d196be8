"""An installation with two administrators, a helper of theirs, a manager and his rep."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import translation

from muster.access.models import Grant, Role, RoleAssignment
from tests.factories import make_member


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def make_role(key: str, grants: dict[str, str]) -> Role:
    role = Role(key=key, name=key.title())
    role.save()
    Grant.objects.bulk_create([Grant(role=role, permission=name, scope=scope) for name, scope in grants.items()])
    return role


@pytest.fixture
def firm(db):
    """`helper` looks after logins and may even give and take roles, and is no administrator."""
    admin = make_member("Admin", role="sysadmin")
    manager = make_member("Manager", role="manager")
    helper = make_member("Helper")
    role = make_role("helpdesk", {"access.user.*": "all", "access.roleassignment.*": "all", "access.role.view": "all"})
    RoleAssignment(user=helper.user, role=role).save()
    return SimpleNamespace(
        admin=admin,
        second=make_member("Second", role="sysadmin"),
        manager=manager,
        rep=make_member("Rep", manager=manager),
        helper=helper,
        helpdesk=role,
    )


@pytest.fixture
def login():
    def made(member, **kwargs):
        client = Client(headers={"accept-language": "en", "host": "localhost"}, **kwargs)
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return made
