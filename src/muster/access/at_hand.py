"""What somebody has at hand: the records he starred, and those he opened last.

What was opened last is remembered by the browser alone, as “crm.deal:12” and in no more words; what such a key is
called is asked anew each time, with the rights of now.
"""

import re
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.access.models import Favourite
from muster.access.scope import Actor
from muster.core import finders
from muster.core.http import Request

MOST_RECENT = 20
KEY = re.compile(r"([a-z]+\.[a-z]+):([1-9][0-9]{0,17})")


def star_of(actor: Actor, row: Any) -> dict[str, Any]:
    """The star on the page of ROW."""
    label = row._meta.label_lower
    mine = Favourite.objects.visible_to(actor).filter(record=label, object_id=row.pk, archived_at=None)
    may = actor.has("access.favourite.create")
    return star(label, row.pk, may and mine.exists()) if may else {"key": f"{label}:{row.pk}"}


def star(label: str, pk: int, on: bool) -> dict[str, Any]:
    return {"key": f"{label}:{pk}", "on": on, "url": reverse("star", args=[label, pk])}


def starred(actor: Actor) -> list[dict[str, Any]]:
    """The favourites that are still to be seen, the newest first."""
    if not actor.has("access.favourite.view"):
        return []
    rows = Favourite.objects.visible_to(actor).filter(archived_at=None).order_by("-pk")
    return finders.named(actor, list(rows.values_list("record", "object_id")))


def opened(actor: Actor, keys: str) -> list[dict[str, Any]]:
    """The records that KEYS (“crm.deal:12,crm.lead:3”) name, in this order, as far as they are still to be seen."""
    found = [(label, int(pk)) for label, pk in KEY.findall(keys[:2000])]
    return finders.named(actor, list(dict.fromkeys(found))[:MOST_RECENT])


def at_hand(request: Request) -> list[dict[str, Any]]:
    """Both, as groups of hits; an empty one is left out. What is starred need not be named twice."""
    stars = starred(request.actor)
    known = {one["url"] for one in stars}
    recent = [one for one in opened(request.actor, request.GET.get("recent", "")) if one["url"] not in known]
    groups = [(_("Favourites"), "star", stars), (_("Opened last"), "history", recent)]
    return [{"label": label, "icon": icon, "hits": hits} for label, icon, hits in groups if hits]
