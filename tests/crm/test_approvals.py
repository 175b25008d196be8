"""Approvals: by rules, step by step, with deputies, reminders, the next manager; a discount below the floor first."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories import actor_of, make_account, make_deal, make_member, make_product, operator

from muster.access.models import Event, Role
from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.deal import win_deal
from muster.crm.actions.deal_line import deal_lines
from muster.crm.actions.discount import ask_deal_discount, ask_quote_discount
from muster.crm.actions.price_book import price_books, prices
from muster.crm.actions.quote import quote_lines, quotes, send_quote
from muster.crm.models import Deal, Quote
from muster.people.actions.absence import absences
from muster.people.actions.approval import (
    approval_rules,
    approval_steps,
    approve_request,
    go_round,
    recall_request,
    reject_request,
)
from muster.people.models import ApprovalRequest, ApprovalRule, ApprovalSeat

TODAY = dt.date(2026, 6, 15)  # a Monday


@pytest.fixture
def sales(db):
    """A director over a manager over Wang, finance beside them, and a press whose price may fall by ten per cent."""
    director = make_member("Director", role="director")
    boss = make_member("Boss", role="manager", manager=director)
    wang = make_member("Wang", manager=boss)
    press = make_product("Press")
    book = price_books.create(operator, name="2026", valid_from=dt.date(2026, 1, 1))
    prices.create(operator, book=book, product=press, list_price=100_00, most_discount=Decimal(10))
    finance = make_member("Finance", role="finance")
    return SimpleNamespace(director=director, boss=boss, wang=wang, press=press, finance=finance)


def rule(above=0, *steps, **more):
    row = approval_rules.create(operator, kind="discount", name=f"Above {above}", above=above, **more)
    for number, said in steps:
        approval_steps.create(operator, rule=row, number=number, **said)
    return row


def low_deal(sales, discount="15") -> Deal:
    deal = make_deal(sales.wang, account=make_account(sales.wang))
    deal_lines.create(operator, deal=deal, product=sales.press, discount=Decimal(discount))
    return fresh(deal)


def fresh(row):
    return type(row).objects.unscoped("test").get(pk=row.pk)


def refused(run) -> str:
    with pytest.raises(ValidationError) as caught:
        run()
    return " ".join(caught.value.messages)


def ask(sales, deal) -> ApprovalRequest:
    ask_deal_discount(actor_of(sales.wang), deal, reason="A big one")
    return ApprovalRequest.objects.unscoped("test").filter(status="open").latest("pk")


def waits_for(asked) -> set[str]:
    rows = ApprovalSeat.objects.unscoped("test").filter(request=asked, state="open")
    return {one.member.name for one in rows.select_related("member")}


def told(name: str) -> list[list[int]]:
    rows = Event.objects.unscoped("test").filter(action=f"people.approvalrequest.{name}").order_by("pk")
    return [one.context["receivers"] for one in rows]


def test_below_the_floor_a_deal_is_not_won_before_it_is_approved(sales):
    wang, boss = actor_of(sales.wang), actor_of(sales.boss)
    deal = low_deal(sales)
    assert refused(lambda: win_deal(wang, deal)) == (
        "Press: the price is below the floor. Ask for approval of the discount first."
    )
    asked = ask(sales, deal)
    assert (asked.said, asked.measure, waits_for(asked)) == ("Press −15 %", 1500, {"Boss"})
    assert told("waits") == [[sales.boss.pk]]
    assert "asked already" in refused(lambda: ask_deal_discount(wang, fresh(deal), reason="Again"))
    approve_request(boss, asked, note="Fine")
    assert told("granted") == [[sales.wang.pk]]
    win_deal(wang, fresh(deal))
    assert fresh(deal).status == "won"


def test_at_the_floor_nothing_is_asked(sales):
    deal = low_deal(sales, "10")
    assert "nothing has to be approved" in refused(lambda: ask_deal_discount(actor_of(sales.wang), deal, reason="x"))
    win_deal(actor_of(sales.wang), deal)


def test_more_discount_goes_through_more_steps(sales):
    rule(0, (1, {"who": "manager"}))
    rule(2000, (1, {"who": "manager"}), (2, {"who": "manager", "level": 2}))
    small = ask(sales, low_deal(sales, "20"))
    assert len(small.plan) == 1
    asked = ask(sales, low_deal(sales, "20.01"))
    assert waits_for(asked) == {"Boss"}
    with pytest.raises(NotVisible):
        approve_request(actor_of(make_member("Stranger")), asked)
    with pytest.raises(Forbidden):
        approve_request(actor_of(sales.director), asked)  # it does not wait for him yet
    approve_request(actor_of(sales.boss), asked)
    assert (fresh(asked).status, waits_for(asked)) == ("open", {"Director"})
    approve_request(actor_of(sales.director), asked)
    assert fresh(asked).status == "approved"


def test_at_once_all_or_any(sales):
    finance = Role.objects.unscoped("test").get(key="finance")
    both = [(1, {"who": "manager"}), (1, {"who": "role", "role": finance})]
    one = rule(0, *both)
    asked = ask(sales, low_deal(sales))
    assert waits_for(asked) == {"Boss", "Finance"}
    approve_request(actor_of(sales.finance), asked)
    assert (fresh(asked).status, waits_for(asked)) == ("open", {"Boss"})
    approve_request(actor_of(sales.boss), asked)
    assert fresh(asked).status == "approved"
    approval_rules.archive(operator, one)
    rule(0, *[(number, {**said, "needs": "any"}) for number, said in both])
    asked = ask(sales, low_deal(sales))
    approve_request(actor_of(sales.finance), asked)
    assert (fresh(asked).status, waits_for(asked)) == ("approved", set())


def test_one_of_a_role_is_enough(sales):
    make_member("Finance two", role="finance")
    rule(0, (1, {"who": "role", "role": Role.objects.unscoped("test").get(key="finance")}))
    asked = ask(sales, low_deal(sales))
    assert waits_for(asked) == {"Finance", "Finance two"}
    approve_request(actor_of(sales.finance), asked)
    assert fresh(asked).status == "approved"


def test_nobody_approves_what_he_asked(sales):
    deal = make_deal(sales.boss, account=make_account(sales.boss))
    deal_lines.create(operator, deal=deal, product=sales.press, discount=Decimal(30))
    rule(0, (1, {"who": "member", "member": sales.boss}))
    ask_deal_discount(actor_of(sales.boss), fresh(deal), reason="Mine")
    asked = ApprovalRequest.objects.unscoped("test").get()
    assert waits_for(asked) == {"Director"}
    with pytest.raises(Forbidden):
        approve_request(actor_of(sales.boss), asked)
    alone = make_deal(sales.director)
    deal_lines.create(operator, deal=alone, product=sales.press, discount=Decimal(30))
    approval_rules.archive(operator, the_rule())
    assert "Nobody could decide step 1" in refused(
        lambda: ask_deal_discount(actor_of(sales.director), fresh(alone), reason="Mine")
    )


def the_rule() -> ApprovalRule:
    return ApprovalRule.objects.unscoped("test").get(archived_at=None)


def test_while_away_the_deputy_decides_or_the_next_manager(sales):
    deputy = make_member("Deputy", role="manager")
    away = absences.create(operator, member=sales.boss, starts_on=TODAY, ends_on=TODAY, deputy=deputy)
    asked = ask(sales, low_deal(sales))
    assert waits_for(asked) == {"Deputy"}
    seat = ApprovalSeat.objects.unscoped("test").get(request=asked)
    assert seat.stands_for == sales.boss
    approve_request(actor_of(deputy), asked)
    absences.edit(operator, away, deputy=None)
    assert waits_for(ask(sales, low_deal(sales))) == {"Director"}
    assert "somebody else" in refused(lambda: absences.edit(operator, away, deputy=sales.boss))


def test_sent_back_to_who_asked_or_to_an_earlier_step_with_a_reason(sales):
    rule(0, (1, {"who": "manager"}), (2, {"who": "manager", "level": 2}))
    asked = ask(sales, low_deal(sales))
    boss, director = actor_of(sales.boss), actor_of(sales.director)
    assert "Say why" in refused(lambda: reject_request(boss, asked, note=" "))
    approve_request(boss, asked)
    assert "before this one" in refused(lambda: reject_request(director, fresh(asked), note="x", to=2))
    reject_request(director, asked, note="Look at it again", to=1)
    assert (fresh(asked).step, waits_for(asked)) == (1, {"Boss"})
    approve_request(boss, asked)
    assert (fresh(asked).step, waits_for(asked)) == (2, {"Director"})
    reject_request(director, asked, note="Too low")
    assert (fresh(asked).status, waits_for(asked)) == ("returned", set())
    history = ApprovalSeat.objects.unscoped("test").filter(request=asked).order_by("pk")
    assert [one.state for one in history] == ["approved", "returned", "approved", "returned"]
    ask(sales, fresh(Deal.objects.unscoped("test").get()))


def test_what_changes_after_it_was_approved_is_approved_no_longer(sales):
    deal = low_deal(sales)
    asked = ask(sales, deal)
    approve_request(actor_of(sales.boss), asked)
    line = deal.lines.model.objects.unscoped("test").get(deal=deal)
    deal_lines.edit(actor_of(sales.wang), line, discount=Decimal(16))
    assert fresh(asked).status == "lapsed"
    assert told("lapse") == [[sales.wang.pk]]
    assert "below the floor" in refused(lambda: win_deal(actor_of(sales.wang), fresh(deal)))
    again = ask(sales, fresh(deal))
    deal_lines.edit(actor_of(sales.wang), fresh(line), discount=Decimal(17))
    assert (fresh(again).status, waits_for(again)) == ("lapsed", set())


def test_a_quote_below_the_floor_is_not_sent_and_what_was_approved_there_counts_for_the_deal(sales):
    deal, wang = low_deal(sales), actor_of(sales.wang)
    quote = quotes.create(wang, name="Offer", account=deal.account, deal=deal)
    assert "below the floor" in refused(lambda: send_quote(wang, quote))
    ask_quote_discount(wang, quote, reason="A big one")
    approve_request(actor_of(sales.boss), ApprovalRequest.objects.unscoped("test").get())
    send_quote(wang, fresh(quote))
    assert fresh(quote).status == "sent"
    win_deal(wang, fresh(deal))


def test_a_line_without_a_floor_is_judged_by_the_rules(sales):
    plain, account, wang = make_product("Plain", list_price=100), make_account(sales.wang), actor_of(sales.wang)
    quote = quotes.create(wang, name="Offer", account=account)
    quote_lines.create(wang, quote=quote, product=plain, discount=Decimal(50))
    send_quote(wang, fresh(quote))
    rule(1000, (1, {"who": "manager"}))
    other = quotes.create(wang, name="Offer", account=account)
    quote_lines.create(wang, quote=other, product=plain, discount=Decimal("10.01"))
    assert "below the floor" in refused(lambda: send_quote(wang, fresh(other)))
    assert Quote.objects.unscoped("test").get(pk=other.pk).status == "draft"


def test_recalled_by_who_asked_alone(sales):
    asked = ask(sales, low_deal(sales))
    with pytest.raises(Forbidden):
        recall_request(actor_of(sales.boss), asked)
    recall_request(actor_of(sales.wang), asked)
    assert (fresh(asked).status, waits_for(asked)) == ("recalled", set())
    with pytest.raises(Forbidden):
        approve_request(actor_of(sales.boss), asked)


def test_reminded_and_then_the_next_manager_in_working_days(sales):
    rule(0, (1, {"who": "manager"}), remind_after=1, escalate_after=3)
    with time_machine.travel(dt.datetime(2026, 6, 12, 4, tzinfo=dt.UTC), tick=False):  # a Friday
        asked = ask(sales, low_deal(sales))
    assert go_round(dt.date(2026, 6, 13)) == 0
    assert go_round(dt.date(2026, 6, 15)) == 1  # one working day later
    assert go_round(dt.date(2026, 6, 15)) == 0
    assert told("remind") == [[sales.boss.pk]]
    assert go_round(dt.date(2026, 6, 16)) == 0
    assert go_round(dt.date(2026, 6, 17)) == 1
    assert waits_for(asked) == {"Director"}
    assert go_round(dt.date(2026, 6, 17)) == 0
    approve_request(actor_of(sales.director), asked)
    assert fresh(asked).status == "approved"


def test_who_goes_on_leave_meanwhile_is_stood_in_for(sales):
    asked = ask(sales, low_deal(sales))
    absences.create(operator, member=sales.boss, starts_on=dt.date(2026, 6, 16), ends_on=dt.date(2026, 6, 20))
    assert go_round(dt.date(2026, 6, 16)) == 1
    assert waits_for(asked) == {"Director"}


def test_one_rule_for_a_measure(sales):
    rule(1000)
    assert "already" in refused(lambda: rule(1000))
    assert "from the list" in refused(lambda: approval_rules.create(operator, kind="nothing", name="x"))


def test_the_inbox_decides_in_one_tap(sales, login):
    asked = ask(sales, low_deal(sales))
    boss = login(sales.boss)
    with CaptureQueriesContext(connection) as queries:
        page = boss.get("/approvals/").content.decode()
    assert len(queries) <= 12, len(queries)
    assert "Press −15 %" in page
    assert f"/approvals/{asked.pk}/yes/" in page
    assert asked.title in boss.get(reverse("home_approvals", args=[sales.boss.pk])).content.decode()
    assert login(sales.finance).get(f"/approvals/{asked.pk}/").status_code == 404
    assert "Boss" in login(sales.wang).get(f"/approvals/{asked.pk}/").content.decode()
    assert "Approval under way" in login(sales.wang).get(f"/deals/{asked.object_id}/discount/").content.decode()
    assert boss.post(f"/approvals/{asked.pk}/yes/").status_code == 302
    assert fresh(asked).status == "approved"
    back = ask(sales, low_deal(sales))
    sent = boss.post(f"/approvals/{back.pk}/reject/", {"to": "0", "note": "Too low"})
    assert sent.status_code == 302
    assert fresh(back).status == "returned"


def test_rules_on_pages_and_over_the_api(sales, login):
    ops = login(make_member("Ops", role="salesops"))
    said = {"kind": "discount", "name": "Above 10 %", "above": 1000, "remind_after": 1, "escalate_after": 2}
    assert ops.post("/settings/approvals/new/", said).status_code == 302
    row = the_rule()
    step = {"number": 1, "who": "manager", "level": 2, "needs": "all"}
    assert ops.post(f"/settings/approvals/{row.pk}/steps/", step).status_code == 302
    assert "Manager, 2 up" in ops.get(f"/settings/approvals/{row.pk}/").content.decode()
    assert "&gt; 10 %" in ops.get("/settings/approvals/").content.decode()
    assert login(sales.wang).post("/settings/approvals/new/", said).status_code == 403
    asked = ask(sales, low_deal(sales))
    assert waits_for(asked) == {"Director"}
    director = login(sales.director)
    assert director.get("/api/v1/approvals?status=open").json()["items"][0]["id"] == asked.pk
    sent = director.post(f"/api/v1/approvals/{asked.pk}/approve", {"note": "ok"}, content_type="application/json")
    assert sent.json()["status"] == "approved"
