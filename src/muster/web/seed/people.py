"""The demo company's structure: six levels, about 120 members with histories, logins for each role."""

import datetime as dt
import secrets
from dataclasses import dataclass, field
from random import Random
from typing import Any

from muster.access.models import Role, RoleAssignment, User
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.placing import Placement, bulk_place
from muster.people.models import Grade, Member, MemberPrivate, Position, Unit
from muster.web.seed import words

POSITIONS = [
    ("rep", "Sales representative", "销售代表", 1, False),
    ("senior", "Senior sales representative", "高级销售代表", 2, False),
    ("lead", "Team manager", "团队经理", 3, True),
    ("branch", "Branch manager", "分公司经理", 4, True),
    ("region", "Regional director", "大区总监", 5, True),
    ("head", "Sales vice president", "销售副总裁", 6, True),
    ("ops", "Sales operations", "销售运营", 2, False),
    ("admin", "System administrator", "系统管理员", 2, False),
    ("hr", "Human resources partner", "人力资源伙伴", 2, False),
    ("finance", "Accountant", "会计", 2, False),
]
CITY_NAMES = [city for cities in words.CITIES.values() for city in cities]
GRADES = [(f"P{at}", f"P{at}") for at in range(1, 9)]
PAY_BANDS = ("6–9k", "8–12k", "11–16k", "15–22k", "20–30k", "28–42k", "40–60k", "58–90k")  # a month
REPS_PER_TEAM = 6


@dataclass
class Company:
    """What the seed knows of the firm it makes."""

    random: Random
    actor: Actor
    day: dt.date = field(default_factory=today)
    units: dict[str, Unit] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    grades: dict[str, Grade] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    sellers: list[Member] = field(default_factory=list)
    cities: dict[int, str] = field(default_factory=dict)  # member id -> city
    skill: dict[int, float] = field(default_factory=dict)  # member id -> how well he sells; 1 is usual
    logins: list[tuple[str, str, str, str]] = field(default_factory=list)  # role, name, user name, password
    used: set[str] = field(default_factory=set)


def make_people(firm: Company) -> None:
    _frame(firm)
    _lead_and_teams(firm)
    bulk_place(firm.actor, firm.placements)
    _heads(firm)
    _privates(firm)


def _heads(firm: Company) -> None:
    """Who leads in a unit is its head; the head of sales leads the firm too."""
    for member in Member.objects.unscoped("seed").filter(left_on=None, position__leads=True).order_by("pk"):
        Unit.objects.unscoped("seed").filter(pk=member.unit_id).update(head=member)
    Unit.objects.unscoped("seed").filter(code="BC").update(head=firm.members[0])


def _frame(firm: Company) -> None:
    for code, name, name_zh, rank, leads in POSITIONS:
        firm.positions[code] = _saved(Position(code=code, name=name, name_zh=name_zh, rank=rank, leads=leads))
    for rank, (code, name) in enumerate(GRADES):
        firm.grades[code] = _saved(Grade(code=code, name=name, rank=rank, pay_band=PAY_BANDS[rank]))
    company = _unit(firm, "北辰智造集团", "BC", None)
    sales = _unit(firm, "营销中心", "BC-S", company)
    for at, (region, cities) in enumerate(words.CITIES.items(), start=1):
        area = _unit(firm, f"{region}大区", f"R{at}", sales)
        for number, city in enumerate(cities[:3], start=1):
            branch = _unit(firm, f"{city}分公司", f"R{at}-{number}", area)
            firm.units[f"city:{city}"] = branch
            for team in range(1, 3 if number == 1 else 2):
                _unit(firm, f"{city}{'一二'[team - 1]}组", f"R{at}-{number}-{team}", branch)
    group = _unit(firm, "重点客户小组", "R1-1-1-K", firm.units["R1-1-1"])
    firm.units["key"] = group


def _unit(firm: Company, name: str, code: str, parent: Unit | None) -> Unit:
    unit = _saved(Unit(name=name, code=code, parent=parent))
    firm.units[code] = unit
    return unit


def _saved(row: Any) -> Any:
    row.save()
    return row


def _lead_and_teams(firm: Company) -> None:
    head = _member(firm, "head", "BC-S", None, years=9)
    _login(firm, head, "director")
    _login(firm, _member(firm, "ops", "BC-S", head, years=4), "salesops")
    _login(firm, _member(firm, "admin", "BC", head, years=5), "sysadmin")
    _login(firm, _member(firm, "hr", "BC", head, years=4), "hr")
    _login(firm, _member(firm, "finance", "BC", head, years=6), "finance")
    for at, cities in enumerate(words.CITIES.values(), start=1):
        director = _member(firm, "region", f"R{at}", head, years=7)
        for number, city in enumerate(cities[:3], start=1):
            chief = _member(firm, "branch", f"R{at}-{number}", director, years=6)
            for team in range(1, 3 if number == 1 else 2):
                _team(firm, f"R{at}-{number}-{team}", city, chief)


def _team(firm: Company, code: str, city: str, chief: Member) -> None:
    leader = _member(firm, "lead", code, chief, years=5)
    firm.cities[leader.pk] = city
    firm.sellers.append(leader)
    weak = code == "R3-2-1"
    for at in range(REPS_PER_TEAM):
        years = firm.random.choice([0.2, 0.5, 1, 1.5, 2, 3, 4])
        rep = _member(firm, "senior" if years >= 3 else "rep", code, leader, years=years)
        firm.cities[rep.pk] = city
        firm.skill[rep.pk] = firm.random.uniform(0.35, 0.6) if weak else firm.random.uniform(0.75, 1.25)
        firm.sellers.append(rep)
        if code == "R1-1-1" and at == 0:
            _login(firm, rep, "rep")
        elif code == "R1-1-1" and at == 1:
            firm.skill[rep.pk] = 2.4  # the star
        elif firm.random.random() < 0.5:
            _login(firm, rep, "rep", tell=False)
    _login(firm, leader, "manager", tell=code == "R1-1-1")
    if firm.random.random() < 0.6:
        _leaver(firm, code, city, leader)


def _leaver(firm: Company, code: str, city: str, leader: Member) -> None:
    """Somebody who went some months ago: his won deals stay with the team of their day."""
    gone = firm.day - dt.timedelta(days=firm.random.randint(40, 300))
    rep = _member(firm, "rep", code, leader, years=2.5, until=gone)
    firm.cities[rep.pk] = city
    firm.skill[rep.pk] = 0.8
    firm.sellers.append(rep)


def _member(
    firm: Company, position: str, unit: str, manager: Member | None, *, years: float, until: dt.date | None = None
) -> Member:
    random = firm.random
    hired = firm.day - dt.timedelta(days=int(years * 365) + random.randint(3, 120))
    at = len(firm.members) + 1
    member = Member(
        employee_no=f"BC{at:04d}",
        name=_name(firm),
        work_email=f"bc{at:04d}@example.com",
        phone=f"1{random.choice([38, 39, 50, 58, 77, 86, 88])}{random.randint(10_000_000, 99_999_999)}",
        hired_on=hired,
        left_on=until,
        status=Member.Status.LEFT if until else Member.Status.ACTIVE,
        languages=random.choice(["普通话", "普通话、英语", "普通话、粤语", "普通话、四川话", "普通话、日语"]),
        work_place=next((city for city in CITY_NAMES if firm.units[unit].name.startswith(city)), "上海"),
    )
    member.save()
    firm.members.append(member)
    _career(firm, member, position, unit, manager, until)
    return member


def _career(
    firm: Company, member: Member, position: str, unit: str, manager: Member | None, until: dt.date | None
) -> None:
    """From hiring on; who leads or is senior rose on the way, and some came from another team."""
    hired, rank = member.hired_on, POSITIONS[[one[0] for one in POSITIONS].index(position)][3]
    grade = firm.grades[f"P{min(rank + 1, 8)}"]
    now: dict[str, Any] = {"unit": firm.units[unit], "manager": manager, "valid_to": until}
    risen = hired + dt.timedelta(days=int((firm.day - hired).days * 0.55))
    if position in ("senior", "lead") and (firm.day - hired).days > 700:
        before = firm.positions["rep" if position == "senior" else "senior"]
        lower = firm.grades[f"P{max(rank, 1)}"]
        firm.placements.append(Placement(member, firm.units[unit], before, lower, manager, hired, risen, "入职"))
        firm.placements.append(
            Placement(member, position=firm.positions[position], grade=grade, valid_from=risen, reason="晋升", **now)
        )
        return
    firm.placements.append(
        Placement(member, position=firm.positions[position], grade=grade, valid_from=hired, reason="入职", **now)
    )


def _name(firm: Company) -> str:
    while True:
        given = "".join(firm.random.sample(words.GIVEN, firm.random.choice([1, 2, 2])))
        name = firm.random.choice(words.SURNAMES) + given
        if name not in firm.used:
            firm.used.add(name)
            return name


def _login(firm: Company, member: Member, role: str, tell: bool = True) -> None:
    user = User(username=member.employee_no.lower(), name=member.name, email=member.work_email, is_demo=True)
    if tell:
        password = secrets.token_urlsafe(9)
        user.set_password(password)
        firm.logins.append((role, member.name, user.username, password))
    else:
        user.set_unusable_password()
    user.save()
    RoleAssignment(user=user, role=Role.objects.unscoped("seed").get(key=role)).save()
    member.user = user
    member.save()


def _privates(firm: Company) -> None:
    rows = []
    for member in firm.members:
        born = dt.date(1970 + firm.random.randint(8, 32), firm.random.randint(1, 12), firm.random.randint(1, 28))
        number = f"{firm.random.choice([310101, 440305, 110105, 510104])}{born:%Y%m%d}{firm.random.randint(1000, 9999)}"
        rows.append(
            MemberPrivate(
                member=member,
                id_number=number,
                birth_date=born,
                bank_account=f"6222{firm.random.randint(10**14, 10**15 - 1)}",
                emergency_name=f"{member.name[0]}先生" if member.pk % 3 else "",
                emergency_phone=f"139{member.pk:08d}" if member.pk % 3 else "",
            )
        )
    MemberPrivate.objects.bulk_create(rows)
