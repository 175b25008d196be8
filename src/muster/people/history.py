"""What happened to a member, in words, and only in fields that the reader may see."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from muster.access.custom import Story, fields_of
from muster.access.models import Event
from muster.access.scope import Actor, can, policy_of
from muster.people.models import Assignment, Member, MemberPrivate

LAST_EVENTS = 50
NOTHING = "–"
RESTORE = "people.member.revert"


def may_read_history(actor: Actor, member: Member) -> bool:
    """Who reads the trail of this member, and who may give fields their former value back: he has to see it first."""
    return can(actor, "access.event.view", member) or can(actor, RESTORE, member)


@dataclass
class Change:
    """One field of an event, in words."""

    label: str
    before: str
    after: str

    @property
    def said(self) -> str:
        return self.after if self.before == NOTHING else f"{self.before} → {self.after}"


def events_of(actor: Actor, member: Member) -> QuerySet[Event]:
    """Events about MEMBER, his assignments and private details; all of them for who may restore values from them."""
    models = [Assignment._meta.label_lower, MemberPrivate._meta.label_lower]
    about = Q(model="people.member", object_id=member.pk) | Q(model__in=models, owner_id=member.pk)
    if can(actor, RESTORE, member):
        found: QuerySet[Event] = Event.objects.unscoped("history of a member, for who restores values in it")
        return found.filter(about)
    seen: QuerySet[Event] = Event.objects.visible_to(actor)
    return seen.filter(about)


def history_of(actor: Actor, member: Member) -> list[tuple[Event, list[Change]]]:
    """What happened to MEMBER and to what belongs to him, the latest first, only in fields that ACTOR may read."""
    events = list(events_of(actor, member).order_by("-id")[:LAST_EVENTS])
    names, story = _names(actor, events), Story(actor, events)
    return [(event, _changes(actor, member, event, names, story)) for event in events]


def _names(actor: Actor, events: list[Event]) -> dict[tuple[Any, int], str]:
    """The names of all records that the events link to, one query a model."""
    wanted: dict[Any, set[int]] = defaultdict(set)
    for event in events:
        fields = fields_of(event.model)
        for key, pair in event.changes.items():
            if key in fields and fields[key].is_relation:
                wanted[fields[key].related_model] |= {one for one in pair if isinstance(one, int)}
    return {
        (model, row.pk): str(row)
        for model, pks in wanted.items()
        for row in model.objects.visible_to(actor).filter(pk__in=pks)
    }


def _changes(
    actor: Actor, member: Member, event: Event, names: dict[tuple[Any, int], str], story: Story
) -> list[Change]:
    fields = fields_of(event.model)
    found = []
    for key, pair in event.changes.items():
        if own := story.change(event, key, member):
            found.append(Change(*own))
        one = fields.get(key)
        if one is None or one.name == "member" or not (one.editable or one.is_relation):
            continue
        if not readable(actor, member, one):
            continue
        found.append(Change(str(one.verbose_name), *(_said(one, value, names) for value in pair)))
    return found


def readable(actor: Actor, member: Member, one: Any) -> bool:
    policy = policy_of(one.model)
    if one.name not in policy.sensitive:
        return True
    row = member if one.model is Member else MemberPrivate(member=member)
    return policy.levels(actor, row)[one.name] != "hidden"


def _said(one: Any, value: Any, names: dict[tuple[Any, int], str]) -> str:
    if value in (None, ""):
        return NOTHING
    if one.is_relation:
        return names.get((one.related_model, value), "…")
    return str(dict(one.flatchoices).get(value, value))
