"""From a login or a token to the actor whose eyes are used."""

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from muster.access.models import ApiToken, FieldRule, Grant, RoleAssignment, User
from muster.access.scope import Actor

TOKEN_START = "mst_"  # noqa: S105 - how every token begins, no secret
PREFIX_LENGTH = 12
TOUCH_EVERY = dt.timedelta(minutes=5)
NOBODY, NEVER = -1, dt.date.min  # stand in a statement for the user and the day it is asked about

PlaceOf = Callable[[int], QuerySet[Any]]
PhotoUrl = Callable[[int, int], str]
_place_of: list[tuple[PlaceOf, PhotoUrl]] = []


def provide_place(place: PlaceOf, photo_url: PhotoUrl) -> None:
    """`people` hands in where the id of the member, that of the unit, the photo and its version of a user are; and the
    address of the photo of a member in a version."""
    _place_of[:] = [(place, photo_url)]


def roles_on(user_id: int, day: dt.date) -> Any:
    """The ids of the roles a user holds on DAY."""
    since = Q(valid_from=None) | Q(valid_from__lte=day)
    until = Q(valid_to=None) | Q(valid_to__gt=day)
    return RoleAssignment.objects.unscoped("who is asking").filter(since, until, user_id=user_id).values("role_id")


@cache
def _question() -> tuple[str, list[Any]]:
    """What every page begins with, put together once and for nobody: (kind, model, field, scope, said) of each grant,
    of each field rule and of the place of a user."""
    roles, of_roles = roles_on(NOBODY, NEVER).query.sql_with_params()
    place, of_place = _place_of[0][0](NOBODY).query.sql_with_params()
    asked = (
        f"SELECT 'grant', '', '', scope, permission FROM {Grant._meta.db_table} WHERE role_id IN ({roles}) "  # noqa: S608
        f"UNION ALL SELECT 'rule', model, field, scope, level FROM {FieldRule._meta.db_table} "
        f"WHERE role_id IN ({roles}) "
        f"UNION ALL SELECT 'place', photo, CAST(version AS varchar), CAST(unit_id AS varchar), CAST(pk AS varchar) "
        f"FROM ({place}) AS place"
    )
    return asked, [*of_roles, *of_roles, *of_place]


def _answers(user_id: int, day: dt.date) -> list[tuple[str, str, str, str, str]]:
    asked, values = _question()
    as_kept = connection.ops.adapt_datefield_value
    meant = {NOBODY: user_id, as_kept(NEVER): as_kept(day)}
    with connection.cursor() as cursor:
        cursor.execute(asked, [meant.get(value, value) for value in values])
        return list(cursor.fetchall())


def actor_for(user: User, via: str = "web", address: str = "", limits: list[str] | None = None) -> Actor:
    """The actor of USER today. Reads the database each time, so that a changed right counts on the next request."""
    grants: dict[str, set[str]] = defaultdict(set)
    rules = []
    member_id, unit_id, photo = None, None, ""
    for kind, model, field, scope, said in _answers(user.pk, timezone.localdate()):
        if kind == "grant":
            grants[said].add(scope)
        elif kind == "rule":
            rules.append((model, field, scope, said))
        else:
            member_id, unit_id = int(said), int(scope) if scope else None
            photo = _place_of[0][1](member_id, int(field)) if model else ""
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
