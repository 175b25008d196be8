"""How allauth logs people in here: no sign-up of strangers. Who comes by the company's sign-in service the first time
is joined to his login by an e-mail that the service has verified; from then on by the service's own id alone."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.access.action import add_event
from muster.access.actions.user import unjoin
from muster.access.actors import actor_for
from muster.access.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if match := _matches.get(sociallogin.account.provider):
            join_by_key(request, sociallogin, match(sociallogin.account))
            return
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        if user := user_of(sociallogin.email_addresses):
            join(request, sociallogin, user)


def join(request: HttpRequest, sociallogin: Any, user: User) -> None:
    sociallogin.connect(request, user)
    actor = actor_for(user, address=address_of(request))
    add_event(actor, "access.user.joined", user, {}, service=sociallogin.account.provider)


Match = Callable[[Any], User | None]
_matches: dict[str, Match] = {}


def provide_match(provider: str, match: Match) -> None:
    """A room above hands in whose login an account of PROVIDER opens, asked at each sign-in; nothing else counts
    then."""
    _matches[provider] = match


def join_by_key(request: HttpRequest, sociallogin: Any, user: User | None) -> None:
    """Let in USER, whom the key of the service names today, and nobody whom it named before."""
    other = request.user.is_authenticated and user is not None and request.user.pk != user.pk
    if user is None or other:
        messages.error(
            request, _("Nobody here is known by this account: ask sales operations to compare the directory.")
        )
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
    if sociallogin.is_existing and sociallogin.user.pk == user.pk:
        return
    old = sociallogin.account
    unjoin(old.provider, old.uid)
    sociallogin.account = SocialAccount(provider=old.provider, uid=old.uid, extra_data=old.extra_data)
    join(request, sociallogin, user)


def user_of(addresses: list[Any]) -> User | None:
    """The one active login with a verified address among ADDRESSES that no sign-in service has been joined to yet."""
    verified = [one.email for one in addresses if one.verified is True and one.email]  # "false" is text, and true
    found = [User.objects.filter(email__iexact=one, is_active=True)[:2] for one in verified]
    users: list[User] = [user for rows in found for user in rows]
    if len(users) != 1 or SocialAccount.objects.filter(user=users[0]).exists():
        return None
    return users[0]


def address_of(request: Any) -> str:
    """Where a request comes from, as far as the stated number of proxies can be trusted to say."""
    return get_client_ip(request) or ""
