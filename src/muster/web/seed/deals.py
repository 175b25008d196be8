"""What stages ask of a deal, and what was ticked already; closing dates that were put off."""

import datetime as dt

from muster.crm.actions.deal import deals, weigh_deal
from muster.crm.actions.setup import stages
from muster.crm.actions.stage_rules import criteria, tick_criterion
from muster.crm.models import Deal, Stage
from muster.web.seed.people import Company

ASKED = [  # stage, required fields, activity, criteria
    ("qualified", ["account", "amount"], "", ["预算已确认", "决策人已见面"]),
    ("proposal", ["amount", "expected_on"], "", ["方案已讲解"]),
    ("negotiation", ["amount", "expected_on", "contact"], "meeting", ["合同条款已对齐"]),
]
TICKED = 120  # deals


PUSHED = 90  # deals


def push_dates(firm: Company) -> None:
    """Some closing dates were put off, a few of them again and again."""
    rows = Deal.objects.unscoped("seed").filter(status=Deal.Status.OPEN, archived_at=None, expected_on__isnull=False)
    for deal in rows.order_by("pk")[:PUSHED]:
        for _time in range(firm.random.choice([1, 1, 1, 2, 2, 3, 4])):
            day = deal.expected_on + dt.timedelta(days=firm.random.choice([7, 14, 30]))
            deal = deals.edit(firm.actor, deal, expected_on=day)


def ask_of_stages(firm: Company) -> None:
    for key, required, activity, names in ASKED:
        stage = Stage.objects.unscoped("seed").filter(key=key, pipeline__is_default=True).first()
        if stage is None:
            continue
        stages.edit(firm.actor, stage, required=required, needs_activity=activity)
        rows = [criteria.create(firm.actor, stage=stage, name=name, position_no=at) for at, name in enumerate(names)]
        inside = Deal.objects.unscoped("seed").filter(stage=stage, status=Deal.Status.OPEN, archived_at=None)
        for deal in inside.order_by("-amount", "pk")[:TICKED]:
            for one in rows:
                if firm.random.random() < 0.5:
                    tick_criterion(firm.actor, deal, criterion=one)
            if firm.random.random() < 0.1:
                weigh_deal(firm.actor, deal, probability=firm.random.choice([20, 40, 60, 80, 90]))
