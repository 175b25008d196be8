"""`compute` against the plain loop over the rows, for random rows, moves, viewers and periods."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from muster.activities.models import Activity, Task
from muster.core.periods import Period
from muster.crm.models import Account, Contact, Deal, Stage, StageChange
from muster.metrics.compute import compute, prepare, source_rows
from muster.metrics.metric import metric, metrics
from muster.metrics.report import report
from muster.people.models import Assignment, Member, UnitLine
from tests.metrics.conftest import OPERATOR, SINCE, make_firm

DAY = dt.date(2026, 3, 1)
DAYS = st.integers(-40, 40).map(lambda days: DAY + dt.timedelta(days=days))
MAYBE = st.one_of(st.none(), DAYS)
WHO = st.sampled_from(["manager", "ann", "bob", "eve"])
SEES = {
    "operator": {"director", "manager", "ann", "bob", "eve"},
    "director": {"director", "manager", "ann", "bob", "eve"},
    "manager": {"manager", "ann", "bob"},
    "bob": {"bob"},
}
DEALS = st.lists(
    st.tuples(
        WHO,
        st.sampled_from(["open", "won", "won", "lost"]),
        st.one_of(st.none(), st.integers(0, 10**12)),
        st.sampled_from(["CNY", "CNY", "USD"]),
        MAYBE,
        DAYS,
        st.booleans(),
    ),
    max_size=10,
)
ACTIVITIES = st.lists(
    st.tuples(WHO, st.sampled_from(Activity.Kind.values), MAYBE, st.sampled_from(["", "A", "B"])), max_size=8
)
TASKS = st.lists(st.tuples(WHO, MAYBE, MAYBE), max_size=6)
MOVES = st.lists(st.tuples(WHO, DAYS, st.sampled_from(["N", "N1", "S", None])), max_size=4)
# Of people everybody sees all: their numbers are tested in test_headcount.py.
# Of leads, money, visits and reports the worked examples are the test; of strengths, test_strength.py.
SPELLED = (Account, Contact, Deal, StageChange, Activity, Task)
STRENGTHS = {"strength_won", "strength_closed", "stage_left", "stage_lost"}
CREDITED = {"revenue_credited", "overlay_credited", "wins_against", "losses_to"}  # their worked examples are the test
KEYS = [key for key, one in metrics().items() if one.model in SPELLED and key not in STRENGTHS | CREDITED]


def _facts(key: str, period: Period):
    """(owner, day, value, currency, row, item) of the parts of KEY within PERIOD, from the definitions in words."""
    deals = [row for row in Deal.objects.unscoped("test") if row.archived_at is None]
    if key in ("pipeline_open", "deals_open"):
        for row in deals:
            if (row.opened_on or SINCE) < period.end and (row.closed_on is None or row.closed_on >= period.end):
                value = 1 if key == "deals_open" else row.amount or 0
                yield row.owner_id, period.last, value, row.currency, row.pk, None
        return
    for owner, day, value, currency, pk, item in [*_of_deals(key, deals), *_of_work(key)]:
        if day is not None and period.start <= day < period.end:
            yield owner, day, value, currency, pk, item


def _of_deals(key: str, deals: list[Deal]):
    wanted = {
        "revenue_won": ("won",),
        "deals_won": ("won",),
        "deals_lost": ("lost",),
        "deals_closed": ("won", "lost"),
        "cycle_days": ("won",),
        "cycles": ("won",),
    }
    for row in deals:
        if key == "deals_opened":
            yield row.owner_id, row.opened_on, 1, row.currency, row.pk, None
        elif row.status in wanted.get(key, ()):
            if key in ("cycle_days", "cycles") and row.opened_on is None:
                continue
            value = {"revenue_won": row.amount or 0, "cycle_days": (row.closed_on - (row.opened_on or SINCE)).days}
            yield row.owner_id, row.closed_on, value.get(key, 1), row.currency, row.pk, None


def _of_work(key: str):
    kinds = {"activities_done": Activity.Kind.values, "accounts_touched": Activity.Kind.values}
    for row in Activity.objects.unscoped("test"):
        of_kind = row.kind in kinds.get(key, [key.removesuffix("s_done")])
        if of_kind and row.done_on and (key != "accounts_touched" or row.account_id):
            yield row.owner_id, row.done_on, 1, "", row.pk, row.account_id
        if key == "accounts_visited" and row.kind == "visit" and row.done_on and row.account_id:
            yield row.owner_id, row.done_on, 1, "", row.pk, row.account_id
    for row in Account.objects.unscoped("test") if key == "accounts_new" else ():
        yield row.owner_id, timezone.localdate(row.created_at), 1, "", row.pk, None
    for row in Task.objects.unscoped("test"):
        if key == "tasks_done" and row.done_on:
            yield row.owner_id, row.done_on, 1, "", row.pk, None
        on_time = row.done_on and row.due_on and row.done_on <= row.due_on
        if key == "tasks_due" or (key == "tasks_done_on_time" and on_time):
            yield row.owner_id, row.due_on, 1, "", row.pk, None


def _unit_on(member: int, day: dt.date) -> int | None:
    for row in Assignment.objects.unscoped("test").filter(member=member):
        if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
            return row.unit_id
    return None


def _below(unit: int, day: dt.date) -> set[int]:
    lines = UnitLine.objects.unscoped("test").filter(ancestor=unit)
    return {row.descendant_id for row in lines if row.valid_from <= day and (not row.valid_to or day < row.valid_to)}


def naive(key: str, seen: set[int], period: Period, by: str | None, unit: int | None = None) -> dict:
    """{group: {currency: (value, n)}} of a metric that is no ratio."""
    found = defaultdict(lambda: defaultdict(list))
    for owner, day, value, currency, _pk, item in _facts(key, period):
        if owner not in seen or (unit is not None and _unit_on(owner, day) not in _below(unit, day)):
            continue
        group = {"member": owner, "unit": _unit_on(owner, day), "day": day}.get(by or "")
        found[group][currency].append((value, item))
    one = metric(key)
    return {
        group: {
            code: (
                len({item for _value, item in rows}) if one.kind == "distinct" else sum(v for v, _i in rows),
                len(rows),
            )
            for code, rows in cells.items()
        }
        for group, cells in found.items()
    }


def expected(key: str, seen: set[int], period: Period, by: str | None, unit: int | None = None) -> dict:
    one = metric(key)
    if one.kind == "ratio":
        above, below = (naive(part, seen, period, by, unit) for part in (one.numerator, one.denominator))
        above, below = ({group: _plain(one, cells) for group, cells in found.items()} for found in (above, below))
        return {
            group: {code: (Fraction(above.get(group, {}).get(code, (0, 0))[0], v), n) for code, (v, n) in cells.items()}
            for group, cells in below.items()
        }
    return {group: _plain(one, cells) for group, cells in naive(key, seen, period, by, unit).items()}


def _plain(one, cells: dict) -> dict:
    if one.unit == "money":
        return cells
    return {"": (sum(v for v, _n in cells.values()), sum(n for _v, n in cells.values()))} if cells else {}


def answer(result, key: str) -> dict:
    return {
        group: {code: (cell.value, cell.n) for code, cell in cells.items()}
        for group, cells in result.cells[key].items()
        if cells
    }


class AnyRows(TestCase):
    def setUp(self) -> None:
        self.firm = make_firm()

    def fill(self, deals, activities, tasks, moves, carried: dt.date) -> None:
        for owner, status, amount, currency, opened, closed, put_away in deals:
            closed = closed if status != "open" else None
            opened = min(opened, closed) if opened and closed else opened
            archived = timezone.now() if put_away and amount and amount % 3 == 0 else None
            more = {"currency": currency, "opened_on": opened, "closed_on": closed, "archived_at": archived}
            self.firm.deal(owner, status, amount, **more)
        for owner, kind, day, account in activities:
            self.firm.activity(owner, kind, day, account)
        for owner, due, done in tasks:
            self.firm.task(owner, due, done)
        by_member = defaultdict(dict)
        for who, day, unit in moves:
            by_member[who][day] = unit
        for who, steps in by_member.items():
            self.history(who, sorted(steps.items()))
        self.carry(carried)

    def history(self, who: str, steps: list) -> None:
        """WHO stood in these units from these days on."""
        row = Assignment.objects.unscoped("test").get(member=self.firm.members[who])
        for day, unit in steps:
            row.valid_to = day
            row.save()
            row = Assignment(member=row.member, unit=self.firm.units.get(unit), manager=row.manager, valid_from=day)
            row.save()

    def carry(self, day: dt.date) -> None:
        """N1 was under N until DAY, and under S since."""
        units = self.firm.units
        line = UnitLine.objects.unscoped("test").get(ancestor=units["N"], descendant=units["N1"])
        UnitLine.objects.unscoped("test").filter(pk=line.pk).update(valid_from=SINCE, valid_to=day)
        UnitLine.objects.unscoped("test").exclude(pk=line.pk).update(valid_from=SINCE)
        UnitLine(ancestor=units["S"], descendant=units["N1"], depth=1, valid_from=day).save()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(DEALS, ACTIVITIES, TASKS, MOVES, DAYS, DAYS, st.integers(1, 60), st.sampled_from(sorted(SEES)))
    def test_numbers_are_those_of_the_rows(
        self, deals, activities, tasks, moves, carried, start, length, viewer
    ) -> None:
        self.fill(deals, activities, tasks, moves, carried)
        period = Period(start, start + dt.timedelta(days=length))
        seen = {self.firm.members[name].pk for name in SEES[viewer]}
        actor = self.firm.actor(viewer)
        for by in (None, "member", "unit", "day"):
            with self.assertNumQueries(len(prepare(tuple(KEYS), by))):
                result = compute(KEYS, actor, period, by=by)
            for key in KEYS:
                assert answer(result, key) == expected(key, seen, period, by), (key, by)
        north = self.firm.units["N"].pk
        result = compute(KEYS, actor, period, by="member", unit=north)
        for key in KEYS:
            assert answer(result, key) == expected(key, seen, period, "member", north), key
        ann = Member.objects.visible_to(actor).filter(name="ann")
        chosen = seen & {self.firm.members["ann"].pk}
        result = compute(KEYS, actor, period, members=ann)
        for key in KEYS:
            assert answer(result, key) == expected(key, chosen, period, None), key
        if viewer != "operator":
            self.drill(actor, seen, period, north)

    def drill(self, actor, seen: set[int], period: Period, north: int) -> None:
        """The rows opened by a number are the rows it counted."""
        for key in KEYS:
            part = metric(key).denominator or key
            behind = sorted(source_rows(key, actor, period).values_list("pk", flat=True))
            assert behind == sorted(pk for owner, _d, _v, _c, pk, _i in _facts(part, period) if owner in seen), key
            within = source_rows(key, actor, period, unit=north).count()
            assert within == sum(n for _v, n in naive(part, seen, period, None, north).get(None, {}).values()), key


@pytest.fixture
def quarter():
    return Period(dt.date(2026, 1, 1), dt.date(2026, 4, 1))


def test_the_rows_of_a_report_add_up_to_its_total(firm, quarter):
    for at, who in enumerate(["ann", "bob", "eve", "ann"], start=1):
        firm.deal(who, "won", at * 1000, closed_on=dt.date(2026, 2, at))
    for by in ("member", "unit", "month", "week", "day", "product_id"):
        answer = report("revenue_won", OPERATOR, quarter, by)
        assert sum(row["value"] for row in answer["rows"]) == answer["total"] == 10_000, by
    assert [row["key"] for row in report("revenue_won", OPERATOR, quarter, "month")["rows"]] == [
        "2026-01-01",
        "2026-02-01",
        "2026-03-01",
    ]


def test_the_silent_are_zero_and_not_missing(firm, quarter):
    firm.deal("ann", "won", 500, closed_on=dt.date(2026, 2, 1))
    rows = report("revenue_won", firm.actor("manager"), quarter, "member")["rows"]
    assert {row["key"]: (row["value"], row["n"]) for row in rows} == {"MANAGER": (0, 0), "ANN": (500, 1), "BOB": (0, 0)}


def test_two_moneys_are_never_one_sum(firm, quarter):
    firm.deal("ann", "won", 500, closed_on=dt.date(2026, 2, 1))
    firm.deal("bob", "won", 700, closed_on=dt.date(2026, 2, 1))
    firm.deal("bob", "won", 900, closed_on=dt.date(2026, 2, 1), currency="USD")
    answer = report("revenue_won", OPERATOR, quarter, "member")
    assert (answer["total"], answer["currency"], answer["totals"]) == (1200, "CNY", {"CNY": 1200, "USD": 900})
    assert report("revenue_won", OPERATOR, quarter, currency="USD")["total"] == 900
    assert report("deals_won", OPERATOR, quarter)["total"] == 3


def test_nothing_to_divide_by_is_no_number(firm, quarter):
    assert report("win_rate", OPERATOR, quarter)["total"] is None
    firm.deal("ann", "won", None, closed_on=dt.date(2026, 2, 1))
    firm.deal("ann", "lost", None, closed_on=dt.date(2026, 2, 1))
    firm.deal("ann", "lost", None, closed_on=dt.date(2026, 2, 1))
    assert report("win_rate", OPERATOR, quarter)["total"] == 0.3333


def test_who_may_see_no_deals_counts_none(firm, quarter):
    firm.deal("ann", "won", 500, closed_on=dt.date(2026, 2, 1))
    actor = firm.actor("ann")
    actor.grants.pop("crm.deal.view")
    assert report("revenue_won", actor, quarter, "member") == {
        "metric": "revenue_won",
        "unit": "money",
        "rows": [],
        "total": 0,
    }


def test_an_unknown_dimension_is_refused(firm, quarter):
    with pytest.raises(ValueError, match="cannot be computed by colour"):
        compute(["revenue_won"], OPERATOR, quarter, by="colour")


def test_a_period_that_is_over_shows_deals_in_the_stage_in_which_they_stood(firm):
    """Opened in January, offered in February, won in April: three months end with three answers."""
    offer = Stage(pipeline=firm.pipeline, key="offer2", name="Offer", kind=Stage.Kind.OPEN, position_no=9)
    offer.save()
    new, won = firm.stages["open"], firm.stages["won"]
    deal = firm.deal("ann", "won", 100_00, opened_on=dt.date(2026, 1, 5), closed_on=dt.date(2026, 4, 2))
    steps = [(None, new, (1, 5)), (new, offer, (2, 10)), (offer, won, (4, 2))]
    for before, after, (month, day) in steps:
        StageChange(deal=deal, from_stage=before, to_stage=after, changed_on=dt.date(2026, month, day)).save()

    def stages_at_the_end(month: int) -> dict[int, int]:
        period = Period(dt.date(2026, month, 1), dt.date(2026, month + 1, 1))
        found = compute(["deals_open"], firm.actor("ann"), period, by="stage_id")
        return {stage: found.cell("deals_open", stage).n for stage in found.groups("deals_open")}

    assert stages_at_the_end(1) == {new.pk: 1}
    assert stages_at_the_end(2) == {offer.pk: 1}
    assert stages_at_the_end(3) == {offer.pk: 1}
    assert stages_at_the_end(4) == {}
    march = Period(dt.date(2026, 3, 1), dt.date(2026, 4, 1))
    behind = source_rows("deals_open", firm.actor("ann"), march, where=(("stage_id", offer.pk),))
    assert list(behind) == [deal]
    assert not source_rows("deals_open", firm.actor("ann"), march, where=(("stage_id", won.pk),)).exists()
    assert not source_rows("deals_open", firm.actor("eve"), march, where=(("stage_id", offer.pk),)).exists()


@pytest.mark.django_db
def test_all_numbers_can_be_asked_for_at_once(firm, django_assert_max_num_queries):
    firm.deal("ann", "won", 700, closed_on=DAY)
    every = list(metrics())
    with django_assert_max_num_queries(len(every) // 8):
        found = compute(every, firm.actor("director"), Period(DAY, DAY + dt.timedelta(days=1)))
    assert (found.cell("deals_won").n, found.cell("revenue_won").value, found.cell("win_rate").value) == (1, 700, 1)
    assert set(found.cells) == set(every)
