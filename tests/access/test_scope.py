"""The scope engine: nothing is read without saying whose eyes are used, and nobody reads more than his scope."""

import copy
import pickle

import pytest
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Subquery
from django.db.models.functions import Lower
from hypothesis import given
from hypothesis import strategies as st

from muster.access.models import Grant, Role, RoleAssignment
from muster.access.scope import Scope, ScopeMissing, can
from muster.crm.models import Account, Deal
from muster.people.models import Member
from tests.factories import actor_of, make_account, make_deal, make_member, make_unit

pytestmark = pytest.mark.django_db

WAYS = {
    "list": list,
    "len": len,
    "bool": bool,
    "iterate": lambda rows: next(iter(rows)),
    "iterator": lambda rows: next(rows.iterator()),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "earliest": lambda rows: rows.earliest("pk"),
    "in_bulk": lambda rows: rows.in_bulk(),
    "index": lambda rows: rows[0],
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk")),
    "dates": lambda rows: list(rows.dates("created_at", "day")),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "update": lambda rows: rows.update(name="x"),
    "delete": lambda rows: rows.delete(),
    "get_or_create": lambda rows: rows.get_or_create(name="x"),
    "update_or_create": lambda rows: rows.update_or_create(name="x"),
    "union": lambda rows: list(rows.union(rows.filter(pk=1))),
    "or": lambda rows: list(rows | rows.filter(pk=1)),
    "and": lambda rows: list(rows & rows.filter(pk=1)),
    "contains": lambda rows: rows.contains(Account(pk=1)),
    "explain": lambda rows: rows.explain(),
    "subquery": lambda rows: list(Deal.objects.unscoped("tests").filter(account__in=rows)),
    "subquery of its query": lambda rows: list(Deal.objects.unscoped("tests").filter(account__in=rows.query)),
    "values as subquery": lambda rows: list(Deal.objects.unscoped("tests").filter(account__in=rows.values("pk"))),
    "exclude": lambda rows: list(Deal.objects.unscoped("tests").exclude(account__in=rows)),
    "exclude over many rows": lambda rows: list(Account.objects.unscoped("tests").exclude(deals__account__in=rows)),
    "Subquery": lambda rows: list(
        Deal.objects.unscoped("tests").annotate(x=Subquery(rows.filter(pk=OuterRef("account")).values("name")[:1]))
    ),
    "Exists": lambda rows: list(
        Deal.objects.unscoped("tests").filter(Exists(rows.filter(pk=OuterRef("account")))),
    ),
    "not Exists": lambda rows: Deal.objects.unscoped("tests").filter(~Exists(rows)).count(),
    "its SQL": lambda rows: str(rows.query),
    "prefetch": lambda rows: list(Account.objects.unscoped("tests").prefetch_related("deals")),
}


@pytest.mark.parametrize("way", WAYS)
def test_reading_without_eyes_raises(way):
    make_deal(make_member(), account=make_account())
    with pytest.raises(ScopeMissing):
        WAYS[way](Account.objects.all())


@pytest.mark.parametrize(
    "read",
    [
        lambda mine, all_: mine.filter(Exists(all_.filter(pk=OuterRef("account")))),
        lambda mine, all_: mine.annotate(n=Subquery(all_.filter(pk=OuterRef("account")).values("name")[:1])),
        lambda mine, all_: mine.filter(account__in=all_),
        lambda mine, all_: mine.exclude(account__in=all_.exclude(name="A")),
    ],
)
def test_a_query_within_a_query_is_read_once_both_have_eyes(read):
    rep = make_member()
    deal = make_deal(rep, account=make_account(rep, "A"))
    actor = actor_of(rep)
    mine, accounts = Deal.objects.visible_to(actor), Account.objects.all()
    assert list(read(mine, accounts.visible_to(actor))) == [deal]
    assert list(read(mine, accounts.unscoped("tests"))) == [deal]
    with pytest.raises(ScopeMissing):
        list(read(mine, accounts))


def test_what_django_excludes_over_many_rows_needs_no_eyes_of_its_own():
    rep = make_member()
    with_deal, without = make_account(rep), make_account(rep)
    make_deal(rep, account=with_deal, name="Big")
    rows = Account.objects.visible_to(actor_of(rep))
    assert list(rows.exclude(deals__name="Big")) == [without]


def test_related_rows_need_eyes_too():
    account = make_account()
    with pytest.raises(ScopeMissing):
        account.deals.count()


def test_what_is_scoped_can_be_prefetched():
    rep = make_member()
    make_deal(rep, account=make_account(rep))
    deals = Deal.objects.visible_to(actor_of(rep))
    rows = Account.objects.visible_to(actor_of(rep)).prefetch_related(Prefetch("deals", deals))
    assert [len(row.deals.all()) for row in rows] == [1]


def colleague(**fields):
    return make_member(phone="13812345678", personal_email="private@example.com", **fields)


def test_a_colleagues_phone_is_masked_and_ones_own_is_not():
    me, other = colleague(), colleague()
    actor = actor_of(me)
    assert Member.objects.visible_to(actor).get(pk=other.pk).phone == "138****5678"
    assert Member.objects.visible_to(actor).get(pk=other.pk).personal_email == ""
    assert Member.objects.visible_to(actor).get(pk=me.pk).phone == "13812345678"


def test_a_sensitive_value_shows_nothing_over_a_link():
    me, other = make_member(role="director"), colleague()
    make_deal(other)
    deal = Deal.objects.visible_to(actor_of(me)).select_related("owner").get()
    assert deal.owner.phone == ""
    assert Deal.objects.visible_to(actor_of(me)).get().owner.phone == ""


@pytest.mark.parametrize(
    "read",
    [
        lambda rows: list(rows.values("phone")),
        lambda rows: list(rows.values_list("phone", flat=True)),
        lambda rows: list(rows.values(p=F("phone"))),
        lambda rows: list(rows.annotate(p=Lower("phone")).values("p")),
        lambda rows: list(Deal.objects.visible_to(rows._eyes).values("owner__phone")),
        lambda rows: list(rows.values()),
    ],
)
def test_sensitive_columns_do_not_leave_as_values(read):
    me = colleague()
    make_deal(me)
    with pytest.raises(ScopeMissing):
        read(Member.objects.visible_to(actor_of(me)))


def test_saving_a_masked_row_keeps_the_true_value():
    other = colleague()
    row = Member.objects.visible_to(actor_of(make_member())).get(pk=other.pk)
    row.about = "changed"
    row.save()
    other.refresh_from_db()
    assert Member.objects.unscoped("tests").get(pk=other.pk).phone == "13812345678"


@pytest.mark.parametrize("carry", [copy.copy, copy.deepcopy, lambda row: pickle.loads(pickle.dumps(row))])
def test_a_masked_row_stays_masked_when_carried_about(carry):
    other = colleague()
    row = Member.objects.visible_to(actor_of(make_member())).get(pk=other.pk)
    assert carry(row).phone == "138****5678"


def test_deferred_sensitive_fields_are_masked_when_loaded():
    other = colleague()
    row = Member.objects.visible_to(actor_of(make_member())).defer("phone").get(pk=other.pk)
    assert row.phone == "138****5678"


def grant(member: Member, permission: str, scope: str) -> None:
    role = Role(key=f"role{member.pk}", name="Test")
    role.save()
    Grant(role=role, permission=permission, scope=scope).save()
    RoleAssignment(user=member.user, role=role).save()


@given(
    tree=st.lists(st.integers(0, 6), min_size=1, max_size=7),
    viewer=st.integers(0, 7),
    scope=st.sampled_from(Scope.values),
)
def test_each_scope_holds_exactly_whom_it_says(tree, viewer, scope):
    """TREE[i] is the manager of person i + 1 (or nobody); units follow parity, the odd ones below the even."""
    upper = make_unit()
    lower = make_unit(parent=upper)
    people, bosses = [], []
    for at in range(len(tree) + 1):
        boss = tree[at - 1] if at and tree[at - 1] < at else None
        bosses.append(boss)
        manager = people[boss] if boss is not None else None
        people.append(make_member(manager=manager, unit=lower if at % 2 else upper, role="sysadmin"))
    me = viewer % len(people)
    grant(people[me], "crm.deal.view", scope)
    deals = [make_deal(person) for person in people]

    def under(one: int) -> bool:
        while one is not None:
            if one == me:
                return True
            one = bosses[one]
        return False

    expected = {
        "own": lambda one: one == me,
        "own_reports": under,
        "unit": lambda one: one % 2 == me % 2,
        "unit_below": lambda one: one % 2 == me % 2 or me % 2 == 0,
        "all": lambda one: True,
    }[scope]
    actor = actor_of(people[me])
    seen = set(Deal.objects.visible_to(actor).values_list("pk", flat=True))
    wanted = {deals[one].pk for one in range(len(people)) if expected(one)}
    assert seen & {deal.pk for deal in deals} == wanted
    assert all(can(actor, "crm.deal.view", deal) == (deal.pk in wanted) for deal in deals)


def test_who_has_no_place_sees_only_his_own():
    loner = make_member()
    make_deal(make_member())
    mine = make_deal(loner)
    grant(loner, "crm.deal.view", Scope.UNIT_BELOW)
    assert list(Deal.objects.visible_to(actor_of(loner))) == [mine]
