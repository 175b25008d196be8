"""Price books, lines and split credit of deals, competitors, and discounts that wait for approval."""

import datetime as dt
from decimal import Decimal

from muster.access.actors import actor_for
from muster.access.models import Role
from muster.crm.actions.credit import Credit, split_deal
from muster.crm.actions.deal_line import deal_lines
from muster.crm.actions.discount import ask_deal_discount
from muster.crm.actions.price_book import price_books, prices
from muster.crm.actions.rivals import competitors, rivals
from muster.crm.models import Deal, Product
from muster.people.actions.approval import approval_rules, approval_steps
from muster.web.seed.people import Company

TEAM = "R1-1-1"
LINES, ASKED, SPLIT, RIVALS = 14, 3, 6, 40
RIVAL_CARDS = [
    ("金蝶", "品牌知名度高，财务模块成熟", "销售过程管理弱，二次开发贵", "演示公海回收与业绩分摊，对比三年总成本"),
    ("用友", "大型集团客户多，渠道强", "实施周期长，移动端体验一般", "先做两周试点，让一线销售自己打分"),
    ("纷享销客", "移动端好用，行业方案多", "私有化部署受限", "强调数据自主与私有化部署"),
    ("销售易", "外企案例多，PaaS 灵活", "价格偏高，中小客户配置复杂", "给出标准版报价与上线时间表"),
]


def sell(firm: Company) -> None:
    _books(firm)
    _rules(firm)
    rows = Deal.objects.unscoped("seed").filter(status=Deal.Status.OPEN, archived_at=None, amount__gt=0)
    team = rows.filter(owner__unit=firm.units[TEAM], owner__left_on=None, owner__user__isnull=False)
    found = list(team.exclude(product=None).select_related("owner", "owner__user", "product").order_by("-amount", "pk"))
    _lines(firm, found[:LINES])
    _splits(firm, found[LINES : LINES + SPLIT])
    _rivals(firm, list(rows.order_by("-amount", "pk")[:RIVALS]))


def _books(firm: Company) -> None:
    begins = dt.date(firm.day.year, 1, 1)
    usual = price_books.create(firm.actor, name="Standard prices", name_zh=f"{begins.year} 年标准价", valid_from=begins)
    key = price_books.create(
        firm.actor, name="Key accounts", name_zh=f"{begins.year} 年重点客户价", valid_from=begins, level="key", rank=50
    )
    for product in Product.objects.unscoped("seed").filter(list_price__gt=0, currency="CNY").order_by("pk"):
        price = product.list_price or 0
        prices.create(firm.actor, book=usual, product=product, list_price=price, most_discount=Decimal(10))
        said = {"list_price": price * 95 // 100, "least_price": price * 80 // 100, "most_discount": Decimal(15)}
        prices.create(firm.actor, book=key, product=product, **said)


def _rules(firm: Company) -> None:
    finance = Role.objects.unscoped("seed").get(key="finance")
    small = approval_rules.create(firm.actor, kind="discount", name="折扣 20% 以内", above=0)
    approval_steps.create(firm.actor, rule=small, number=1, who="manager")
    large = approval_rules.create(firm.actor, kind="discount", name="折扣超过 20%", above=2000)
    approval_steps.create(firm.actor, rule=large, number=1, who="manager")
    approval_steps.create(firm.actor, rule=large, number=2, who="manager", level=2)
    approval_steps.create(firm.actor, rule=large, number=2, who="role", role=finance)
    split = approval_rules.create(firm.actor, kind="split", name="赢单后更正分摊")
    approval_steps.create(firm.actor, rule=split, number=1, who="manager")


def _lines(firm: Company, deals: list[Deal]) -> None:
    """The first of them ask for more discount than they may give."""
    for at, deal in enumerate(deals):
        said = {"product": deal.product, "unit_price": None if deal.product.list_price else deal.amount}
        discount = Decimal((18, 25, 16)[at]) if at < ASKED else Decimal((at % 4) * 3)
        deal_lines.create(firm.actor, deal=deal, quantity=Decimal(1 + at % 5), discount=discount, **said)
        deal.refresh_from_db()
        deal_lines.create(firm.actor, deal=deal, name="实施与培训", unit_price=12_000_00, tax_rate=Decimal(6))
        if at < ASKED and deal.product.list_price:
            deal.refresh_from_db()
            asks = actor_for(deal.owner.user, via="seed")
            ask_deal_discount(asks, deal, reason="客户一次签三年，并同意作为案例")


def _splits(firm: Company, deals: list[Deal]) -> None:
    for deal in deals:
        mates = [one for one in firm.members if one.unit_id == deal.owner.unit_id and one.left_on is None]
        mate = next((one for one in mates if one.pk != deal.owner_id), None)
        if mate is not None:
            shares = [Credit(deal.owner, 7000), Credit(mate, 3000)]
            split_deal(firm.actor, deal, shares=shares)


def _rivals(firm: Company, deals: list[Deal]) -> None:
    names = ("strengths", "weaknesses", "how_to_beat")
    cards = [
        competitors.create(firm.actor, name=name, **dict(zip(names, said, strict=True))) for name, *said in RIVAL_CARDS
    ]
    for at, deal in enumerate(deals):
        status = "confirm" if at % 3 else "suspect"
        rivals.create(firm.actor, deal=deal, competitor=cards[at % len(cards)], status=status)
    for ended, status in ((Deal.Status.WON, "beaten"), (Deal.Status.LOST, "won")):
        closed = Deal.objects.unscoped("seed").filter(status=ended, archived_at=None).order_by("-closed_on", "pk")
        for at, deal in enumerate(closed[:RIVALS]):
            rivals.create(firm.actor, deal=deal, competitor=cards[at % len(cards)], status=status)
