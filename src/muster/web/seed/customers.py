"""The demo company's customers and eighteen months of work with them, with the rhythms of a real year."""

import datetime as dt
import re
from collections import Counter
from typing import Any

from django.utils import timezone

from muster.activities.models import Activity, Task
from muster.core import workdays
from muster.crm.actions.account import join_teams
from muster.crm.models import Account, Contact, Deal, LossReason, Pipeline, Product, Stage, StageChange
from muster.people.models import Member
from muster.web.seed import words
from muster.web.seed.people import Company

ACCOUNTS, DEALS, ACTIVITIES = 620, 3_000, 20_000
DAYS = 548
KINDS = ["visit"] * 22 + ["call"] * 42 + ["email"] * 18 + ["meeting"] * 10 + ["note"] * 8
BATCH = 1_000
BRANCHES = ("苏州", "成都", "昆山")
FORM = re.compile("(股份|集团)?有限(责任)?公司$")


class Market:
    """Makes customers, deals and work for the sellers of a company."""

    def __init__(self, firm: Company) -> None:
        self.firm, self.random = firm, firm.random
        self.start = firm.day - dt.timedelta(days=DAYS)
        self.workdays = [
            day for at in range(DAYS + 1) if workdays.is_workday(day := self.start + dt.timedelta(days=at))
        ]
        self.weights = [self._season(day) for day in self.workdays]
        self.pipeline: Pipeline = Pipeline.objects.unscoped("seed").order_by("-is_default", "pk").first()
        stages = list(Stage.objects.unscoped("seed").filter(pipeline=self.pipeline))
        self.open = [one for one in stages if one.kind == Stage.Kind.OPEN]
        self.won = next(one for one in stages if one.kind == Stage.Kind.WON)
        self.lost = next(one for one in stages if one.kind == Stage.Kind.LOST)
        self.reasons = list(LossReason.objects.unscoped("seed").all())

    def _season(self, day: dt.date) -> float:
        """Quarter ends push, the fourth quarter most; the weeks round Chinese New Year are slow."""
        push = 1.0 + (0.5 if day.month % 3 == 0 else 0.0) + (0.35 if day.month >= 10 else 0.0)
        return push * (0.35 if day.month == 2 else 0.7 if day.month == 1 else 1.0)

    def active(self, member: Member, day: dt.date) -> bool:
        return member.hired_on <= day and (member.left_on is None or day < member.left_on)

    def _over(self, member: Member, start: dt.date, end: dt.date) -> bool:
        return self.active(member, start) and self.active(member, end)

    def ramp(self, member: Member, day: dt.date) -> float:
        """A newcomer sells little at first and as much as anybody after half a year."""
        return min(1.0, 0.25 + (day - member.hired_on).days / 180)

    def seller(self, day: dt.date) -> Member:
        sellers = [one for one in self.firm.sellers if self.active(one, day)]
        weights = [self.firm.skill.get(one.pk, 0.6) * self.ramp(one, day) for one in sellers]
        return self.random.choices(sellers, weights)[0]

    # -- customers -----------------------------------------------------------------------------------------------

    def make(self) -> None:
        self.products = Product.objects.bulk_create([self._filled(self._product(*one)) for one in words.PRODUCTS])
        self._accounts()
        self._contacts()
        self._deals()
        self._activities()
        self._tasks()
        self._last_contact()

    def _filled(self, row: Any) -> Any:
        row.fill_search()
        return row

    def _product(self, code: str, name: str, family: str, price: int) -> Product:
        return Product(code=code, name=name, family=family, list_price=price * 100, currency="CNY")

    def _accounts(self) -> None:
        rows, seen = [], Counter[str]()
        now = [one for one in self.firm.sellers if one.left_on is None]
        for at in range(ACCOUNTS):
            owner = self.random.choice(now)
            city = self.firm.cities[owner.pk]
            trade = self.random.choice(list(words.TRADES))
            stem = self.random.choice(words.BRANDS) + self.random.choice(words.TRADES[trade])
            name = f"{city}{stem}{self.random.choice(words.FORMS)}"
            seen[name] += 1
            if seen[name] > 1:
                continue
            rows.append(self._account(name, trade, None if at % 41 == 0 else owner, city))
        self.accounts = Account.objects.bulk_create([self._filled(row) for row in rows], batch_size=BATCH)
        self.by_owner: dict[int, list[Account]] = {}
        for account in self.accounts:
            if account.owner_id:
                self.by_owner.setdefault(account.owner_id, []).append(account)
        self._groups()

    def _groups(self) -> None:
        """Of every seller four customers are one group: a company, two below it, one below these."""
        rows = []
        for mine in (one for one in self.by_owner.values() if len(one) > len(BRANCHES)):
            for row, over, city in zip(mine[1:4], (mine[0], mine[0], mine[1]), BRANCHES, strict=False):
                row.parent, row.name = over, f"{FORM.sub('', mine[0].name)}（{city}）有限公司"
                row.city, row.industry, row.province = city, mine[0].industry, words.province_of(city)
                rows.append(self._filled(row))
        Account.objects.unscoped("seed").bulk_update(
            rows, ["parent", "name", "city", "province", "industry", "search_text"]
        )

    def _account(self, name: str, trade: str, owner: Member | None, city: str) -> Account:
        return Account(
            name=name,
            owner=owner,
            industry=trade,
            province=words.province_of(city),
            city=city,
            district=self.random.choice(words.DISTRICTS),
            address=f"{self.random.choice(words.STREETS)}{self.random.randint(1, 999)}号",
            country="中国",
            level=self.random.choices(["key", "normal", "small"], [15, 55, 30])[0],
            phone=f"0{self.random.choice([10, 21, 28, 571, 755])}-{self.random.randint(10**7, 10**8 - 1)}",
            employees=self.random.choice([35, 80, 120, 260, 500, 900, 2400]),
            annual_revenue=self.random.randint(5, 800) * 10_000_00 * 100,
            currency="CNY",
            founded_in=self.random.randint(1992, 2023),
        )

    def _contacts(self) -> None:
        rows = []
        for account in self.accounts:
            for at in range(self.random.choice([1, 2, 2, 3])):
                name = self.random.choice(words.SURNAMES) + "".join(self.random.sample(words.GIVEN, 2))
                phone = f"1{self.random.choice([38, 39, 50, 58])}{self.random.randint(10**7, 10**8 - 1)}"
                title = self.random.choice(words.TITLES)
                rows.append(
                    Contact(
                        account=account, owner_id=account.owner_id, name=name, title=title, phone=phone, decides=at == 0
                    )
                )
        for at, row in enumerate(rows[7::40]):
            row.email = f"contact{at}@example.com"
        for row in rows[::23]:  # now and then somebody wants no calls
            row.no_calls, row.opt_out_on, row.opt_out_source = True, self.firm.day - dt.timedelta(days=40), "电话中提出"
        filled = [self._filled(row) for row in rows]
        for row in filled[7::80]:  # mail to some of them came back
            row.mail_doubt_on, row.mail_doubt_why = self.firm.day, "550 5.1.1 User unknown"
        contacts = Contact.objects.bulk_create(filled, batch_size=BATCH)
        self.contacts: dict[int, list[Contact]] = {}
        for contact in contacts:
            self.contacts.setdefault(contact.account_id, []).append(contact)

    # -- deals ---------------------------------------------------------------------------------------------------

    def _deals(self) -> None:
        days = sorted(self.random.choices(self.workdays, self.weights, k=DEALS))
        rows = [self._deal(day) for day in days]
        self.deals = Deal.objects.bulk_create([self._filled(row) for row in rows], batch_size=BATCH)
        StageChange.objects.bulk_create([step for deal in self.deals for step in self._history(deal)], batch_size=BATCH)
        join_teams({(deal.account_id, deal.owner_id) for deal in self.deals if deal.account.owner_id != deal.owner_id})

    def _deal(self, opened: dt.date) -> Deal:
        owner = self.seller(opened)
        account = self.random.choice(self.by_owner.get(owner.pk) or self.accounts)
        product = self.random.choice(self.products)
        pieces = self.random.choices([1, 2, 3, 5], [60, 22, 12, 6])[0]
        amount = int(product.list_price * pieces * self.random.uniform(0.82, 1.05)) // 100_00 * 100_00
        skill = self.firm.skill.get(owner.pk, 0.8) * self.ramp(owner, opened)
        cycle = max(4, int(self.random.gauss(52, 26) / max(skill, 0.5)))
        closes = workdays.shift(opened + dt.timedelta(days=cycle), 0)
        last = min(closes, self.firm.day)
        if not self.active(owner, last):  # he left with it open: it counts for whom took it on
            owner = self.random.choice([one for one in self.firm.sellers if self._over(one, opened, last)])
        deal = Deal(
            name=f"{account.name[2:4]} · {product.name}",
            account=account,
            owner=owner,
            product=product,
            pipeline=self.pipeline,
            stage=self.open[0],
            amount=amount,
            currency="CNY",
            opened_on=opened,
            stage_since=opened,
        )
        if closes <= self.firm.day:
            self._closed(deal, closes, skill)
        else:
            self._still_open(deal, cycle)
        return deal

    def _closed(self, deal: Deal, day: dt.date, skill: float) -> None:
        won = self.random.random() < min(0.72, 0.36 * skill + 0.08)
        deal.status, deal.stage = ("won", self.won) if won else ("lost", self.lost)
        deal.closed_on = deal.stage_since = day
        if not won and self.reasons:
            deal.loss_reason = self.random.choice(self.reasons)

    def _still_open(self, deal: Deal, cycle: int) -> None:
        done = (self.firm.day - deal.opened_on).days / cycle
        deal.stage = self.open[min(int(done * len(self.open)), len(self.open) - 1)]
        deal.expected_on = deal.opened_on + dt.timedelta(days=cycle + self.random.randint(-9, 12))
        deal.next_step = self.random.choice(words.NEXT)
        deal.stage_since = max(deal.opened_on, self.firm.day - dt.timedelta(days=self.random.randint(1, 25)))

    def _history(self, deal: Deal) -> list[StageChange]:
        """The stages it went through, evenly over its life."""
        last = self.open.index(deal.stage) if deal.status == "open" else self.random.randint(1, len(self.open) - 1)
        end = deal.closed_on or deal.stage_since
        span = (end - deal.opened_on).days
        path = [(self.open[at], deal.opened_on + dt.timedelta(days=span * at // (last + 1))) for at in range(last + 1)]
        if deal.closed_on:
            path.append((deal.stage, deal.closed_on))
        before = [None, *(stage for stage, _day in path)]
        return [
            StageChange(deal=deal, from_stage=before[at], to_stage=stage, changed_on=day)
            for at, (stage, day) in enumerate(path)
        ]

    # -- work ----------------------------------------------------------------------------------------------------

    def _activities(self) -> None:
        rows = []
        for deal in self.random.choices(self.deals, k=ACTIVITIES):
            last = min(deal.closed_on or self.firm.day, self.firm.day)
            day = deal.opened_on + dt.timedelta(days=self.random.randint(0, max((last - deal.opened_on).days, 0)))
            while not workdays.is_workday(day) and day > deal.opened_on:
                day -= dt.timedelta(days=1)
            if self.active(deal.owner, day):
                rows.append(self._done(deal, day))
        for member in [one for one in self.firm.sellers if one.left_on is None]:
            rows += [self._planned(member, at) for at in range(self.random.randint(1, 5))]
        self.activities = Activity.objects.bulk_create(rows, batch_size=BATCH)

    def _words(self) -> dict[str, str]:
        kind = self.random.choice(KINDS)
        return {"kind": kind, "subject": self.random.choice(words.SUBJECTS[kind])}

    def _done(self, deal: Deal, day: dt.date) -> Activity:
        hour = self.random.choices(range(8, 19), [3, 9, 10, 8, 3, 6, 9, 9, 8, 5, 2])[0]
        at = timezone.make_aware(dt.datetime.combine(day, dt.time(hour, self.random.randint(0, 59))))
        at = min(at, timezone.now())
        contact = self.random.choice(self.contacts[deal.account_id])
        return Activity(
            owner=deal.owner,
            account_id=deal.account_id,
            deal=deal,
            contact=contact,
            status="done",
            done_at=at,
            done_on=day,
            minutes=self.random.choice([10, 15, 20, 30, 45, 60, 90]),
            outcome=self.random.choice(words.OUTCOMES),
            next_step=self.random.choice(words.NEXT),
            **self._words(),
        )

    def _planned(self, member: Member, at: int) -> Activity:
        mine = [deal for deal in self.deals if deal.owner_id == member.pk and deal.status == "open"] or self.deals[:1]
        deal = self.random.choice(mine)
        day = self.firm.day + dt.timedelta(days=at)
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time(self.random.randint(9, 17), 0)))
        return Activity(
            owner=member, account_id=deal.account_id, deal=deal, status="planned", planned_at=moment, **self._words()
        )

    def _tasks(self) -> None:
        rows = []
        for member in [one for one in self.firm.sellers if one.left_on is None]:
            for _at in range(self.random.randint(6, 16)):
                due = self.firm.day + dt.timedelta(days=self.random.randint(-90, 9))
                done = None
                if due < self.firm.day and self.random.random() < 0.88:
                    done = due + dt.timedelta(days=self.random.choice([-2, -1, 0, 0, 0, 1, 3]))
                account = self.random.choice(self.by_owner.get(member.pk) or self.accounts)
                title = self.random.choice(words.TASKS)
                rows.append(
                    Task(
                        owner=member,
                        title=title,
                        account=account,
                        due_on=due,
                        done_on=min(done, self.firm.day) if done else None,
                    )
                )
        Task.objects.bulk_create(rows, batch_size=BATCH)

    def _last_contact(self) -> None:
        last: dict[tuple[str, int], dt.date] = {}
        for one in self.activities:
            if one.done_on:
                for key in (("account", one.account_id), ("deal", one.deal_id)):
                    last[key] = max(last.get(key, one.done_on), one.done_on)
        for rows, kind, model in ((self.accounts, "account", Account), (self.deals, "deal", Deal)):
            for row in rows:
                row.last_activity_on = last.get((kind, row.pk))
            model.objects.unscoped("seed").bulk_update(rows, ["last_activity_on"], batch_size=BATCH)
        self._entered()

    def _entered(self) -> None:
        """Each customer was entered before anything was done with it; the others one by one over the months."""
        first: dict[int | None, dt.date] = {}
        for key, day in [
            *((one.account_id, one.done_on) for one in self.activities),
            *((one.account_id, one.opened_on) for one in self.deals),
        ]:
            first[key] = min(first.get(key, day), day) if day else first.get(key, self.firm.day)
        for at, row in enumerate(self.accounts):
            day = first.get(row.pk, self.start + dt.timedelta(days=at * DAYS // len(self.accounts)))
            row.created_at = timezone.make_aware(dt.datetime.combine(day, dt.time(9 + at % 8, at % 60)))
        Account.objects.unscoped("seed").bulk_update(self.accounts, ["created_at"], batch_size=BATCH)
