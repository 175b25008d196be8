"""Naming colleagues in what one writes: @name tells whoever bears it, if he may see what it is written on."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.access.actors import actor_for
from muster.access.models import Event
from muster.access.scope import Actor, can
from muster.activities.models import Activity
from muster.people.models import Member

AT = re.compile(r"[@＠]([^\s@＠,，。;；:：!！?？][^\n@＠,，。;；:：!！?？]{0,39})")
MOST = 20


def named(body: str, members: Any) -> list[int]:
    """Of MEMBERS those named by @ in BODY: at each place the longest name that somebody bears, as names run into the
    text in Chinese."""
    texts = AT.findall(body)[:MOST]
    starts = {text[:end] for text in texts for end in range(1, len(text) + 1)}
    rows = members.filter(name__in=starts, archived_at=None) if starts else []
    bearers: dict[str, list[int]] = {}
    for member in rows:
        bearers.setdefault(member.name, []).append(member.pk)
    found: list[int] = []
    for text in texts:
        name = next((text[:end] for end in range(len(text), 0, -1) if text[:end] in bearers), "")
        found += bearers.get(name, [])
    return found


def who_sees(row: Any, members: Iterable[int]) -> list[int]:
    """Of MEMBERS those with a login who see ROW: nobody learns by a mention of what is not for him."""
    keys = list(dict.fromkeys(members))[:MOST]
    rows = Member.objects.unscoped("who is mentioned").filter(pk__in=keys, user__is_active=True)
    permission = f"{row._meta.label_lower}.view"
    return [one.pk for one in rows.select_related("user") if can(actor_for(one.user), permission, row)]


def chosen(actor: Actor, row: Any, members: Iterable[int]) -> list[int]:
    """MEMBERS chosen to be mentioned on ROW; refused where one of them may not see it, or there is none of that key."""
    keys = list(dict.fromkeys(members))
    if len(keys) > MOST:
        raise ValidationError({"mentions": _("At most %(most)s people are mentioned at once.") % {"most": MOST}})
    if not all(isinstance(one, int) and abs(one) < 2**63 for one in keys):
        raise ValidationError({"mentions": _("Whom you mention is chosen from the list.")})
    able = who_sees(row, keys)
    if missing := [one for one in keys if one not in able]:
        names = Member.objects.visible_to(actor).filter(pk__in=missing).values_list("name", flat=True)
        said = ", ".join(names) or _("somebody")
        sentence = _("Cannot be mentioned here: %(names)s may not see this record. Choose from the list.")
        raise ValidationError({"mentions": sentence % {"names": said}})
    return able


def offered(actor: Actor, row: Any, rows: Iterable[Member], most: int = 8) -> list[Member]:
    """Of ROWS, as somebody types, those who can be mentioned on ROW."""
    found = list(rows)[:MOST]
    able = set(who_sees(row, [one.pk for one in found]))
    return [one for one in found if one.pk in able and one.pk != actor.member_id][:most]


def told_by(event: Event) -> list[int]:
    """Whom the text of an activity names for the first time with this EVENT, and who may see it."""
    before, after = (str(text or "") for text in event.changes.get("body", ("", "")))
    if "@" not in after and "＠" not in after:
        return []
    members = Member.objects.unscoped("who is mentioned")
    already = {*named(before, members), event.actor_member_id}
    fresh = [one for one in named(after, members) if one not in already]
    row = Activity.objects.unscoped("who is mentioned").filter(pk=event.object_id, archived_at=None).first()
    return who_sees(row, fresh) if row is not None and fresh else []
