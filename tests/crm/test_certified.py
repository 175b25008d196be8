"""A product that takes a certificate is sold by those who hold it; what somebody wins counts for what rules give."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation

from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.deal import deals, transfer_deal
from muster.crm.actions.lead import leads, transfer_lead
from muster.crm.actions.router import route_idle
from muster.crm.actions.routing import require_of_rule, rules, switch_rule
from muster.crm.actions.setup import products
from muster.crm.actions.trial import simulate
from muster.crm.models import Deal, Lead, Product, Routing, RoutingSkill
from muster.crm.queries.certified import coverage
from muster.crm.routing import Reason
from muster.people.actions.skill import merge_skill
from muster.people.models import Skill, SkillCategory, SkillEvidence, Source
from tests.factories import (
    actor_of,
    make_account,
    make_deal,
    make_member,
    make_pipeline,
    make_product,
    make_unit,
    operator,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
NOON = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        yield


def skill_of(name="Cold chain licence"):
    category = SkillCategory.objects.unscoped("tests").first()
    found = Skill(name=name, category=category)
    found.save()
    return found


def certify(member, skill, until=None, number="C-1", source=Source.TEST):
    on = min(TODAY, until or TODAY) - dt.timedelta(days=400)
    row = SkillEvidence(member=member, skill=skill, source=source, level=3, on=on, number=number, valid_until=until)
    row.save()
    return row


@pytest.fixture
def firm():
    """A head over three who sell: Ann holds the certificate, Bob's ended in May, Cid says himself that he has one."""
    make_pipeline()
    unit = make_unit("North")
    head = make_member("Head", unit=unit, role="manager")
    ann, bob, cid = (make_member(name, unit=unit, manager=head) for name in ("Ann", "Bob", "Cid"))
    unit.head = head
    unit.save()
    skill = skill_of()
    certify(ann, skill, dt.date(2026, 12, 31))
    certify(bob, skill, dt.date(2026, 5, 31))
    certify(cid, skill, dt.date(2027, 5, 31), source=Source.SELF)
    product = make_product("Cold box", certificate=skill)
    return unit, head, ann, bob, cid, skill, product


def rule_of(unit, **fields):
    row = rules.create(operator, **{"name": "Cold", "kind": "crm.lead", "unit": unit, "mode": "best", **fields})
    switch_rule(operator, row, on=True)
    return row


def lead_of(**fields):
    return leads.create(operator, **{"name": "Li Lei", "company": "Frost", "owner": None, **fields})


def test_rules_give_a_lead_of_such_a_product_only_to_who_holds_the_certificate_and_say_so(firm):
    unit, head, _ann, bob, cid, _skill, product = firm
    rule_of(unit)
    cold, other = lead_of(product=product), lead_of()
    for _ in range(3):
        lead_of(product=product)
    route_idle()
    assert set(Lead.objects.unscoped("tests").filter(product=product).values_list("owner__name", flat=True)) == {"Ann"}
    assert Lead.objects.unscoped("tests").get(pk=other.pk).owner is not None
    noted = Routing.objects.unscoped("tests").get(object_id=cold.pk)
    why = {pk: str(Reason.read(one)) for pk, one in noted.refused}
    assert why == {
        head.pk: "no certificate “Cold chain licence”, which “Cold box” takes",
        bob.pk: "certificate “Cold chain licence” ended on May 31, “Cold box” takes it",
        cid.pk: "no certificate “Cold chain licence”, which “Cold box” takes",
    }
    assert str(Reason.read(noted.reason)).endswith(
        "; holds “Cold chain licence”, which “Cold box” takes (3 left out without it)"
    )


def test_with_nobody_left_it_waits_with_the_reason(firm):
    unit, _head, ann, *_rest, product = firm
    SkillEvidence.objects.unscoped("tests").filter(member=ann).delete()
    rule_of(unit)
    lead_of(product=product)
    assert route_idle() == 0
    noted = Routing.objects.unscoped("tests").get()
    assert noted.status == "waiting"
    assert "no certificate “Cold chain licence”, which “Cold box” takes (3)" in str(Reason.read(noted.reason))


def test_by_hand_neither_deal_nor_lead_goes_to_who_does_not_hold_it(firm):
    _unit, head, ann, bob, cid, _skill, product = firm
    actor = actor_of(head)
    deal, lead = make_deal(ann, product=product), lead_of(owner=ann, product=product)
    said = (
        "“Cold box” takes the certificate “Cold chain licence”, and that of Bob ended on 5/31: choose somebody who "
        "holds it, or enter the renewed one on the page of Bob."
    )
    for verb, row in ((transfer_deal, deal), (transfer_lead, lead)):
        with pytest.raises(ValidationError) as refused:
            verb(actor, row, owner=bob)
        assert "Cold box" in refused.value.messages[0]
        assert refused.value.messages[0].startswith(said.split(" ended", maxsplit=1)[0])
        assert "31" in refused.value.messages[0]
        with pytest.raises(ValidationError, match="and Cid has none"):
            verb(actor, row, owner=cid)
    assert Deal.objects.unscoped("tests").get(pk=deal.pk).owner == ann
    assert Lead.objects.unscoped("tests").get(pk=lead.pk).owner == ann


def test_nobody_opens_or_changes_to_what_he_may_not_sell_but_edits_the_rest(firm):
    _unit, _head, ann, bob, _cid, _skill, product = firm
    with pytest.raises(ValidationError, match="that of Bob ended"):
        deals.create(actor_of(bob), name="Frost", product=product)
    plain = make_deal(bob)
    with pytest.raises(ValidationError) as refused:
        deals.edit(actor_of(bob), plain, product=product)
    assert list(refused.value.error_dict) == ["product"]
    old = make_deal(bob, product=product)  # from when his certificate was valid
    assert deals.edit(actor_of(bob), old, next_step="Call").next_step == "Call"
    lead = lead_of(owner=ann, product=product)
    converted = convert_lead(actor_of(ann), lead, with_deal=True)
    assert converted.deal.product == product


def test_coverage_counts_active_members_of_the_branch_who_hold_it(firm):
    unit, _head, _ann, bob, *_rest, skill, product = firm
    (one,) = coverage(operator, unit.pk)
    assert (one.product, one.count, one.is_thin) == (product, 1, True)
    certify(bob, skill)
    (one,) = coverage(operator, unit.pk)
    assert (one.count, one.is_thin) == (2, False)
    (elsewhere,) = coverage(operator, make_unit("South").pk)
    assert elsewhere.count == 0


def test_the_pages_of_product_and_rule_warn_of_thin_coverage(firm, login):
    unit, head, *_rest, product = firm
    page = login(head).get(f"/products/{product.pk}/").content.decode()
    assert "Only 1 active member of yours holds" in page
    rule = rule_of(unit)
    shown = login(make_member("Ops", role="salesops")).get(f"/routing/rules/{rule.pk}/").content.decode()
    assert "Thin coverage: 1 active member of North holds “Cold chain licence”" in shown


def test_a_merged_skill_takes_its_products_and_rules_along(firm):
    unit, *_rest, skill, product = firm
    into, rule = skill_of("Cold chain"), rule_of(unit)
    require_of_rule(operator, rule, skill=skill, level=4)
    merge_skill(operator, skill, into=into)
    assert Product.objects.unscoped("tests").get(pk=product.pk).certificate == into
    assert RoutingSkill.objects.unscoped("tests").get(rule=rule).skill == into


def test_sales_operations_say_which_certificate_a_product_takes(firm):
    *_rest, skill, _product = firm
    actor = actor_of(make_member("Ops", role="salesops"))
    made = products.create(actor, code="X1", name="Freezer", currency="CNY", certificate=skill)
    assert made.certificate == skill


# -- what they win -----------------------------------------------------------------------------------------------------


def closed(owner, won, lost, industry):
    account = make_account(owner, industry=industry)
    for at in range(won + lost):
        make_deal(owner, account=account, **({"won": TODAY} if at < won else {"lost": TODAY}))


def test_what_they_win_in_the_industry_counts_where_the_rule_says_so(firm):
    unit, _head, ann, bob, cid, *_rest = firm
    closed(ann, 1, 9, "Medical")
    closed(bob, 9, 1, "Medical")
    closed(cid, 4, 0, "Medical")  # under the floor of five: nothing is said of him
    rule = rule_of(unit, only_named=False, wins_count=True)
    lead = lead_of(industry="Medical")
    route_idle()
    noted = Routing.objects.unscoped("tests").get(object_id=lead.pk)
    assert noted.owner == bob
    assert "(won 9 of 10 in Medical: 60% to 98%)" in str(Reason.read(noted.reason))
    trial = simulate(operator, rule, TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1))
    assert [str(one.reason) for one in trial.lines if one.row.pk == lead.pk] == [str(Reason.read(noted.reason))]


def test_of_whom_too_little_is_known_the_mean_counts_and_the_reason_says_so(firm):
    unit, _head, _ann, _bob, cid, *_rest = firm
    closed(cid, 4, 0, "Medical")
    rule_of(unit, wins_count=True)
    lead = lead_of(industry="Medical")
    route_idle()
    noted = Routing.objects.unscoped("tests").get(object_id=lead.pk)
    assert "too few closed deals in Medical to say" in str(Reason.read(noted.reason))


def test_a_rule_that_does_not_say_so_leaves_wins_alone(firm):
    unit, _head, _ann, bob, *_rest = firm
    closed(bob, 9, 1, "Medical")
    rule_of(unit)
    lead = lead_of(industry="Medical")
    route_idle()
    noted = Routing.objects.unscoped("tests").get(object_id=lead.pk)
    assert "wins" not in str(Reason.read(noted.reason))
