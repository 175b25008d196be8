"""Teams with an end and a level, the map of who counts at a customer, and tags."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from muster.access.scope import Forbidden, NotVisible, can
from muster.activities.actions.activity import log_activity
from muster.crm.actions.account import accounts, add_to_team, change_in_team, contacts
from muster.crm.actions.merging import merge_accounts
from muster.crm.actions.stakeholder import map_contact, relate_contacts, tag_account, tags, unmap_contact
from muster.crm.models import Account, AccountMember, AccountTag, Acquaintance, Contact, Deal, Stakeholder, Tag
from tests.factories import actor_of, make_account, make_contact, make_deal, make_pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pipeline(firm):
    return make_pipeline()


def sees(member, row) -> bool:
    return type(row).objects.visible_to(actor_of(member)).filter(pk=row.pk).exists()


def on_day(day: int):
    return time_machine.travel(dt.datetime(2026, 6, day, 4, tzinfo=dt.UTC), tick=False)


# -- teams -------------------------------------------------------------------------------------------------------------


def test_a_teammate_sees_until_his_day_is_over(firm):
    account = make_account(firm.wang)
    contact = make_contact(account)
    add_to_team(actor_of(firm.wang), account=account, member=firm.li, until=dt.date(2026, 6, 16))
    for day, seen in ((15, True), (16, True), (17, False)):
        with on_day(day):
            assert (sees(firm.li, account), sees(firm.li, contact)) == (seen, seen)


def test_who_comes_back_gets_his_old_row(firm):
    account = make_account(firm.wang)
    first = add_to_team(actor_of(firm.wang), account=account, member=firm.li, until=dt.date(2026, 6, 16), level="read")
    with on_day(18):
        again = add_to_team(actor_of(firm.wang), account=account, member=firm.li)
        assert (again.pk, again.level, again.until) == (first.pk, "edit", None)
        assert sees(firm.li, account)


def test_a_day_that_is_over_is_no_end(firm):
    with pytest.raises(ValidationError, match="day is over"):
        add_to_team(actor_of(firm.wang), account=make_account(firm.wang), member=firm.li, until=dt.date(2026, 6, 14))


@pytest.mark.parametrize(
    ("level", "logs", "edits"), [("read", False, False), ("comment", True, False), ("edit", True, True)]
)
def test_what_each_level_may(firm, level, logs, edits):
    account, actor = make_account(firm.wang), actor_of(firm.li)
    add_to_team(actor_of(firm.wang), account=account, member=firm.li, level=level)
    assert can(actor, "crm.account.edit", account) is edits
    if edits:
        accounts.edit(actor, account, city="上海")
    else:
        with pytest.raises(Forbidden):
            accounts.edit(actor, account, city="上海")
    if logs:
        log_activity(actor, kind="call", subject="Hello", account=account)
    else:
        with pytest.raises(ValidationError, match="read this customer only"):
            log_activity(actor, kind="call", subject="Hello", account=account)


def test_who_may_not_edit_lets_nobody_in(firm):
    account = make_account(firm.wang)
    row = add_to_team(actor_of(firm.wang), account=account, member=firm.li, level="comment")
    with pytest.raises(Forbidden):
        add_to_team(actor_of(firm.li), account=account, member=firm.other)
    with pytest.raises(Forbidden):
        change_in_team(actor_of(firm.li), row, level="edit")
    row = change_in_team(actor_of(firm.wang), row, level="edit", part="Expert")
    assert (row.level, row.part) == ("edit", "Expert")


def test_deals_come_along_only_where_it_was_said_and_only_to_see(firm):
    account = make_account(firm.wang)
    deal = make_deal(firm.wang, account=account)
    row = add_to_team(actor_of(firm.wang), account=account, member=firm.li)
    assert not sees(firm.li, deal)
    change_in_team(actor_of(firm.wang), row, with_deals=True, level="edit")
    assert sees(firm.li, deal)
    assert not can(actor_of(firm.li), "crm.deal.edit", deal)
    assert not Deal.objects.counted_for(actor_of(firm.li)).exists()


def test_the_owner_sees_what_others_add_to_his_customer(firm):
    account = make_account(firm.wang, team=(firm.li,))
    deal = make_deal(firm.li, account=account)
    done = log_activity(actor_of(firm.li), kind="call", subject="Helped", account=account)
    contact = contacts.create(actor_of(firm.li), account=account, name="New")
    assert [sees(firm.wang, row) for row in (deal, done, contact)] == [True, True, True]
    assert not Deal.objects.counted_for(actor_of(firm.wang)).exists()


def test_somebody_joining_by_a_deal_is_on_the_team_again(firm):
    account = make_account(firm.wang)
    add_to_team(actor_of(firm.wang), account=account, member=firm.li, until=dt.date(2026, 6, 15))
    with on_day(20):
        log_activity(actor_of(firm.boss), kind="call", subject="Hello", account=account)
        assert AccountMember.objects.unscoped("tests").filter(account=account).count() == 2


# -- who counts --------------------------------------------------------------------------------------------------------


def test_the_map_says_who_counts(firm, login):
    account = make_account(firm.wang)
    one, two = make_contact(account, "李雷", title="总经理"), make_contact(account, "韩梅梅")
    actor = actor_of(firm.wang)
    map_contact(actor, one, role="decides", attitude=2, influence=5, known_by=firm.wang)
    map_contact(actor, two, role="uses", attitude=-1)
    map_contact(actor, two, role="uses", attitude=-2, influence=2)
    relate_contacts(actor, two, other=one, kind="reports")
    assert Stakeholder.objects.visible_to(actor).count() == 2
    page = login(firm.wang).get(f"/customers/{account.pk}/map/").content.decode()
    for text in ("李雷", "For us", "Against us", "reports to", "None of us knows them", "Holds the budget"):
        assert text in page
    assert login(firm.li).get(f"/customers/{account.pk}/map/").status_code == 404
    unmap_contact(actor, two)
    assert Stakeholder.objects.visible_to(actor).count() == 1


def test_what_makes_no_sense_on_the_map_is_refused(firm):
    account, actor = make_account(firm.wang), actor_of(firm.wang)
    one, foreign = make_contact(account), make_contact(make_account(firm.wang))
    with pytest.raises(ValidationError):
        map_contact(actor, one, role="decides", influence=6)
    with pytest.raises(ValidationError, match="nobody reports to oneself"):
        relate_contacts(actor, one, other=one, kind="reports")
    with pytest.raises(ValidationError, match="another customer"):
        relate_contacts(actor, one, other=foreign, kind="reports")
    with pytest.raises(NotVisible):
        map_contact(actor_of(firm.li), one, role="decides")


def test_the_map_costs_as_many_queries_for_three_as_for_one(firm, login, django_assert_max_num_queries):
    account = make_account(firm.wang)

    def count() -> int:
        with django_assert_max_num_queries(30) as found:
            login(firm.wang).get(f"/customers/{account.pk}/map/")
        return len(found)

    def add() -> Contact:
        contact = make_contact(account)
        map_contact(actor_of(firm.wang), contact, role="decides", known_by=firm.wang)
        return contact

    first = add()
    relate_contacts(actor_of(firm.wang), first, other=make_contact(account), kind="knows")
    few = count()
    for _at in range(2):
        relate_contacts(actor_of(firm.wang), add(), other=first, kind="listens")
    assert count() == few


# -- tags --------------------------------------------------------------------------------------------------------------


def test_tags_are_shared_bounded_and_found_by(firm, login):
    vip, cold = (tags.create(actor_of(firm.ops), name=name, tone="red") for name in ("VIP", "Cold"))
    account, other = make_account(firm.wang), make_account(firm.wang)
    tag_account(actor_of(firm.wang), account, tags=[vip, cold])
    tag_account(actor_of(firm.wang), account, tags=[vip])
    assert AccountTag.objects.unscoped("tests").count() == 1
    page = login(firm.wang).get(f"/customers/?tag={vip.pk}").content.decode()
    assert f"/customers/{account.pk}/" in page
    assert f"/customers/{other.pk}/" not in page
    with pytest.raises(Forbidden):
        tags.create(actor_of(firm.wang), name="Mine")
    many = [Tag(name=f"T{at}") for at in range(11)]
    Tag.objects.bulk_create(many)
    with pytest.raises(ValidationError, match="At most 10"):
        tag_account(actor_of(firm.wang), account, tags=list(Tag.objects.unscoped("tests").filter(name__startswith="T")))


def test_tags_and_acquaintances_go_along_in_a_merge(firm):
    one, other = make_account(firm.wang), make_account(firm.wang)
    both, only = (tags.create(actor_of(firm.ops), name=name) for name in ("Both", "Only"))
    tag_account(actor_of(firm.wang), one, tags=[both])
    tag_account(actor_of(firm.wang), other, tags=[both, only])
    merge_accounts(actor_of(firm.boss), one, other=other)
    assert {row.tag for row in AccountTag.objects.unscoped("tests").filter(account=one)} == {both, only}
    assert not Acquaintance.objects.unscoped("tests").exists()
    assert Account.objects.visible_to(actor_of(firm.wang)).filter(archived_at=None).count() == 1
