"""Approvals: asked for, gone through step by step, decided, recalled, reminded of.

A request is about one record as it stands. It goes through the steps of the rule that fits; within a step all or any of
those asked must agree. Nobody approves his own request, and what changes after it was approved is approved no longer.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core import workdays
from muster.core.periods import today
from muster.people.actions.approvers import named, next_above, stand_in
from muster.people.approvable import Approvable, approvable, is_measured, kinds
from muster.people.models import ApprovalRequest, ApprovalRule, ApprovalSeat, ApprovalStep

Status, State = ApprovalRequest.Status, ApprovalSeat.State
USUAL = [[{"who": "manager", "level": 1, "needs": "all"}]]  # where no rule fits


def _rule(actor: Actor, row: ApprovalRule, fields: dict[str, Any]) -> None:
    if row.kind not in dict(kinds()):
        raise ValidationError({"kind": _("Nothing of this kind is approved: choose one from the list.")})
    if not is_measured(row.kind):
        row.above = 0


def _step(actor: Actor, row: ApprovalStep, fields: dict[str, Any]) -> None:
    row.role = row.role if row.who == ApprovalStep.Who.ROLE else None
    row.member = row.member if row.who == ApprovalStep.Who.MEMBER else None


approval_rules = crud(ApprovalRule, before_save=_rule)
approval_steps = crud(ApprovalStep, before_save=_step)


@action("people.approvalstep.remove", gettext_lazy("Take steps out of approval rules"), ApprovalStep)
def remove_step(actor: Actor, row: ApprovalStep) -> None:
    """Requests under way keep the steps they were asked with."""
    add_event(actor, "people.approvalstep.remove", row, {"number": [row.number, None]})
    row.delete()


def rule_for(kind: str, measure: int) -> ApprovalRule | None:
    """The rule with the highest measure that MEASURE is above; one without a measure is above nought."""
    rows = ApprovalRule.objects.unscoped("which approval rule fits").filter(kind=kind, archived_at=None)
    rows = rows.filter(above__lt=measure) if is_measured(kind) else rows
    found: ApprovalRule | None = rows.order_by("-above", "pk").first()
    return found


def _plan_of(rule: ApprovalRule | None, kind: Approvable, row: Any) -> list[list[dict[str, Any]]]:
    if rule is None:
        return (kind.usual(row) if kind.usual else []) or USUAL
    steps: dict[int, list[dict[str, Any]]] = {}
    for one in ApprovalStep.objects.unscoped("which approval rule fits").filter(rule=rule, archived_at=None):
        line = {"who": one.who, "level": one.level, "role": one.role_id, "member": one.member_id, "needs": one.needs}
        steps.setdefault(one.number, []).append(line)
    return [steps[number] for number in sorted(steps)] or USUAL


def requests_of(row: Any, kind: str) -> QuerySet[ApprovalRequest]:
    found: QuerySet[ApprovalRequest] = ApprovalRequest.objects.unscoped("approvals of a record").filter(
        model=row._meta.label_lower, object_id=row.pk, kind=kind
    )
    return found


@action("people.approvalrequest.create", gettext_lazy("Ask for approvals"), ApprovalRequest, creates=True)
def ask_approval(
    actor: Actor,
    *,
    kind: str,
    row: Any,
    reason: str = "",
    measure: int = 0,
    said: str = "",
    payload: dict[str, Any] | None = None,
) -> ApprovalRequest:
    """Ask about ROW; whoever comes first by the rule is told. The caller has checked that the asker may do what he asks
    for. Raises Refused where it is asked already, or where nobody could decide."""
    if not actor.member_id:
        raise Refused(_("Only a member asks for an approval: sign in as one."))
    if requests_of(row, kind).filter(status=Status.OPEN).exists():
        raise Refused(_("This is asked already: recall it first to ask anew."))
    rule = rule_for(kind, measure)
    asked = ApprovalRequest(kind=kind, model=row._meta.label_lower, object_id=row.pk, title=str(row)[:200])
    asked.asker_id, asked.measure, asked.reason, asked.said = actor.member_id, measure, reason, said[:300]
    known = approvable(kind, asked.model)
    asked.payload, asked.plan, asked.mark = payload or {}, _plan_of(rule, known, row), known.mark(row)
    if rule is not None:
        asked.remind_after, asked.escalate_after = rule.remind_after, rule.escalate_after
    asked.full_clean()
    asked.save()
    _open_step(actor, asked, 1)
    return asked


def _open_step(actor: Actor, asked: ApprovalRequest, number: int) -> None:
    """Ask all of step NUMBER, while those who are away are stood in for."""
    day, told = today(), []
    for place, who in enumerate(asked.plan[number - 1]):
        meant = named(who, asked.asker_id, day)
        if not meant:
            raise Refused(
                _("Nobody could decide step %(n)s of “%(kind)s”: ask sales operations to mend the rule.")
                % {"n": number, "kind": dict(kinds()).get(asked.kind, asked.kind)}
            )
        for pk in meant:
            deputy = stand_in(pk, asked.asker_id, day)
            told.append(deputy)
            _sit(asked, number, place, deputy, pk if deputy != pk else None, day)
    asked.step = number
    asked.save(update_fields=["step"])
    _tell(actor, "people.approvalrequest.waits", asked, told)


def _sit(
    asked: ApprovalRequest, number: int, place: int, member: int, stands_for: int | None, day: dt.date
) -> ApprovalSeat:
    seat = ApprovalSeat(request=asked, number=number, place=place, member_id=member, since_on=day)
    seat.stands_for_id = stands_for
    seat.save()
    return seat


def _tell(actor: Actor, name: str, asked: ApprovalRequest, members: list[int], **more: Any) -> None:
    if members:
        add_event(actor, name, asked, {}, receivers=sorted(set(members)), **more)


def _seats(asked: ApprovalRequest) -> QuerySet[ApprovalSeat]:
    rows: QuerySet[ApprovalSeat] = ApprovalSeat.objects.unscoped("seats of an approval").filter(request=asked)
    return rows


def _decide(actor: Actor, asked: ApprovalRequest, state: str, note: str) -> Approvable:
    """Write down what ACTOR says on all seats of his that are open."""
    if asked.status != Status.OPEN:
        raise Refused(_("This is decided already."))
    if actor.member_id == asked.asker_id:
        raise Refused(_("Somebody else decides about what you asked for."))
    mine = _seats(asked).filter(member=actor.member_id or 0, state=State.OPEN)
    if not mine.exists():
        raise Refused(_("This does not wait for you."))
    kind = approvable(asked.kind, asked.model)
    row = kind.row(asked.object_id)
    if row is None or kind.mark(row) != asked.mark:
        raise Refused(_("What this was asked for has changed since: it has to be asked anew."))
    mine.update(state=state, note=note[:500], decided_at=timezone.now())
    return kind


@action("people.approvalrequest.approve", gettext_lazy("Approve requests"), ApprovalRequest)
def approve_request(actor: Actor, asked: ApprovalRequest, *, note: str = "") -> None:
    """Say yes; with the last yes that is needed the next step is asked, and after the last step it is approved."""
    kind = _decide(actor, asked, State.APPROVED, note)
    if not _step_is_done(asked):
        return
    _seats(asked).filter(state=State.OPEN).update(state=State.PASSED)
    if asked.step < len(asked.plan):
        _open_step(actor, asked, asked.step + 1)
        return
    _end(asked, Status.APPROVED)
    kind.apply(actor, kind.row(asked.object_id), asked)
    _tell(actor, "people.approvalrequest.granted", asked, [asked.asker_id])


def _step_is_done(asked: ApprovalRequest) -> bool:
    """Of the places of the present round all have a yes, or one where one is enough."""
    line = asked.plan[asked.step - 1]
    rows = _seats(asked).filter(number=asked.step)
    waiting = set(rows.filter(state=State.OPEN).values_list("place", flat=True))
    last = _seats(asked).filter(state=State.RETURNED).order_by("-pk").values_list("pk", flat=True).first() or 0
    agreed = set(rows.filter(state=State.APPROVED, pk__gt=last).values_list("place", flat=True))
    if line[0]["needs"] == ApprovalStep.Needs.ANY:
        return bool(agreed)
    return not waiting - agreed


@action("people.approvalrequest.reject", gettext_lazy("Send requests back"), ApprovalRequest)
def reject_request(actor: Actor, asked: ApprovalRequest, *, note: str, to: int = 0) -> None:
    """Say no and why: back to who asked, or to an earlier step, which is gone through again from there."""
    if not note.strip():
        raise ValidationError({"note": _("Say why: who asked has to know what to change.")})
    if to and not 0 < to < asked.step:
        raise ValidationError({"to": _("Choose a step before this one, or who asked.")})
    _decide(actor, asked, State.RETURNED, note)
    _seats(asked).filter(state=State.OPEN).update(state=State.PASSED)
    if to:
        _open_step(actor, asked, to)
    else:
        _end(asked, Status.RETURNED)


@action("people.approvalrequest.recall", gettext_lazy("Recall one's own requests"), ApprovalRequest)
def recall_request(actor: Actor, asked: ApprovalRequest) -> None:
    """Take back what one asked, while it is not decided."""
    if asked.status != Status.OPEN:
        raise Refused(_("This is decided already."))
    if actor.member_id != asked.asker_id:
        raise Refused(_("Only who asked recalls it."))
    _seats(asked).filter(state=State.OPEN).update(state=State.PASSED)
    _end(asked, Status.RECALLED)


def _end(asked: ApprovalRequest, status: str) -> None:
    asked.status, asked.ended_on = status, today()
    asked.save(update_fields=["status", "ended_on"])


def is_approved(row: Any, kind: str) -> bool:
    """Has what ROW says now been approved?"""
    mark = approvable(kind, row._meta.label_lower).mark(row)
    return requests_of(row, kind).filter(status=Status.APPROVED, mark=mark).exists()


def lapse_changed(actor: Actor, row: Any, kind: str) -> None:
    """What was asked or approved of ROW as it no longer is, has lapsed."""
    mark = approvable(kind, row._meta.label_lower).mark(row)
    for asked in requests_of(row, kind).filter(status__in=(Status.OPEN, Status.APPROVED)).exclude(mark=mark):
        waiting = list(_seats(asked).filter(state=State.OPEN).values_list("member", flat=True))
        _seats(asked).filter(state=State.OPEN).update(state=State.PASSED)
        _end(asked, Status.LAPSED)
        _tell(actor, "people.approvalrequest.lapse", asked, [asked.asker_id, *waiting])


def go_round(day: dt.date | None = None) -> int:
    """On a working day: who went away is stood in for, who is late is reminded, and after that the next manager is
    asked. How many were told; run again it does nothing more."""
    on = day or today()
    if not workdays.is_workday(on):
        return 0
    rows = ApprovalSeat.objects.unscoped("approvals that wait").filter(state=State.OPEN)
    rows = rows.filter(request__status=Status.OPEN).select_related("request").order_by("pk")
    return sum(_nudge(seat, on) for seat in rows)


def _nudge(seat: ApprovalSeat, on: dt.date) -> int:
    asked, waited = seat.request, workdays.between(seat.since_on, on)
    actor = Actor.operator("approvals")
    with transaction.atomic():
        deputy = stand_in(seat.member_id, asked.asker_id, on)
        if deputy != seat.member_id:
            return _pass_on(actor, seat, deputy, on)
        if asked.escalate_after and waited >= asked.escalate_after:
            above = next_above(seat.member_id, asked.asker_id, on)
            if above is not None:
                return _pass_on(actor, seat, above, on)
        if waited < asked.remind_after or seat.reminded_on is not None:
            return 0
        ApprovalSeat.objects.unscoped("approvals that wait").filter(pk=seat.pk).update(reminded_on=on)
        _tell(actor, "people.approvalrequest.remind", asked, [seat.member_id], days=waited)
        return 1


def _pass_on(actor: Actor, seat: ApprovalSeat, member: int, on: dt.date) -> int:
    asked = seat.request
    ApprovalSeat.objects.unscoped("approvals that wait").filter(pk=seat.pk).update(state=State.MOVED)
    _sit(asked, seat.number, seat.place, member, seat.member_id, on)
    _tell(actor, "people.approvalrequest.waits", asked, [member])
    return 1
