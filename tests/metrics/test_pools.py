"""A public pool in numbers on its page, each opening its rows."""

import pytest

from muster.crm.actions.claim import claim
from muster.crm.actions.pool import pool_seats, pools
from muster.crm.actions.stay import move_stay, return_account
from muster.crm.models import Pool, PoolStay
from tests.factories import actor_of, make_account
from tests.metrics.conftest import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(firm):
    made = [pools.create(OPERATOR, name=name, kind="crm.account") for name in ("North", "South")]
    for one in made:
        pool_seats.create(OPERATOR, pool=one, member=firm.members["ann"])
        pool_seats.create(OPERATOR, pool=one, member=firm.members["manager"], is_admin=True)
    for name in ("First", "Second", "Third"):
        return_account(OPERATOR, make_account(firm.members["bob"], name), reason="Too far away", pool=made[0])
    stays = PoolStay.objects.unscoped("test").filter(left_at=None).order_by("pk")
    claim(actor_of(firm.members["ann"]), stays[0])
    move_stay(OPERATOR, stays[0], pool=made[1])
    return Pool.objects.unscoped("test").get(pk=made[0].pk)


def test_the_page_shows_numbers_and_their_rows(firm, pool):
    client = firm.client("manager")
    assert f"/pools/{pool.pk}/numbers/" in client.get(f"/pools/{pool.pk}/?tab=numbers").text
    page = client.get(f"/pools/{pool.pk}/numbers/").text
    assert f"pool={pool.pk}&amp;came_by=returned" in page
    assert f"pool={pool.pk}&amp;left_by=claimed" in page
    rows = client.get(f"/metrics/pool_in/rows/?period=quarter&pool={pool.pk}&came_by=returned").text
    assert [name for name in ("First", "Second", "Third") if name in rows] == ["First", "Second", "Third"]
    rows = client.get(f"/metrics/pool_out/rows/?period=quarter&pool={pool.pk}&left_by=claimed").text
    assert [name for name in ("First", "Second", "Third") if name in rows] == ["First"], "a move is no leaving"
    assert "First" not in client.get(f"/metrics/pool_out/rows/?period=quarter&pool={pool.pk}&left_by=assigned").text


def test_numbers_are_of_what_one_sees(firm, pool):
    assert firm.client("eve").get(f"/pools/{pool.pk}/numbers/").status_code == 404
    assert firm.client("eve").get(f"/metrics/pool_in/rows/?pool={pool.pk}").status_code == 404
    assert firm.client("manager").get(f"/metrics/deals_won/rows/?pool={pool.pk}").status_code == 404
    answer = firm.client("bob").get("/api/v1/metrics/pool_in?period=quarter&by=came_by").json()
    assert [(one["key"], one["n"]) for one in answer["rows"]] == [("returned", 3)], "what was his he sees"
    assert firm.client("eve").get("/api/v1/metrics/pool_in?period=quarter").json()["total"] == 0
