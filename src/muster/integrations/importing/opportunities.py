"""The source “sales opportunities”: four tables (accounts, products, sales teams, pipeline) of a company that sells
in whole US
dollars. They become units, members with their reporting lines and logins, accounts, products and deals."""

import datetime as dt
import difflib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from babel import Locale
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.account import join_teams
from muster.crm.models import Account, Deal, Pipeline, Product, Stage, StageChange
from muster.integrations.importing import parsing
from muster.integrations.importing.engine import Changed, Entry, Made, Plan, Ref, Run
from muster.integrations.importing.logins import employee_number, give_logins, may_give_logins
from muster.integrations.importing.opportunity_tables import TABLES, find_tables
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong
from muster.people.actions.placing import Placement, bulk_place
from muster.people.models import Member, Position, Unit

SOURCE = "sales-opportunities"
CURRENCY = "USD"
MILLION = 1_000_000
ROOT, PIPELINE = "company", "opportunities"
STAGES = [
    ("prospecting", "Prospecting", "寻找商机", Stage.Kind.OPEN, 10),
    ("engaging", "Engaging", "接洽中", Stage.Kind.OPEN, 40),
    ("won", "Won", "赢单", Stage.Kind.WON, 100),
    ("lost", "Lost", "输单", Stage.Kind.LOST, 0),
]
# What the order of an import is, and what an undo takes away backwards.
ORDER: list[type[models.Model]] = [Unit, Position, Member, Product, Account, Pipeline, Stage, Deal]
# Words the sector column is held against: a near miss is reported, and imported as written.
SECTORS = [
    "technology",
    "medical",
    "retail",
    "software",
    "entertainment",
    "marketing",
    "telecommunications",
    "finance",
    "employment",
    "services",
]


def plan(sheets: list[Sheet], actor: Actor | None = None) -> Plan:
    """What the four tables want. Rows that cannot be are refused with a reason; odd ones are imported and named."""
    found = Reader(find_tables(sheets)).read()
    if actor is not None and not may_give_logins(actor):
        found.oddity("sales_teams", None, Wrong(_("Members come without logins: you may not create users.")))
    return found


class Reader:
    """Reads the four tables once, in the order in which they refer to one another."""

    def __init__(self, tables: dict[str, Sheet]) -> None:
        self.tables = tables
        self.plan = Plan(SOURCE)
        self.agents: dict[str, tuple[str, str]] = {}  # agent -> (manager, office)
        self.accounts: set[str] = set()
        self.products: set[str] = set()
        self.respelled: Counter[tuple[str, Any]] = Counter()
        self.pairs: set[tuple[str, str]] = set()

    def read(self) -> Plan:
        for name, sheet in self.tables.items():
            if extra := [column for column in sheet.head if column and column not in TABLES[name]]:
                self.plan.oddity(sheet, 1, Wrong(_("Columns that are not used: %(names)s."), names=extra))
        self._teams()
        self._products()
        self._accounts()
        self._pipeline()
        self._deals()
        self.plan.after = {Member: self._place, Account: self._parents, Deal: self._follow}
        return self.plan

    # -- people ------------------------------------------------------------------------------------------------------

    def _teams(self) -> None:
        sheet = self.tables["sales_teams"]
        for number, row in sheet.rows:
            agent, manager, office = row.get("sales_agent", ""), row.get("manager", ""), row.get("regional_office", "")
            if not agent:
                self.plan.refuse(sheet, number, Wrong(_("The agent has no name.")), row)
            elif agent in self.agents and self.agents[agent] != (manager, office):
                self.plan.refuse(
                    sheet, number, Wrong(_("%(name)s stands in an earlier row with another team."), name=agent), row
                )
            elif agent in self.agents:
                self.plan.oddity(sheet, number, Wrong(_("%(name)s stands there twice."), name=agent), row)
            else:
                self.agents[agent] = (manager, office)
        self._structure(sheet)

    def _structure(self, sheet: Sheet) -> None:
        """Units, positions and members that the table of teams speaks of."""
        offices = sorted({office for _manager, office in self.agents.values() if office})
        self.plan.add(Entry(Unit, ROOT, {"name": gettext("Company"), "code": ROOT, "parent": None}))
        for office in offices:
            self.plan.add(Entry(Unit, office, {"name": office, "code": office[:32], "parent": Ref(Unit, ROOT)}))
        for code, name, name_zh, leads in (
            ("agent", "Sales agent", "销售代表", False),
            ("manager", "Sales manager", "销售经理", True),
        ):
            self.plan.add(
                Entry(Position, code, {"name": name, "name_zh": name_zh, "code": f"so-{code}", "leads": leads})
            )
        managers = sorted({manager for manager, _office in self.agents.values() if manager})
        for name in [*managers, *(one for one in self.agents if one not in managers)]:
            self.plan.add(
                Entry(
                    Member,
                    name,
                    {"name": name, "employee_no": employee_number(name), "time_zone": "America/New_York"},
                    sheet.name,
                )
            )

    def _place(self, run: Run, made: Made, _changed: Changed) -> None:
        """Give new members a login and their place, from before the first deal on."""
        first = min((one for one in self._days() if one), default=today())
        positions = {one.code: one for one in Position.objects.unscoped("import").filter(code__startswith="so-")}
        managers = {manager for manager, _office in self.agents.values()}
        offices = dict(self.agents.values())
        members = {row.name: row for _entry, row in made}
        everybody = Member.objects.unscoped("import").in_bulk([pk for pk, _digest in run.keys[Member].values()])
        by_name = {name: everybody[pk] for name, (pk, _digest) in run.keys[Member].items() if pk in everybody}
        units = Unit.objects.unscoped("import").in_bulk([pk for pk, _digest in run.keys[Unit].values()])
        placements = []
        for name, member in members.items():
            manager, office = self.agents.get(name, ("", offices.get(name, "")))
            unit = units.get(run.keys[Unit][office][0]) if office else None
            place = positions["so-manager" if name in managers else "so-agent"]
            placements.append(
                Placement(member, unit, place, None, by_name.get(manager), first, reason=gettext("Import"))
            )
        bulk_place(run.actor, placements)
        if may_give_logins(run.actor):
            give_logins(members, managers)

    def _days(self) -> list[dt.date | None]:
        found = []
        for _number, row in self.tables["sales_pipeline"].rows:
            for column in ("engage_date", "close_date"):
                try:
                    found.append(parsing.day(row.get(column, "")))
                except Wrong:
                    continue
        return found

    # -- products and accounts ---------------------------------------------------------------------------------------

    def _products(self) -> None:
        sheet = self.tables["products"]
        for number, row in sheet.rows:
            name = row.get("product", "")
            if not name or name in self.products:
                self.plan.refuse(sheet, number, Wrong(_("The product has no name, or stands there twice.")), row)
                continue
            try:
                price = parsing.amount(row.get("sales_price", ""), CURRENCY)
            except Wrong as error:
                self.plan.oddity(sheet, number, Wrong(_("Price left empty: %(why)s"), why=error), row)
                price = None
            self.products.add(name)
            values = {
                "name": name,
                "code": name[:64],
                "family": row.get("series", ""),
                "list_price": price,
                "currency": CURRENCY,
            }
            self.plan.add(Entry(Product, name, values, sheet.name, number, row))

    def _accounts(self) -> None:
        sheet = self.tables["accounts"]
        for number, row in sheet.rows:
            name = row.get("account", "")
            if not name or name in self.accounts:
                self.plan.refuse(sheet, number, Wrong(_("The account has no name, or stands there twice.")), row)
                continue
            self.accounts.add(name)
            values: dict[str, Any] = {
                "name": name,
                "industry": row.get("sector", ""),
                "country": row.get("office_location", ""),
                "currency": CURRENCY,
            }
            for field, column, parse in (
                ("founded_in", "year_established", parsing.whole),
                ("employees", "employees", parsing.whole),
                ("annual_revenue", "revenue", lambda text: parsing.amount(text, CURRENCY, MILLION)),
            ):
                try:
                    values[field] = parse(row.get(column, ""))
                except Wrong as error:
                    values[field] = None
                    self.plan.oddity(
                        sheet, number, Wrong(_("%(column)s left empty: %(why)s"), column=column, why=error), row
                    )
            self._spelling(sheet, number, row)
            self.plan.add(Entry(Account, name, values, sheet.name, number, row))

    def _spelling(self, sheet: Sheet, number: int, row: Mapping[str, str]) -> None:
        for column, words in (("sector", SECTORS), ("office_location", COUNTRIES)):
            said = row.get(column, "")
            if (
                said
                and said not in words
                and (near := difflib.get_close_matches(said, words, n=1, cutoff=parsing.CLOSE))
            ):
                message = _("%(column)s “%(said)s” looks misspelled (%(near)s?); imported as written.")
                self.plan.oddity(sheet, number, Wrong(message, column=column, said=said, near=near[0]), row)

    def _parents(self, run: Run, _made: Made, _changed: Changed) -> None:
        """Parents are named, so they can be tied only when all accounts stand."""
        pks = {name: pk for name, (pk, _digest) in run.keys[Account].items()}
        for child, parent in self.parents().items():
            if child in pks and parent in pks:
                Account.objects.unscoped("import").filter(pk=pks[child]).exclude(parent=pks[parent]).update(
                    parent=pks[parent]
                )

    def parents(self) -> dict[str, str]:
        """Child → parent, as far as the parent stands in the table and nothing goes round in a circle."""
        named = {
            row["account"]: row.get("subsidiary_of", "")
            for _number, row in self.tables["accounts"].rows
            if row.get("account")
        }
        found = {}
        for child, said in named.items():
            parent = parsing.same_name(said, self.accounts) if said else None
            if parent and not _in_circle(child, named):
                found[child] = parent
        return found

    def check_parents(self) -> None:
        sheet, tied = self.tables["accounts"], self.parents()
        for number, row in sheet.rows:
            said = row.get("subsidiary_of", "")
            if said and row.get("account") not in tied:
                self.plan.oddity(
                    sheet,
                    number,
                    Wrong(_("Parent “%(name)s” is not in the table, or makes a circle: left empty."), name=said),
                    row,
                )

    # -- deals -------------------------------------------------------------------------------------------------------

    def _pipeline(self) -> None:
        self.plan.add(
            Entry(
                Pipeline, PIPELINE, {"name": "Opportunities", "name_zh": "商机流程", "key": PIPELINE, "position_no": 9}
            )
        )
        for at, (key, name, name_zh, kind, probability) in enumerate(STAGES):
            values = {"pipeline": Ref(Pipeline, PIPELINE), "key": key, "name": name, "name_zh": name_zh, "kind": kind}
            self.plan.add(Entry(Stage, key, {**values, "position_no": at, "probability": probability}))

    def _deals(self) -> None:
        self.check_parents()
        sheet, without, idle = self.tables["sales_pipeline"], [], set(self.agents)
        seen: dict[str, Mapping[str, str]] = {}
        for number, row in sheet.rows:
            external_id = row.get("opportunity_id", "")
            if external_id in seen:
                same = seen[external_id] == row
                say = self.plan.oddity if same else self.plan.refuse
                say(sheet, number, Wrong(_("Opportunity %(id)s stands there twice."), id=external_id or "–"), row)
                continue
            try:
                values = self._deal(number, row)
            except Wrong as error:
                self.plan.refuse(sheet, number, error, row)
                continue
            seen[external_id] = row
            idle.discard(row["sales_agent"])
            if values["account"] is None:
                without.append(number)
            self.plan.add(Entry(Deal, external_id, values, sheet.name, number, row))
        self._say(sheet, without, sorted(idle))

    def _say(self, sheet: Sheet, without: list[int], idle: list[str]) -> None:
        for number in without:
            self.plan.oddity(sheet, number, Wrong(_("The deal has no account; imported without one.")))
        for (said, meant), count in self.respelled.items():
            message = _("“%(said)s” was taken for “%(meant)s” in %(count)s rows.")
            self.plan.oddity(sheet, None, Wrong(message, said=said, meant=meant, count=count))
        for name in idle:
            self.plan.oddity("sales_teams", None, Wrong(_("%(name)s has no deals."), name=name))

    def _deal(self, number: int, row: Mapping[str, str]) -> dict[str, Any]:
        agent, stage = row.get("sales_agent", ""), row.get("deal_stage", "").lower()
        if not row.get("opportunity_id"):
            raise Wrong(_("The row has no opportunity_id, by which it would be found again."))
        if agent not in self.agents:
            raise Wrong(_("The agent “%(name)s” is not in the table of teams: add the row there."), name=agent)
        if stage not in {key for key, *_rest in STAGES}:
            message = _("“%(name)s” is no stage: Prospecting, Engaging, Won or Lost.")
            raise Wrong(message, name=row.get("deal_stage", ""))
        engaged, closed, value = self._checked(row, stage)
        product, account = self._product(row.get("product", "")), self._account(number, row)
        return {
            "name": f"{account or row['opportunity_id']} · {product or row.get('product') or gettext('Deal')}"[:200],
            "owner": Ref(Member, agent),
            "account": Ref(Account, account) if account else None,
            "product": Ref(Product, product) if product else None,
            "pipeline": Ref(Pipeline, PIPELINE),
            "stage": Ref(Stage, stage),
            "status": stage if stage in ("won", "lost") else "open",
            "amount": value,
            "currency": CURRENCY,
            "opened_on": engaged,
            "closed_on": closed,
            "stage_since": closed or engaged,
        }

    def _checked(self, row: Mapping[str, str], stage: str) -> tuple[dt.date | None, dt.date | None, int | None]:
        """The days and the amount of a deal, if they can be together."""
        engaged, closed = parsing.day(row.get("engage_date", "")), parsing.day(row.get("close_date", ""))
        value = parsing.amount(row.get("close_value", ""), CURRENCY)
        is_closed = stage in ("won", "lost")
        if is_closed and closed is None:
            raise Wrong(_("A closed deal needs a close_date."))
        if not is_closed and closed is not None:
            message = _("A deal in stage %(stage)s has a close_date: take it away or close the deal.")
            raise Wrong(message, stage=row["deal_stage"])
        if engaged and closed and closed < engaged:
            raise Wrong(_("It closes (%(close)s) before it was engaged (%(engage)s)."), close=closed, engage=engaged)
        if stage == "won" and value is None:
            raise Wrong(_("A won deal needs a close_value."))
        return engaged, closed, value

    def _product(self, said: str) -> str | None:
        meant = parsing.same_name(said, self.products) if said else None
        if said and said != meant:
            self.respelled[said, meant or _("no product")] += 1
        return meant

    def _account(self, number: int, row: Mapping[str, str]) -> str | None:
        said = row.get("account", "")
        meant = parsing.same_name(said, self.accounts) if said else None
        if said and meant is None:
            message = _("The account “%(name)s” is not in the table of accounts; imported without it.")
            self.plan.oddity(self.tables["sales_pipeline"], number, Wrong(message, name=said), row)
        elif said and said != meant:
            self.respelled[said, str(meant)] += 1
        if meant:
            self.pairs.add((meant, row["sales_agent"]))
        return meant

    def _follow(self, run: Run, made: Made, _changed: Changed) -> None:
        """Stage history as far as the dates tell it, and the account teams: who works an account sees it."""
        stages = {key: pk for key, (pk, _digest) in run.keys[Stage].items()}
        rows, steps = [row for _entry, row in made], []
        for deal in rows:
            if deal.opened_on:
                now = "engaging" if deal.status != "open" else None
                steps.append(
                    StageChange(deal=deal, to_stage_id=stages[now] if now else deal.stage_id, changed_on=deal.opened_on)
                )
            if deal.closed_on:
                before = stages["engaging"] if deal.opened_on else None
                steps.append(
                    StageChange(deal=deal, from_stage_id=before, to_stage_id=deal.stage_id, changed_on=deal.closed_on)
                )
        StageChange.objects.bulk_create(steps, batch_size=1000)
        join_teams({(deal.account_id, deal.owner_id) for deal in rows if deal.account_id})


COUNTRIES = sorted(Locale.parse("en").territories.values())


def _in_circle(child: str, named: dict[str, str]) -> bool:
    seen, at = {child}, named.get(child, "")
    while at:
        if at in seen:
            return True
        seen.add(at)
        at = named.get(at, "")
    return False
