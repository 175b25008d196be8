"""Fields that the demo company added to its records, and what stands in them."""

import datetime as dt
from random import Random
from typing import Any

from muster.access.actions.custom_field import custom_fields
from muster.access.models import CustomField, FieldRule, Role
from muster.access.scope import Scope
from muster.activities.models import Activity
from muster.core.custom import store
from muster.core.custom.types import Type
from muster.crm.models import Account, Deal
from muster.people.models import Member
from muster.web.seed.people import Company

BATCH = 500
RIVALS = [
    ("haili", "Haili", "海立科技"),
    ("ruiheng", "Ruiheng", "锐恒"),
    ("own", "Own development", "客户自研"),
    ("none", "None", "没有"),
]
SIZES = [("s", "S", ""), ("m", "M", ""), ("l", "L", ""), ("xl", "XL", "")]
GEAR = {"section": "Equipment", "section_zh": "设备与用车"}
FIELDS: list[dict[str, Any]] = [
    {"record": "people.member", "key": "laptop_no", "name": "Laptop number", "name_zh": "电脑编号", "type": Type.TEXT}
    | {"pattern": r"NB-\d{5}", "unique": True, "help_text": "NB- and five digits", "help_zh": "NB- 加五位数字", **GEAR},
    {"record": "people.member", "key": "vehicle", "name": "Vehicle", "name_zh": "车牌号", "type": Type.TEXT, **GEAR},
    {"record": "people.member", "key": "shirt", "name": "Shirt size", "name_zh": "工服尺码", "type": Type.CHOICE}
    | {"choices": SIZES, **GEAR},
    {"record": "people.member", "key": "allowance", "name": "Car allowance", "name_zh": "车补", "type": Type.MONEY}
    | {"sensitive": True, **GEAR},
    {"record": "crm.deal", "key": "competitor", "name": "Competitor", "name_zh": "竞争对手", "type": Type.CHOICE}
    | {"choices": RIVALS},
    {"record": "crm.deal", "key": "tender_on", "name": "Tender date", "name_zh": "投标日期", "type": Type.DATE},
    {"record": "crm.deal", "key": "presales", "name": "Presales engineer", "name_zh": "售前支持", "type": Type.MEMBER},
    {"record": "crm.account", "key": "credit_limit", "name": "Credit limit", "name_zh": "授信额度", "type": Type.MONEY}
    | {"kinds": ["level:key"]},
    {"record": "activities.activity", "key": "met", "name": "People met", "name_zh": "见到人数", "type": Type.WHOLE}
    | {"kinds": ["kind:visit"], "least": "1", "most": "200"},
]


def add_fields(firm: Company) -> None:
    specs = {f"{one.record}.{one.key}": one for one in (_made(firm, spec) for spec in FIELDS)}
    for role, scope, level in (
        ("rep", Scope.OWN, "read"),
        ("manager", Scope.REPORTS, "read"),
        ("salesops", Scope.ALL, "write"),
    ):
        held = Role.objects.unscoped("seed").get(key=role)
        FieldRule(role=held, model="people.member", field="custom.allowance", scope=scope, level=level).save()
    random = Random(7)  # noqa: S311 - a demo, the same each time
    _members(specs, random)
    _deals(firm, specs, random)
    accounts = list(Account.objects.unscoped("seed").filter(level="key").order_by("pk"))
    _fill(Account, accounts, specs, {"credit_limit": lambda _row: random.randint(5, 80) * 10_000_00})
    visits = list(Activity.objects.unscoped("seed").filter(kind="visit", status="done").order_by("-pk")[:400])
    _fill(Activity, visits, specs, {"met": lambda _row: random.randint(1, 6)})


def _made(firm: Company, spec: dict[str, Any]) -> CustomField:
    choices = [{"key": key, "name": name, "name_zh": zh} for key, name, zh in spec.get("choices", [])]
    made: CustomField = custom_fields.create(firm.actor, **{**spec, "choices": choices})
    return made


def _members(specs: dict[str, CustomField], random: Random) -> None:
    people = list(Member.objects.unscoped("seed").order_by("pk"))
    drivers = {one.pk for one in people if random.random() < 0.3}
    _fill(
        Member,
        people,
        specs,
        {
            "laptop_no": lambda row: f"NB-{row.pk:05d}",
            "vehicle": lambda row: f"沪A·{random.randint(10_000, 99_999)}" if row.pk in drivers else None,
            "shirt": lambda _row: random.choice(SIZES)[0],
            "allowance": lambda row: random.choice([800_00, 1_200_00, 1_500_00]) if row.pk in drivers else None,
        },
    )


def _deals(firm: Company, specs: dict[str, CustomField], random: Random) -> None:
    helpers = [one.pk for one in firm.members[:12]]
    deals = list(Deal.objects.unscoped("seed").order_by("pk"))
    _fill(
        Deal,
        deals,
        specs,
        {
            "competitor": lambda _row: random.choice(RIVALS)[0] if random.random() < 0.6 else None,
            "tender_on": lambda row: _tender(row, random),
            "presales": lambda _row: random.choice(helpers) if random.random() < 0.3 else None,
        },
    )


def _tender(deal: Deal, random: Random) -> str | None:
    if deal.expected_on is None or random.random() < 0.5:
        return None
    return (deal.expected_on - dt.timedelta(days=random.randint(5, 25))).isoformat()


def _fill(model: Any, rows: list[Any], specs: dict[str, CustomField], makers: dict[str, Any]) -> None:
    for row in rows:
        for key, make in makers.items():
            store.put(row, specs[f"{model._meta.label_lower}.{key}"], make(row))
    model.objects.unscoped("seed").bulk_update(rows, ["custom"], batch_size=BATCH)
