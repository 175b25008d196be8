import copy

import pytest
from django.db import transaction

from tests.contracts.world import make_firm


@pytest.fixture(scope="module")
def shared_firm(django_db_setup, django_db_blocker):
    """Made once for the tests of a file. What each does to it is undone, because a test is a savepoint in this one."""
    around = transaction.atomic()
    around._from_testcase = True  # or what must be the outermost transaction is refused
    with django_db_blocker.unblock(), around:
        yield make_firm()
        transaction.set_rollback(True)


@pytest.fixture
def firm(shared_firm, db):
    """The firm in the database and its rows as objects of this test's own."""
    return copy.deepcopy(shared_firm)
