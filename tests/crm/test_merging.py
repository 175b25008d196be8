"""Two records become one, and can become two again."""

import datetime as dt

import pytest
import time_machine

from muster.access.action import Refused
from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.models import Activity, Task
from muster.crm.actions.account import accounts
from muster.crm.actions.merging import choices, merge_accounts, merge_contacts, undo_merge
from muster.crm.models import Account, AccountMember, AccountScore, Contact, Deal, Merge
from tests.factories import actor_of, make_account, make_activity, make_contact, make_deal, make_pipeline, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pipeline(firm):
    return make_pipeline()


def again(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


@pytest.fixture
def two(firm):
    """Wang's customer and Li's, which are one company; both report to the boss."""
    one = make_account(firm.wang, "樱宁", city="上海", last_activity_on=dt.date(2026, 6, 1))
    other = make_account(
        firm.li, "樱宁精密", city="苏州", industry="制造", website="https://y.cn", last_activity_on=dt.date(2026, 6, 9)
    )
    return one, other


def merge_of(survivor) -> Merge:
    return Merge.objects.unscoped("tests").get(survivor_id=survivor.pk)


def test_everything_that_hung_on_the_other_hangs_on_the_survivor(firm, two):
    one, other = two
    contact = make_contact(other)
    rows = [
        contact,
        make_deal(firm.li, account=other, contact=contact),
        make_activity(firm.li, account=other),
        make_task(firm.li, account=other),
    ]
    below = make_account(firm.li, "樱宁苏州", parent=other)
    member = AccountMember(account=other, member=firm.ops)
    member.save()
    merged = merge_accounts(actor_of(firm.boss), one, other=other)
    for row in (*rows, member):
        assert again(row).account_id == one.pk
    assert again(below).parent_id == one.pk
    assert (merged.name, merged.city, merged.industry, merged.website) == ("樱宁", "上海", "制造", "https://y.cn")
    assert again(one).last_activity_on == dt.date(2026, 6, 9)
    gone = again(other)
    assert gone.archived_at is not None
    assert gone.merged_into_id == one.pk
    assert (
        AccountMember.objects.unscoped("tests").filter(account=one, member=firm.li).exists()
    )  # its owner loses nothing


def test_one_chooses_field_by_field(firm, two):
    one, other = two
    assert {(each.name, each.prefers_other) for each in choices(one, other)} == {
        ("name", False),
        ("city", False),
        ("industry", True),
        ("website", True),
    }
    merged = merge_accounts(actor_of(firm.boss), one, other=other, take=["name"])
    assert (merged.name, merged.city, merged.industry) == ("樱宁精密", "上海", "")


def test_unknown_fields_and_such_that_are_not_to_choose_are_refused(firm, two):
    one, other = two
    for name in ("nothing", "owner", "id"):
        with pytest.raises(Refused, match="no field to choose"):
            merge_accounts(actor_of(firm.boss), one, other=other, take=[name])
    assert again(other).archived_at is None


def test_undone_it_is_as_before(firm, two):
    one, other = two
    contact, deal = make_contact(other), make_deal(firm.li, account=other)
    activity, task = make_activity(firm.li, account=other), make_task(firm.li, account=other)
    merge_accounts(actor_of(firm.boss), one, other=other)
    undo_merge(actor_of(firm.boss), merge_of(one))
    for row in (contact, deal, activity, task):
        assert again(row).account_id == other.pk
    assert (again(one).industry, again(one).website, again(one).last_activity_on) == ("", "", dt.date(2026, 6, 1))
    assert (again(other).archived_at, again(other).merged_into_id) == (None, None)
    assert not AccountMember.objects.unscoped("tests").exists()
    with pytest.raises(Refused, match="undone already"):
        undo_merge(actor_of(firm.boss), merge_of(one))


def test_what_was_touched_since_stays_when_a_merge_is_undone(firm, two):
    one, other = two
    moved, third = make_contact(other), make_account(firm.wang)
    merge_accounts(actor_of(firm.boss), one, other=other)
    accounts.edit(actor_of(firm.boss), again(one), industry="医疗")
    Contact.objects.unscoped("tests").filter(pk=moved.pk).update(account=third)
    undo_merge(actor_of(firm.boss), merge_of(one))
    assert again(one).industry == "医疗"
    assert again(moved).account_id == third.pk
    assert again(one).website == ""


def test_after_seven_days_it_is_final(firm, two):
    one, other = two
    merge_accounts(actor_of(firm.boss), one, other=other)
    with (
        time_machine.travel(dt.datetime(2026, 6, 22, 5, tzinfo=dt.UTC), tick=False),
        pytest.raises(Refused, match="seven days"),
    ):
        undo_merge(actor_of(firm.boss), merge_of(one))


def test_both_have_to_be_ones_own_to_merge(firm, two):
    one, _other = two
    foreign = make_account(firm.other)
    with pytest.raises(NotVisible):
        merge_accounts(actor_of(firm.boss), one, other=foreign)
    with pytest.raises(Forbidden):
        merge_accounts(actor_of(firm.wang), one, other=make_account(firm.wang))
    with pytest.raises(Refused, match="one and the same"):
        merge_accounts(actor_of(firm.boss), one, other=one)


def test_merged_away_it_cannot_be_merged_once_more(firm, two):
    one, other = two
    third = make_account(firm.wang)
    merge_accounts(actor_of(firm.boss), one, other=other)
    for survivor, second in ((third, other), (other, third)):
        with pytest.raises(Refused, match="archived"):
            merge_accounts(actor_of(firm.boss), survivor, other=second)


def test_a_daughter_that_becomes_its_mother_makes_no_circle(firm):
    top = make_account(firm.wang, "Top")
    mother = make_account(firm.wang, "Mother", parent=top)
    daughter = make_account(firm.wang, "Daughter", parent=mother)
    merge_accounts(actor_of(firm.boss), daughter, other=mother)
    assert again(daughter).parent_id == top.pk


@pytest.mark.parametrize("deep", [True, False])
def test_a_merge_within_a_group_makes_no_circle_and_is_undone(firm, deep):
    """Top over Mother over Middle over Low: the lowest becomes Mother, or Mother becomes the lowest."""
    top = make_account(firm.wang, "Top")
    mother = make_account(firm.wang, "Mother", parent=top)
    middle = make_account(firm.wang, "Middle", parent=mother)
    low = make_account(firm.wang, "Low", parent=middle)
    survivor, other = (low, mother) if deep else (mother, low)
    merge_accounts(actor_of(firm.boss), survivor, other=other)
    assert (again(survivor).parent_id, again(middle).parent_id) == (top.pk, survivor.pk)
    undo_merge(actor_of(firm.boss), merge_of(survivor))
    assert [again(one).parent_id for one in (mother, middle, low)] == [top.pk, mother.pk, middle.pk]


def test_what_stands_highest_takes_no_parent_of_its_own(firm):
    mother = make_account(firm.wang, "Mother")
    middle = make_account(firm.wang, "Middle", parent=mother)
    low = make_account(firm.wang, "Low", parent=middle)
    merge_accounts(actor_of(firm.boss), mother, other=low, take=["parent"])
    assert again(mother).parent_id is None


def test_two_persons_of_one_customer_become_one(firm):
    account = make_account(firm.wang)
    one, other = make_contact(account, "李雷"), make_contact(account, "李磊", phone="13812345678", title="采购")
    deal, activity = make_deal(firm.wang, account=account, contact=other), make_activity(firm.wang, contact=other)
    merge_contacts(actor_of(firm.boss), one, other=other)
    assert (again(deal).contact_id, again(activity).contact_id) == (one.pk, one.pk)
    assert (again(one).phone, again(one).title) == ("13812345678", "采购")
    with pytest.raises(Refused, match="two customers"):
        merge_contacts(actor_of(firm.boss), one, other=make_contact(make_account(firm.wang)))


def test_the_trail_says_what_became_of_it(firm, two):
    one, other = two
    merge_accounts(actor_of(firm.boss), one, other=other)
    names = set(
        Event.objects.unscoped("tests").filter(object_id__in=[one.pk, other.pk]).values_list("action", "object_id")
    )
    assert {("crm.account.merge", one.pk), ("crm.account.merged", other.pk)} <= names


def test_old_links_lead_to_the_survivor_for_all_who_see_it(firm, two, login):
    one, other = two
    AccountMember(account=other, member=firm.other).save()
    merge_accounts(actor_of(firm.boss), one, other=other)
    for member in (firm.boss, firm.li, firm.other):
        answer = login(member).get(f"/customers/{other.pk}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/customers/{one.pk}/")
    make_account(firm.wang)
    stranger = type(firm.wang).objects.unscoped("tests").get(pk=firm.admin.pk)
    assert login(stranger).get(f"/customers/{other.pk}/").status_code in (403, 404)


def test_the_pages_of_merging(firm, two, login):
    one, other = two
    make_deal(firm.li, account=other)
    client = login(firm.boss)
    assert client.get(f"/customers/{one.pk}/merge/").status_code == 200
    page = client.get(f"/customers/{one.pk}/merge/?other={other.pk}").content.decode()
    assert "苏州" in page
    assert "Deals: 1" in page
    answer = client.post(f"/customers/{one.pk}/merge/", {"other": other.pk, "chosen": "1", "take_one": ["city"]})
    assert answer.status_code == 302
    assert (again(one).city, again(one).industry) == ("苏州", "")
    pk = merge_of(one).pk
    assert f"/merges/{pk}/undo/" in client.get(f"/customers/{one.pk}/").content.decode()
    assert client.post(f"/merges/{pk}/undo/").status_code == 302
    assert (again(one).city, again(other).archived_at) == ("上海", None)


def test_what_the_merger_does_not_see_goes_along_all_the_same(firm, two):
    one, other = two
    hidden = make_deal(firm.other, account=other)
    merge_accounts(actor_of(firm.boss), one, other=other)
    assert again(hidden).account_id == one.pk
    assert not Deal.objects.visible_to(actor_of(firm.boss)).filter(pk=hidden.pk).exists()


def test_kinds_that_hang_on_accounts_are_all_registered():
    from muster.access.scope import policies
    from muster.crm.actions.belongs import belongings

    known = {one.model for one in belongings("crm.account")}
    links = {model for model in policies() for one in model._meta.concrete_fields if one.related_model is Account}
    stays = {Account, AccountScore}  # what was known of each on a day stays what it was
    assert links <= known | stays, "a kind of record with a link to accounts is left behind by a merge"
    assert {Activity, Task} <= known
