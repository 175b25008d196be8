"""Many at once: one wins, the others read a sentence, and no limit is passed. In processes with a database of their
own, since the suite's own in memory is no place for threads."""

import json

import pytest

from tests.core.conftest import world  # noqa: F401 - fixtures
from tests.core.processes import shell

SCRIPT = """
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from django.core.exceptions import ValidationError
from django.db import connection
from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.claim import claim
from muster.crm.actions.pool import pool_seats, pools
from muster.crm.actions.stay import return_account
from muster.crm.models import Account, PoolStay
from tests.factories import actor_of, make_account, make_member, make_unit, operator

unit, elsewhere = make_unit("North"), make_member("Former")
pool = pools.create(operator, name="North", kind="crm.account", per_day=5)
pool_seats.create(operator, pool=pool, unit=unit)

def put(name):
    row = make_account(elsewhere, name)
    return_account(operator, row, reason="-", pool=pool)
    return PoolStay.objects.unscoped("tests").get(object_id=row.pk)

def attempt(one):
    actor, stay = one
    try:
        ready.wait(60)
        claim(actor, stay)
        return "claimed"
    except ValidationError as error:
        return " ".join(error.messages)
    except (Forbidden, NotVisible):
        return "not there"
    finally:
        connection.close()

def all_at_once(pairs):
    global ready
    ready = Barrier(len(pairs))
    with ThreadPoolExecutor(len(pairs)) as threads:
        return list(threads.map(attempt, pairs))
"""
SAME = """
people = [make_member(unit=unit) for _ in range(100)]
stay = put("Acme")
said = all_at_once([(actor_of(one), stay) for one in people])
row = Account.objects.unscoped("tests").get(pk=stay.object_id)
winner = people[said.index("claimed")].pk
kept = PoolStay.objects.unscoped("tests").get(pk=stay.pk)
print(json.dumps([said, row.owner_id == winner == kept.new_owner_id, PoolStay.objects.unscoped("tests").count()]))
"""
LIMIT = """
one, stays = make_member(unit=unit), [put(f"C{at}") for at in range(20)]
said = all_at_once([(actor_of(one), stay) for stay in stays])
held = Account.objects.unscoped("tests").filter(owner=one.pk).count()
print(json.dumps([said, held, PoolStay.objects.unscoped("tests").filter(left_at=None).count()]))
"""


@pytest.mark.slow
def test_of_a_hundred_who_claim_the_same_customer_exactly_one_has_it(world):  # noqa: F811 - a fixture
    said, is_winners, stays = json.loads(shell({**world, "LANGUAGE_CODE": "en"}, SCRIPT + SAME).splitlines()[-1])
    assert said.count("claimed") == 1
    assert (is_winners, stays) == (True, 1)
    refused = set(said) - {"claimed"}
    assert all("Acme" not in one for one in refused)
    assert len(refused) <= 2, "a sentence, or nothing at all where it was gone before one asked"


@pytest.mark.slow
def test_twenty_claims_of_one_member_at_once_pass_no_limit(world):  # noqa: F811 - a fixture
    said, held, left = json.loads(shell(world, SCRIPT + LIMIT).splitlines()[-1])
    assert (said.count("claimed"), held, left) == (5, 5, 15)
