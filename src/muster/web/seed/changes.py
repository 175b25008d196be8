"""What is under way in the demo company: somebody leaves and hands over, somebody just came, somebody moves, seats are
planned, a reorganisation is drafted."""

import datetime as dt

from muster.access.actors import actor_for
from muster.access.scope import Actor
from muster.core import workdays
from muster.people.actions.audit import begin_campaign, fill, note_quality
from muster.people.actions.checklist import begin, complete_item, ensure_default_templates
from muster.people.actions.detail import change_own, verify_details
from muster.people.actions.draft import change_draft, drafts
from muster.people.actions.handover import carry_out, plan_handover, start_handover
from muster.people.actions.headcount import plan_seats
from muster.people.actions.letter import tell_customers
from muster.people.actions.lifecycle import plan_leaving
from muster.people.actions.move import move_member
from muster.people.actions.territory import give_territory, territories
from muster.people.actions.vacancy import give_to_seat, vacancies
from muster.people.models import (
    ChecklistItem,
    DraftChange,
    Kind,
    Member,
    Position,
    QualityScore,
    StructureDraft,
    Territory,
    Unit,
)
from muster.web.seed import words
from muster.web.seed.growth import BODY, SUBJECT, give_addresses, note_letters
from muster.web.seed.people import Company

TEAM = "R1-1-1"  # the team whose manager's login is shown
SEATS = 8  # of a team: its manager and seven others


def set_going(firm: Company) -> None:
    ensure_default_templates()
    _leavers(firm)
    _newcomers(firm)
    _movers(firm)
    _seats(firm)
    _territories(firm)
    _vacancy(firm)
    _audit(firm)
    _quality(firm)
    _requests(firm)
    _reorganisation(firm)


def _of_team(firm: Company, code: str) -> list[Member]:
    rows = Member.objects.unscoped("seed").filter(unit=firm.units[code], status=Member.Status.ACTIVE)
    return list(rows.exclude(position=firm.positions["lead"]).order_by("pk"))


def _leavers(firm: Company) -> None:
    """One of the shown team leaves in a fortnight and has handed over; one elsewhere has only a plan."""
    for code, run in ((TEAM, True), ("R2-1-1", False)):
        leaver, *others = _of_team(firm, code)[::-1]
        plan_leaving(firm.actor, leaver, left_on=workdays.shift(firm.day, 9), reason="个人发展")
        items = ChecklistItem.objects.unscoped("seed").filter(member=leaver, due_on__lte=workdays.shift(firm.day, 5))
        for item in items:
            complete_item(firm.actor, item)
        give_addresses(leaver)
        row = plan_handover(firm.actor, member=leaver, receivers=others[:3], reason="离职交接")
        if run:
            tell_customers(firm.actor, row, subject=SUBJECT, body=BODY)
            start_handover(firm.actor, row)
            carry_out(row, firm.actor)
            note_letters(row)


def _quality(firm: Company) -> None:
    """How complete and fresh the details were at the end of the last quarters: better each time."""
    note_quality(firm.day)
    now = list(QualityScore.objects.unscoped("seed").filter(on=firm.day))
    for quarters, share in ((3, 0.55), (2, 0.7), (1, 0.86)):
        on = firm.day - dt.timedelta(days=91 * quarters)
        QualityScore.objects.unscoped("seed").bulk_create(
            [QualityScore(unit_id=one.unit_id, on=on, fresh=int(one.fresh * share), asked=one.asked) for one in now]
        )


def _newcomers(firm: Company) -> None:
    """Who came in the last weeks is half-way through the joiner's list."""
    recent = Member.objects.unscoped("seed").filter(hired_on__gte=firm.day - dt.timedelta(days=90), left_on=None)
    for member in recent.order_by("-hired_on")[:4]:
        begin(member, Kind.JOINER, member.hired_on)
        for item in ChecklistItem.objects.unscoped("seed").filter(member=member, due_on__lt=firm.day):
            complete_item(firm.actor, item)


def _movers(firm: Company) -> None:
    """Some changed teams in the past months, and one move is planned."""
    teams = ["R1-1-2", "R2-1-2", "R3-1-1"]
    for at, code in enumerate(teams):
        member, unit = _of_team(firm, code)[0], firm.units["R1-2-1"]
        day = firm.day + dt.timedelta(days=30) if at == 2 else firm.day - dt.timedelta(days=60 * (at + 1))
        if member.hired_on and member.hired_on < day:
            lead = Member.objects.unscoped("seed").filter(unit=unit, position=firm.positions["lead"]).first()
            move_member(firm.actor, member, unit=unit, manager=lead, valid_from=day, reason="支援新团队")


def _audit(firm: Company) -> None:
    """The audit of the quarter is half-way."""
    rows = Member.objects.unscoped("seed").filter(left_on=None)
    for member in rows:  # entered when they came, so that what nobody looked at since is old
        entered = dt.datetime.combine(member.hired_on or firm.day, dt.time(9), dt.UTC)
        rows.filter(pk=member.pk).update(created_at=entered)
    ops = rows.filter(position=firm.positions["ops"]).select_related("user").get()
    campaign = begin_campaign(
        actor_for(ops.user) if ops.user else firm.actor,
        name=f"{firm.day.year} 年第{'一二三四'[(firm.day.month - 1) // 3]}季度资料核实",
        fields=["phone", "work_place", "languages", "emergency_phone"],
        begins_on=workdays.shift(firm.day, -6),
        due_on=workdays.shift(firm.day, 8),
    )
    fill(campaign, lambda _done, _total: None)
    for member in rows.select_related("unit").order_by("pk"):
        if firm.random.random() < (0.2 if str(member.unit).startswith("北京") else 0.65):
            keys = firm.random.sample(campaign.fields, firm.random.choice([2, 4, 4, 4]))
            verify_details(Actor.operator(member.name), member, fields=keys)


def _requests(firm: Company) -> None:
    """Some of the shown team wait for their manager's approval."""
    asked = [{"work_place": "苏州"}, {"bank_account": "6222020200011223344"}, {"work_email": "sales01@example.com"}]
    those = [member for member in _of_team(firm, TEAM) if member.user]
    for member, values in zip(those, asked, strict=False):
        change_own(actor_for(member.user), member, reason="资料有变", **values)


def _territories(firm: Company) -> None:
    """Each region with its cities; a city is held by who leads the branch there."""
    for region, cities in words.CITIES.items():
        area = territories.create(firm.actor, name=f"{region}区", code=region)
        for city in cities:
            part = territories.create(firm.actor, name=city, code=city, parent=area)
            branch = firm.units.get(f"city:{city}")
            head = Member.objects.unscoped("seed").filter(heads=branch).first() if branch else None
            if head is not None:
                give_territory(firm.actor, member=head, territory=part, valid_from=firm.day.replace(month=1, day=1))


def _vacancy(firm: Company) -> None:
    """A seat of the shown team is vacant: its part of the city waits for who comes, and a colleague looks after it."""
    city = Territory.objects.unscoped("seed").get(code=next(iter(words.CITIES.values()))[0])
    area = territories.create(firm.actor, name="高新区", code="高新区", parent=city)
    colleague, since = _of_team(firm, TEAM)[0], workdays.shift(firm.day, -12)
    seat = vacancies.create(
        firm.actor,
        unit=firm.units[TEAM],
        position=firm.positions["senior"],
        manager=colleague.manager,
        acting=colleague,
        valid_from=since,
    )
    give_to_seat(firm.actor, seat, territory=area, valid_from=since)


def _seats(firm: Company) -> None:
    teams = Unit.objects.unscoped("seed").filter(members__position=firm.positions["lead"]).distinct()
    for unit in teams.order_by("pk"):
        plan_seats(firm.actor, unit, seats=SEATS, valid_from=firm.day.replace(month=1, day=1))


def _reorganisation(firm: Company) -> None:
    """From the first of next month a new group takes over large customers: its leader and two others come from teams
    nearby, one seat is still vacant, and a branch changes its region. Not published."""
    begins = (firm.day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    author = Member.objects.unscoped("seed").exclude(user=None).get(position=firm.positions["ops"])
    draft = drafts.create(
        actor_for(author.user),
        name="下月区域调整",
        effective_on=begins,
        note="成立大客户组，并把一个分公司划入相邻大区。",
    )
    _plan(firm, draft, kind="new_unit", name="大客户组", code="R1-KA", unit=firm.units["R1"])
    group = DraftChange.objects.unscoped("seed").get(draft=draft)
    lead, *others = [_of_team(firm, code)[at] for code, at in (("R1-1-2", 1), ("R1-2-1", 1), ("R1-3-1", 1))]
    chief = Member.objects.unscoped("seed").filter(unit=firm.units["R1"], position=firm.positions["region"]).first()
    position: Position = firm.positions["lead"]
    _plan(firm, draft, kind="move", member=lead, planned=group, manager=chief, position=position, heads=True)
    for one in others:
        _plan(firm, draft, kind="move", member=one, planned=group, manager=lead, position=one.position)
    _plan(firm, draft, kind="seat", planned=group, position=firm.positions["senior"], manager=lead, acting=others[0])
    _plan(firm, draft, kind="move_unit", about=firm.units["R2-3"], unit=firm.units["R1"])
    _plan(firm, draft, kind="rename", about=firm.units["R1"], name=f"{firm.units['R1'].name}（含重点客户）")


def _plan(firm: Company, draft: StructureDraft, **change: object) -> None:
    change_draft(firm.actor, StructureDraft.objects.unscoped("seed").get(pk=draft.pk), **change)
