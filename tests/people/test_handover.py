"""Leaving, and handing over: nothing is lost, nothing but the owner changes, nobody leaves with records in hand."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from muster.access.action import Refused, verify
from muster.access.models import ApiToken, Event
from muster.access.scope import Actor, Forbidden
from muster.core.periods import today
from muster.crm.models import Account, Contact, Deal, Product, Quote
from muster.people import holdings
from muster.people.actions import handover as actions
from muster.people.actions.lifecycle import call_off_leaving, end_service, plan_leaving, rehire
from muster.people.actions.member import members
from muster.people.actions.territory import give_territory, territories
from muster.people.models import (
    Assignment,
    Handover,
    HandoverItem,
    Member,
    ReportingLine,
    Skill,
    SkillCategory,
    SkillEvidence,
)
from muster.people.tasks import run_handover
from tests import factories

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = today()


class Team:
    """Wang leaves; Li and Zhao stay under Boss; Sun reports to Wang."""

    def __init__(self) -> None:
        self.boss = factories.make_member("Boss", role="director")
        self.wang = factories.make_member("Wang", manager=self.boss, role="manager")
        self.li = factories.make_member("Li", manager=self.boss)
        self.zhao = factories.make_member("Zhao", manager=self.boss)
        self.sun = factories.make_member("Sun", manager=self.wang)
        self.shanghai = factories.make_account(self.wang, "Shanghai Ltd", city="上海")
        self.beijing = factories.make_account(self.wang, "Beijing Ltd", city="北京")
        for account in (self.shanghai, self.beijing):
            factories.make_contact(account)
            factories.make_deal(self.wang, account=account)
            factories.make_task(self.wang, account=account, due_on=TODAY)
            factories.make_activity(self.wang, account=account, status="planned")
        self.won = factories.make_deal(self.wang, account=self.shanghai, won=dt.date(2026, 3, 1))
        self.done = factories.make_activity(self.wang, account=self.shanghai)

    def plan(self, *receivers: Member, actor: Actor = OPERATOR, **more) -> Handover:
        return actions.plan_handover(actor, member=self.wang, receivers=list(receivers or (self.li, self.zhao)), **more)

    def carried_out(self, *receivers: Member, **more) -> Handover:
        row = self.plan(*receivers, **more)
        actions.start_handover(OPERATOR, row)
        run_handover.call(row.pk)
        return Handover.objects.unscoped("tests").get(pk=row.pk)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def team(db) -> Team:
    return Team()


def fresh(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def owners(account: Account) -> set[str]:
    """Who holds the customer and all that belongs to it."""
    deals = Deal.objects.unscoped("tests").filter(account=account, status="open")
    contacts = Contact.objects.unscoped("tests").filter(account=account)
    return {fresh(account).owner.name, *(one.owner.name for one in [*deals, *contacts])}


def test_the_plan_counts_everything_and_moves_nothing(team):
    row = team.plan()
    assert {kind: one["count"] for kind, one in row.before.items()} == {
        "crm.account": 2,
        "crm.contact": 2,
        "crm.deal": 2,
        "activities.task": 2,
        "activities.activity": 2,
    }
    assert owners(team.shanghai) == {"Wang"}


def test_a_customer_goes_to_one_person_with_all_that_belongs_to_it(team):
    team.carried_out()
    assert len(owners(team.shanghai)) == len(owners(team.beijing)) == 1
    assert owners(team.shanghai) | owners(team.beijing) == {"Li", "Zhao"}
    assert holdings.held(team.wang) == {}


def test_what_was_won_and_done_stays_with_whom_did_it(team):
    team.carried_out()
    assert fresh(team.won).owner == team.wang
    assert fresh(team.done).owner == team.wang


def test_the_report_proves_that_nothing_but_the_owner_changed(team):
    row = team.carried_out()
    assert row.status == "done"
    assert actions.proved(row)
    Deal.objects.unscoped("tests").filter(account=team.shanghai, status="open").update(amount=1)
    assert actions._proof(row) != row.before


def test_each_record_has_its_event_and_the_chain_is_whole(team):
    row = team.carried_out()
    moved = Event.objects.unscoped("tests").filter(context__handover=row.pk).exclude(action="people.handover.done")
    assert moved.filter(changes__has_key="owner").count() == row.items.count() == 10
    assert verify() is None


def test_by_place_a_customer_goes_to_whom_knows_the_city(team):
    for _at in range(3):
        factories.make_account(team.zhao, city="上海")
    team.carried_out(rule=Handover.Rule.PLACE)
    assert owners(team.shanghai) == {"Zhao"}
    assert owners(team.beijing) == {"Li"}


def test_by_territory_a_customer_goes_to_whom_holds_that_of_its_city(team):
    east = territories.create(OPERATOR, name="华东", code="EAST")
    territories.create(OPERATOR, name="上海", code="SH", parent=east)
    give_territory(OPERATOR, member=team.zhao, territory=east)
    team.carried_out(rule=Handover.Rule.AREA)
    assert owners(team.shanghai) == {"Zhao"}
    assert owners(team.beijing) == {"Li"}, "nobody holds it: the load decides"


def test_by_skill_a_customer_goes_to_whom_is_best_at_its_industry(team):
    shelf = SkillCategory(name="Industries", code="ind")
    shelf.save()
    skill = Skill(name="Medical", name_zh="医疗", category=shelf)
    skill.save()
    for member, level in ((team.li, 2), (team.zhao, 4)):
        SkillEvidence(member=member, skill=skill, source="manager", level=level, on=TODAY).save()
    Account.objects.unscoped("tests").filter(pk=team.shanghai.pk).update(industry="医疗")
    team.carried_out(rule=Handover.Rule.SKILL)
    assert owners(team.shanghai) == {"Zhao"}
    assert owners(team.beijing) == {"Li"}


def test_evenly_means_by_what_each_holds_already(team):
    for _at in range(20):
        factories.make_account(team.li)
    team.carried_out()
    assert owners(team.shanghai) | owners(team.beijing) == {"Zhao"}


def test_who_reported_to_the_leaver_reports_to_the_first_receiver(team):
    team.carried_out()
    assert fresh(team.sun).manager == team.li


def test_cut_off_half_way_it_goes_on_where_it_stopped(team, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 3)
    row = team.plan()
    actions.start_handover(OPERATOR, row)
    actions._batch(row, OPERATOR, HandoverItem.Outcome.WAITING)
    assert row.items.filter(outcome="moved").count() == 3
    run_handover.call(row.pk)
    run_handover.call(row.pk)
    assert fresh(row).status == "done"
    assert Event.objects.unscoped("tests").filter(context__handover=row.pk, changes__has_key="owner").count() == 10


def test_what_changed_hands_meanwhile_is_left_alone_and_said(team):
    row = team.plan()
    Account.objects.unscoped("tests").filter(pk=team.beijing.pk).update(owner=team.boss)
    actions.start_handover(OPERATOR, row)
    run_handover.call(row.pk)
    assert fresh(team.beijing).owner == team.boss
    assert row.items.filter(outcome="skipped").count() == 1


def test_within_a_week_it_can_be_taken_back(team):
    row = team.carried_out()
    Account.objects.unscoped("tests").filter(pk=team.beijing.pk).update(owner=team.boss)
    actions.undo_handover(OPERATOR, row)
    assert owners(team.shanghai) == {"Wang"}
    assert fresh(team.beijing).owner == team.boss  # has gone on from there
    assert fresh(row).status == "undone"


def test_after_a_week_it_cannot(team):
    row = team.carried_out()
    Handover.objects.unscoped("tests").filter(pk=row.pk).update(done_at=timezone.now() - dt.timedelta(days=8))
    with pytest.raises(Refused, match="seven days"):
        actions.undo_handover(OPERATOR, fresh(row))


def test_nobody_takes_over_from_himself_or_after_leaving(team):
    for receivers, why in (([], "at least one"), ([team.wang], "himself")):
        with pytest.raises(ValidationError, match=why):
            actions.plan_handover(OPERATOR, member=team.wang, receivers=receivers)
    plan_leaving(OPERATOR, team.zhao, left_on=TODAY + dt.timedelta(days=3))
    with pytest.raises(ValidationError, match="leaving"):
        team.plan(fresh(team.zhao))


def test_one_plan_at_a_time(team):
    row = team.plan()
    with pytest.raises(ValidationError, match="under way"):
        team.plan()
    actions.drop_handover(OPERATOR, row)
    assert team.plan().pk


def test_a_rep_hands_nothing_over_and_a_manager_only_his_people(team):
    with pytest.raises(Forbidden):
        team.plan(actor=factories.actor_of(team.li))
    with pytest.raises(Forbidden):
        team.plan(actor=factories.actor_of(fresh(team.sun)))
    assert team.plan(actor=factories.actor_of(team.boss)).pk


# -- leaving ---------------------------------------------------------------------------------------------------------


def test_a_leaver_works_until_his_day_and_then_his_login_is_dead(team, client):
    plan_leaving(OPERATOR, team.wang, left_on=TODAY + dt.timedelta(days=5), reason="new job")
    wang = fresh(team.wang)
    token = ApiToken(user=wang.user, name="t", prefix="p", digest="d", scopes=["*"])
    token.save()
    client.force_login(wang.user)
    assert (wang.status, client.get("/").status_code) == ("leaving", 200)
    assert end_service(TODAY) == 0
    assert end_service(TODAY + dt.timedelta(days=5)) == 1
    assert client.get("/").status_code == 302
    assert not fresh(wang).user.is_active
    assert fresh(token).revoked_at is not None
    assert fresh(wang).status == "leaving"  # still holds records
    assert end_service(TODAY + dt.timedelta(days=6)) == 0


def test_left_only_when_everything_is_handed_over(team):
    plan_leaving(OPERATOR, team.wang, left_on=TODAY)
    assert fresh(team.wang).status == "leaving"
    with pytest.raises(ValidationError, match="Hand over first"):
        members.edit(OPERATOR, fresh(team.wang), status="left")
    team.carried_out()
    assert end_service() == 1
    assert fresh(team.wang).status == "left"
    assert end_service() == 0


def test_his_places_end_on_his_day_and_later_ones_are_gone(team):
    later = TODAY + dt.timedelta(days=60)
    Assignment(member=team.wang, manager=team.boss, valid_from=later).save()
    plan_leaving(OPERATOR, team.wang, left_on=TODAY + dt.timedelta(days=30))
    ends = Assignment.objects.unscoped("tests").filter(member=team.wang).values_list("valid_to", flat=True)
    assert list(ends) == [TODAY + dt.timedelta(days=30)]
    call_off_leaving(OPERATOR, fresh(team.wang))
    assert (fresh(team.wang).status, fresh(team.wang).left_on) == ("active", None)


def test_who_comes_back_keeps_number_and_history(team):
    plan_leaving(OPERATOR, team.zhao, left_on=TODAY)
    zhao = fresh(team.zhao)
    assert zhao.status == "left"
    with pytest.raises(ValidationError, match="left on"):
        rehire(OPERATOR, zhao, hired_on=TODAY - dt.timedelta(days=9))
    rehire(OPERATOR, zhao, hired_on=TODAY)
    again = fresh(zhao)
    assert (again.status, again.employee_no, again.left_on) == ("onboarding", team.zhao.employee_no, None)
    assert not again.user.is_active


def test_nobody_leaves_before_he_came(team):
    Member.objects.unscoped("tests").filter(pk=team.li.pk).update(hired_on=TODAY)
    with pytest.raises(ValidationError, match="was hired on"):
        plan_leaving(OPERATOR, fresh(team.li), left_on=TODAY)


def test_the_way_over_the_pages(team, client):
    client.force_login(team.boss.user)
    client.get("/", headers={"accept-language": "en"})
    page = client.get(reverse("handover_new", args=[team.wang.pk]))
    assert page.status_code == 200
    sent = {"receivers": [team.li.pk], "another": team.zhao.pk, "rule": "even"}
    client.post(reverse("handover_new", args=[team.wang.pk]), sent)
    row = Handover.objects.unscoped("tests").get()
    assert row.receivers == [team.li.pk, team.zhao.pk]
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(reverse("handover_list")).status_code == 200
    actions.start_handover(factories.actor_of(team.boss), row)
    run_handover.call(row.pk)
    done = client.get(row.get_absolute_url()).content.decode()
    assert "tone-success" in done
    client.force_login(team.li.user)
    assert client.get(row.get_absolute_url()).status_code in (403, 404)


def test_who_leaves_on_the_first_day_of_the_only_place_stands_nowhere():
    boss = factories.make_member("Boss")
    late = factories.make_member("Late", manager=boss, unit=factories.make_unit("New"), since=TODAY)
    assert (late.unit_id, late.manager_id) != (None, None)
    plan_leaving(OPERATOR, late, left_on=TODAY)
    now = Member.objects.unscoped("tests").get(pk=late.pk)
    assert (now.unit_id, now.manager_id, now.position_id) == (None, None, None)
    assert not ReportingLine.objects.unscoped("tests").filter(ancestor=boss.pk, descendant=late.pk).exists()


class Certified:
    """A product that takes a certificate; Wang's deal with Shanghai is about it."""

    def __init__(self, team: Team) -> None:
        category = SkillCategory.objects.unscoped("tests").get(code="product")
        self.skill = Skill(name="Cold chain licence", category=category)
        self.skill.save()
        self.product = Product(code="LL", name="Cold chain monitor", currency="CNY", certificate=self.skill)
        self.product.save()
        self.deal = Deal.objects.unscoped("tests").get(account=team.shanghai, status="open")
        Deal.objects.unscoped("tests").filter(pk=self.deal.pk).update(product=self.product)

    def certify(self, member: Member, until: dt.date | None) -> SkillEvidence:
        said = {"source": "test", "level": 3, "on": TODAY - dt.timedelta(days=300), "number": f"N-{member.pk}"}
        row = SkillEvidence(member=member, skill=self.skill, valid_until=until, **said)
        row.save()
        return row


@pytest.fixture
def certified(team) -> Certified:
    return Certified(team)


@pytest.mark.parametrize("rule", ["even", "place", "area", "skill"])
def test_no_rule_gives_a_certified_deal_to_who_holds_no_certificate(team, certified, rule):
    certified.certify(team.zhao, TODAY)
    certified.certify(team.li, TODAY - dt.timedelta(days=1))
    for city in ("上海", "上海"):
        factories.make_account(team.li, "At home", city=city)
    for _more in range(8):  # Zhao holds much more already
        factories.make_task(team.zhao, due_on=TODAY)
    row = team.carried_out(rule=rule)
    assert fresh(certified.deal).owner == team.zhao
    assert fresh(team.shanghai).owner == team.zhao, "what belongs to one customer stays together"
    assert row.before == row.after


def test_what_nobody_may_take_stays_and_the_rest_goes(team, certified):
    row = team.carried_out()
    assert fresh(certified.deal).owner == team.wang
    assert fresh(team.shanghai).owner in (team.li, team.zhao)
    assert row.items.get(kind="crm.deal", object_id=certified.deal.pk).outcome == HandoverItem.Outcome.BARRED
    assert row.before == row.after
    assert holdings.held(team.wang) == {"crm.deal": 1}
    actions.undo_handover(OPERATOR, row)
    assert fresh(team.shanghai).owner == team.wang


def test_tasks_and_quotes_stay_with_a_deal_that_stays_and_go_where_it_goes(team, certified):
    about = {"account": team.shanghai, "deal": certified.deal}
    task, other = factories.make_task(team.wang, **about), factories.make_task(team.wang, account=team.shanghai)
    quote = Quote(owner=team.wang, name="Offer", number="Q-1", currency="CNY", **about)
    quote.save()
    row = team.carried_out()
    assert {fresh(one).owner for one in (certified.deal, task, quote)} == {team.wang}
    assert fresh(other).owner in (team.li, team.zhao)
    assert holdings.held(team.wang) == {"crm.deal": 1, "activities.task": 1, "crm.quote": 1}
    actions.undo_handover(OPERATOR, row)
    certified.certify(team.zhao, None)
    team.carried_out()
    assert {fresh(one).owner for one in (certified.deal, task, quote)} == {team.zhao}


def test_a_deal_goes_to_the_next_receiver_where_nobody_may_take_the_whole_customer(team, certified):
    second = Skill(name="Laser licence", category=certified.skill.category)
    second.save()
    laser = Product(code="LA", name="Laser", currency="CNY", certificate=second)
    laser.save()
    other = factories.make_deal(team.wang, account=team.shanghai)
    Deal.objects.unscoped("tests").filter(pk=other.pk).update(product=laser)
    certified.certify(team.li, None)
    SkillEvidence(member=team.zhao, skill=second, source="manager", level=3, on=TODAY, number="L-1").save()
    team.carried_out()
    assert (fresh(certified.deal).owner, fresh(other).owner) == (team.li, team.zhao)


def test_a_certificate_lost_or_won_between_plan_and_day_counts(team, certified):
    paper = certified.certify(team.zhao, TODAY)
    row = team.plan()
    assert row.items.get(kind="crm.deal", object_id=certified.deal.pk).receiver == team.zhao
    SkillEvidence.objects.unscoped("tests").filter(pk=paper.pk).update(archived_at=timezone.now())
    certified.certify(team.li, TODAY)
    actions.start_handover(OPERATOR, row)
    run_handover.call(row.pk)
    assert fresh(certified.deal).owner == team.li


def test_the_plan_says_who_may_not_take_what_and_why(team, certified, client):
    client.force_login(team.boss.user)
    certified.certify(team.li, dt.date(2026, 3, 1))
    row = team.plan()
    html = client.get(row.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "“Cold chain monitor” takes the certificate “Cold chain licence”, and Zhao has none." in html
    assert "and that of Li ended on" in html
    assert "1 record stays with Wang" in html
    assert certified.deal.get_absolute_url() in html
    certified.certify(team.zhao, None)
    html = client.get(team_plan_anew(team, row).get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "stays with Wang" not in html
    assert "Zhao has none" not in html


def team_plan_anew(team: Team, row: Handover) -> Handover:
    actions.drop_handover(OPERATOR, row)
    return team.plan()
