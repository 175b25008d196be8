"""What a stage asks for before a deal goes on, and what a deal is worth by its probability."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity, make_deal, make_pipeline, stage

from muster.access.models import CustomField
from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.deal import deals, lose_deal, move_deal, weigh_deal, win_deal
from muster.crm.actions.stage_rules import tick_criterion, untick_criterion
from muster.crm.models import Deal, DealTick, LossReason, StageCriterion
from muster.crm.queries.stage_rules import weighted

TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def pipeline(firm):
    return make_pipeline()


def ask(key="new", **rules):
    one = stage(key)
    for name, value in rules.items():
        setattr(one, name, value)
    one.save()
    return one


def criterion(name="Budget confirmed", key="new") -> StageCriterion:
    row = StageCriterion(stage=stage(key), name=name)
    row.save()
    return row


def fresh(deal: Deal) -> Deal:
    return Deal.objects.unscoped("test").select_related("stage").get(pk=deal.pk)


def refused(run) -> str:
    with pytest.raises(ValidationError) as caught:
        run()
    return " ".join(caught.value.messages)


def test_one_sentence_says_all_that_is_missing(firm):
    CustomField(record="crm.deal", key="use", name="Use").save()
    ask(required=["amount", "account", "custom.use"], needs_activity="visit")
    criterion()
    deal = make_deal(firm.wang, amount=None, stage_since=dt.date(2026, 6, 1))
    assert refused(lambda: move_deal(actor_of(firm.wang), deal, stage=stage("offer"))) == (
        "Before “Offer” this deal still needs: amount, account, Use, “Budget confirmed” ticked, "
        "an activity done since 2026-06-01 (Visit)."
    )
    assert fresh(deal).stage.key == "new"


def test_with_all_of_it_the_deal_goes_on(firm):
    CustomField(record="crm.deal", key="use", name="Use").save()
    ask(required=["amount", "custom.use"], needs_activity="visit")
    deal = make_deal(firm.wang, stage_since=dt.date(2026, 6, 1), custom={"use": "Cooling"})
    tick_criterion(actor_of(firm.wang), deal, criterion=criterion())
    make_activity(firm.wang, dt.date(2026, 6, 1), kind="visit", deal=deal)
    move_deal(actor_of(firm.wang), deal, stage=stage("offer"))
    assert fresh(deal).stage.key == "offer"


@pytest.mark.parametrize(
    ("kind", "on", "status"),
    [
        ("call", dt.date(2026, 6, 10), "done"),  # another kind
        ("visit", dt.date(2026, 5, 31), "done"),  # before it came here
        ("visit", dt.date(2026, 6, 10), "planned"),
    ],
)
def test_only_what_was_done_in_the_stage_is_proof(firm, kind, on, status):
    ask(needs_activity="visit")
    deal = make_deal(firm.wang, stage_since=dt.date(2026, 6, 1))
    make_activity(firm.wang, on, kind=kind, deal=deal, status=status)
    said = refused(lambda: move_deal(actor_of(firm.wang), deal, stage=stage("offer")))
    assert said == "Before “Offer” this deal still needs: an activity done since 2026-06-01 (Visit)."


def test_winning_asks_for_every_stage_on_the_way(firm):
    criterion("Contract checked", "offer")
    deal = make_deal(firm.wang)
    assert refused(lambda: win_deal(actor_of(firm.wang), deal)) == (
        "Before “Won” this deal still needs: “Contract checked” ticked."
    )
    assert (fresh(deal).status, fresh(deal).closed_on) == ("open", None)


def test_going_back_and_losing_ask_for_nothing(firm):
    criterion()
    criterion("Contract checked", "offer")
    deal = make_deal(firm.wang)
    Deal.objects.unscoped("test").update(stage=stage("offer"))
    deal = fresh(deal)
    move_deal(actor_of(firm.wang), deal, stage=stage("new"))
    lose_deal(actor_of(firm.wang), deal, reason=LossReason.objects.unscoped("test").get(key="price"))
    assert fresh(deal).status == "lost"


def test_a_new_deal_cannot_leap_over_the_rules(firm):
    ask(required=["account"])
    said = refused(lambda: deals.create(actor_of(firm.wang), name="Leap", stage=stage("offer")))
    assert said == "A deal that begins in “Offer” needs: account. Begin it in an earlier stage."
    assert deals.create(actor_of(firm.wang), name="Fine", account=make_account(firm.wang), stage=stage("offer")).pk


def test_a_criterion_no_longer_in_use_is_not_asked_for(firm):
    row = criterion()
    row.archived_at = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    row.save()
    deal = make_deal(firm.wang)
    move_deal(actor_of(firm.wang), deal, stage=stage("offer"))
    assert fresh(deal).stage.key == "offer"


def test_ticked_twice_is_ticked_once_and_can_be_taken_back(firm):
    deal, row, actor = make_deal(firm.wang), criterion(), actor_of(firm.wang)
    tick_criterion(actor, deal, criterion=row)
    tick_criterion(actor, deal, criterion=row)
    only = DealTick.objects.unscoped("test").get()
    assert (only.member, only.ticked_on) == (firm.wang, TODAY)
    untick_criterion(actor, deal, criterion=row)
    assert not DealTick.objects.unscoped("test").exists()


def test_nobody_ticks_for_another_team(firm):
    with pytest.raises((Forbidden, NotVisible)):
        tick_criterion(actor_of(firm.li), make_deal(firm.wang), criterion=criterion())


def test_a_refused_drag_opens_what_is_missing_and_leaves_the_card(firm, login):
    row, deal = criterion(), make_deal(firm.wang)
    client = login(firm.wang)
    drag, asks_json = {"stage": stage("offer").pk}, {"accept": "application/json"}
    answer = client.post(f"/deals/{deal.pk}/move/", drag, headers=asks_json)
    assert answer.json() == {"drawer": f"/deals/{deal.pk}/check/?stage={stage('offer').pk}"}
    page = client.get(answer.json()["drawer"]).content.decode()
    assert "Before “Offer” this deal still needs: “Budget confirmed” ticked." in page
    assert f'action="/deals/{deal.pk}/tick/"' in page
    client.post(f"/deals/{deal.pk}/tick/", {"criterion": row.pk, "next": f"/deals/{deal.pk}/"})
    assert client.post(f"/deals/{deal.pk}/move/", drag, headers=asks_json).json()["version"]


def test_fields_and_activities_are_linked_to_where_they_are_mended(firm, login):
    ask(required=["account"], needs_activity="visit")
    deal = make_deal(firm.wang)
    page = login(firm.wang).get(f"/deals/{deal.pk}/check/?stage={stage('offer').pk}").content.decode()
    assert f'href="/deals/{deal.pk}/edit/#id_account"' in page
    assert f"deal={deal.pk}&amp;kind=visit" in page


def test_sales_operations_set_the_rules_of_a_stage(firm, login):
    client, one = login(firm.ops), stage("new")
    values = {"pipeline": one.pipeline_id, "name": "New", "kind": "open", "position_no": 0, "probability": 20}
    rules = {"required": ["amount", "contact"], "needs_activity": "visit", "version": 1}
    assert client.post(f"/settings/stages/{one.pk}/edit/", {**values, **rules}).status_code == 302
    one = stage("new")
    assert (one.probability, one.required, one.needs_activity) == (20, ["amount", "contact"], "visit")
    client.post("/settings/criteria/new/", {"stage": one.pk, "name": "Budget confirmed", "position_no": 1})
    page = client.get(f"/settings/stages/{one.pk}/").content.decode()
    assert all(text in page for text in ("Amount", "Contact", "Visit", "Budget confirmed"))
    assert login(firm.wang).post(f"/settings/stages/{one.pk}/edit/", values).status_code == 403


def test_a_deal_is_worth_its_amount_times_its_probability(firm):
    first = make_deal(firm.wang, amount=100_05)  # 10 %: 10.005
    second = make_deal(firm.wang, amount=100_05)
    assert fresh(first).weighted == 10_00  # the half to the even cent
    assert weighted(actor_of(firm.wang))[stage("new").pk].sums == {"CNY": 20_01}
    weigh_deal(actor_of(firm.wang), second, probability=50)
    assert fresh(second).weighted == 50_02
    assert weighted(actor_of(firm.wang))[stage("new").pk].sums == {"CNY": 60_03}
    assert refused(lambda: weigh_deal(actor_of(firm.wang), second, probability=101))
    weigh_deal(actor_of(firm.wang), second)
    assert fresh(second).weighted == 10_00


@pytest.mark.parametrize("path", ["/deals/{deal}/", "/settings/pipelines/", "/settings/stages/{stage}/"])
def test_more_criteria_ask_no_more_questions(firm, login, path):
    deal, client = make_deal(firm.wang), login(firm.ops)
    address = path.format(deal=deal.pk, stage=stage("new").pk)
    counts = []
    for number in (1, 3):
        for at in range(number):
            tick_criterion(actor_of(firm.ops), deal, criterion=criterion(f"Criterion {number}.{at}"))
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
