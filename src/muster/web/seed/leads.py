"""Leads of the last weeks: some became customers, some came to nothing, and a few wait for somebody to call."""

import datetime as dt
from typing import Any

from django.utils import timezone

from muster.access.scope import Actor
from muster.activities.actions.activity import activities
from muster.core import workdays
from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.ladder import climb
from muster.crm.actions.lead import disqualify_lead, leads
from muster.crm.models import Lead, LeadReason, LeadSource
from muster.people.models import Member
from muster.web.seed import words
from muster.web.seed.people import Company

LEADS = 90
SURE = 0.22  # become customers
LOST = 0.2  # come to nothing


def fill_leads(firm: Company) -> None:
    made = [_lead(firm, at) for at in range(LEADS)]
    _age(firm, made)
    reasons = list(LeadReason.objects.unscoped("seed").all())
    for row in made:
        chance = firm.random.random()
        fresh = Lead.objects.unscoped("seed").get(pk=row.pk)
        if chance < SURE:
            convert_lead(firm.actor, fresh, with_deal=firm.random.random() < 0.5)
        elif chance < SURE + LOST:
            disqualify_lead(firm.actor, fresh, reason=firm.random.choice(reasons))
        elif chance < 0.85:
            _call(firm, fresh)
    climb(workdays.shift(firm.day + dt.timedelta(days=1), -1))  # on a weekend as on the Friday before


def _lead(firm: Company, at: int) -> Lead:
    sellers = [one for one in firm.sellers if one.left_on is None]
    owner: Member = firm.random.choice(sellers)
    trade = firm.random.choice(list(words.TRADES))
    city = firm.cities[owner.pk]
    stem = firm.random.choice(words.BRANDS) + firm.random.choice(words.TRADES[trade])
    sources = LeadSource.objects.unscoped("seed").all()
    fields: dict[str, Any] = {
        "name": firm.random.choice(words.SURNAMES) + "".join(firm.random.sample(words.GIVEN, 2)),
        "company": f"{city}{stem}（{at + 1}）{firm.random.choice(words.FORMS)}",
        "title": firm.random.choice(words.TITLES),
        "phone": f"1{firm.random.choice([37, 51, 59, 86])}{firm.random.randint(10**7, 10**8 - 1)}",
        "industry": trade,
        "city": city,
        "source": sources[at % len(sources)],
        "owner": owner,
    }
    row: Lead = leads.create(firm.actor, **fields)
    return row


def _age(firm: Company, rows: list[Lead]) -> None:
    """They came in over the last six weeks, most of them in the last two."""
    for row in rows:
        back = int(abs(firm.random.gauss(0, 14)))
        day = workdays.shift(firm.day, -min(back, 30))
        Lead.objects.unscoped("seed").filter(pk=row.pk).update(
            came_on=day,
            waiting_since=day,
            created_at=dt.datetime.combine(day, dt.time(firm.random.randint(0, 7), 20), dt.UTC),
        )


def _call(firm: Company, row: Lead) -> None:
    """The first call, a few hours or days later."""
    moment = row.created_at + dt.timedelta(minutes=firm.random.choice([12, 25, 45, 90, 240, 1500, 3000]))
    if row.owner is None or moment > timezone.now():
        return
    actor = Actor.operator(row.owner.name)
    subject = firm.random.choice(["首次电话沟通", "了解需求", "加微信介绍产品", "约定上门时间"])
    activities.create(actor, kind="call", subject=subject, owner=row.owner, lead=row, status="done", done_at=moment)
