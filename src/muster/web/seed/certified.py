"""A product that only certified people may sell: few hold the certificate, one lapsed, and a rule gives its leads."""

import datetime as dt
from typing import Any

from muster.crm.actions.lead import leads
from muster.crm.actions.router import route_idle
from muster.crm.actions.routing import rules, switch_rule
from muster.crm.actions.setup import products
from muster.crm.models import Deal, Product
from muster.people.actions.handover import drop_handover, plan_handover
from muster.people.actions.skill import skills
from muster.people.models import Handover, Member, SkillCategory, SkillEvidence, Source
from muster.web.seed.people import Company

# unit, last valid day from today on; None: without end. In 华东 one holds it and one lapsed; 华南 has enough
HOLDERS = [("R1-1-1", 200), ("R1-1-1", -24), ("R2-1-1", 420), ("R2-1-1", 26), ("R2-1-2", None)]
ASKED = [
    ("陈思远", "上海瑞康生物医药有限公司", "上海"),
    ("顾佳琪", "苏州启明医疗器械有限公司", "苏州"),
    ("何志远", "深圳康达医药物流有限公司", "深圳"),
]
SAID = ("知道哪些产品需持证销售", "能独立完成温控验证方案讲解", "能应对药监检查并培训同事")


def ask_for_certificates(firm: Company) -> None:
    shelf = SkillCategory.objects.unscoped("seed").get(code="product")
    said = {"level_1": SAID[0], "level_3": SAID[1], "level_5": SAID[2]}
    names = {"name": "Cold chain sales licence", "name_zh": "医药冷链销售上岗证"}
    skill = skills.create(firm.actor, category=shelf, **names, **said)
    _certify(firm, skill)
    fields = {"code": "LL-1", "name": "医药冷链监测系统", "family": "冷链", "list_price": 168_000_00, "currency": "CNY"}
    product = products.create(firm.actor, certificate=skill, **fields)
    _rule(firm, "华南冷链线索", "R2", 5, {"product": str(product.pk), "city": "深圳"})
    _rule(firm, "华东冷链线索", "R1", 6, {"product": str(product.pk)})
    for name, company, city in ASKED:
        row = {"name": name, "company": company, "city": city, "industry": "医疗", "title": "质量负责人"}
        leads.create(firm.actor, product=product, owner=None, **row)
    route_idle()
    _planned_handover(firm, product)


def _planned_handover(firm: Company, product: Product) -> None:
    """Of the handover that is only planned, two deals are about the product: not every receiver may take them."""
    row = Handover.objects.unscoped("seed").filter(status=Handover.Status.DRAFT).select_related("member").first()
    if row is None:
        return
    deals = Deal.objects.unscoped("seed").filter(owner=row.member, status=Deal.Status.OPEN).order_by("-pk")[:2]
    Deal.objects.unscoped("seed").filter(pk__in=[one.pk for one in deals]).update(product=product)
    receivers = list(Member.objects.unscoped("seed").filter(pk__in=row.receivers).order_by("pk"))
    drop_handover(firm.actor, row)
    plan_handover(firm.actor, member=row.member, receivers=receivers, reason=row.reason)


def _rule(firm: Company, name: str, code: str, rank: int, asks: dict[str, str]) -> None:
    given: dict[str, Any] = {"kind": "crm.lead", "position": firm.positions["rep"], "mode": "best", "wins_count": True}
    row = rules.create(firm.actor, name=name, unit=firm.units[code], rank=rank, asks=asks, **given)
    switch_rule(firm.actor, row, on=True)


def _certify(firm: Company, skill: Any) -> None:
    taken: set[int] = set()
    for at, (code, days) in enumerate(HOLDERS):
        rows = Member.objects.unscoped("seed").filter(status=Member.Status.ACTIVE, position=firm.positions["rep"])
        member = rows.filter(unit__code=code).exclude(pk__in=taken).order_by("-pk").first()
        if member is None:
            continue
        taken.add(member.pk)
        until = None if days is None else firm.day + dt.timedelta(days=days)
        SkillEvidence(
            member=member,
            skill=skill,
            source=Source.TEST,
            level=3,
            on=firm.day - dt.timedelta(days=380),
            note="药监局认可机构考核",
            number=f"YLL2025{at + 1:04d}",
            issuer="中国医药物流培训中心",
            valid_until=until,
        ).save()
