"""Drafts of a future structure: planned in peace, told before, published as a whole or not at all."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation

from muster.access.models import Event, Grant, Role, RoleAssignment
from muster.access.scope import Actor, Forbidden
from muster.crm.models import Account
from muster.people.actions.draft import (
    change_draft,
    discard_draft,
    drafts,
    keep_change,
    publish_draft,
    revert_change,
    settle_drafts,
)
from muster.people.actions.headcount import plan_seats
from muster.people.actions.move import move_member
from muster.people.actions.skill import categories
from muster.people.actions.structure import units
from muster.people.actions.vacancy import fill_seat, vacancies
from muster.people.drafts.chart import draft_nodes, present_nodes
from muster.people.drafts.effects import effects_of
from muster.people.models import (
    Assignment,
    DraftChange,
    Member,
    Position,
    Skill,
    SkillEvidence,
    StructureDraft,
    Unit,
    VacantSeat,
)
from muster.people.policies import units_below
from muster.people.queries import org_tree
from muster.people.tasks import project_present
from tests.factories import actor_of, make_account, make_deal, make_member

OPERATOR = Actor.operator("test")
pytestmark = pytest.mark.django_db
TODAY, DAY = dt.date(2026, 6, 15), dt.date(2026, 7, 1)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


class Firm:
    """A chief over two teams, North of Li with Zhang and Zeng, South of Wang with Zhao; sales operations beside."""

    def __init__(self) -> None:
        self.company = units.create(OPERATOR, name="Company", code="C")
        self.north = units.create(OPERATOR, name="North", code="N", parent=self.company)
        self.south = units.create(OPERATOR, name="South", code="S", parent=self.company)
        self.chief = make_member("Chief", unit=self.company, role="director")
        self.ops = make_member("Ops", unit=self.company, manager=self.chief, role="salesops")
        self.li = make_member("Li", unit=self.north, manager=self.chief, role="manager")
        self.wang = make_member("Wang", unit=self.south, manager=self.chief, role="manager")
        self.zhang = make_member("Zhang", unit=self.north, manager=self.li)
        self.zeng = make_member("Zeng", unit=self.north, manager=self.li)
        self.zhao = make_member("Zhao", unit=self.south, manager=self.wang)
        for unit, head in ((self.north, self.li), (self.south, self.wang)):
            units.edit(OPERATOR, unit, head=head)
        self.draft = drafts.create(actor_of(self.ops), name="Reorganisation", effective_on=DAY)

    def plan(self, kind: str, actor: Actor = OPERATOR, **fields: object) -> DraftChange:
        change_draft(actor, fresh(self.draft), kind=kind, **fields)
        return DraftChange.objects.unscoped("test").filter(draft=self.draft).order_by("revision").last()

    def move(self, member: Member, unit: Unit | None, manager: Member | None, **fields: object) -> DraftChange:
        return self.plan("move", member=member, unit=unit, manager=manager, **fields)


@pytest.fixture
def firm(db):
    return Firm()


def fresh(row):
    return type(row).objects.unscoped("test").get(pk=row.pk)


def place(member: Member, day: dt.date = DAY) -> tuple[str, str]:
    rows = Assignment.objects.unscoped("test").filter(member=member, valid_from__lte=day)
    now = rows.exclude(valid_to__lte=day).select_related("unit", "manager").get()
    return str(now.unit), str(now.manager)


def edges(nodes) -> dict[str, str | None]:
    names = {one.id: one.name for one in nodes}
    return {one.name: names.get(one.parent) for one in nodes}


def said(error) -> str:
    return " ".join(error.value.messages)


def everything() -> tuple[object, ...]:
    """All that a draft could touch before it is published."""
    rows = [model.objects.unscoped("test") for model in (Assignment, Member, Unit)]
    return (
        *(list(one.order_by("pk").values_list("pk", "version", "updated_at")) for one in rows),
        list(Member.objects.unscoped("test").order_by("pk").values_list("unit", "manager")),
        Event.objects.unscoped("test").count(),
    )


def test_a_draft_shows_the_structure_to_come_and_changes_nothing(firm):
    firm.move(firm.zhang, firm.south, firm.wang)
    west = firm.plan("new_unit", name="West", code="W", unit=firm.company)
    firm.plan("move", member=firm.zeng, planned=west, manager=firm.chief)
    firm.plan("move_unit", about=firm.south, unit=firm.north)
    before = everything()
    nodes = draft_nodes(actor_of(firm.ops), fresh(firm.draft), "unit")
    assert edges(nodes)["Zhang"] == "South"
    assert edges(nodes)["South"] == "North"
    assert (edges(nodes)["West"], edges(nodes)["Zeng"]) == ("Company", "West")
    marks = {one.name: one.mark for one in nodes}
    assert (marks["Zhang"], marks["West"], marks["South"], marks["Zhao"]) == ("moved", "new", "moved", "")
    present = present_nodes(actor_of(firm.ops), fresh(firm.draft), "unit")
    assert edges(present)["Zhang"] == "North"
    assert {one.name for one in present if one.mark} == {"Zhang", "Zeng", "South"}
    assert everything() == before
    assert edges(org_tree(actor_of(firm.chief), DAY))["Zhang"] == "Li"


def test_a_circle_is_refused_and_named_and_nothing_is_kept(firm):
    firm.move(firm.li, firm.south, firm.wang)
    with pytest.raises(ValidationError) as error:
        firm.move(firm.wang, firm.south, firm.zhang)
    assert "Wang → Zhang → Li → Wang" in said(error)
    with pytest.raises(ValidationError) as error:
        firm.plan("move_unit", about=firm.company, unit=firm.north)
    assert "Company → North → Company" in said(error)
    assert [one.member for one in DraftChange.objects.unscoped("test")] == [firm.li]


def test_two_who_change_places_make_no_circle_on_the_way(firm):
    firm.move(firm.zhang, firm.north, firm.chief)
    firm.move(firm.li, firm.north, firm.zhang)
    publish_draft(actor_of(firm.ops), fresh(firm.draft))
    assert place(firm.li) == ("North", "Zhang")
    assert place(firm.zhang) == ("North", "Chief")


def test_a_day_before_hiring_or_in_the_past_is_refused(firm):
    new = make_member("New", role=None, since=dt.date(2026, 8, 1), hired_on=dt.date(2026, 8, 1))
    with pytest.raises(ValidationError) as error:
        firm.move(new, firm.south, firm.wang)
    assert "New was hired on 2026-08-01" in said(error)
    with pytest.raises(ValidationError) as error:
        drafts.create(OPERATOR, name="Late", effective_on=dt.date(2026, 6, 14))
    assert "2026-06-14 is past" in said(error)
    firm.move(firm.zhang, firm.south, firm.wang)
    Member.objects.unscoped("test").filter(pk=firm.zhang.pk).update(left_on=dt.date(2026, 8, 1))
    with pytest.raises(ValidationError) as error:
        drafts.edit(OPERATOR, firm.draft, effective_on=dt.date(2026, 9, 1))
    assert "Zhang leaves on 2026-08-01" in said(error)
    assert fresh(firm.draft).effective_on == DAY


def test_a_unit_has_one_head(firm):
    with pytest.raises(ValidationError) as error:
        firm.move(firm.zhang, firm.south, firm.chief, heads=True)
    assert "“South” would have two heads, Wang and Zhang" in said(error)
    firm.move(firm.wang, firm.north, firm.li)
    firm.move(firm.zhang, firm.south, firm.chief, heads=True)
    with pytest.raises(ValidationError) as error:
        firm.move(firm.zeng, firm.south, firm.chief, heads=True)
    assert "two heads, Zhang and Zeng" in said(error)
    publish_draft(actor_of(firm.ops), fresh(firm.draft))
    assert fresh(firm.south).head == firm.wang
    with time_machine.travel(dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC), tick=False):
        project_present()
        assert fresh(firm.south).head == firm.zhang
        assert project_present() == 0


def test_a_unit_is_closed_only_when_empty_and_then_on_its_day(firm):
    with pytest.raises(ValidationError) as error:
        firm.plan("close", about=firm.south)
    assert "“South” cannot be closed on 2026-07-01: " in said(error)
    assert "Wang" in said(error)
    assert "Zhao" in said(error)
    firm.move(firm.wang, firm.north, firm.li)
    firm.move(firm.zhao, firm.north, firm.li)
    firm.plan("close", about=firm.south)
    gone = {one.name: one.mark for one in draft_nodes(actor_of(firm.ops), fresh(firm.draft), "unit")}
    assert gone["South"] == "gone"
    with pytest.raises(ValidationError) as error:
        firm.move(firm.zhang, firm.south, firm.li)
    assert "“South” cannot be closed" in said(error)
    publish_draft(actor_of(firm.ops), fresh(firm.draft))
    assert fresh(firm.south).archived_at is None
    with time_machine.travel(dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC), tick=False):
        project_present()
        assert fresh(firm.south).archived_at is not None
        assert fresh(firm.zhao).unit == firm.north
        assert "South" not in edges(org_tree(actor_of(firm.ops), DAY, "unit"))


def test_publishing_makes_ordinary_dated_moves_and_says_so(firm):
    firm.move(firm.zhang, firm.south, firm.wang)
    west = firm.plan("new_unit", name="West", code="W", unit=firm.company)
    firm.plan("move", member=firm.zeng, planned=west, manager=firm.chief, heads=True)
    firm.plan("rename", about=firm.south, name="Far South")
    last = Event.objects.unscoped("test").latest("pk").pk
    publish_draft(actor_of(firm.ops), fresh(firm.draft))
    events = Event.objects.unscoped("test").filter(pk__gt=last)
    published = events.get(action="people.structuredraft.publish")
    assert (published.object_name, published.object_id) == ("Reorganisation", firm.draft.pk)
    moves = events.filter(action="people.member.move", model="people.assignment")
    assert {one.changes["reason"][1] for one in moves} == {"Reorganisation"}
    assert moves.count() == 2
    assert place(firm.zhang) == ("South", "Wang")
    assert place(firm.zhang, TODAY) == ("North", "Li")
    assert fresh(firm.zhang).unit == firm.north
    made = Unit.objects.unscoped("test").get(code="W")
    assert made.parent == firm.company
    assert "West" not in edges(org_tree(actor_of(firm.ops), TODAY, "unit"))
    assert edges(org_tree(actor_of(firm.ops), DAY, "unit"))["Zeng"] == "West"
    with time_machine.travel(dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC), tick=False):
        project_present()
        assert (fresh(firm.zhang).unit, fresh(firm.zeng).unit) == (firm.south, made)
        assert (fresh(firm.south).name, fresh(made).head) == ("Far South", firm.zeng)
        assert made.pk in units_below(firm.company.pk)


def test_a_draft_for_today_holds_at_once(firm):
    draft = drafts.create(OPERATOR, name="Now", effective_on=TODAY)
    change_draft(OPERATOR, draft, kind="move", member=firm.zhang, unit=firm.south, manager=firm.wang)
    change_draft(OPERATOR, fresh(draft), kind="rename", about=firm.south, name="Far South")
    publish_draft(OPERATOR, fresh(draft))
    assert (fresh(firm.zhang).unit, fresh(firm.south).name) == (firm.south, "Far South")
    assert settle_drafts() == 0


def test_publishing_twice_does_nothing(firm):
    firm.move(firm.zhang, firm.south, firm.wang)
    publish_draft(OPERATOR, fresh(firm.draft))
    before = everything()
    with pytest.raises(ValidationError) as error:
        publish_draft(OPERATOR, fresh(firm.draft))
    assert "published already" in said(error)
    assert everything() == before


def test_what_changed_meanwhile_is_named_and_must_be_decided(firm):
    change = firm.move(firm.zhang, firm.south, firm.wang)
    firm.move(firm.zeng, firm.south, firm.wang)
    move_member(OPERATOR, firm.zhang, manager=firm.chief, valid_from=TODAY)
    before = everything()
    with pytest.raises(ValidationError) as error:
        publish_draft(OPERATOR, fresh(firm.draft))
    assert "Zhang has changed meanwhile: was North · Li, is North · Chief" in said(error)
    assert "Zeng" not in said(error)
    assert everything() == before
    keep_change(OPERATOR, fresh(firm.draft), change=fresh(change))
    publish_draft(OPERATOR, fresh(firm.draft))
    assert place(firm.zhang) == ("South", "Wang")


def test_one_that_cannot_be_stops_all(firm):
    firm.move(firm.zhang, firm.south, firm.wang)
    firm.move(firm.zeng, firm.south, firm.wang)
    Member.objects.unscoped("test").filter(pk=firm.zeng.pk).update(left_on=TODAY)
    before = everything()
    with pytest.raises(ValidationError) as error:
        publish_draft(OPERATOR, fresh(firm.draft))
    assert "Zeng leaves on 2026-06-15" in said(error)
    assert everything() == before
    assert fresh(firm.draft).is_open


def test_a_move_planned_for_the_same_day_is_a_conflict(firm):
    firm.move(firm.zhang, firm.south, firm.wang)
    move_member(OPERATOR, firm.zhang, manager=firm.chief, valid_from=DAY)
    with pytest.raises(ValidationError) as error:
        publish_draft(OPERATOR, fresh(firm.draft))
    assert "Zhang already has an assignment from 2026-07-01" in said(error)


def test_dragged_back_there_is_no_change(firm):
    firm.move(firm.zhang, firm.south, firm.wang)
    firm.move(firm.zhang, firm.north, firm.li)
    assert not DraftChange.objects.unscoped("test").exists()
    with pytest.raises(ValidationError) as error:
        firm.move(firm.zhang, firm.north, firm.li)
    assert "Nothing changes" in said(error)
    with pytest.raises(ValidationError) as error:
        publish_draft(OPERATOR, fresh(firm.draft))
    assert "nothing to publish" in said(error)


def test_a_planned_unit_stays_while_somebody_is_to_stand_in_it(firm):
    west = firm.plan("new_unit", name="West", unit=firm.company)
    firm.plan("move", member=firm.zeng, planned=west, manager=firm.chief)
    with pytest.raises(ValidationError) as error:
        revert_change(OPERATOR, fresh(firm.draft), change=west)
    assert "“West” is still needed: Member moves: Zeng" in said(error)
    revert_change(OPERATOR, fresh(firm.draft), change=DraftChange.objects.unscoped("test").get(kind="move"))
    revert_change(OPERATOR, fresh(firm.draft), change=west)
    assert not DraftChange.objects.unscoped("test").exists()


def test_a_change_that_others_rest_on_is_not_taken_out(firm):
    for member in (firm.wang, firm.zhao):
        first = firm.move(member, firm.north, firm.li)
    firm.plan("close", about=firm.south)
    with pytest.raises(ValidationError) as error:
        revert_change(OPERATOR, fresh(firm.draft), change=first)
    assert "Zhao still stand there" in said(error)
    assert DraftChange.objects.unscoped("test").count() == 3


def test_two_writers_do_not_overwrite_each_other_in_silence(firm):
    seen = fresh(firm.draft).revision
    firm.move(firm.zhang, firm.south, firm.wang, seen=seen)
    with pytest.raises(ValidationError) as error:
        firm.move(firm.zhang, firm.company, firm.chief, seen=seen)
    assert "Somebody else changed this in the draft meanwhile (Member moves: Zhang)" in said(error)
    firm.move(firm.zeng, firm.south, firm.wang, seen=seen)
    assert {str(one.unit) for one in DraftChange.objects.unscoped("test")} == {"South"}


def test_discarded_it_is_read_and_not_changed(firm):
    firm.move(firm.zhang, firm.south, firm.wang)
    discard_draft(OPERATOR, fresh(firm.draft))
    for attempt in (
        lambda: firm.move(firm.zeng, firm.south, firm.wang),
        lambda: publish_draft(OPERATOR, fresh(firm.draft)),
        lambda: drafts.edit(OPERATOR, fresh(firm.draft), name="Other"),
    ):
        with pytest.raises(ValidationError) as error:
            attempt()
        assert "discarded" in said(error)
    assert edges(draft_nodes(OPERATOR, fresh(firm.draft), "line"))["Zhang"] == "Wang"
    assert place(firm.zhang) == ("North", "Li")


def test_who_may_not_do_a_step_cannot_publish_it(firm):
    firm.plan("new_unit", name="West", unit=firm.company)
    before = everything()
    with pytest.raises(ValidationError) as error:
        publish_draft(actor_of(firm.chief), fresh(firm.draft))
    assert "you lack the right “Create: unit”" in said(error)
    assert everything() == before
    with pytest.raises(Forbidden):
        drafts.create(actor_of(firm.li), name="Mine", effective_on=DAY)
    publish_draft(actor_of(firm.ops), fresh(firm.draft))
    assert StructureDraft.objects.unscoped("test").get().status == "published"


def test_effects_say_who_sees_more_and_less_through_the_policies(firm):
    account = make_account(firm.zhang)
    make_deal(firm.zhang, account=account)
    make_deal(firm.zhang)
    make_account(firm.zeng)
    firm.move(firm.zhang, firm.south, firm.wang)
    before = everything()
    found = effects_of(actor_of(firm.ops), fresh(firm.draft))
    assert everything() == before
    rights = {
        str(who): {str(one.label): (one.before, one.after, one.gained, one.lost) for one in rows}
        for who, rows in found.rights
    }
    assert rights["Li"] == {"Members": (3, 2, 0, 1), "Accounts": (2, 1, 0, 1), "Deals": (2, 0, 0, 2)}
    assert rights["Wang"] == {"Members": (2, 3, 1, 0), "Accounts": (0, 1, 1, 0), "Deals": (0, 2, 2, 0)}
    assert set(rights) == {"Li", "Wang"}
    assert {str(label): n for label, n in found.held} == {"Customers": 1, "Deals in progress": 2}
    publish_draft(OPERATOR, fresh(firm.draft))
    with time_machine.travel(dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC), tick=False):
        project_present()
        assert Member.objects.visible_to(actor_of(firm.wang), "people.assignment.view").count() == 3


def test_effects_know_rights_over_a_unit_and_all_below_it(firm):
    """Nobody reports to somebody else; only the units move, and with them who answers for whom."""
    role = Role(key="area", name="Area")
    role.save()
    for name in ("people.member.view", "crm.account.view", "people.assignment.view"):
        Grant(role=role, permission=name, scope="unit_below").save()
    user = firm.zeng.user
    RoleAssignment.objects.unscoped("test").filter(user=user).delete()
    RoleAssignment(user=user, role=role).save()
    make_account(firm.zhao)
    assert Account.objects.visible_to(actor_of(firm.zeng)).count() == 0
    firm.plan("move_unit", about=firm.south, unit=firm.north)
    found = effects_of(actor_of(firm.ops), fresh(firm.draft))
    rights = {str(who): {str(one.label): (one.gained, one.lost) for one in rows} for who, rows in found.rights}
    assert rights == {"Zeng": {"Members": (2, 0), "Accounts": (1, 0)}}
    publish_draft(OPERATOR, fresh(firm.draft))
    assert Account.objects.visible_to(actor_of(firm.zeng)).count() == 0
    with time_machine.travel(dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC), tick=False):
        project_present()
        assert Account.objects.visible_to(actor_of(firm.zeng)).count() == 1


def test_effects_count_seats_spans_cover_and_heads(firm):
    plan_seats(OPERATOR, firm.south, seats=2, valid_from=TODAY)
    category = categories.create(OPERATOR, name="Tongues", code="t")
    skill = Skill(name="Cantonese", category=category)
    skill.save()
    for member, level in ((firm.zhang, 4), (firm.zeng, 2)):
        SkillEvidence(member=member, skill=skill, source="manager", level=level, on=TODAY).save()
    firm.move(firm.zhang, firm.south, firm.wang)
    firm.move(firm.li, firm.company, firm.chief)
    position = firm.zhang.position or _position()
    firm.plan("seat", unit=firm.south, position=position, manager=firm.wang, acting=firm.zhao)
    found = effects_of(actor_of(firm.ops), fresh(firm.draft))
    units_ = {one.name: (one.before, one.after, one.vacant, one.planned, one.over) for one in found.units}
    assert units_["South"] == (2, 3, 1, 2, True)
    assert units_["North"] == (3, 1, 0, None, False)
    assert {str(one): (was, will) for one, was, will in found.spans} == {"Li": (2, 1), "Wang": (1, 2)}
    assert [(str(one.unit), str(one.skill), [str(who) for who in one.members]) for one in found.cover] == [
        ("North", "Cantonese", ["Zhang"])
    ]
    assert [str(one) for one in found.headless] == ["North"]


def _position():
    row = Position(name="Rep", code="rep")
    row.save()
    return row


def test_a_vacant_seat_has_an_acting_holder_until_it_is_filled(firm):
    firm.plan("seat", unit=firm.south, position=_position(), manager=firm.wang, acting=firm.zhao)
    publish_draft(OPERATOR, fresh(firm.draft))
    seat = VacantSeat.objects.unscoped("test").get()
    assert (seat.acting, seat.valid_from) == (firm.zhao, DAY)
    names = edges(org_tree(actor_of(firm.ops), DAY, "unit"))
    assert names["Vacant: Rep"] == "South"
    with pytest.raises(ValidationError) as error:
        fill_seat(OPERATOR, seat, member=firm.zhang, valid_from=TODAY)
    assert "from 2026-07-01 on" in said(error)
    fill_seat(OPERATOR, seat, member=firm.zhang, valid_from=DAY)
    assert place(firm.zhang) == ("South", "Wang")
    assert (fresh(seat).filled_by, fresh(seat).acting) == (firm.zhang, firm.zhao), "until that day"
    assert "Vacant: Rep" not in edges(org_tree(actor_of(firm.ops), DAY, "unit"))
    with pytest.raises(ValidationError):
        vacancies.edit(OPERATOR, fresh(seat), acting=firm.zeng)
