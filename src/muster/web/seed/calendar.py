"""Calendars of two teams: meetings that repeat, one that was moved, a private one, plans of the week, and leave."""

import datetime as dt
from zoneinfo import ZoneInfo

from muster.access.actors import actor_for
from muster.access.scope import Actor
from muster.activities.actions.activity import activities
from muster.activities.actions.appointment import make_appointment, move_occurrence
from muster.activities.actions.comment import add_comment
from muster.activities.actions.guest import answer
from muster.activities.models import Activity, Appointment, Guest
from muster.core import workdays
from muster.crm.models import Account
from muster.people.models import Absence, Member
from muster.web.seed.people import Company

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MONDAY_TO_FRIDAY = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def make_calendar(firm: Company) -> None:
    rows = Member.objects.unscoped("seed").select_related("user", "manager__user")
    name = next(name for role, name, _user, _password in firm.logins if role == "rep")
    rep = rows.get(name=name, user__isnull=False)
    lead = rep.manager
    if lead is None or lead.user is None:
        return
    team = list(rows.filter(manager=lead.pk, user__isnull=False).exclude(status=Member.Status.LEFT).order_by("pk")[:6])
    chief, own = actor_for(lead.user), actor_for(rep.user)
    monday = firm.day - DAY * firm.day.weekday()
    _team(chief, team, monday)
    _own(own, rep, monday, firm.day)
    for one in team:
        if one.pk != rep.pk:
            Absence(member=one, starts_on=monday + DAY * 3, ends_on=monday + DAY * 4, note="工作交接给同组同事").save()
            break


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZoneInfo("Asia/Shanghai"))


def _keep(actor: Actor, title: str, begin: dt.datetime, hours: float = 1, **fields: object) -> Appointment:
    ends = begin + HOUR * hours
    return make_appointment(actor, title=title, starts_at=begin, ends_at=ends, **fields)  # type: ignore[arg-type]


def _team(chief: Actor, team: list[Member], monday: dt.date) -> None:
    """A morning round, a weekly review that takes place later once, and who comes."""
    _keep(chief, "团队早会", _at(monday, 9), 0.5, rule=MONDAY_TO_FRIDAY, place="三楼会议室", members=team)
    begin = _at(monday - DAY * 14, 16)
    review = _keep(chief, "商机评审会", begin, 1.5, rule="FREQ=WEEKLY", place="线上会议", members=team)
    move_occurrence(chief, review, at=begin + DAY * 14, starts_at=begin + DAY * 15)
    _keep(chief, "体检", _at(monday + DAY * 2, 14), 2, is_private=True)
    guests = Guest.objects.unscoped("seed").filter(appointment=review.pk).select_related("member__user", "appointment")
    for at, guest in enumerate(guests):
        if guest.member is not None and guest.member.user is not None and at % 3 < 2:
            answer(actor_for(guest.member.user), guest, answer=("accepted", "tentative")[at % 3])


def _own(actor: Actor, rep: Member, monday: dt.date, today: dt.date) -> None:
    """Visits and calls planned for the next working days, and a comment that names the manager."""
    accounts = list(Account.objects.visible_to(actor).filter(owner=rep, archived_at=None).order_by("-pk")[:4])
    _keep(actor, "接孩子", _at(monday, 17, 30), rule="FREQ=WEEKLY;BYDAY=TU,TH", is_private=True)
    planned = None
    for at, account in enumerate(accounts):
        day = workdays.shift(today, at // 2 + (1 if at // 2 else 0))
        planned = activities.create(
            actor,
            kind=("visit", "call")[at % 2],
            subject=("演示新方案", "确认报价")[at % 2],
            account=account,
            status=Activity.Status.PLANNED,
            planned_at=_at(day, 10 + at * 2),
            minutes=(90, 30)[at % 2],
        )
    if planned is not None and rep.manager is not None:
        body = f"@{rep.manager.name} 客户希望您一起参加，请看日历上的时间。"
        add_comment(actor, model="activities.activity", object_id=planned.pk, body=body)
