"""Sales briefings: the right numbers, at the set time, to whom they are for, once."""

import datetime as dt

import pytest
from django.utils import translation
from factories import actor_of, make_account, make_activity, make_contact, make_deal, make_member

from muster.access.models import Event
from muster.crm.actions.deal import win_deal
from muster.integrations import bots
from muster.integrations.models import Delivery, GroupBot, Notification
from muster.integrations.notifications import read_events, shown
from muster.people.models import Unit
from muster.reporting.actions.briefing import briefings, exclude_member, send_due
from muster.reporting.models import Briefing, BriefingIssue
from muster.reporting.queries.briefing import period_due, sent_at

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
MORNING = dt.datetime(2026, 6, 16, 1, tzinfo=dt.UTC)  # 09:00 in Shanghai, of Tuesday


@pytest.fixture
def morning(firm) -> Briefing:
    return briefings.create(actor_of(firm.ops), name="Mornings", kind="day", send_at=dt.time(8, 30))


@pytest.fixture
def work(firm):
    account = make_account(firm.wang, "Acme Secret")
    make_contact(account)
    make_activity(firm.wang, TODAY, "visit", account=account)
    make_activity(firm.li, TODAY, "call")
    deal = make_deal(firm.wang, amount=500_00, account=account, opened_on=TODAY)
    win_deal(actor_of(firm.wang), deal, on=TODAY)
    make_activity(firm.other, TODAY, "visit")


def numbers(issue) -> dict[str, int]:
    return {one["key"]: one["value"] for one in issue.numbers}


def test_each_leader_gets_the_numbers_of_his_people_once(firm, morning, work):
    assert [send_due(MORNING) for _again in range(2)] == [1, 0]
    issue = BriefingIssue.objects.unscoped("test").get()
    assert (issue.member, issue.starts_on) == (firm.boss, TODAY)
    assert numbers(issue) == {
        "accounts_new": 1,
        "contacts_new": 1,
        "deals_opened": 1,
        "stage_moves": 1,
        "deals_won": 1,
        "revenue_won": 500_00,
        "accounts_visited": 1,
        "visits_done": 1,
        "activities_done": 2,
    }
    assert Event.objects.unscoped("test").filter(action="reporting.briefingissue.send").count() == 1


def test_before_its_hour_and_a_day_late_nothing_goes_out(firm, morning):
    assert send_due(dt.datetime(2026, 6, 16, 0, tzinfo=dt.UTC)) == 1  # 08:00: that of Monday morning, of Friday
    assert BriefingIssue.objects.unscoped("test").get().starts_on == dt.date(2026, 6, 12)
    assert send_due(dt.datetime(2026, 6, 17, 0, 29, tzinfo=dt.UTC)) == 1
    assert send_due(dt.datetime(2026, 6, 21, 1, tzinfo=dt.UTC)) == 0  # a Sunday


@pytest.mark.parametrize(
    ("kind", "clock", "start", "day"),
    [
        ("day", dt.time(8, 30), dt.date(2026, 6, 12), dt.date(2026, 6, 15)),  # of Friday, on Monday morning
        ("day", dt.time(18), dt.date(2026, 6, 15), dt.date(2026, 6, 15)),
        ("week", dt.time(9), dt.date(2026, 6, 8), dt.date(2026, 6, 15)),
        ("week", dt.time(18), dt.date(2026, 6, 15), dt.date(2026, 6, 18)),  # the Friday is a holiday
        ("month", dt.time(9), dt.date(2026, 9, 1), dt.date(2026, 10, 8)),  # after the golden week
        ("month", dt.time(18), dt.date(2026, 5, 1), dt.date(2026, 5, 29)),
    ],
)
def test_it_goes_out_on_a_working_day(kind, clock, start, day):
    from muster.core.periods import containing

    at = sent_at(Briefing(kind=kind, send_at=clock), containing(start, kind), "Asia/Shanghai")
    assert at.astimezone(dt.timezone(dt.timedelta(hours=8))).replace(tzinfo=None) == dt.datetime.combine(day, clock)


def test_on_a_day_off_none_is_due():
    one = Briefing(kind="day", send_at=dt.time(18))
    assert period_due(one, "Asia/Shanghai", dt.datetime(2026, 6, 14, 11, tzinfo=dt.UTC)) is None


def test_who_is_excluded_gets_none_and_is_not_counted(firm, morning, work):
    exclude_member(actor_of(firm.ops), morning, member=firm.wang)
    send_due(MORNING)
    assert numbers(BriefingIssue.objects.unscoped("test").get())["activities_done"] == 1
    exclude_member(actor_of(firm.ops), morning, member=firm.boss)
    assert send_due(MORNING + dt.timedelta(days=1)) == 0


def test_a_number_opens_its_rows_and_only_for_its_reader(firm, morning, work, login):
    send_due(MORNING)
    issue = BriefingIssue.objects.unscoped("test").get()
    client = login(firm.boss)
    assert client.get(f"/briefings/{issue.pk}/").status_code == 200
    for key in numbers(issue):
        assert client.get(f"/briefings/{issue.pk}/{key}/").status_code == 200, key
    assert "Acme Secret" in client.get(f"/briefings/{issue.pk}/accounts_new/").content.decode()
    for stranger in (firm.other, firm.chief, firm.ops):
        assert login(stranger).get(f"/briefings/{issue.pk}/").status_code == 404
        assert login(stranger).get(f"/briefings/{issue.pk}/accounts_new/").status_code == 404


def test_it_is_told_in_the_readers_language(firm, morning, work):
    send_due(MORNING)
    read_events()
    notes = Notification.objects.unscoped("test").filter(user=firm.boss.user).select_related("event")
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = [one["title"] for one in shown(notes, actor_of(firm.boss)) if "Mornings" in one["title"]]
    assert "New customers 1" in said["en"][0]
    assert "新增客户 1" in said["zh-hans"][0]


def test_the_group_of_a_unit_hears_what_its_head_gets_and_no_customer(firm, morning, work):
    second = make_member("Second", role="manager", manager=firm.boss, unit=firm.north)
    make_member("Under", manager=second, unit=firm.north)
    Unit.objects.unscoped("test").filter(pk=firm.north.pk).update(head=firm.boss)
    bot = GroupBot(
        name="North", kind="wecom", unit=firm.north, tells=["reporting.briefingissue.send"], language="zh-hans"
    )
    bot.key = "https://qyapi.weixin.qq.com/x"
    bot.save()
    assert send_due(MORNING) == 2
    read_events()
    [row] = Delivery.objects.unscoped("test").filter(bot=bot).select_related("event")
    text = bots.text_of(bot, [row])
    assert "新增客户 1" in text
    assert "Acme" not in text
    assert row.event.owner_id == firm.boss.pk


def test_sales_operations_sees_before_what_it_would_say(firm, morning, work, login):
    page = login(firm.ops).get(f"/settings/briefings/{morning.pk}/").content.decode()
    assert "Preview" in page
    assert "Chen Boss" in page
    assert login(firm.boss).get(f"/settings/briefings/{morning.pk}/").status_code == 403
    assert not BriefingIssue.objects.unscoped("test").exists()
