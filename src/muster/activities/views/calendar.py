"""The calendar: one's own, a colleague's or the team's, by month, week, day or as a list."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from muster.access.scope import visible_or_404
from muster.activities.forms.calendar import read_moment
from muster.activities.listings.records import KIND_ICONS, KIND_TONES
from muster.activities.models import Activity, Appointment
from muster.activities.queries import calendar as queries
from muster.activities.queries.calendar import DAY, Block, Window
from muster.core import workdays
from muster.core.forms import key_of
from muster.core.http import Request
from muster.people.models import Member, Unit, UnitLine
from muster.people.queries import present

VIEWS = ("month", "week", "day", "agenda", "team")
MOST_ON_A_DAY = 4  # in the month; the others stand behind a number
AGENDA_DAYS = 14
EARLY, LATE = 8, 20  # hours shown, more where something lies beyond
TONES = {**KIND_TONES, "appointment": "purple", "task": "gray", "absence": "amber"}
ICONS = {**KIND_ICONS, "appointment": "calendar-event", "task": "checkbox", "absence": "beach"}


@dataclass
class Shown:
    """A block as it stands on a day: where it lies, in per cent of the hours shown."""

    block: Block
    tone: str
    icon: str
    when: str
    top: int = 0
    height: int = 0
    left: int = 0
    width: int = 100
    parts: list[str] = field(default_factory=list)
    moves: str = ""  # what it is for who drags it: an appointment, a plan, or nothing that moves

    @property
    def drag(self) -> str:
        """What the page says to who drags it, as attributes."""
        if not self.moves:
            return ""
        begin, end = (f"{timezone.localtime(one):%Y-%m-%dT%H:%M}" for one in (self.block.starts_at, self.block.ends_at))
        said = {"moves": self.moves, "pk": self.block.pk, "version": self.block.version, "was": begin, "until": end}
        said |= {"at": self.block.stamp} if self.block.stamp else {}
        attributes = format_html_join("", ' data-{}="{}"', said.items())
        return format_html('{} aria-describedby="cal-how"', attributes)


@dataclass
class Day:
    day: dt.date
    here: bool  # in the period asked for
    today: bool
    mark: str  # holiday, or a weekend that is worked
    off: bool
    items: list[Shown] = field(default_factory=list)
    whole: list[Shown] = field(default_factory=list)

    @property
    def first(self) -> list[Shown]:
        return [*self.whole, *self.items][:MOST_ON_A_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.whole) + len(self.items) - MOST_ON_A_DAY)


def calendar(request: Request) -> HttpResponse:
    zone = queries.zone_of_member(request.actor)
    with timezone.override(zone):
        today = timezone.localdate()
        day = _day(request.GET.get("day", ""), today)
        view = request.GET.get("view", "")
        shown = view if view in VIEWS else "week"
        if shown == "team":
            return _team(request, day, today)
        window, step = _window(shown, day)
        whose = _whose(request)
        blocks = queries.blocks_of(request.actor, [whose.pk] if whose else [], window)
        days = _days(blocks, window, today, day if shown == "month" else None)
        _movable(request, days)
        hours = _hours(days)
        for one in days:
            _place(one, *hours)
        context = {
            **_head(request, shown, day, step, today),
            "title": _title(shown, window, day),
            "whose": whose,
            "mine": whose is None or whose.pk == request.actor.member_id,
            "weeks": [days[at : at + 7] for at in range(0, len(days), 7)] if shown == "month" else [],
            "days": days,
            "hours": [f"{hour:02d}:00" for hour in range(*hours)],
            "agenda": [one for one in days if one.items or one.whole or one.mark],
            "auto": view not in VIEWS,
            "zone": zone.key,
        }
        return render(request, "activities/calendar.html", context)


def _movable(request: Request, days: list[Day]) -> None:
    """Mark what the viewer may drag: appointments to which he invites, and plans of his own."""
    items = [one for day in days for one in (*day.items, *day.whole) if one.block.pk and one.block.version]
    keys = {
        kind: {one.block.pk for one in items if (one.block.kind == "appointment") == kind} for kind in (True, False)
    }
    may: dict[bool, set[int]] = {}
    for kind, model in ((True, Appointment), (False, Activity)):
        rows: Any = model.objects.visible_to(request.actor, f"{model._meta.label_lower}.edit") if keys[kind] else None
        may[kind] = set(rows.filter(pk__in=keys[kind]).values_list("pk", flat=True)) if rows is not None else set()
    for one in items:
        kind = one.block.kind == "appointment"
        one.moves = ("appointment" if kind else "plan") if one.block.pk in may[kind] else ""


def _day(text: str, today: dt.date) -> dt.date:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return found if 1971 <= found.year <= 2199 else today


def _whose(request: Request) -> Member | None:
    asked = key_of(request.GET.get("member", ""))
    if asked is not None:
        return visible_or_404(Member, request.actor, pk=asked)
    return Member.objects.visible_to(request.actor).filter(pk=request.actor.member_id or 0).first()


def _window(view: str, day: dt.date) -> tuple[Window, tuple[dt.date, dt.date]]:
    """The days shown, and the days that the arrows lead to."""
    zone: Any = timezone.get_current_timezone()
    monday = day - DAY * day.weekday()
    if view == "month":
        first = day.replace(day=1)
        after = (first + DAY * 32).replace(day=1)
        begin, last = first - DAY * first.weekday(), after - DAY
        return Window(begin, last + DAY * (7 - last.weekday()), zone), ((first - DAY).replace(day=1), after)
    if view == "week":
        return Window(monday, monday + DAY * 7, zone), (day - DAY * 7, day + DAY * 7)
    if view == "agenda":
        return Window(day, day + DAY * AGENDA_DAYS, zone), (day - DAY * AGENDA_DAYS, day + DAY * AGENDA_DAYS)
    return Window(day, day + DAY, zone), (day - DAY, day + DAY)


def _title(view: str, window: Window, day: dt.date) -> str:
    if view == "month":
        return date_format(day, "YEAR_MONTH_FORMAT")
    if view == "day":
        return date_format(day, "DATE_FORMAT")
    return f"{date_format(window.first, 'MONTH_DAY_FORMAT')} – {date_format(window.end - DAY, 'MONTH_DAY_FORMAT')}"


def _head(request: Request, view: str, day: dt.date, step: tuple[dt.date, dt.date], today: dt.date) -> dict[str, Any]:
    """The switch between views, and the arrows."""
    kept = {key: request.GET[key] for key in ("member", "unit") if request.GET.get(key)}

    def url(**said: Any) -> str:
        return f"?{urlencode({**kept, 'view': view, 'day': day.isoformat(), **said})}"

    labels = {"month": _("Month"), "week": _("Week"), "day": _("Day"), "agenda": _("Agenda"), "team": _("Team")}
    return {
        "view": view,
        "views": [{"label": labels[key], "url": url(view=key), "active": key == view} for key in VIEWS],
        "before": url(day=step[0].isoformat()),
        "after": url(day=step[1].isoformat()),
        "now": url(day=today.isoformat()),
        "day": day,
        "may_add": request.actor.has("activities.appointment.create") and request.actor.member_id,
        "may_take": request.actor.has("activities.appointment.take") and request.actor.member_id,
        "may_feed": request.actor.has("activities.calendarfeed.create") and request.actor.member_id,
        "may_set": request.actor.has("people.calendarday.create"),
        "missing": workdays.missing_year(today),
    }


def _days(blocks: list[Block], window: Window, today: dt.date, month: dt.date | None) -> list[Day]:
    """The days of WINDOW with what lies on each; what runs over midnight stands on both."""
    language = get_language() or "en"
    days = []
    for day in window.days:
        mark = workdays.special(day, language)
        said = "" if mark is None else _("Make-up day") if mark[0] else mark[1] or _("Day off")
        here = month is None or (day.year, day.month) == (month.year, month.month)
        days.append(Day(day, here, day == today, said, not workdays.is_workday(day)))
    for block in blocks:
        first, last = span(block, window.zone)
        for one in days:
            if first <= one.day <= last:
                (one.whole if block.all_day else one.items).append(_shown(block))
    return days


def span(block: Block, zone: Any) -> tuple[dt.date, dt.date]:
    """The first and the last day on which BLOCK stands, for a reader in ZONE. Whole days are the same everywhere."""
    clock = block.starts_at.tzinfo if block.all_day and block.starts_at.tzinfo is not dt.UTC else zone
    begin, end = block.starts_at.astimezone(clock), block.ends_at.astimezone(clock)
    if end > begin:
        end -= dt.timedelta(seconds=1)
    return begin.date(), end.date()


def _shown(block: Block) -> Shown:
    begin, end = timezone.localtime(block.starts_at), timezone.localtime(block.ends_at)
    when = _("All day") if block.all_day else f"{begin:%H:%M}–{end:%H:%M}"
    if block.busy:
        return Shown(block, "gray", "lock", when)
    return Shown(block, TONES.get(block.kind, "gray"), ICONS.get(block.kind, "calendar-event"), when)


def _hours(days: list[Day]) -> tuple[int, int]:
    """From which hour to which the day is drawn."""
    begins = [timezone.localtime(one.block.starts_at).hour for day in days for one in day.items]
    ends = [timezone.localtime(one.block.ends_at).hour + 1 for day in days for one in day.items]
    return min([EARLY, *begins]), min(24, max([LATE, *ends]))


def _place(day: Day, first: int, last: int) -> None:
    """Where each item lies between the hours FIRST and LAST; what overlaps shares the width."""
    lanes: list[dt.datetime] = []
    placed: list[tuple[Shown, int]] = []
    begin = dt.datetime.combine(day.day, dt.time(first), timezone.get_current_timezone())
    whole = (last - first) * 3600
    for one in sorted(day.items, key=lambda item: item.block.starts_at):
        top = max(0.0, (one.block.starts_at - begin).total_seconds())
        end = min(float(whole), (one.block.ends_at - begin).total_seconds())
        one.top, one.height = round(top * 100 / whole), max(3, round((end - top) * 100 / whole))
        lane = next((at for at, over in enumerate(lanes) if over <= one.block.starts_at), len(lanes))
        lanes[lane : lane + 1] = [one.block.ends_at]
        placed.append((one, lane))
    for one, lane in placed:
        one.left, one.width = round(lane * 100 / len(lanes)), round(100 / len(lanes))


def _team(request: Request, day: dt.date, today: dt.date) -> HttpResponse:
    """Rows of members, columns of days: when each is busy, and with what as far as the viewer may know."""
    window, step = _window("week", day)
    units = list(Unit.objects.visible_to(request.actor).filter(archived_at=None).order_by("name")[:300])
    asked = key_of(request.GET.get("unit", "")) or request.actor.unit_id
    unit = next((one for one in units if one.pk == asked), None)
    lines = UnitLine.objects.visible_to(request.actor).filter(ancestor=unit.pk if unit else 0)
    rows = present(request.actor).filter(unit__in=lines.values("descendant"))
    members = list(rows.select_related("position").order_by("sort_name", "pk")[: queries.MOST_MEMBERS])
    blocks = queries.blocks_of(request.actor, [one.pk for one in members], window)
    context = {
        **_head(request, "team", day, step, today),
        "title": _title("week", window, day),
        "units": units,
        "unit": unit,
        "days": _days([], window, today, None),
        "rows": [(member, _row(blocks, member.pk, window, today)) for member in members],
        "most": queries.MOST_MEMBERS if len(members) == queries.MOST_MEMBERS else 0,
    }
    return render(request, "activities/calendar_team.html", context)


def _row(blocks: list[Block], member: int, window: Window, today: dt.date) -> list[Day]:
    days = _days([one for one in blocks if one.member == member and one.kind != "task"], window, today, None)
    for one in days:
        _across(one)
    return days


def _across(day: Day) -> None:
    """The items of DAY as bars from EARLY to LATE; what lies beyond stands at the edge."""
    begin = dt.datetime.combine(day.day, dt.time(EARLY), timezone.get_current_timezone())
    whole = (LATE - EARLY) * 3600
    for one in day.items:
        start = min(max(0.0, (one.block.starts_at - begin).total_seconds()), whole * 0.96)
        end = min(max(start, (one.block.ends_at - begin).total_seconds()), float(whole))
        one.left, one.width = round(start * 100 / whole), max(4, round((end - start) * 100 / whole))


def calendar_times(request: Request) -> HttpResponse:
    """For a form being filled in: when those it names are busy on its day, and the next times at which all are free."""
    zone = queries.zone_of_member(request.actor)
    with timezone.override(zone):
        keys = [pk for text in request.GET.getlist("members")[: queries.MOST_MEMBERS] if (pk := key_of(text))]
        asked = Member.objects.visible_to(request.actor).filter(pk__in=[request.actor.member_id or 0, *keys])
        members = list(asked.order_by("sort_name", "pk")[: queries.MOST_MEMBERS])
        begin = read_moment(request.GET.get("starts_at", "")) or timezone.now()
        end = read_moment(request.GET.get("ends_at", ""))
        minutes = round((end - begin).total_seconds() / 60) if end and end > begin else 60
        minutes = min(max(minutes, 15), 540)
        day = _day(timezone.localtime(begin).date().isoformat(), timezone.localdate())
        window = Window(day, day + DAY, zone)
        keys = [one.pk for one in members]
        blocks = queries.blocks_of(request.actor, keys, window)
        after = max(begin, timezone.now())
        slots = queries.free_slots(request.actor, keys, minutes, after, zone)
        context = {
            "day": day,
            "rows": [(one, _row(blocks, one.pk, window, day)[0]) for one in members],
            "slots": slots,
            "minutes": minutes,
            "hours": range(EARLY, LATE, 2),
        }
        return render(request, "activities/calendar_times.html", context)
