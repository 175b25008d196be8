"""Rows for tests, made plainly: each function takes what matters to the test and fills in the rest."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from muster.access.actors import actor_for
from muster.access.models import Role, RoleAssignment, User
from muster.access.scope import Actor
from muster.activities.models import Activity, Task
from muster.crm.models import Account, AccountMember, Contact, Deal, Pipeline, Product, Stage
from muster.people.actions.lines import rebuild_lines
from muster.people.actions.placing import Placement, bulk_place
from muster.people.models import Member, Unit

FIRST_DAY = dt.date(2020, 1, 1)
number = itertools.count(1)
operator = Actor.operator("tests")


def make_unit(name: str = "", parent: Unit | None = None) -> Unit:
    at = next(number)
    unit = Unit(name=name or f"Unit {at}", code=f"U{at}", parent=parent)
    unit.save()
    rebuild_lines()
    return unit


def make_user(name: str = "", role: str | None = "rep") -> User:
    user = User.objects.create_user(name or f"user{next(number)}", name=name, password=None)
    if role:
        give_role(user, role)
    return user


def give_role(user: User, role: str) -> None:
    RoleAssignment(user=user, role=Role.objects.unscoped("tests").get(key=role)).save()


def make_member(
    name: str = "",
    *,
    manager: Member | None = None,
    unit: Unit | None = None,
    role: str | None = "rep",
    since: dt.date = FIRST_DAY,
    **fields: Any,
) -> Member:
    """A member with his place since a day and, unless ROLE is None, a login that holds it."""
    at = next(number)
    user = make_user(f"user{at}", role) if role else None
    member = Member(name=name or f"Member {at}", employee_no=f"E{at:05d}", user=user, **fields)
    member.save()
    bulk_place(operator, [Placement(member, unit=unit, manager=manager, valid_from=since)])
    return Member.objects.unscoped("tests").get(pk=member.pk)


def actor_of(member: Member) -> Actor:
    assert member.user is not None
    return actor_for(member.user)


def make_pipeline() -> Pipeline:
    """The default pipeline: two open stages, won and lost."""
    found = Pipeline.objects.unscoped("tests").filter(key="test").first()
    if found:
        return found
    pipeline = Pipeline(key="test", name="Test", is_default=True)
    pipeline.save()
    kinds = [("new", "open", 10), ("offer", "open", 50), ("won", "won", 100), ("lost", "lost", 0)]
    for at, (key, kind, probability) in enumerate(kinds):
        Stage(pipeline=pipeline, key=key, name=key.title(), kind=kind, position_no=at, probability=probability).save()
    return pipeline


def stage(key: str) -> Stage:
    return Stage.objects.unscoped("tests").get(pipeline=make_pipeline(), key=key)


def make_account(owner: Member | None = None, name: str = "", team: tuple[Member, ...] = (), **fields: Any) -> Account:
    account = Account(name=name or f"Account {next(number)}", owner=owner, **fields)
    account.save()
    for member in team:
        AccountMember(account=account, member=member).save()
    return account


def make_contact(account: Account, name: str = "", **fields: Any) -> Contact:
    contact = Contact(account=account, owner=account.owner, name=name or f"Contact {next(number)}", **fields)
    contact.save()
    return contact


def make_product(name: str = "", **fields: Any) -> Product:
    at = next(number)
    product = Product(code=f"P{at}", name=name or f"Product {at}", **fields)
    product.save()
    return product


def make_deal(
    owner: Member,
    *,
    amount: int | None = 100_00,
    won: dt.date | None = None,
    lost: dt.date | None = None,
    **fields: Any,
) -> Deal:
    """An open deal, or one won or lost on a day. AMOUNT is in minor units."""
    key = "won" if won else "lost" if lost else "new"
    at = stage(key)
    values = {"name": f"Deal {next(number)}", "opened_on": min(FIRST_DAY, won or lost or FIRST_DAY), **fields}
    deal = Deal(
        owner=owner,
        amount=amount,
        pipeline=at.pipeline,
        stage=at,
        status=at.kind,
        closed_on=won or lost,
        **values,
    )
    deal.save()
    return deal


def make_activity(owner: Member, on: dt.date | None = None, kind: str = "call", **fields: Any) -> Activity:
    """A done activity on a day, or a planned one for tomorrow when no day is given and status says so."""
    done = fields.pop("status", "done") == "done"
    day = on or timezone.localdate()
    at = dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)
    activity = Activity(
        owner=owner,
        kind=kind,
        subject=fields.pop("subject", f"Activity {next(number)}"),
        status="done" if done else "planned",
        done_at=at if done else None,
        done_on=day if done else None,
        planned_at=None if done else timezone.now() + dt.timedelta(days=1),
        **fields,
    )
    activity.save()
    return activity


def make_task(owner: Member, title: str = "", **fields: Any) -> Task:
    task = Task(owner=owner, title=title or f"Task {next(number)}", **fields)
    task.save()
    return task
