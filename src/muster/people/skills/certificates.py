"""Who holds which certificate, and until when.

A certificate is evidence with a number. It counts where somebody else than the member entered it: nobody becomes
entitled by his own word. Of several the one that ends last counts; without a last day it has no end.
"""

import datetime as dt
from collections.abc import Iterable

from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.models import Member, SkillEvidence, Source

FOREVER = dt.date.max
Pair = tuple[int, int]  # member, skill


def certificates(skills: Iterable[int], members: Iterable[int] | None = None) -> dict[Pair, dt.date]:
    """The last valid day of each certificate in SKILLS that one of MEMBERS, or anybody, holds or held; FOREVER where it
    does not end."""
    rows = SkillEvidence.objects.unscoped("certificates that products ask for").filter(skill__in=list(skills))
    rows = rows.filter(archived_at=None, on__lte=today()).exclude(number="").exclude(source=Source.SELF)
    rows = rows if members is None else rows.filter(member__in=list(members))
    found: dict[Pair, dt.date] = {}
    for member, skill, until in rows.values_list("member_id", "skill_id", "valid_until"):
        found[member, skill] = max(found.get((member, skill), dt.date.min), until or FOREVER)
    return found


def last_day(member: int, skill: int) -> dt.date | None:
    """Until when MEMBER holds the certificate in SKILL; None: he never did."""
    return certificates([skill], [member]).get((member, skill))


def holders(actor: Actor, skill: int) -> list[tuple[Member, dt.date]]:
    """Whoever of the members ACTOR may know holds or held it, with the last day, what ends last first."""
    known = certificates([skill])
    people = Member.objects.visible_to(actor, "people.skillevidence.view").filter(
        status__in=Member.STAYING, archived_at=None
    )
    rows = people.filter(pk__in={member for member, _skill in known})
    found = [(one, known[one.pk, skill]) for one in rows.select_related("position", "unit")]
    return sorted(found, key=lambda one: (-one[1].toordinal(), one[0].sort_name))
