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
    refuses: bool = False  # asked for no e-mail


Items = Mapping[str, Mapping[int, int]]  # kind of record → record → receiver
ReachOf = Callable[[Items], list[Reached]]
SeenOf = Callable[[Actor, list[int]], dict[int, str]]
RefuseOf = Callable[[list[int]], set[int]]
_reach: list[ReachOf] = []
_seen: list[SeenOf] = []
_refuse: list[RefuseOf] = []


def provide_contacts(reach: ReachOf, seen: SeenOf, refuse: RefuseOf) -> None:
    """`crm` hands in the contacts whose records change hands, one line each; which of them somebody may see, with the
    address of their page; and which of some asked for no e-mail."""
    _reach[:], _seen[:], _refuse[:] = [reach], [seen], [refuse]


def reached(row: Handover) -> list[Reached]:
    """Whom a mail about ROW goes to: each contact once, and each address once. Whoever asked for no e-mail gets none,
    under whatever name his address stands here."""
    found = _concerned(row)
    closed = {one.address.casefold() for one in found if one.refuses}
    by_address: dict[str, Reached] = {}
    for one in found:
        if one.address.casefold() not in closed:
            by_address.setdefault(one.address.casefold(), one)
    return list(by_address.values())


def left_out(row: Handover) -> list[Reached]:
    """Who has an address and is not written to, because he asked for no e-mail."""
    return [one for one in _concerned(row) if one.refuses]


def refusing(pks: list[int]) -> set[int]:
    """Which of the contacts PKS ask for no e-mail now."""
    return _refuse[0](pks) if _refuse and pks else set()


def _concerned(row: Handover) -> list[Reached]:
    items: dict[str, dict[int, int]] = {}
    gone = (HandoverItem.Outcome.SKIPPED, HandoverItem.Outcome.BACK, HandoverItem.Outcome.BARRED)
    lines = row.items.exclude(outcome__in=gone).values_list("kind", "object_id", "receiver")
    for kind, pk, receiver in lines.iterator():
        items.setdefault(kind, {})[pk] = receiver
    return sorted(_reach[0](items), key=lambda one: one.pk) if _reach else []


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
