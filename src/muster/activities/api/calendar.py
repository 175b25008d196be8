"""Calendars over the API: appointments, who takes part, who is busy when, and calendar files taken in.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

import datetime as dt
from dataclasses import asdict, replace
from typing import Any
from zoneinfo import ZoneInfo

from ninja import Router, Schema
from ninja.responses import Response

from muster.access.resources import Resource, Verb, refuse_unknown
from muster.activities.actions import appointment as actions
from muster.activities.actions.calendar_file import take_file
from muster.activities.actions.feed import take_feed_back
from muster.activities.actions.guest import answer
from muster.activities.forms.calendar import AnswerForm, AppointmentForm, MoveForm, OccurrenceForm
from muster.activities.models import Appointment, AppointmentChange, CalendarFeed, Guest
from muster.activities.queries.calendar import (
    BUSY,
    DAY,
    MOST_DAYS,
    Window,
    blocks_of,
    free_slots,
    zone_of_member,
)
from muster.core.http import Request
from muster.core.listings import BadInput, Filter, rows_of

VIEW = "activities.appointment.view"


RESOURCES = [
    Resource(
        "appointments",
        rows_of(
            Appointment,
            Filter("owner", "who invites", kind="number", lookup="owner_id"),
            Filter("account", "account", kind="number", lookup="account_id"),
            Filter("deal", "deal", kind="number", lookup="deal_id"),
            related=("owner", "account", "deal"),
        ),
        AppointmentForm,
        replace(actions.appointments, create=actions.make_appointment, edit=actions.edit_appointment),
        (
            Verb("cancel", actions.cancel_appointment, "activities.appointment.cancel", summary="Cancel all of it"),
            Verb("move", actions.move_occurrence, "activities.appointment.move", MoveForm, "Move one occurrence"),
            Verb("skip", actions.skip_occurrence, "activities.appointment.skip", OccurrenceForm, "Cancel one of them"),
            Verb(
                "follow",
                actions.follow,
                "activities.appointment.end",
                MoveForm,
                "Change it and what follows: the series ends before it, and the answer is the new one",
            ),
            Verb("end", actions.end_before, "activities.appointment.end", OccurrenceForm, "Cancel it and what follows"),
        ),
    ),
    Resource(
        "appointment-changes",
        rows_of(
            AppointmentChange,
            Filter("appointment", "appointment", kind="number", lookup="appointment_id"),
            related=("appointment",),
        ),
        view=VIEW,
    ),
    Resource(
        "guests",
        rows_of(
            Guest,
            Filter("appointment", "appointment", kind="number", lookup="appointment_id"),
            Filter("member", "member", kind="number", lookup="member_id"),
            related=("appointment", "member", "contact"),
        ),
        verbs=(Verb("answer", answer, "activities.guest.answer", AnswerForm, "Say whether one comes"),),
    ),
    Resource(
        "calendar-addresses",
        rows_of(CalendarFeed, related=("member",)),
        verbs=(Verb("archive", take_feed_back, "activities.calendarfeed.archive", summary="Take an address back"),),
    ),
]


class BlockOut(Schema):
    """Time that is taken. Without a title all that the reader may know is that it is."""

    member: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    kind: str
    title: str
    place: str
    url: str
    all_day: bool
    free: bool
    private: bool
    answer: str
    repeats: bool
    pk: int
    at: dt.datetime | None
    version: int


class SlotOut(Schema):
    starts_at: dt.datetime
    ends_at: dt.datetime


class FileIn(Schema):
    """A calendar file as text; with `dry_run` nothing is kept."""

    content: str
    dry_run: bool = True


class LineOut(Schema):
    verdict: str
    title: str
    starts_at: dt.datetime | None
    said: str


def _said(permission: str, name: str, summary: str) -> dict[str, Any]:
    return {
        "operation_id": name,
        "summary": summary,
        "tags": ["calendar"],
        "openapi_extra": {"x-permission": permission},
    }


def _window(start: dt.date, end: dt.date, zone: ZoneInfo) -> Window:
    if not start < end <= start + DAY * MOST_DAYS or not 1971 <= start.year <= 2199:
        raise BadInput(f"Ask for 1 to {MOST_DAYS} days: end is the day after the last one.")
    return Window(start, end, zone)


def _keys(text: str, own: int | None) -> list[int]:
    """Member ids of 'TEXT', comma separated; one's own where there are none."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in found):
        raise BadInput("Members are ids, separated by commas.")
    return [int(one) for one in found] or ([own] if own else [])


def add_calendar(router: Router) -> None:
    """What is no row of its own: when people are busy, when all are free, and files."""

    @router.get("/calendar", response={200: list[BlockOut]}, **_said(VIEW, "calendar_list", "What is when"))
    def calendar(request: Request, start: dt.date, end: dt.date, members: str = "") -> Any:
        request.actor.require(VIEW)
        refuse_unknown(request, {"start", "end", "members"})
        window = _window(start, end, zone_of_member(request.actor))
        blocks = blocks_of(request.actor, _keys(members, request.actor.member_id), window)
        return Response([asdict(one) for one in blocks])

    @router.get(
        "/calendar/free", response={200: list[SlotOut]}, **_said(BUSY, "calendar_free", "When all of them are free")
    )
    def free(request: Request, members: str = "", minutes: int = 60, after: dt.datetime | None = None) -> Any:
        request.actor.require(BUSY)
        refuse_unknown(request, {"members", "minutes", "after"})
        if not 15 <= minutes <= 540:
            raise BadInput("A meeting takes from 15 to 540 minutes.")
        moment = after or dt.datetime.now(dt.UTC)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        if not 1971 <= moment.year <= 2199:
            raise BadInput("Ask for a time between 1971 and 2199.")
        keys = _keys(members, request.actor.member_id)
        slots = free_slots(request.actor, keys, minutes, moment, zone_of_member(request.actor))
        return Response([asdict(one) for one in slots])

    @router.post(
        "/calendar/file",
        response={200: list[LineOut]},
        **_said("activities.appointment.take", "calendar_file", "Take a calendar file in"),
    )
    def file(request: Request, payload: FileIn) -> Any:
        request.actor.require("activities.appointment.take")
        refuse_unknown(request, set())
        taken = take_file(request.actor, content=payload.content.encode(), dry_run=payload.dry_run)
        return Response([asdict(one) for one in taken.lines])
