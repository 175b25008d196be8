"""Screens on walls: started, taken back, known by their secret."""

import datetime as dt
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.actors import digest
from muster.access.scope import Actor
from muster.core.periods import today
from muster.reporting.models import Analysis, Screen

MOST = 10
LONGEST = dt.timedelta(days=365)
FASTEST, SLOWEST = 5, 3600  # seconds for a page
TOUCH_EVERY = dt.timedelta(minutes=5)


@action("reporting.screen.create", gettext_lazy("Start screens on walls"), Screen, creates=True)
def start_screen(actor: Actor, **fields: Any) -> Screen:
    """A screen with what ACTOR sees. Its secret stands on the row as `token` once, and never again."""
    live = Screen.objects.unscoped("one's screens").filter(user=actor.user_id, archived_at=None, ends_on__gte=today())
    if live.count() >= MOST:
        raise Refused(_("You have %(most)s screens already: take one back first.") % {"most": MOST})
    token = secrets.token_urlsafe(32)
    row = Screen(**fields, digest=digest(token))
    row.user_id = actor.user_id or 0
    _check(actor, row)
    row.full_clean()
    row.save()
    row.token = token  # type: ignore[attr-defined]
    return row


def _check(actor: Actor, row: Screen) -> None:
    if not today() <= row.ends_on <= today() + LONGEST:
        raise ValidationError({"ends_on": _("It may hang for a year at most, from today on.")})
    if not FASTEST <= row.seconds <= SLOWEST:
        said = _("A page stands for %(fastest)s to %(slowest)s seconds.")
        raise ValidationError({"seconds": said % {"fastest": FASTEST, "slowest": SLOWEST}})
    seen = set(Analysis.objects.visible_to(actor).filter(pk__in=row.analyses).values_list("pk", flat=True))
    if set(row.analyses) - seen:
        raise ValidationError({"analyses": _("There is no such choice for you: choose one from the list.")})
    if not row.with_board and not row.analyses:
        raise ValidationError({"analyses": _("Choose what it shows: your dashboard, analyses, or both.")})


@action("reporting.screen.archive", gettext_lazy("Take screens on walls back"), Screen)
def take_screen_back(actor: Actor, row: Screen) -> None:
    """From now on the address answers nobody; it cannot be given again."""
    row.archived_at = row.archived_at or timezone.now()
    row.save(update_fields=["archived_at"])


def screen_of(token: str) -> Screen | None:
    """The live screen with this TOKEN, whose maker may log in."""
    rows = Screen.objects.unscoped("a screen that asks").filter(digest=digest(token), ends_on__gte=today())
    row = rows.filter(archived_at=None, user__is_active=True).select_related("user").first()
    if row is not None and (row.seen_at is None or timezone.now() - row.seen_at > TOUCH_EVERY):
        Screen.objects.unscoped("last sign of a screen").filter(pk=row.pk).update(seen_at=timezone.now())
    return row
