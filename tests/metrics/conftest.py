"""A firm whose numbers can be checked by hand: a director over a manager with two reps, and a third rep beside them."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client

from muster.access.actors import actor_for
from muster.access.models import Role, RoleAssignment, User
from muster.access.scope import Actor
from muster.activities.models import Activity, Task
from muster.crm.models import Account, Deal, Lead, Pipeline, Stage
from muster.people.actions.move import Placement, bulk_place
from muster.people.actions.structure import units
from muster.people.models import Member

OPERATOR = Actor.operator("test")
SINCE = dt.date(2025, 1, 1)
PEOPLE = [
    ("director", "director", None, "HQ"),
    ("manager", "manager", "director", "N"),
    ("ann", "rep", "manager", "N"),
    ("bob", "rep", "manager", "N1"),
    ("eve", "rep", "director", "S"),
]
UNITS = [("HQ", None), ("N", "HQ"), ("N1", "N"), ("S", "HQ")]


class Firm(SimpleNamespace):
    """Members by name, units by code, a stage of each kind, and short ways to write rows."""

    def actor(self, name: str) -> Actor:
        return OPERATOR if name == "operator" else actor_for(self.members[name].user)

    def client(self, name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(self.members[name].user)
        return client

    def account(self, name: str) -> Account:
        found = Account.objects.unscoped("test").filter(name=name).first()
        if found is None:
            found = Account(name=name, owner=self.members["director"])
            found.save()
        return found

    def deal(self, owner: str, status: str, amount: int | None, **more: object) -> Deal:
        row = Deal(
            name=f"{owner} {status} {amount}",
            owner=self.members[owner],
            status=status,
            amount=amount,
            pipeline=self.pipeline,
            stage=self.stages[status],
            **{"currency": "CNY", **more},
        )
        row.save()
        return row

    def activity(self, owner: str, kind: str, done_on: dt.date | None, account: str = "", **more: object) -> Activity:
        row = Activity(
            kind=kind,
            status="done" if done_on else "planned",
            owner=self.members[owner],
            done_on=done_on,
            subject=kind,
            account=self.account(account) if account else None,
            **more,
        )
        row.save()
        return row

    def lead(self, owner: str, status: str, **more: object) -> Lead:
        row = Lead(name=f"{owner} {status}", owner=self.members[owner], status=status, **more)
        row.save()
        return row

    def task(self, owner: str, due_on: dt.date | None, done_on: dt.date | None, **more: object) -> Task:
        row = Task(title="task", owner=self.members[owner], due_on=due_on, done_on=done_on, **more)
        row.save()
        return row


def make_firm() -> Firm:
    places = {}
    for code, parent in UNITS:
        places[code] = units.create(OPERATOR, name=code, code=code, parent=places.get(parent))
    members = {}
    for name, role, _manager, _unit in PEOPLE:
        user = User(username=name, name=name, email=f"{name}@example.com")
        user.save()
        RoleAssignment(user=user, role=Role.objects.unscoped("test").get(key=role)).save()
        members[name] = Member(name=name, employee_no=name.upper(), user=user)
        members[name].save()
    bulk_place(
        OPERATOR,
        [
            Placement(member=members[name], unit=places[unit], manager=members.get(manager), valid_from=SINCE)
            for name, _role, manager, unit in PEOPLE
        ],
    )
    pipeline = Pipeline.objects.unscoped("test").get(is_default=True)
    stages = {
        row.kind: row for row in Stage.objects.unscoped("test").filter(pipeline=pipeline).order_by("-position_no")
    }
    return Firm(members=members, units=places, pipeline=pipeline, stages=stages)


@pytest.fixture
def firm(db) -> Firm:
    return make_firm()
