"""Addresses from which calendar programs fetch a member's calendar."""

import datetime as dt
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.actors import digest
from muster.access.scope import Actor
from muster.activities.models import CalendarFeed

MOST = 10
TOUCH_EVERY = dt.timedelta(minutes=5)


@action("activities.calendarfeed.create", gettext_lazy("Make calendar addresses"), CalendarFeed, creates=True)
def make_feed(actor: Actor, *, name: str, shows: str = CalendarFeed.Shows.BUSY) -> CalendarFeed:
    """An address of one's own calendar. Its secret stands on the row as `token` once, and never again."""
    if actor.member_id is None:
        raise Refused(_("This login belongs to no member: there is no calendar of his."))
    live = CalendarFeed.objects.unscoped("one's calendar addresses").filter(member=actor.member_id, archived_at=None)
    if live.count() >= MOST:
        raise Refused(_("You have %(most)s addresses already: take one back first.") % {"most": MOST})
    token = secrets.token_urlsafe(32)
    row = CalendarFeed(member_id=actor.member_id, name=name.strip(), shows=shows, digest=digest(token))
    row.full_clean()
    row.save()
    row.token = token  # type: ignore[attr-defined]
    return row


@action("activities.calendarfeed.archive", gettext_lazy("Take calendar addresses back"), CalendarFeed)
def take_feed_back(actor: Actor, row: CalendarFeed) -> None:
    """From now on the address answers nobody; it cannot be given again."""
    row.archived_at = row.archived_at or timezone.now()
    row.save(update_fields=["archived_at"])


def feed_of(token: str) -> CalendarFeed | None:
    """The live address with this TOKEN, whose member may log in."""
    rows = CalendarFeed.objects.unscoped("an address somebody fetches").filter(digest=digest(token))
    row = rows.filter(archived_at=None, member__user__is_active=True).select_related("member__user").first()
    if row is not None and (row.read_at is None or timezone.now() - row.read_at > TOUCH_EVERY):
        CalendarFeed.objects.unscoped("last fetch of an address").filter(pk=row.pk).update(read_at=timezone.now())
    return row
