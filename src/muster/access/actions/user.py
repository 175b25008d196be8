"""Logins."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.actions.bounds import refuse_stronger
from muster.access.actions.role import keep_somebody_with_the_keys, refuse_self
from muster.access.crud import crud
from muster.access.models import ApiToken, User
from muster.access.scope import Actor


def _without_password(actor: Actor, user: User, fields: dict[str, Any]) -> None:
    if user._state.adding:
        user.set_unusable_password()  # he chooses one by the link of his invitation
    else:
        refuse_stronger(actor, user)  # by another e-mail one would come to another password


users = crud(User, before_save=_without_password)


@action("access.user.invite", gettext_lazy("Make invitation links"), User)
def invite_user(actor: Actor, user: User) -> None:
    """A link may be made now by which the user chooses a password."""
    if not user.is_active:
        raise ValidationError(_("%(name)s may not log in: allow the login first.") % {"name": user})
    refuse_stronger(actor, user)


@action("access.user.deactivate", gettext_lazy("Stop logins"), User)
def deactivate_user(actor: Actor, user: User) -> None:
    """Nobody logs in as this user any more: at once, sessions and tokens included."""
    refuse_self(actor, user)
    refuse_stronger(actor, user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_access(user)
    keep_somebody_with_the_keys()


@action("access.user.activate", gettext_lazy("Allow logins again"), User)
def activate_user(actor: Actor, user: User) -> None:
    """The user may log in again; his old tokens stay dead."""
    refuse_self(actor, user)
    refuse_stronger(actor, user)
    user.is_active = True
    user.save(update_fields=["is_active"])


def end_access(user: User) -> None:
    """Sessions and tokens of USER end now."""
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()
    UserSession.objects.filter(user=user).delete()
    live = ApiToken.objects.unscoped("tokens of somebody who may not log in").filter(user=user, revoked_at=None)
    live.update(revoked_at=timezone.now())


def unjoin(provider: str, uid: str) -> None:
    """The identity UID of a sign-in service opens no login any more; joining it anew is recorded by whoever does."""
    SocialAccount.objects.filter(provider=provider, uid=uid).delete()
