"""Leads: who has them, how they become customers, what happens when nobody follows up."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from muster.access.action import Refused
from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.activity import activities, log_activity
from muster.activities.actions.task import tasks
from muster.activities.models import Activity, Task
from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.ladder import climb, waited
from muster.crm.actions.lead import disqualify_lead, lead_steps, leads, reopen_lead, route_lead, transfer_lead
from muster.crm.actions.router import route_idle
from muster.crm.actions.routing import rules, switch_rule
from muster.crm.models import Account, AccountMember, Contact, Deal, Lead, LeadReason, LeadStep
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events
from muster.people.actions.absence import absences
from tests.factories import actor_of, make_account, make_contact, make_pipeline, make_unit, operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pipeline(firm):
    return make_pipeline()


def at(day: int, hour: int = 4):
    return time_machine.travel(dt.datetime(2026, 6, day, hour, tzinfo=dt.UTC), tick=False)


def lead_of(member, **fields) -> Lead:
    return leads.create(actor_of(member), **{"name": "李雷", "company": "上海樱宁精密机械有限公司", **fields})


def again(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def told(member) -> list[str]:
    read_events()
    rows = (
        Notification.objects.unscoped("tests")
        .filter(user=member.user, event__action__startswith="crm.lead")
        .order_by("pk")
    )
    return [one.event.action for one in rows.select_related("event")]


# -- one's own ---------------------------------------------------------------------------------------------------------


def test_a_lead_belongs_to_who_makes_it_and_only_his_line_sees_it(firm):
    row = lead_of(firm.wang)
    assert (row.owner, row.status, row.came_on) == (firm.wang, "new", dt.date(2026, 6, 15))
    for member, sees in ((firm.wang, True), (firm.boss, True), (firm.li, False), (firm.other, False), (firm.ops, True)):
        assert Lead.objects.visible_to(actor_of(member)).filter(pk=row.pk).exists() is sees


def test_phone_and_mail_show_only_to_his_line(firm):
    row = lead_of(firm.wang, phone="13812345678")
    assert Lead.objects.visible_to(actor_of(firm.boss)).get(pk=row.pk).phone == "13812345678"
    event = Event.objects.unscoped("tests").filter(action="crm.lead.create").latest("pk")
    assert event.changes["phone"] == [None, "•••"]


def test_a_rep_gives_no_lead_away_by_editing(firm):
    row = lead_of(firm.wang)
    with pytest.raises(ValidationError, match="transfer"):
        leads.edit(actor_of(firm.wang), row, owner=firm.li)
    with pytest.raises(Forbidden):
        transfer_lead(actor_of(firm.wang), row, owner=firm.li)
    transfer_lead(actor_of(firm.boss), row, owner=firm.li)
    assert again(row).owner == firm.li
    assert told(firm.li) == ["crm.lead.transfer"]


def test_found_by_pinyin_of_company_and_name(firm, login):
    row = lead_of(firm.wang, city="上海")
    for text in ("yingning", "李雷", "ll", "樱宁"):
        assert f"/leads/{row.pk}/" in login(firm.wang).get("/leads/", {"q": text}).content.decode()


# -- response ----------------------------------------------------------------------------------------------------------


def test_the_first_contact_is_the_response_and_the_lead_is_being_worked(firm):
    row = lead_of(firm.wang)
    with at(15, 6):
        log_activity(actor_of(firm.wang), kind="call", subject="Hello", lead=row)
    with at(16):
        log_activity(actor_of(firm.wang), kind="call", subject="Again", lead=row)
    row = again(row)
    assert (row.status, row.response_minutes, row.last_activity_on) == ("working", 120, dt.date(2026, 6, 16))
    assert row.first_response_at == dt.datetime(2026, 6, 15, 6, tzinfo=dt.UTC)


def test_a_plan_is_no_response(firm):
    row = lead_of(firm.wang)
    activities.create(
        actor_of(firm.wang), kind="call", subject="Call", lead=row, status="planned", planned_at=timezone.now()
    )
    assert again(row).first_response_at is None


# -- conversion --------------------------------------------------------------------------------------------------------


def test_converting_makes_account_contact_and_deal_and_takes_everything_along(firm):
    row, actor = (
        lead_of(firm.wang, phone="13812345678", title="采购经理", industry="制造", city="上海"),
        actor_of(firm.wang),
    )
    done = log_activity(actor, kind="call", subject="Hello", lead=row)
    plan = activities.create(
        actor,
        kind="visit",
        subject="Visit",
        lead=row,
        status="planned",
        planned_at=timezone.now() + dt.timedelta(days=1),
    )
    task = tasks.create(actor, title="Send the catalogue", lead=row)
    row = convert_lead(actor, row, with_deal=True, amount=5_000_00, deal_name="First order")
    account = Account.objects.visible_to(actor).get()
    contact, deal = Contact.objects.visible_to(actor).get(), Deal.objects.visible_to(actor).get()
    assert (account.name, account.industry, account.city, account.owner) == (
        "上海樱宁精密机械有限公司",
        "制造",
        "上海",
        firm.wang,
    )
    assert (contact.name, contact.title, contact.phone) == ("李雷", "采购经理", "13812345678")
    assert (deal.name, deal.amount, deal.account, deal.contact) == ("First order", 5_000_00, account, contact)
    assert (row.status, row.account, row.contact, row.deal) == ("converted", account, contact, deal)
    assert (row.closed_by, row.closed_on) == (firm.wang, dt.date(2026, 6, 15))
    for one in (done, plan):
        one = Activity.objects.unscoped("tests").get(pk=one.pk)
        assert (one.account, one.contact, one.deal, one.lead) == (account, contact, deal, row)
    task = Task.objects.unscoped("tests").get(pk=task.pk)
    assert (task.account, task.deal) == (account, deal)
    assert account.last_activity_on == dt.date(2026, 6, 15)


def test_converting_to_a_customer_that_is_there_adds_no_second_one(firm):
    account = make_account(firm.wang, "樱宁")
    make_contact(account, "李雷")
    row = convert_lead(actor_of(firm.wang), lead_of(firm.wang, email="lilei@example.com"), account=account)
    assert Account.objects.unscoped("tests").count() == 1
    contact = Contact.objects.visible_to(actor_of(firm.wang)).get()
    assert (contact.email, row.account) == ("lilei@example.com", account)


def test_a_lead_cannot_become_a_customer_its_owner_does_not_see(firm):
    foreign = make_account(firm.other)
    with pytest.raises(ValidationError, match="no such account"):
        convert_lead(actor_of(firm.wang), row := lead_of(firm.wang), account=foreign)
    assert again(row).status == "new"


def test_converted_twice_makes_one_account(firm):
    row, actor = lead_of(firm.wang), actor_of(firm.wang)
    seen_by_another = again(row)
    convert_lead(actor, row)
    with pytest.raises(Refused, match="closed"):
        convert_lead(actor_of(firm.boss), seen_by_another)
    assert Account.objects.unscoped("tests").count() == 1


def test_what_fails_half_way_leaves_nothing(firm):
    row = lead_of(firm.wang)
    with pytest.raises(ValidationError):
        convert_lead(actor_of(firm.wang), row, with_deal=True, deal_name="x" * 300)
    assert not Account.objects.unscoped("tests").exists()
    assert again(row).status == "new"


def test_his_manager_converts_for_him_and_the_customer_is_his(firm):
    row = convert_lead(actor_of(firm.boss), lead_of(firm.wang), with_deal=True)
    assert (row.account.owner, row.deal.owner, row.closed_by) == (firm.wang, firm.wang, firm.boss)
    assert not AccountMember.objects.unscoped("tests").exists()


def test_nobody_else_converts(firm):
    row = lead_of(firm.wang)
    with pytest.raises(NotVisible):
        convert_lead(actor_of(firm.li), row)


# -- nothing comes of it -----------------------------------------------------------------------------------------------


def test_disqualifying_asks_why_and_can_be_taken_back(firm):
    row, actor = lead_of(firm.wang), actor_of(firm.wang)
    with pytest.raises(ValidationError, match="why"):
        disqualify_lead(actor, row)
    reason = LeadReason.objects.unscoped("tests").get(key="no-need")
    row = disqualify_lead(actor, row, reason=reason, note="Bought last year")
    assert (row.status, row.reason, row.closed_on) == ("disqualified", reason, dt.date(2026, 6, 15))
    with pytest.raises(Refused, match="closed"):
        leads.edit(actor, row, city="北京")
    row = reopen_lead(actor, row)
    assert (row.status, row.reason, row.closed_on, row.waiting_since) == ("new", None, None, dt.date(2026, 6, 15))


def test_a_customer_is_not_opened_again_as_a_lead(firm):
    row = convert_lead(actor_of(firm.wang), lead_of(firm.wang))
    with pytest.raises(Refused, match="customer by now"):
        reopen_lead(actor_of(firm.wang), row)


# -- the ladder --------------------------------------------------------------------------------------------------------


def test_the_ladder_of_a_lead_nobody_follows_up(firm):
    """From Monday the 15th: 3 working days is Thursday, 5 is beyond the Dragon Boat festival (19th to 21st)."""
    row = lead_of(firm.wang)
    for day, events in [(17, []), (18, ["remind"]), (19, []), (22, []), (23, ["escalate"]), (24, []), (25, ["risk"])]:
        before = Event.objects.unscoped("tests").count()
        with at(day):
            climb()
            climb()
        found = Event.objects.unscoped("tests").order_by("pk")[before:]
        assert [one.action.rpartition(".")[2] for one in found] == events, day
    assert again(row).is_risky
    assert told(firm.wang) == ["crm.lead.remind", "crm.lead.escalate", "crm.lead.risk"]
    assert told(firm.boss) == ["crm.lead.escalate", "crm.lead.risk"]


def test_a_contact_begins_the_ladder_anew(firm):
    row = lead_of(firm.wang)
    with at(25):
        climb()
        assert again(row).is_risky
        log_activity(actor_of(firm.wang), kind="call", subject="Sorry", lead=row)
        assert (again(row).is_risky, again(row).reached, again(row).waiting_since) == (False, 0, dt.date(2026, 6, 25))
        assert climb() == 0


def test_who_is_away_is_neither_reminded_nor_counted(firm):
    row = lead_of(firm.wang)
    absences.create(operator, member=firm.wang, starts_on=dt.date(2026, 6, 16), ends_on=dt.date(2026, 6, 24))
    with at(24):
        assert climb() == 0
    with at(26):
        assert climb() == 0
    with at(29):
        assert climb() == 1
    assert again(row).reached == 3


def test_days_are_working_days(firm):
    assert waited(dt.date(2026, 6, 15), dt.date(2026, 6, 25)) == 7
    assert waited(dt.date(2026, 6, 15), dt.date(2026, 6, 15)) == 0


def test_a_step_may_take_the_lead_back_and_rules_give_it_to_another(firm):
    unit = make_unit("North")
    for member in (firm.wang, firm.li):
        type(member).objects.unscoped("tests").filter(pk=member.pk).update(unit=unit)
    rule = rules.create(operator, name="All", kind="crm.lead", unit=unit, mode="round_robin")
    switch_rule(operator, rule, on=True)
    LeadStep.objects.unscoped("tests").filter(days=7).update(does="back")
    row = lead_of(firm.wang)
    with at(25):
        climb()
        assert (again(row).owner, again(row).taken_from) == (None, firm.wang)
        route_idle()
    row = again(row)
    assert (row.owner, row.waiting_since, row.taken_from) == (firm.li, dt.date(2026, 6, 25), None)


def test_steps_are_data_of_sales_operations(firm):
    lead_steps.create(actor_of(firm.ops), days=10, does="back")
    with pytest.raises(ValidationError, match="this day already"):
        lead_steps.create(actor_of(firm.ops), days=10, does="risk")
    with pytest.raises(Forbidden):
        lead_steps.create(actor_of(firm.wang), days=11, does="risk")


# -- routing -----------------------------------------------------------------------------------------------------------


def test_rules_give_leads_that_nobody_has(firm):
    unit = make_unit("North")
    type(firm.li).objects.unscoped("tests").filter(pk=firm.li.pk).update(unit=unit)
    rule = rules.create(operator, name="Shanghai", kind="crm.lead", unit=unit, mode="best", asks={"city": "上海"})
    switch_rule(operator, rule, on=True)
    inside, outside = (leads.create(operator, name="A", city=city, owner=None) for city in ("上海", "北京"))
    route_idle()
    assert (again(inside).owner, again(outside).owner) == (firm.li, None)
    with pytest.raises(Refused, match="No rule"):
        route_lead(operator, again(outside))


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_lead(firm, login):
    row = lead_of(firm.wang)
    client = login(firm.wang)
    for url in (
        f"/leads/{row.pk}/",
        f"/leads/{row.pk}/convert/",
        f"/leads/{row.pk}/timeline/",
        f"/leads/{row.pk}/tasks/",
    ):
        assert client.get(url).status_code == 200
        assert login(firm.li).get(url).status_code == 404
    answer = client.post(f"/leads/{row.pk}/convert/", {"with_contact": "on", "with_deal": "on", "amount": "1,200.50"})
    assert answer.status_code == 302
    assert Deal.objects.visible_to(actor_of(firm.wang)).get().amount == 1_200_50


def test_a_deal_that_was_described_is_not_forgotten(firm, login):
    row = lead_of(firm.wang)
    answer = login(firm.wang).post(f"/leads/{row.pk}/convert/", {"with_contact": "on", "amount": "1,200.50"})
    assert answer.status_code == 422
    assert "You described a deal" in answer.content.decode()
    assert again(row).status == "new"


def test_the_manager_finds_unattended_leads(firm, login):
    late, fresh = lead_of(firm.wang), None
    with at(22):
        fresh = lead_of(firm.li)
        html = login(firm.boss).get("/leads/?unattended=1").content.decode()
    assert f"/leads/{late.pk}/" in html
    assert f"/leads/{fresh.pk}/" not in html


def test_lists_and_pages_cost_as_many_queries_for_three_as_for_one(firm, login, django_assert_max_num_queries):
    def page(url: str) -> int:
        with django_assert_max_num_queries(40) as found:
            assert login(firm.wang).get(url).status_code == 200
        return len(found)

    row = lead_of(firm.wang)
    counts = [page("/leads/"), page(f"/leads/{row.pk}/")]
    for _at in range(2):
        lead_of(firm.wang, source=None)
        log_activity(actor_of(firm.wang), kind="call", subject="Hello", lead=row)
    assert [page("/leads/"), page(f"/leads/{row.pk}/")] == counts
