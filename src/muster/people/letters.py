"""Telling customers at a handover who looks after them: whom, and in which words. The room of customers says who their
contacts are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.people.models import Handover, HandoverItem, HandoverLetter, Member

PLACEHOLDERS = ("contact", "customer", "old", "new", "phone")
_SLOT = re.compile(r"\{\s*(\w*)\s*\}")


@dataclass(frozen=True)
class Reached:
    """A contact with an address, and the member who looks after him from now on."""

    pk: int
    name: str
    customer: str
    address: str
    receiver: int


Items = Mapping[str, Mapping[int, int]]  # kind of record → record → receiver
ReachOf = Callable[[Items], list[Reached]]
SeenOf = Callable[[Actor, list[int]], dict[int, str]]
_reach: list[ReachOf] = []
_seen: list[SeenOf] = []


def provide_contacts(reach: ReachOf, seen: SeenOf) -> None:
    """`crm` hands in the contacts whose records change hands, one line each, and which of them somebody may see, with
    the address of their page."""
    _reach[:], _seen[:] = [reach], [seen]


def reached(row: Handover) -> list[Reached]:
    """Whom a mail about ROW goes to: each contact once, and each address once."""
    items: dict[str, dict[int, int]] = {}
    gone = (HandoverItem.Outcome.SKIPPED, HandoverItem.Outcome.BACK, HandoverItem.Outcome.BARRED)
    lines = row.items.exclude(outcome__in=gone).values_list("kind", "object_id", "receiver")
    for kind, pk, receiver in lines.iterator():
        items.setdefault(kind, {})[pk] = receiver
    found: dict[str, Reached] = {}
    for one in sorted(_reach[0](items), key=lambda one: one.pk) if _reach else []:
        found.setdefault(one.address.casefold(), one)
    return list(found.values())


def seen(actor: Actor, pks: list[int]) -> dict[int, str]:
    """Of the contacts PKS those that ACTOR sees, with the address of their page."""
    return _seen[0](actor, pks) if _seen else {}


def check_words(text: str, field: str) -> None:
    """Raises ValidationError where TEXT has a placeholder that stands for nothing."""
    for name in _SLOT.findall(text):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            said = _("“{%(name)s}” stands for nothing: use %(known)s.") % {"name": name, "known": known}
            raise ValidationError({field: said})


def worded(text: str, letter: Reached | HandoverLetter, old: Member, new: Member) -> str:
    """TEXT for one contact."""
    values = {
        "contact": letter.name,
        "customer": letter.customer,
        "old": old.name,
        "new": new.name,
        "phone": new.__dict__["phone"],
    }
    return _SLOT.sub(lambda found: values[found[1]], str(text))
