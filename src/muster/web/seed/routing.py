"""New customers come in and rules give them to somebody; one finds nobody and waits. Some people are away."""

import datetime as dt
from typing import Any

from muster.core import workdays
from muster.crm.actions.account import accounts
from muster.crm.actions.router import route_idle
from muster.crm.actions.routing import require_of_rule, rules, seat_member, switch_rule
from muster.people.actions.absence import absences
from muster.people.models import Member, Skill
from muster.web.seed.people import Company

# name, industry, city, level: what the web site and a fair brought this week
CAME_IN = [
    ("上海樱宁精密机械有限公司", "制造", "上海", "key"),
    ("上海康禾医疗器械有限公司", "医疗", "上海", "normal"),
    ("苏州仁谷生物科技有限公司", "医疗", "苏州", "key"),
    ("南京百济健康管理有限公司", "医疗", "南京", "small"),
    ("深圳前海智运供应链有限公司", "物流", "深圳", "normal"),
    ("深圳鹏程电子有限公司", "制造", "深圳", "normal"),
]


def set_rules(firm: Company) -> None:
    _away(firm)
    japanese = _rule(
        firm, "日资制造客户", "R1-1-1", rank=1, asks={"industry": "制造", "city": "上海", "level": "key"}, mode="best"
    )
    _ask(firm, japanese, "日语", 5)
    medical = _rule(firm, "医疗客户", "R1", rank=5, asks={"industry": "医疗"}, mode="best", capacity=40)
    _ask(firm, medical, "医疗", 3)
    south = _rule(firm, "深圳新客户", "R2", rank=10, asks={"city": "深圳"}, mode="weighted", cap=5, cap_per="day")
    _weights(firm, south)
    calls = _rule(firm, "粤语回访", "R2", kind="activities.task", asks={"words": "回访"}, mode="least_load")
    _ask(firm, calls, "粤语", 3)
    for rule in (japanese, medical, south, calls):
        switch_rule(firm.actor, rule, on=True)
    _rule(firm, "其余客户轮流分配", "R1", rank=90, mode="round_robin")
    for name, industry, city, level in CAME_IN:
        accounts.create(firm.actor, name=name, industry=industry, city=city, level=level, country="中国")
    route_idle()


def _rule(firm: Company, name: str, code: str, **fields: Any) -> Any:
    given = {"kind": "crm.account", "position": firm.positions["rep"], **fields}
    return rules.create(firm.actor, name=name, unit=firm.units[code], **given)


def _ask(firm: Company, rule: Any, skill: str, level: int) -> None:
    require_of_rule(firm.actor, rule, skill=Skill.objects.unscoped("seed").get(name_zh=skill), level=level)


def _weights(firm: Company, rule: Any) -> None:
    """A newcomer gets half of what the others get, somebody with a large account none."""
    rows = Member.objects.unscoped("seed").filter(status=Member.Status.ACTIVE, position=firm.positions["rep"])
    newest, oldest = (rows.filter(unit__code__startswith="R2").order_by(by).first() for by in ("-hired_on", "hired_on"))
    seat_member(firm.actor, rule, member=newest, weight="0.5")
    seat_member(firm.actor, rule, member=oldest, takes_part=False)


def _away(firm: Company) -> None:
    """One of the shown team is away now, one will be; somebody elsewhere came back last week."""
    team = Member.objects.unscoped("seed").filter(status=Member.Status.ACTIVE, position=firm.positions["rep"])
    plans = [("R1-1-1", -1, 2), ("R1-1-1", 6, 5), ("R2-1-1", -9, 4), ("R3-1-1", 1, 9)]
    taken: set[int] = set()
    for code, begins, days in plans:
        member = team.filter(unit=firm.units[code]).exclude(pk__in=taken).order_by("pk").first()
        if member is not None:
            taken.add(member.pk)
            starts = workdays.shift(firm.day, begins)
            ends = starts + dt.timedelta(days=days)
            absences.create(firm.actor, member=member, starts_on=starts, ends_on=ends, note="急事请找团队主管")
