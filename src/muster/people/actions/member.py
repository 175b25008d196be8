"""Members and what is private about them."""

import datetime as dt
from typing import Any

from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions import checklist
from muster.people.actions.lifecycle import end_login, refuse_while_holding
from muster.people.actions.lines import relink
from muster.people.models import Kind, Member, MemberPrivate, ReportingLine

RECENT = dt.timedelta(days=30)  # who came earlier has long arrived


def _own_line(actor: Actor, member: Member, fields: dict[str, Any]) -> None:
    """Everybody stands in his own line from the first moment, so 'own and reports' finds him."""
    if not ReportingLine.objects.unscoped("own line").filter(ancestor=member, descendant=member).exists():
        relink([member.pk])
        if member.hired_on and member.hired_on >= today() - RECENT:
            checklist.begin(member, Kind.JOINER, member.hired_on)


def _leaving_day(actor: Actor, member: Member, fields: dict[str, Any]) -> None:
    """Who has left did so on some day: today, where nobody says; and holds nothing any more."""
    if member.status != Member.Status.LEFT:
        return
    member.left_on = member.left_on or today()
    if member.pk and "status" in fields:
        refuse_while_holding(member)
        end_login(member)


members = crud(Member, before_save=_leaving_day, after_save=_own_line)
privates = crud(MemberPrivate)
