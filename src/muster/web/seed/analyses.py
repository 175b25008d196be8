"""Analyses that a sales organisation looks at every week: shared, and by mail to those who asked."""

import datetime as dt

from muster.access.actors import actor_for
from muster.people.models import Member
from muster.reporting.actions.analysis import analyses, send_to, subscribe
from muster.web.seed.people import Company

MORNING = dt.time(8, 30)
TABLES = [
    {
        "name": "各部门月度成交",
        "about": "每个部门每月赢了多少，全年一张表",
        "metrics": ["revenue_won"],
        "rows": "unit",
        "columns": "month",
        "period": "year",
        "chart": "bar-stack",
        "share": "everybody",
    },
    {
        "name": "本季战报：业绩、赢单率、客单价",
        "about": "周会上看，与上季对比",
        "metrics": ["revenue_won", "deals_won", "win_rate", "average_deal"],
        "rows": "member",
        "period": "quarter",
        "compare": True,
        "chart": "hbar",
        "share": "everybody",
    },
    {
        "name": "拜访与沟通结构",
        "about": "每个人用什么方式接触客户",
        "metrics": ["activities_done"],
        "rows": "member",
        "columns": "kind",
        "period": "month",
        "chart": "bar-stack",
        "share": "unit",
    },
    {
        "name": "在手商机：阶段与来源",
        "about": "漏斗里的钱从哪里来",
        "metrics": ["pipeline_open", "deals_open"],
        "rows": "stage_id",
        "columns": "origin_id",
        "period": "quarter",
        "chart": "bar-stack",
        "share": "everybody",
    },
]


def make_analyses(firm: Company) -> None:
    names = {role: name for role, name, _user, _password in firm.logins}
    rows = Member.objects.unscoped("seed").select_related("user")
    rep, lead = (rows.get(name=names[role], user__isnull=False) for role in ("rep", "manager"))
    boss = actor_for(lead.user)
    made = [analyses.create(boss, **one) for one in TABLES]
    subscribe(boss, made[1], kind="week", send_at=MORNING)
    send_to(boss, made[1], member=rep, kind="week", send_at=MORNING)
