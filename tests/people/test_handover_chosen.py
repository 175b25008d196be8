"""A handover of chosen kinds, on a chosen day: what is not ticked stays, and on the day all of it runs or nothing."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from muster.access.action import Refused
from muster.access.actors import new_token
from muster.access.models import ApiToken, Event
from muster.crm.models import Account, Deal
from muster.people import holdings
from muster.people.actions import handover as actions
from muster.people.actions.handover_day import due_handovers
from muster.people.actions.lifecycle import plan_leaving
from muster.people.actions.member import members
from muster.people.models import Handover, Member
from muster.people.tasks import run_due_handovers, run_handover
from tests import factories
from tests.crm.money import make_contract
from tests.people.test_handover import OPERATOR, TODAY, Certified, Team, certified, english, fresh, owners, team  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = TODAY + dt.timedelta(days=5)
ALL = {"crm.account", "crm.contact", "crm.deal", "activities.task", "activities.activity"}


def ran(row: Handover, day: dt.date = DAY) -> Handover:
    """The nightly job of DAY, and what it begins."""
    run_due_handovers(day)
    run_handover.call(row.pk)
    return fresh(row)


def owner(row) -> str:
    return fresh(row).owner.name


def test_what_is_not_ticked_stays_with_its_owner(team):  # noqa: F811
    row = team.carried_out(team.li, kinds=sorted(ALL - {"crm.contact"}))
    assert owners(team.shanghai) == {"Li", "Wang"}
    assert holdings.held(team.wang) == {"crm.contact": 2}
    assert set(row.before) == ALL - {"crm.contact"}
    assert row.before == row.after
    actions.undo_handover(OPERATOR, row)
    assert owners(team.shanghai) == {"Wang"}


def test_what_is_about_a_deal_that_stays_stays_with_it(team):  # noqa: F811
    deal = Deal.objects.unscoped("tests").get(account=team.shanghai, status="open")
    about = factories.make_task(team.wang, account=team.shanghai, deal=deal)
    team.carried_out(team.li, kinds=sorted(ALL - {"crm.deal"}))
    assert (owner(deal), owner(about), owner(team.shanghai)) == ("Wang", "Wang", "Li")
    assert holdings.held(team.wang) == {"crm.deal": 2, "activities.task": 1}


def test_a_leaver_has_not_left_while_he_keeps_what_must_go(team, client):  # noqa: F811
    plan_leaving(OPERATOR, team.wang, left_on=TODAY)
    row = team.carried_out(team.li, kinds=["crm.account", "activities.task", "activities.activity"])
    with pytest.raises(ValidationError, match="Still held: Contacts 2, Deals in progress 2"):
        members.edit(OPERATOR, fresh(team.wang), status="left")
    client.force_login(team.boss.user)
    html = client.get(row.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "Contacts 2 · Deals in progress 2" in html
    assert "cannot be marked as having left" in html


def test_nothing_ticked_and_nobody_to_move_is_no_handover(team):  # noqa: F811
    Member.objects.unscoped("tests").filter(pk=team.sun.pk).update(manager=team.boss)
    with pytest.raises(ValidationError, match="nothing that could be handed over"):
        team.plan(kinds=[])
    assert not Handover.objects.unscoped("tests").exists()


def test_the_form_ticks_all_kinds_says_what_goes_along_and_why_closed_deals_stay(team, client):  # noqa: F811
    make_contract(team.wang, account=team.shanghai)
    client.force_login(team.boss.user)
    html = client.get(reverse("handover_new", args=[team.wang.pk]), headers={"accept-language": "en"}).content.decode()
    assert html.count('name="kinds"') == len(holdings.holdings()) + 1
    assert "Customers 2" in html
    assert "along with them: Instalments of payment plans 3" in html
    assert "Closed deals: 1 stay with Wang" in html
    assert "would rewrite who won them" in html


def test_over_the_pages_kinds_are_chosen_and_changed_and_no_tick_is_an_answer(team, client):  # noqa: F811
    client.force_login(team.boss.user)
    sent = {"receivers": [team.li.pk], "rule": "even", "kinds": ["", "crm.account", "crm.deal"]}
    client.post(reverse("handover_new", args=[team.wang.pk]), sent)
    row = Handover.objects.unscoped("tests").get()
    assert set(row.before) == {"crm.account", "crm.deal"}
    change = reverse("handover_change", args=[row.pk])
    page = client.get(change, headers={"accept-language": "en"}).content.decode()
    ticked = {tag for tag in re.findall(r"<input[^>]*>", page) if re.search(r"\schecked\b", tag)}
    assert {re.search(r'value="([^"]*)"', tag)[1] for tag in ticked} == {str(team.li.pk), "crm.account", "crm.deal"}
    again = {
        "receivers": [team.zhao.pk],
        "rule": "even",
        "kinds": [""],
        "runs_on": DAY.isoformat(),
        "seen": row.version,
    }
    client.post(change, again)
    now = fresh(row)
    assert (now.before, now.receivers, now.runs_on) == ({}, [team.zhao.pk], DAY)  # Sun goes to Zhao, nothing else
    late = client.post(change, {**again, "receivers": [team.li.pk]}, headers={"accept-language": "en"})
    assert "Somebody changed this plan meanwhile" in late.content.decode()
    assert fresh(row).receivers == [team.zhao.pk]


# -- closed deals ----------------------------------------------------------------------------------------------------


def test_closed_deals_stay_with_who_won_them_and_the_customer_goes(team):  # noqa: F811
    team.carried_out(team.li)
    assert (owner(team.won), owner(team.shanghai)) == ("Wang", "Li")
    assert [(str(one["label"]), one["count"]) for one in holdings.staying(team.wang)] == [("Closed deals", 1)]


# -- the day ---------------------------------------------------------------------------------------------------------


def test_it_runs_by_itself_on_its_day_and_counts_anew(team):  # noqa: F811
    row = team.plan(team.li, runs_on=DAY)
    later = factories.make_account(team.wang, "New Ltd")
    assert run_due_handovers(DAY - dt.timedelta(days=1)) == 0
    assert fresh(row).status == "draft"
    assert ran(row).status == "done"
    assert owner(later) == "Li"
    assert fresh(row).before["crm.account"]["count"] == 3
    assert actions.proved(fresh(row))
    assert run_due_handovers(DAY) == 0


def test_a_day_that_was_missed_is_made_up_for(team):  # noqa: F811
    row = team.plan(team.li, runs_on=DAY)
    assert ran(row, DAY + dt.timedelta(days=2)).status == "done"


def test_the_day_lies_ahead(team):  # noqa: F811
    for day in (TODAY, TODAY - dt.timedelta(days=1)):
        with pytest.raises(ValidationError, match="coming day"):
            team.plan(runs_on=day)


def test_until_its_day_it_is_listed_and_can_be_called_off_or_changed(team, client):  # noqa: F811
    row = team.plan(team.li, runs_on=DAY)
    client.force_login(team.boss.user)
    assert f"{DAY.day}" in client.get(reverse("handover_list")).content.decode()
    assert "Runs by itself" in client.get(row.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    later = DAY + dt.timedelta(days=1)
    actions.change_handover(OPERATOR, row, receivers=[team.zhao], runs_on=later)
    assert due_handovers(DAY) == []
    actions.drop_handover(OPERATOR, fresh(row))
    assert run_due_handovers(later) == 0
    assert owners(team.shanghai) == {"Wang"}


def dated(team, *receivers: Member, **more) -> Handover:  # noqa: F811
    """Boss, who reads English, plans it for the day."""
    team.boss.user.language = "en"
    team.boss.user.save()
    return team.plan(*receivers, actor=factories.actor_of(team.boss), runs_on=DAY, **more)


def stopped(row: Handover, why: str) -> None:
    """Nothing changed hands, the plan has no day any more and says why, and its planner is told once."""
    now = ran(row)
    assert (now.status, now.runs_on) == ("draft", None)
    assert why in now.stopped
    assert not row.items.filter(outcome="moved").exists()
    said = Event.objects.unscoped("tests").filter(action="people.handover.stopped", object_id=row.pk)
    assert why in said.get().context["why"]
    assert run_due_handovers(DAY) == 0
    assert said.count() == 1


def test_a_receiver_who_left_meanwhile_stops_it_with_a_notice(team):  # noqa: F811
    row = dated(team, team.li, team.zhao)
    plan_leaving(OPERATOR, team.zhao, left_on=DAY)
    stopped(row, "Zhao is leaving or has left")
    said = Event.objects.unscoped("tests").get(action="people.handover.stopped")
    assert said.context["receivers"] == [team.boss.pk]
    assert owners(team.shanghai) == {"Wang"}
    actions.change_handover(OPERATOR, fresh(row), receivers=[team.li], runs_on=DAY)
    assert ran(row).status == "done"


def test_by_hand_too_nothing_goes_to_who_left_meanwhile(team):  # noqa: F811
    row = team.plan(team.li)
    plan_leaving(OPERATOR, team.li, left_on=DAY)
    with pytest.raises(Refused, match="Li is leaving"):
        actions.start_handover(OPERATOR, row)


def test_a_rule_that_fits_nobody_any_more_stops_it(team):  # noqa: F811
    home = factories.make_account(team.zhao, city="上海")
    row = dated(team, rule="place")
    Account.objects.unscoped("tests").filter(pk=home.pk).update(city="广州")
    stopped(row, "By this rule nothing goes to any of the receivers")
    with pytest.raises(ValidationError, match="By this rule"):
        actions.change_handover(OPERATOR, fresh(row), receivers=[team.li], rule="area", runs_on=DAY)


def test_a_certificate_that_ended_meanwhile_stops_it(team, certified):  # noqa: F811
    paper = certified.certify(team.zhao, DAY)
    row = dated(team)
    type(paper).objects.unscoped("tests").filter(pk=paper.pk).update(valid_until=TODAY - dt.timedelta(days=1))
    stopped(row, "Deals in progress 1")


def test_who_may_not_hand_over_any_more_does_not(team):  # noqa: F811
    row = dated(team, team.li)
    team.boss.user.is_active = False
    team.boss.user.save()
    stopped(row, "may not carry it out any more")


# -- API -------------------------------------------------------------------------------------------------------------


def test_the_api_chooses_kinds_and_day_and_changes_both(team, client):  # noqa: F811
    token, prefix, digest = new_token()
    ApiToken(user=team.boss.user, name="t", prefix=prefix, digest=digest, scopes=["*"]).save()
    about = {"content_type": "application/json", "headers": {"authorization": f"Bearer {token}", "host": "localhost"}}
    sent = {"receivers": [team.li.pk], "rule": "even", "kinds": ["crm.account"], "runs_on": DAY.isoformat()}
    made = client.post(f"/api/v1/members/{team.wang.pk}/handover", sent, **about)
    assert made.status_code in (200, 201), made.content
    row = Handover.objects.unscoped("tests").get()
    assert (row.runs_on, set(row.before)) == (DAY, {"crm.account"})
    unsaid = client.post(f"/api/v1/handovers/{row.pk}/change", sent | {"kinds": None}, **about)
    assert unsaid.status_code == 200, unsaid.content
    assert set(fresh(row).before) == {"crm.account"}
    sent |= {"runs_on": None, "kinds": ["crm.account", "crm.deal"]}
    changed = client.post(f"/api/v1/handovers/{row.pk}/change", sent, **about)
    assert changed.status_code == 200, changed.content
    assert changed.json()["runs_on"] is None
    assert "crm.deal" not in changed.json()["stays"]
    assert set(fresh(row).before) == {"crm.account", "crm.deal"}
