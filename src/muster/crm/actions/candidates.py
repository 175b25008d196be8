"""Who could get a record: the members of a rule, with what is known of them today, as candidates of `crm.routing`."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation

from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.enums import Mode
from muster.crm.models import Product, Routing, RoutingRule, RoutingSeat, RoutingSkill
from muster.crm.routed import Routed, wins_of
from muster.crm.routing import MONTH, SETTLING, Candidate, Demand, Hours, Wins, daily_share
from muster.people import holdings
from muster.people.actions.territory import bare, territories_of
from muster.people.models import Absence, Member, Skill
from muster.people.policies import units_below
from muster.people.skills.certificates import certificates
from muster.people.skills.levels import levels

Per = RoutingRule.Per


@dataclass
class Candidates:
    """Read once; `candidates` then answers for any moment and any load without another query."""

    rule: RoutingRule
    kind: Routed
    members: list[Member] = field(default_factory=list)
    seats: dict[int, RoutingSeat] = field(default_factory=dict)
    asked: dict[int, tuple[str, int]] = field(default_factory=dict)  # skill → its name, the level needed
    held: dict[int, dict[str, int]] = field(default_factory=dict)  # member → skill by name → level
    territories: dict[int, frozenset[str]] = field(default_factory=dict)
    papers: dict[int, tuple[str, dict[int, dt.date]]] = field(default_factory=dict)  # certificate → name, last days
    wins: dict[int, dict[str, Wins]] = field(default_factory=dict)  # member → by industry
    absences: dict[int, list[Absence]] = field(default_factory=dict)
    loads: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, rule: RoutingRule, kind: Routed) -> "Candidates":
        found = cls(rule, kind)
        rows = RoutingSeat.objects.unscoped("routing").filter(rule=rule)
        found.seats = {one.member_id: one for one in rows}
        found.members = found._members()
        ids = [one.pk for one in found.members]
        found._read_skills(ids)
        found._read_papers(ids)
        if found._wins_count:
            for (member, industry), one in wins_of(ids).items():
                found.wins.setdefault(member, {})[industry] = one
        found.territories = territories_of(ids)
        for one in Absence.objects.unscoped("routing").filter(member__in=ids, ends_on__gte=today() - SETTLING * 4):
            found.absences.setdefault(one.member_id, []).append(one)
        found.loads = Counter(dict.fromkeys(ids, 0))
        found.loads.update(holdings.holding(kind.key).owners(ids))
        return found

    @property
    def _wins_count(self) -> bool:
        return bool(self.rule.wins_count and self.rule.mode == Mode.BEST)

    def _members(self) -> list[Member]:
        named = [pk for pk, one in self.seats.items() if one.takes_part]
        out = [pk for pk, one in self.seats.items() if not one.takes_part]
        inside = Q(unit__in=units_below(self.rule.unit_id))
        if self.rule.position_id:
            inside &= Q(position=self.rule.position_id)
        rows = Member.objects.unscoped("routing").filter(archived_at=None).exclude(pk__in=out)
        rows = rows.filter(pk__in=named) if self.rule.only_named else rows.filter(inside | Q(pk__in=named))
        return list(rows.exclude(status__in=(Member.Status.LEFT, Member.Status.CANDIDATE)).order_by("pk"))

    def _read_skills(self, ids: list[int]) -> None:
        with translation.override(settings.LANGUAGE_CODE):  # what is written down has the firm's words
            rows = RoutingSkill.objects.unscoped("routing").filter(rule=self.rule).select_related("skill")
            self.asked = {one.skill_id: (str(one.skill), one.level) for one in rows}
        known = levels(Actor.operator("routing"), Q(member__in=ids, skill__in=list(self.asked))) if self.asked else {}
        for (member, skill), held in known.items():
            self.held.setdefault(member, {})[self.asked[skill][0]] = held.level

    def _read_papers(self, ids: list[int]) -> None:
        """The certificates that products take, and who of IDS holds them until when."""
        if self.kind.product is None:
            return
        taken = Product.objects.unscoped("routing").filter(certificate__isnull=False).values("certificate")
        with translation.override(settings.LANGUAGE_CODE):
            names = {one.pk: str(one) for one in Skill.objects.unscoped("routing").filter(pk__in=taken)}
        known = certificates(names, ids) if names else {}
        for pk, name in names.items():
            self.papers[pk] = name, {member: day for (member, skill), day in known.items() if skill == pk}

    def candidates(self, at: dt.datetime, given: Counter[int], loads: Counter[int]) -> list[Candidate]:
        """Everybody as of AT, with GIVEN records in the period of the cap and LOADS held."""
        day = timezone.localtime(at).date()
        return [self._candidate(one, day, given, loads) for one in self.members]

    def _candidate(self, one: Member, day: dt.date, given: Counter[int], loads: Counter[int]) -> Candidate:
        seat, rule = self.seats.get(one.pk), self.rule
        away, back = self._away(one, day)
        cap = seat.cap if seat and seat.cap is not None else rule.cap
        capacity = seat.capacity if seat and seat.capacity is not None else rule.capacity
        return Candidate(
            one.pk,
            one.name,
            active=one.status in Member.STAYING,
            on_leave=away or one.status == Member.Status.ON_LEAVE,
            back_since=back,
            skills=self.held.get(one.pk, {}),
            certificates={name: days[one.pk] for name, days in self.papers.values() if one.pk in days},
            wins=self.wins.get(one.pk, {}),
            territories=self.territories.get(one.pk, frozenset()),
            hours=Hours(rule.works_from, rule.works_to, one.time_zone, settings.WORK_CALENDAR)
            if rule.works_from and rule.works_to
            else None,
            load=loads[one.pk],
            capacity=capacity,
            given=given[one.pk],
            cap=daily_share(cap, min(day.day, MONTH)) if cap is not None and rule.cap_per == Per.SPREAD else cap,
            weight=seat.weight if seat else 1,
        )

    def _away(self, one: Member, day: dt.date) -> tuple[bool, dt.date | None]:
        """Is he away on DAY; and since when he is back, where he was."""
        spans = self.absences.get(one.pk, [])
        if any(span.starts_on <= day <= span.ends_on for span in spans):
            return True, None
        ended = [span.ends_on + dt.timedelta(days=1) for span in spans if span.ends_on < day]
        return False, max(ended, default=None)

    def demand(self, row: Any, at: dt.datetime, names: dict[str, str]) -> Demand:
        """What ROW asks for; NAMES as of `territory_names`."""
        places = [one for one in self.kind.places(row) if one]
        fitting = (names[key] for one in places for key in (one.casefold(), bare(one)) if key in names)
        product = self.kind.product(row) if self.kind.product else None
        taken = self.papers.get(product.certificate_id or 0) if product is not None else None
        return Demand(
            dict(self.asked.values()),
            next(fitting, places[0] if places else ""),
            certificate=taken[0] if taken else "",
            product=str(product) if taken else "",
            industry=self.kind.trade(row) if self._wins_count else "",
            at=timezone.localtime(at),
        )


def began(rule: RoutingRule, day: dt.date) -> dt.date:
    """The first day of the period of the rule's cap that DAY lies in."""
    return day.replace(day=1) if rule.cap_per == Per.MONTH else day


def given_since(rule: RoutingRule, start: dt.date) -> Counter[int]:
    """How many records of the rule's kind each got by rules since START."""
    since = timezone.make_aware(dt.datetime.combine(start, dt.time()))
    rows = Routing.objects.unscoped("routing").filter(kind=rule.kind, status=Routing.Status.GIVEN, at__gte=since)
    return Counter(rows.values_list("owner_id", flat=True))
