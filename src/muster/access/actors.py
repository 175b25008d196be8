"""From a login or a token to the actor whose eyes are used."""

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from muster.access.models import ApiToken, FieldRule, Grant, RoleAssignment, User
from muster.access.scope import Actor

TOKEN_START = "mst_"  # noqa: S105 - how every token begins, no secret
PREFIX_LENGTH = 12
TOUCH_EVERY = dt.timedelta(minutes=5)

PlaceOf = Callable[[int], tuple[int, int | None, str] | None]
_place_of: list[PlaceOf] = []


def provide_place(function: PlaceOf) -> None:
    """`people` hands in (member id, unit id, address of the photo) of a user."""
    _place_of[:] = [function]


def roles_on(user_id: int, day: dt.date) -> Any:
    """The ids of the roles a user holds on DAY."""
    since = Q(valid_from=None) | Q(valid_from__lte=day)
    until = Q(valid_to=None) | Q(valid_to__gt=day)
    return RoleAssignment.objects.unscoped("who is asking").filter(since, until, user_id=user_id).values("role_id")


def _held(user_id: int, day: dt.date) -> list[tuple[str, str, str, str]]:
    """What the roles of a user give: (model, field, scope, level) of each field rule, ("", "", scope, permission) of
    each grant. In one question and half by hand, because every page begins with it."""
    roles, values = roles_on(user_id, day).query.sql_with_params()
    asked = (
        f"SELECT '', '', scope, permission FROM {Grant._meta.db_table} WHERE role_id IN ({roles}) UNION ALL "  # noqa: S608
        f"SELECT model, field, scope, level FROM {FieldRule._meta.db_table} WHERE role_id IN ({roles})"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [*values, *values])
        return list(cursor.fetchall())


def actor_for(user: User, via: str = "web", address: str = "", limits: list[str] | None = None) -> Actor:
    """The actor of USER today. Reads the database each time, so that a changed right counts on the next request."""
    grants: dict[str, set[str]] = defaultdict(set)
    rules = []
    for model, field, scope, said in _held(user.pk, timezone.localdate()):
        if model:
            rules.append((model, field, scope, said))
        else:
            grants[said].add(scope)
    member_id, unit_id, photo = (_place_of[0](user.pk) if _place_of else None) or (None, None, "")
    return Actor(
        user_id=user.pk,
        member_id=member_id,
        unit_id=unit_id,
        name=str(user),
        photo=photo,
        grants=dict(grants),
        rules=rules,
        limits=limits,
        via=via,
        address=address,
    )


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> tuple[str, str, str]:
    """(token, prefix, digest). The token is shown once."""
    token = TOKEN_START + secrets.token_urlsafe(32)
    return token, token[:PREFIX_LENGTH], digest(token)


def actor_for_token(token: str, address: str = "") -> Actor | None:
    """The actor behind an API token; None when it is unknown, revoked, expired, or its user may no longer log in."""
    now = timezone.now()
    found = (
        ApiToken.objects.unscoped("who is asking")
        .select_related("user")
        .filter(digest=digest(token), revoked_at=None)
        .first()
    )
    if found is None or not found.user.is_active or (found.expires_at and found.expires_at <= now):
        return None
    if found.last_used_at is None or now - found.last_used_at > TOUCH_EVERY:
        ApiToken.objects.unscoped("last use of a token").filter(pk=found.pk).update(last_used_at=now)
    return actor_for(found.user, via="api", address=address, limits=found.scopes)
