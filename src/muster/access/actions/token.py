"""API tokens."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access import permissions
from muster.access.action import action
from muster.access.actors import new_token
from muster.access.models import ApiToken
from muster.access.scope import Actor


@action("access.apitoken.create", gettext_lazy("Make API tokens"), ApiToken, creates=True)
def create_token(actor: Actor, *, name: str, scopes: list[str], expires_at: dt.datetime | None = None) -> ApiToken:
    """A token of one's own; `plain` on the result is shown this once and kept nowhere."""
    unknown = [one for one in scopes if not permissions.is_known(one)]
    if unknown or not scopes:
        raise ValidationError(
            {
                "scopes": _("Name permissions that exist, for example crm.*: %(names)s.")
                % {"names": ", ".join(unknown) or "–"}
            }
        )
    if actor.limits is not None:
        raise ValidationError(_("A token cannot make tokens: log in with your password."))
    if expires_at and expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("This moment is over: choose a later one.")})
    owner: Any = actor.user_id
    plain, prefix, digest = new_token()
    made: Any = ApiToken(user_id=owner, name=name, prefix=prefix, digest=digest, scopes=scopes, expires_at=expires_at)
    made.full_clean()
    made.save()
    made.plain = plain
    return made  # type: ignore[no-any-return]


@action("access.apitoken.revoke", gettext_lazy("Revoke API tokens"), ApiToken)
def revoke_token(actor: Actor, token: ApiToken) -> None:
    """From the next request on the token opens nothing."""
    token.revoked_at = token.revoked_at or timezone.now()
    token.save(update_fields=["revoked_at"])
