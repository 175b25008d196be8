"""Stale deals: counted in working days, left alone for a while with a reason."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from factories import actor_of, make_deal, stage

from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.snooze import snooze_deal, wake_deal
from muster.crm.models import DealSnooze
from muster.crm.queries import stale_deals

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)  # a Monday


@pytest.fixture
def stale(firm):
    """A deal untouched since Thursday of the week before last, in a stage that allows five working days."""
    one = stage("new")
    one.stale_after_days = 5
    one.save()
    return make_deal(firm.wang, name="Forgotten", last_activity_on=dt.date(2026, 6, 4))


def names(member) -> list[str]:
    return [one.name for one in stale_deals(actor_of(member))]


@pytest.mark.parametrize(("touched", "is_stale"), [(dt.date(2026, 6, 5), True), (dt.date(2026, 6, 8), False)])
def test_days_are_working_days(firm, stale, touched, is_stale):
    """Five working days before Monday the 15th is Monday the 8th."""
    make_deal(firm.wang, name="Other", last_activity_on=touched)
    assert ("Other" in names(firm.wang)) is is_stale


def test_the_list_of_deals_means_the_same(firm, stale, login):
    make_deal(firm.wang, name="Fresh", last_activity_on=TODAY)
    page = login(firm.wang).get("/deals/?stale=1").content.decode()
    assert "Forgotten" in page
    assert "Fresh" not in page
    assert "Fresh" in login(firm.wang).get("/deals/?stale=0").content.decode()


def test_snoozed_it_is_not_listed_before_its_day(firm, stale, login):
    answer = login(firm.wang).post(f"/deals/{stale.pk}/snooze/", {"until": "2026-07-01", "reason": "Budget in July"})
    assert answer.status_code == 302
    assert names(firm.wang) == []
    DealSnooze.objects.unscoped("test").update(until=TODAY)
    assert names(firm.wang) == ["Forgotten"]


def test_it_can_be_woken(firm, stale):
    snooze_deal(actor_of(firm.boss), stale, until=TODAY + dt.timedelta(days=9), reason="Holidays")
    wake_deal(actor_of(firm.wang), stale)
    assert names(firm.boss) == ["Forgotten"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"until": TODAY, "reason": "Why"}, "until"),
        ({"until": TODAY + dt.timedelta(days=400), "reason": "Why"}, "until"),
        ({"until": TODAY + dt.timedelta(days=4), "reason": "  "}, "reason"),
    ],
)
def test_without_a_day_to_come_and_a_reason_nothing_waits(firm, stale, fields, field):
    with pytest.raises(ValidationError) as caught:
        snooze_deal(actor_of(firm.wang), stale, **fields)
    assert list(caught.value.message_dict) == [field]
    assert not DealSnooze.objects.unscoped("test").exists()


def test_nobody_snoozes_anothers_deal(firm, stale):
    with pytest.raises((Forbidden, NotVisible)):
        snooze_deal(actor_of(firm.li), stale, until=TODAY + dt.timedelta(days=4), reason="Mine")
