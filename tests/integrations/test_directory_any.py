"""Whatever a directory says: taken over once, it says nothing new, and everybody stands where it says."""

from copy import deepcopy
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.access.scope import Actor
from muster.integrations.directory import actions
from muster.integrations.directory.shape import Department, Person, Snapshot, checked
from muster.integrations.models import DirectoryChange, DirectoryRun, ExternalKey
from muster.people.models import Member, Unit

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")


@st.composite
def directories(draw) -> Snapshot:
    """A forest of departments with people in them, who report to somebody before them."""
    found = Snapshot()
    units = draw(st.integers(1, 5))
    for at in range(units):
        above = draw(st.none() | st.integers(0, at - 1)) if at else None
        found.departments[f"d{at}"] = Department(f"d{at}", f"Unit {at}", f"d{above}" if above is not None else None)
    for at in range(draw(st.integers(1, 6))):
        one = Person(f"u{at}", f"Person {at}", [f"d{draw(st.integers(0, units - 1))}"])
        one.manager = f"u{draw(st.integers(0, at - 1))}" if at and draw(st.booleans()) else ""
        one.title = draw(st.sampled_from(["", "Rep", "Lead"]))
        found.add(one)
    return found


def rows(run: DirectoryRun) -> list[DirectoryChange]:
    return list(DirectoryChange.objects.unscoped("tests").filter(run=run))


def compared(ours, snapshot: Snapshot) -> DirectoryRun:
    run = actions.begin_run(OPERATOR, connection=ours)
    with patch("muster.integrations.directory.actions.run.read", return_value=checked(deepcopy(snapshot))):
        actions.read_and_compare(run)
    return run


def refused_in(run: DirectoryRun) -> set[str]:
    """Take over all of RUN; who or what was refused."""
    chosen = {one.pk for one in rows(run)}
    if chosen:
        run = actions.start_apply(OPERATOR, run, chosen=chosen, answers={}, sure=True)
        actions.carry_out(run, OPERATOR)
    return {one.key for one in rows(run) if one.outcome == DirectoryChange.Outcome.REFUSED}


def check_taken_over(ours, snapshot: Snapshot) -> None:
    refused = refused_in(compared(ours, snapshot))
    assert {one.key for one in rows(compared(ours, snapshot))} <= refused
    units = ExternalKey.objects.unscoped("tests").filter(source=ours.source, model="people.unit")
    for key, one in snapshot.departments.items():
        if key not in refused and one.parent not in refused:
            unit = Unit.objects.unscoped("tests").get(pk=units.get(external_id=key).object_id)
            above = units.get(external_id=one.parent).object_id if one.parent else None
            assert unit.parent_id == above
    keys = ExternalKey.objects.unscoped("tests").filter(source=ours.source, model="people.member")
    for key, one in snapshot.people.items():
        if key not in refused:
            row = Member.objects.unscoped("tests").select_related("unit").get(pk=keys.get(external_id=key).object_id)
            assert row.unit.name == snapshot.departments[one.departments[0]].name


@given(first=directories(), second=directories(), gone=st.sets(st.integers(0, 5)))
@settings(max_examples=15)
def test_taken_over_once_it_says_nothing_new(first, second, gone):
    for at in gone:
        if len(second.people) > 1:
            second.people.pop(f"u{at}", None)
    with transaction.atomic():
        ours = actions.create_connection(OPERATOR, name="any", kind="wecom")
        check_taken_over(ours, first)
        check_taken_over(ours, second)
        check_taken_over(ours, first)  # who was gone is back
        transaction.set_rollback(True)
