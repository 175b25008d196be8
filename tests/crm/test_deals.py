"""What can happen to a deal, in the words of those who do it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from factories import actor_of, make_account, make_contact, make_deal, make_member, make_pipeline, stage

from muster.access.action import Conflict
from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.deal import deals, lose_deal, move_deal, reopen_deal, transfer_deal, win_deal
from muster.crm.models import Deal, LossReason, StageChange

TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def pipeline(firm):
    return make_pipeline()


def fresh(deal: Deal) -> Deal:
    return Deal.objects.unscoped("test").get(pk=deal.pk)


def steps(deal: Deal) -> list[tuple[str | None, str, dt.date]]:
    rows = StageChange.objects.unscoped("test").filter(deal=deal).order_by("id").select_related()
    return [(one.from_stage.key if one.from_stage else None, one.to_stage.key, one.changed_on) for one in rows]


def reason() -> LossReason:
    return LossReason.objects.unscoped("test").get(key="price")


def sentence(caught) -> str:
    return " ".join(caught.value.messages)


def test_a_new_deal_is_its_makers_and_begins_today_in_the_first_stage(firm):
    deal = deals.create(actor_of(firm.wang), name="Pumps", stage=stage("new"))
    assert (deal.owner, deal.stage, deal.opened_on, deal.status) == (firm.wang, stage("new"), TODAY, "open")
    assert steps(deal) == [(None, "new", TODAY)]


def test_a_deal_moves_won_lost_and_taken_up_again_and_keeps_its_history(firm):
    deal, actor = make_deal(firm.wang), actor_of(firm.wang)
    move_deal(actor, deal, stage=stage("offer"))
    win_deal(actor, deal, on=dt.date(2026, 6, 10), amount=250_00, note="Signed")
    assert (fresh(deal).status, fresh(deal).amount, fresh(deal).closed_on) == ("won", 250_00, dt.date(2026, 6, 10))
    reopen_deal(actor, deal)
    again = fresh(deal)
    assert (again.status, again.stage, again.closed_on, again.close_note) == ("open", stage("offer"), None, "")
    lose_deal(actor, deal, reason=reason(), note="Too dear")
    lost = fresh(deal)
    assert (lost.status, lost.closed_on, lost.loss_reason.key) == ("lost", TODAY, "price")
    assert [one[:2] for one in steps(deal)] == [
        ("new", "offer"),
        ("offer", "won"),
        ("won", "offer"),
        ("offer", "lost"),
    ]


def test_a_deal_cannot_be_won_without_an_amount(firm):
    deal = make_deal(firm.wang, amount=None)
    with pytest.raises(ValidationError) as caught:
        win_deal(actor_of(firm.wang), deal)
    assert sentence(caught) == "State the amount: a deal cannot be won without one."
    assert fresh(deal).status == "open"


def test_a_negative_amount_is_refused_in_a_sentence(firm):
    with pytest.raises(ValidationError) as caught:
        win_deal(actor_of(firm.wang), make_deal(firm.wang), amount=-1)
    assert sentence(caught) == "An amount cannot be negative."


def test_a_loss_without_a_reason_is_refused(firm):
    with pytest.raises(ValidationError) as caught:
        lose_deal(actor_of(firm.wang), make_deal(firm.wang))
    assert sentence(caught) == "State why the deal was lost."


def test_a_deal_cannot_close_before_it_was_opened_nor_tomorrow(firm):
    deal = make_deal(firm.wang, opened_on=dt.date(2026, 6, 12))
    with pytest.raises(ValidationError) as caught:
        win_deal(actor_of(firm.wang), deal, on=dt.date(2026, 6, 11))
    assert sentence(caught) == "This deal was opened on 2026-06-12: it cannot close before that."
    with pytest.raises(ValidationError) as caught:
        win_deal(actor_of(firm.wang), deal, on=dt.date(2026, 6, 16))
    assert sentence(caught) == "A deal cannot be closed on a day to come."


def test_a_closed_deal_neither_moves_nor_closes_again(firm):
    deal = make_deal(firm.wang, won=TODAY)
    for run in (
        lambda: move_deal(actor_of(firm.wang), deal, stage=stage("offer")),
        lambda: win_deal(actor_of(firm.wang), deal),
    ):
        with pytest.raises(ValidationError) as caught:
            run()
        assert sentence(caught) == "This deal is closed: re-open it first."


def test_moving_into_a_closing_stage_is_no_way_to_win(firm):
    with pytest.raises(ValidationError) as caught:
        move_deal(actor_of(firm.wang), make_deal(firm.wang), stage=stage("won"))
    assert sentence(caught) == "“Won” is no open stage of this deal's pipeline."


def test_a_manager_hands_a_deal_over_and_the_new_owner_sees_it_and_its_customer(firm):
    account = make_account(firm.boss)
    deal = make_deal(firm.wang, account=account)
    transfer_deal(actor_of(firm.boss), deal, owner=firm.li)
    assert fresh(deal).owner == firm.li
    assert set(account.__class__.objects.visible_to(actor_of(firm.li))) == {account}
    assert set(Deal.objects.visible_to(actor_of(firm.wang))) == set()


def test_whose_customer_it_is_sees_the_deal_of_another_on_it(firm):
    deal = make_deal(firm.wang, account=make_account(firm.wang))
    transfer_deal(actor_of(firm.boss), deal, owner=firm.li)
    assert set(Deal.objects.visible_to(actor_of(firm.wang))) == {deal}


def test_a_representative_cannot_give_his_deal_away_also_not_by_editing(firm):
    deal = make_deal(firm.wang)
    with pytest.raises(Forbidden):
        transfer_deal(actor_of(firm.wang), deal, owner=firm.li)
    with pytest.raises(ValidationError) as caught:
        deals.edit(actor_of(firm.wang), deal, owner=firm.li)
    assert "transfer" in sentence(caught)
    assert fresh(deal).owner == firm.wang


def test_nobody_receives_a_deal_who_has_left(firm):
    gone = make_member("Gone", manager=firm.boss, status="left")
    with pytest.raises(ValidationError) as caught:
        transfer_deal(actor_of(firm.boss), make_deal(firm.wang), owner=gone)
    assert sentence(caught) == "Gone has left: choose somebody else."


def test_the_deal_of_another_team_does_not_exist_for_me(firm):
    with pytest.raises(NotVisible):
        win_deal(actor_of(firm.other), make_deal(firm.wang))


def test_a_contact_of_another_customer_is_refused(firm):
    contact = make_contact(make_account(firm.wang), "Liu")
    deal = make_deal(firm.wang, account=make_account(firm.wang))
    with pytest.raises(ValidationError) as caught:
        deals.edit(actor_of(firm.wang), deal, contact=contact)
    assert sentence(caught) == "Liu works for another customer."


def test_two_who_edit_different_fields_are_merged_and_the_same_field_is_a_conflict(firm):
    deal = deals.create(actor_of(firm.wang), name="Pumps", stage=stage("new"))
    seen = deal.version
    deals.edit(actor_of(firm.wang), deal, next_step="Send offer", version=seen)
    deals.edit(actor_of(firm.boss), deal, name="Big pumps", next_step="", version=seen)
    both = fresh(deal)
    assert (both.name, both.next_step) == ("Big pumps", "Send offer")
    with pytest.raises(Conflict) as caught:
        deals.edit(actor_of(firm.wang), deal, name="Small pumps", version=seen)
    assert caught.value.fields == {"name": ("Pumps", "Big pumps", "Small pumps")}
    assert fresh(deal).name == "Big pumps"


def test_what_happened_is_in_the_trail_under_the_verb(firm):
    deal = make_deal(firm.wang)
    win_deal(actor_of(firm.wang), deal)
    event = Event.objects.unscoped("test").filter(model="crm.deal", object_id=deal.pk).latest("id")
    assert event.action == "crm.deal.win"
    assert event.changes["status"] == ["open", "won"]
