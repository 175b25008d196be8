"""The trail of the last weeks, so that timelines and notifications live; chained like everything else."""

import datetime as dt

from muster.access.action import append
from muster.access.models import Event
from muster.crm.models import Deal
from muster.people.models import Member
from muster.web.seed.people import Company

WEEKS = 4


def tell(firm: Company) -> None:
    """One event for each deal opened or closed in the last weeks, at an hour of that day."""
    since = firm.day - dt.timedelta(weeks=WEEKS)
    people = {member.pk: member for member in firm.members}
    deals = Deal.objects.unscoped("seed").order_by("pk")
    told = [(deal, deal.opened_on, "crm.deal.create") for deal in deals.filter(opened_on__gte=since)]
    ends = {"won": "crm.deal.win", "lost": "crm.deal.lose"}
    told += [(deal, deal.closed_on, ends[deal.status]) for deal in deals.filter(closed_on__gte=since)]
    found = [_event(firm, people[deal.owner_id], deal, day, action) for deal, day, action in told]
    append(sorted(found, key=lambda one: one.at))


def _event(firm: Company, member: Member, deal: Deal, day: dt.date, action: str) -> Event:
    hour = dt.time(firm.random.randint(1, 9), firm.random.randint(0, 59))
    changes = {"status": ["open", deal.status]} if action != "crm.deal.create" else {"amount": [None, deal.amount]}
    return Event(
        at=dt.datetime.combine(day, hour, tzinfo=dt.UTC),
        action=action,
        user_id=member.user_id,
        actor_member_id=member.pk,
        actor_name=member.name,
        model="crm.deal",
        object_id=deal.pk,
        object_name=deal.name,
        object_version=deal.version,
        owner_id=member.pk,
        changes=changes,
        context={"via": "seed"},
    )
