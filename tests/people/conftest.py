"""A small firm: a director over a manager over two reps, an administrator beside them, each with a login."""

from types import SimpleNamespace

import pytest
from django.test import Client

from muster.access.actors import actor_for
from muster.access.models import Role, RoleAssignment, User
from muster.access.scope import Actor
from muster.people.actions.move import Placement, bulk_place
from muster.people.actions.structure import units
from muster.people.models import Member, MemberPrivate, Position

OPERATOR = Actor.operator("test")
PEOPLE = {
    "director": ("王大伟", "David", "director", None, "company"),
    "manager": ("李明", "", "manager", "director", "north"),
    "rep": ("张三", "Sam", "rep", "manager", "north"),
    "peer": ("曾小红", "", "rep", "manager", "north"),
    "sysadmin": ("赵六", "", "sysadmin", "director", "company"),
    "salesops": ("孙七", "", "salesops", "director", "company"),
}


def login(member: Member, role: str) -> User:
    user = User(username=member.employee_no, name=member.name, email=f"{member.employee_no}@example.com")
    user.set_password("a long enough password")
    user.save()
    RoleAssignment(user=user, role=Role.objects.unscoped("test").get(key=role)).save()
    member.user = user
    member.save()
    return user


@pytest.fixture
def firm(db):
    company = units.create(OPERATOR, name="总公司", code="HQ")
    north = units.create(OPERATOR, name="华北大区", code="N", parent=company)
    place = {"company": company, "north": north}
    lead, rep = Position(name="Manager", code="M", leads=True), Position(name="Rep", name_zh="销售代表", code="R")
    lead.save()
    rep.save()
    found = {}
    for at, (key, (name, preferred, role, _manager, _unit)) in enumerate(PEOPLE.items()):
        member = Member(
            name=name,
            preferred_name=preferred,
            employee_no=f"E{at:03}",
            phone=f"1380000100{at}",
            personal_email=f"{key}@home.example",
            work_email=f"{key}@firm.example",
        )
        member.save()
        login(member, role)
        found[key] = member
    bulk_place(
        OPERATOR,
        [
            Placement(
                member=found[key],
                unit=place[unit],
                manager=found[manager] if manager else None,
                position=lead if key in ("director", "manager") else rep,
            )
            for key, (_name, _preferred, _role, manager, unit) in PEOPLE.items()
        ],
    )
    MemberPrivate(member=found["rep"], id_number="110101199001011234", home_address="北京市朝阳区").save()
    members = {key: Member.objects.unscoped("test").get(pk=row.pk) for key, row in found.items()}
    return SimpleNamespace(**members, company=company, north=north, lead=lead, position=rep)


@pytest.fixture
def as_role(firm):
    def client(key: str) -> Client:
        found = Client(headers={"accept-language": "en"})
        found.force_login(getattr(firm, key).user)
        return found

    return client


@pytest.fixture
def actor(firm):
    return lambda key: actor_for(getattr(firm, key).user)
