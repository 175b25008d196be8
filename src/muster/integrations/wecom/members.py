"""Who signs in by WeCom: the member whom the comparison with this corp's directory knows by this userid. No phone, mail
or name decides: people change these themselves."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from muster.access.models import User
from muster.access.scope import Actor
from muster.integrations.models import DirectoryConnection, ExternalKey
from muster.people.actions.member import members
from muster.people.models import Member

log = logging.getLogger(__name__)


def member_of(uid: str) -> Member | None:
    """The member behind UID, "<corp>:<userid>"; None where there is none, or more than one."""
    corp, _colon, userid = uid.partition(":")
    rows = DirectoryConnection.objects.unscoped("sign-in by WeCom")
    rows = rows.filter(kind=DirectoryConnection.Kind.WECOM, account=corp, archived_at=None)
    keys = ExternalKey.objects.unscoped("sign-in by WeCom").filter(
        source__in=[one.source for one in rows], model="people.member", external_id=userid
    )
    people = Member.objects.unscoped("sign-in by WeCom").select_related("user").filter(pk__in=keys.values("object_id"))
    found = list(people[:2])
    return found[0] if len(found) == 1 else None


def user_of(account: Any) -> User | None:
    """The login of that member, if he may log in."""
    member = member_of(account.uid)
    user = member.user if member else None
    return user if user is not None and user.is_active and member and member.status != Member.Status.LEFT else None


def keep_given(uid: str, data: dict[str, Any]) -> None:
    """What the member told WeCom to tell us fills what is empty here; nothing is overwritten."""
    member = member_of(uid)
    if member is None or member.erased_at:
        return
    given = {"phone": data.get("mobile"), "work_email": data.get("biz_mail") or data.get("email")}
    fields = {key: str(value) for key, value in given.items() if value and not member.__dict__.get(key)}
    if not fields:
        return
    try:
        actor = Actor.operator(gettext_noop("given by the member at sign-in by WeCom"), via="wecom")
        members.edit(actor, member, **fields)
    except ValidationError:
        log.warning("What WeCom told of the member %s at sign-in cannot be kept.", member.pk)
