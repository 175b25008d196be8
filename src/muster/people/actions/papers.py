"""Which records of a handover take a certificate, and who of the receivers may take them on.

A deal of a product that takes a certificate goes to a receiver who holds it today. Where none does, it stays with the
giver: a rule never gives it to somebody who may not sell it. Quotes, tasks and appointments about it stay with it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.people import holdings
from muster.people.models import Handover, HandoverItem, Member, Skill
from muster.people.skills.certificates import certificates

Outcome = HandoverItem.Outcome
Record = tuple[str, int]  # kind, id


@dataclass(frozen=True)
class Demand:
    certificate: int
    product: str


class Papers:
    """What the records of GIVER take, and until when each of RECEIVERS holds it."""

    def __init__(self, giver: Member, receivers: list[int]) -> None:
        self.receivers = receivers
        self.demands = _demands(giver)
        skills = {one.certificate for one in self.demands.values()}
        self.days = certificates(skills, receivers) if skills else {}

    def may(self, receiver: int, record: Record) -> bool:
        asked = self.demands.get(record)
        return asked is None or self.days.get((receiver, asked.certificate), dt.date.min) >= today()

    def able(self, records: Iterable[Record]) -> list[int]:
        """Who may take all of RECORDS; where nobody may, whoever may take most of them."""
        counts = {one: sum(self.may(one, record) for record in records) for one in self.receivers}
        best = max(counts.values())
        return [one for one in self.receivers if counts[one] == best]

    def taker(self, record: Record, chosen: int, load: Counter[int]) -> int | None:
        """CHOSEN if he may, else the next receiver who may and holds least; None: nobody may."""
        if self.may(chosen, record):
            return chosen
        others = [one for one in self.receivers if self.may(one, record)]
        return min(others, key=lambda pk: (load[pk], self.receivers.index(pk))) if others else None


def _demands(giver: Member) -> dict[Record, Demand]:
    kinds, found = holdings.holdings(), dict[Record, Demand]()
    for one in kinds:
        if one.product:
            rows = one.of(giver).exclude(**{f"{one.product}__certificate": None})
            columns = ("pk", f"{one.product}__certificate", f"{one.product}__name")
            for pk, certificate, product in rows.order_by("pk").values_list(*columns):
                found[one.key, pk] = Demand(certificate, product)
    return found | {record: found[lead] for record, lead in _along(giver, kinds) if lead in found}


def _along(giver: Member, kinds: list[holdings.Holding]) -> Iterable[tuple[Record, Record]]:
    """What goes along with another record: quotes and tasks with the deal they are about."""
    for one in kinds:
        if one.along:
            lead = one.model._meta.get_field(one.along).related_model._meta.label_lower
            for pk, other in one.of(giver).exclude(**{one.along: None}).order_by("pk").values_list("pk", one.along):
                yield (one.key, pk), (lead, other)


def settle(row: Handover) -> bool:
    """Before ROW is carried out: who has lost the certificate since it was planned gives way to the next who holds it;
    what nobody may take stays; what stayed and somebody may take by now goes. Has anything changed?"""
    papers = Papers(row.member, row.receivers)
    load, changed = holdings.loads(row.receivers), []
    for item in row.items.filter(outcome__in=(Outcome.WAITING, Outcome.BARRED)).order_by("pk"):
        wanted = papers.taker((item.kind, item.object_id), item.receiver_id or row.receivers[0], load)
        outcome = Outcome.WAITING if wanted else Outcome.BARRED
        if (item.receiver_id, item.outcome) != (wanted, outcome):
            item.receiver_id, item.outcome = wanted, outcome
            changed.append(item)
    HandoverItem.objects.bulk_update(changed, ["receiver", "outcome"], batch_size=500)
    return bool(changed)


@dataclass
class Barred:
    """One receiver may not take records of one product, and why."""

    receiver: Member
    why: str
    records: list[Record]


def barred(row: Handover, receivers: list[Member]) -> list[Barred]:
    """What each of RECEIVERS may not take of what the giver holds; the longest list first."""
    papers = Papers(row.member, [one.pk for one in receivers])
    names = {one.pk: str(one) for one in _named(papers)}
    by_demand: dict[Demand, list[Record]] = defaultdict(list)
    for record, asked in papers.demands.items():
        by_demand[asked].append(record)
    found = [
        Barred(one, _why(one, asked, names, papers.days.get((one.pk, asked.certificate))), records)
        for asked, records in by_demand.items()
        for one in receivers
        if not papers.may(one.pk, records[0])
    ]
    return sorted(found, key=lambda one: -len(one.records))


def _named(papers: Papers) -> Iterable[Skill]:
    asked = {one.certificate for one in papers.demands.values()}
    found: Iterable[Skill] = Skill.objects.unscoped("certificates that products ask for").filter(pk__in=asked)
    return found


def _why(member: Member, asked: Demand, names: dict[int, str], until: dt.date | None) -> str:
    values = {"product": asked.product, "certificate": names.get(asked.certificate, ""), "member": member}
    if until is None:
        return _("“%(product)s” takes the certificate “%(certificate)s”, and %(member)s has none.") % values
    return _("“%(product)s” takes the certificate “%(certificate)s”, and that of %(member)s ended on %(day)s.") % (
        values | {"day": day_name(until)}
    )
