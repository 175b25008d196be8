"""Whatever is dragged where: what a draft lets in, it can publish, and what it publishes is a forest."""

import datetime as dt

import time_machine
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from muster.access.scope import Actor
from muster.people.actions.draft import change_draft, drafts, publish_draft
from muster.people.actions.placing import Placement, bulk_place
from muster.people.actions.structure import units
from muster.people.drafts.chart import draft_nodes
from muster.people.models import Assignment, DraftChange, Member, StructureDraft, Unit, UnitLine
from muster.people.queries import org_tree
from muster.people.tasks import project_present

OPERATOR = Actor.operator("test")
TODAY, DAY = dt.date(2026, 6, 15), dt.date(2026, 7, 1)
FIVE = st.integers(0, 4)
MAYBE = st.none() | FIVE
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), FIVE, MAYBE, MAYBE, st.booleans()),
        st.tuples(st.just("move_unit"), FIVE, MAYBE),
        st.tuples(st.just("new_unit"), MAYBE),
        st.tuples(st.just("close"), FIVE),
    ),
    max_size=12,
)


def frozen(day: dt.date):
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC), tick=False)


def edges(nodes) -> dict[str, str | None]:
    names = {one.id: one.name for one in nodes}
    return {one.name: names.get(one.parent) for one in nodes if one.mark != "gone"}


def is_forest(parents: dict[object, object]) -> bool:
    for row in parents:
        at, steps = row, 0
        while at is not None:
            at, steps = parents.get(at), steps + 1
            if steps > len(parents) + 1:
                return False
    return True


class Drafts(TestCase):
    def setUp(self) -> None:
        travel = frozen(TODAY)
        travel.start()
        self.addCleanup(travel.stop)

    def make(self) -> tuple[list[Member], list[Unit], StructureDraft]:
        """Five in a line under each other, five units under each other, one in each."""
        people = [Member(name=f"M{at}", employee_no=f"E{at}") for at in range(5)]
        places: list[Unit] = []
        for at, one in enumerate(people):
            one.save()
            places.append(units.create(OPERATOR, name=f"U{at}", code=f"U{at}", parent=places[-1] if places else None))
        since = TODAY - dt.timedelta(days=90)
        bulk_place(
            OPERATOR,
            [
                Placement(one, unit=places[at], manager=people[at - 1] if at else None, valid_from=since)
                for at, one in enumerate(people)
            ],
        )
        return people, places, drafts.create(OPERATOR, name="Anything", effective_on=DAY)

    def fields(self, step, people, places, draft) -> dict[str, object]:
        kind, *rest = step
        planned = list(DraftChange.objects.unscoped("test").filter(draft=draft, kind="new_unit"))

        def at(one: int | None) -> dict[str, object]:
            """An existing unit, or for the last number one that the draft plans, or none."""
            if one == 4 and planned:
                return {"planned": planned[-1], "unit": None}
            return {"planned": None, "unit": None if one is None else places[one]}

        if kind == "move":
            who, unit, manager, heads = rest
            return {
                "member": people[who],
                "manager": None if manager is None else people[manager],
                "heads": heads,
                **at(unit),
            }
        if kind == "new_unit":
            return {"name": f"N{len(planned)}", **at(rest[0])}
        return {"about": places[rest[0]], **(at(rest[1]) if kind == "move_unit" else {})}

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def test_what_is_let_in_publishes_as_a_forest(self, steps) -> None:
        people, places, draft = self.make()
        for step in steps:
            try:
                current = StructureDraft.objects.unscoped("test").get(pk=draft.pk)
                change_draft(OPERATOR, current, kind=step[0], **self.fields(step, people, places, draft))
            except ValidationError:
                continue
        current = StructureDraft.objects.unscoped("test").get(pk=draft.pk)
        if not DraftChange.objects.unscoped("test").filter(draft=draft).exists():
            return
        shown = {by: edges(draft_nodes(OPERATOR, current, by)) for by in ("line", "unit")}
        publish_draft(OPERATOR, current)
        self.check(people, DAY)
        with frozen(DAY):
            project_present()
            self.check(people, DAY)
            for by in ("line", "unit"):
                assert edges(org_tree(OPERATOR, DAY, by)) == shown[by], "what was shown is what came"
        self.check(people, DAY + dt.timedelta(days=40))

    def check(self, people: list[Member], day: dt.date) -> None:
        rows = Assignment.objects.unscoped("test").filter(valid_from__lte=day).exclude(valid_to__lte=day)
        managers = list(rows.values_list("member_id", "manager_id"))
        assert len(managers) == len({member for member, _manager in managers}) == len(people)
        assert is_forest(dict(managers))
        lines = UnitLine.objects.unscoped("test").filter(valid_from__lte=day).exclude(valid_to__lte=day)
        above = list(lines.filter(depth=1).values_list("descendant_id", "ancestor_id"))
        assert len(above) == len({unit for unit, _parent in above})
        assert is_forest(dict(above))
        standing = set(lines.filter(depth=0).values_list("descendant_id", flat=True))
        assert {unit for unit in rows.values_list("unit_id", flat=True) if unit} <= standing
