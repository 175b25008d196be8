"""Reads of the activities room over several models: the timeline, plans, tasks by urgency."""

import base64
import datetime as dt
import heapq
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from muster.access.models import Event
from muster.access.scope import Actor, ScopedModel, policy_of
from muster.activities.models import Activity, CheckIn, Comment, Mail, MailFile, MailThread, Task
from muster.core.listings import BadInput
from muster.core.periods import Period, today
from muster.crm.models import Account, Deal, Lead, StageChange
from muster.people.models import Member

PER_PAGE = 20
MOST_PLANS = 5
MOST_RECENT = 6
MOST_TASKS = 200
MOST_COMMENTS = 100
KNOWN_SPAN = dt.timedelta(days=365)  # who was in contact within it knows a customer
MOST_KNOWN = 200
MOST_VISITS = 300  # of a day
MOST_MAILS = 200  # of a conversation
MOST_THREADS = 20
VERDICT_TONES = {"inside": "green", "outside": "red", "first": "blue", "unknown": "amber"}
STAGE_VERBS = ["crm.deal.move", "crm.deal.win", "crm.deal.lose", "crm.deal.reopen"]  # stage changes tell of them
SOURCES = ("work", "stage", "event")
BY_DAY = {"work": "done_on", "stage": "changed_on", "event": "id"}


@dataclass
class Moment:
    """Something that happened, on its day."""

    source: str
    day: dt.date
    at: dt.datetime | None
    row: Any

    @property
    def rank(self) -> tuple[dt.date, dt.datetime]:
        return self.day, self.at or dt.datetime.combine(self.day, dt.time(), timezone.get_current_timezone())


@dataclass
class Timeline:
    moments: list[Moment]
    next: str
    mails: dict[int, Mail] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)


def timeline(actor: Actor, record: ScopedModel, only: str = "", cursor: str = "") -> Timeline:
    """What happened to RECORD, newest first: work with the customer, steps of deals, changes of the record. Each source
    is read in its own order from where the last page ended, so page 100 costs what page 1 costs."""
    places = _read_cursor(cursor)
    streams = []
    for source, rows in _sources(actor, record).items():
        if only in ("", source):
            found = _after(rows, source, places.get(source))[: PER_PAGE + 1]
            streams.append([_moment(source, row) for row in found])
    merged = heapq.merge(*streams, key=lambda one: one.rank, reverse=True)
    moments = [one for one, _number in zip(merged, range(PER_PAGE + 1), strict=False)]
    more, moments = len(moments) > PER_PAGE, moments[:PER_PAGE]
    for one in moments:
        day = one.day.isoformat() if one.source != "event" else ""
        places[one.source] = [day, one.row.pk]
    letters = [one.row.pk for one in moments if one.source == "work" and one.row.kind == Activity.Kind.EMAIL]
    return Timeline(moments, _cursor(places) if more else "", mails_behind(actor, letters), _names(actor, moments))


def _sources(actor: Actor, record: ScopedModel) -> dict[str, QuerySet[Any]]:
    """The rows that speak of RECORD, each kind as far as the viewer sees it."""
    work, steps = _about(record)
    found: dict[str, QuerySet[Any]] = {}
    if actor.has("activities.activity.view"):
        rows = Activity.objects.visible_to(actor).filter(work, status=Activity.Status.DONE, archived_at=None)
        found["work"] = rows.select_related("owner", "account", "deal", "contact").order_by("-done_on", "-id")
    if steps is not None and actor.has("crm.stagechange.view"):
        changes = StageChange.objects.visible_to(actor).filter(steps).exclude(from_stage=None)
        changes = changes.select_related("deal", "from_stage", "to_stage", "by")
        found["stage"] = changes.order_by("-changed_on", "-id")
    if actor.has("access.event.view") and not isinstance(record, Member):
        events = Event.objects.visible_to(actor).filter(model=record._meta.label_lower, object_id=record.pk)
        events = events.exclude(action__in=[*STAGE_VERBS, "access.denied"])
        found["event"] = events.order_by("-id")
    return found


def _about(record: ScopedModel) -> tuple[Q, Q | None]:
    name = record._meta.label_lower
    if name == "crm.account":
        return Q(account=record.pk), Q(deal__account=record.pk)
    if name == "crm.deal":
        return Q(deal=record.pk), Q(deal=record.pk)
    if name == "people.member":
        return Q(owner=record.pk), Q(deal__owner=record.pk)
    if name == "crm.lead":
        return Q(lead=record.pk), None
    return Q(contact=record.pk), None


def _after(rows: QuerySet[Any], source: str, place: list[Any] | None) -> QuerySet[Any]:
    if not place:
        return rows
    day, pk = place
    if source == "event":
        return rows.filter(pk__lt=pk)
    by = BY_DAY[source]
    return rows.filter(Q(**{f"{by}__lt": day}) | Q(**{by: day, "pk__lt": pk}))


def _moment(source: str, row: Any) -> Moment:
    if source == "work":
        return Moment(source, row.done_on, row.done_at, row)
    if source == "stage":
        same_day = timezone.localdate(row.created_at) == row.changed_on
        return Moment(source, row.changed_on, row.created_at if same_day else None, row)
    return Moment(source, timezone.localdate(row.at), row.at, row)


def _names(actor: Actor, moments: list[Moment]) -> dict[tuple[str, int], str]:
    """Names of the records that changed fields point to, as far as the viewer sees them; one query for each kind."""
    wanted: dict[Any, set[int]] = {}
    for one in moments:
        if one.source != "event":
            continue
        for model, pk in linked(one.row):
            wanted.setdefault(model, set()).add(pk)
    found = {}
    for model, keys in wanted.items():
        if actor.has(policy_of(model).view):
            for row in model.objects.visible_to(actor).filter(pk__in=keys):
                found[model._meta.label_lower, row.pk] = str(row)
    return found


def linked(event: Event) -> list[tuple[Any, int]]:
    """(model, id) of each record a change of EVENT points to."""
    model = {"crm.account": Account, "crm.deal": Deal, "crm.lead": Lead}.get(event.model)
    if model is None:
        return []
    links = {one.name: one.related_model for one in model._meta.concrete_fields if one.is_relation}
    return [
        (links[name], pk) for name, pair in event.changes.items() if name in links for pk in pair if isinstance(pk, int)
    ]


def _cursor(places: dict[str, list[Any]]) -> str:
    packed = json.dumps(places, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> dict[str, list[Any]]:
    if not text:
        return {}
    try:
        places = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        for source, (day, pk) in places.items():
            if source not in SOURCES or not isinstance(pk, int) or abs(pk) >= 2**63:
                raise ValueError(text)
            if source != "event":
                dt.date.fromisoformat(day)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(_("This page address is damaged: begin at the first page again.")) from error
    return dict(places)


def plans_about(actor: Actor, record: ScopedModel) -> QuerySet[Activity]:
    """What is planned with RECORD, the next first."""
    rows = Activity.objects.visible_to(actor).filter(
        _about(record)[0], status=Activity.Status.PLANNED, archived_at=None
    )
    return rows.select_related("owner", "account", "deal").order_by("planned_at", "id")[:MOST_PLANS]


def tasks_about(actor: Actor, record: ScopedModel) -> QuerySet[Task]:
    """Open tasks of RECORD, and what was done last."""
    of = {"crm.account": "account", "crm.deal": "deal", "crm.lead": "lead", "people.member": "owner"}[
        record._meta.label_lower
    ]
    rows = Task.objects.visible_to(actor).filter(archived_at=None, **{of: record.pk}).select_related("owner", "account")
    return rows.order_by(F("done_on").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "-priority")


def recent_accounts(actor: Actor) -> list[Account]:
    """Customers the viewer worked with last: most activities are about one of them."""
    if actor.member_id is None:
        return []
    mine = Activity.objects.visible_to(actor).filter(owner=actor.member_id, archived_at=None)
    keys = list(dict.fromkeys(mine.exclude(account=None).order_by("-id").values_list("account", flat=True)[:40]))
    found = Account.objects.visible_to(actor).filter(archived_at=None).in_bulk(keys[:MOST_RECENT])
    return [found[key] for key in keys if key in found]


@dataclass
class TaskGroup:
    key: str
    label: str
    tasks: list[Task]
    count: int


def grouped_tasks(rows: QuerySet[Task]) -> list[TaskGroup]:
    """Open tasks by urgency; each group with its true number, also where not all are shown."""
    day = today()
    parts = [
        ("overdue", _("Overdue"), Q(due_on__lt=day)),
        ("today", _("Today"), Q(due_on=day)),
        ("week", _("Next 7 days"), Q(due_on__gt=day, due_on__lte=day + dt.timedelta(days=7))),
        ("later", _("Later"), Q(due_on__gt=day + dt.timedelta(days=7))),
        ("someday", _("Without a day"), Q(due_on=None)),
    ]
    rows = rows.filter(done_on=None)
    numbers = rows.order_by().aggregate(**{key: Count("pk", filter=part) for key, _label, part in parts})
    shown: dict[str, list[Task]] = {key: [] for key, _label, _part in parts}
    ordered = rows.select_related("owner", "account", "deal").order_by(F("due_on").asc(nulls_last=True), "-priority")
    for task in ordered[:MOST_TASKS]:
        shown[_group(task.due_on, day)].append(task)
    return [TaskGroup(key, label, shown[key], numbers[key]) for key, label, _part in parts if numbers[key]]


def _group(due: dt.date | None, day: dt.date) -> str:
    if due is None:
        return "someday"
    if due < day:
        return "overdue"
    if due == day:
        return "today"
    return "week" if due <= day + dt.timedelta(days=7) else "later"


def own_plans(actor: Actor) -> QuerySet[Activity]:
    """What the viewer planned himself and has not done, the most overdue first."""
    rows = Activity.objects.visible_to(actor).filter(
        owner=actor.member_id or 0, status=Activity.Status.PLANNED, archived_at=None
    )
    return rows.select_related("account", "owner", "deal").order_by("planned_at", "id")[:MOST_PLANS]


def plans_of(actor: Actor, members: Iterable[int], period: Period) -> dict[int, int]:
    """How many plans each of MEMBERS has in PERIOD, as far as ACTOR sees them; who has none is left out."""
    first, end = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (period.start, period.end))
    rows = Activity.objects.counted_for(actor).filter(owner__in=list(members), archived_at=None)
    rows = rows.filter(status=Activity.Status.PLANNED, planned_at__gte=first, planned_at__lt=end)
    return dict(rows.order_by().values_list("owner_id").annotate(Count("pk")))


def last_activity() -> Subquery:
    """For a query over members: the day on which each last did something."""
    rows = Activity.objects.unscoped("last activity of members").filter(owner=OuterRef("pk"), archived_at=None)
    return Subquery(rows.filter(done_on__isnull=False).order_by("-done_on").values("done_on")[:1])


def comments_on(actor: Actor, record: ScopedModel) -> list[Comment]:
    """What was said about RECORD, the oldest first, each with what its reader may do with it."""
    rows = Comment.objects.visible_to(actor).filter(model=record._meta.label_lower, object_id=record.pk)
    found = list(rows.filter(archived_at=None).select_related("author", "task").order_by("-id")[:MOST_COMMENTS])
    for one in found:
        one.mine = one.author_id == actor.member_id
    return found[::-1]


def comment_counts(actor: Actor, model: type[ScopedModel], keys: Iterable[int]) -> dict[int, int]:
    """How many comments each of the records KEYS has, as far as ACTOR sees them."""
    rows = Comment.objects.visible_to(actor).filter(model=model._meta.label_lower, object_id__in=list(keys))
    return dict(rows.filter(archived_at=None).order_by().values_list("object_id").annotate(Count("pk")))


def visits_of_day(actor: Actor, day: dt.date) -> list[CheckIn]:
    """Check-ins of DAY as far as ACTOR sees them, by the hour."""
    rows = CheckIn.objects.visible_to(actor).filter(on=day, activity__archived_at=None)
    return list(rows.select_related("member", "activity__account", "photo").order_by("in_at", "pk")[:MOST_VISITS])


def verdicts_of(rows: list[CheckIn]) -> list[dict[str, Any]]:
    """How many of ROWS, those on the page, have each verdict."""
    return [
        {"label": label, "n": sum(one.verdict == key for one in rows), "tone": VERDICT_TONES[key]}
        for key, label in CheckIn.Verdict.choices
    ]


# -- customers one person alone knows ----------------------------------------------------------------------------------


@dataclass
class Known:
    account: Account
    member: Member
    last_on: dt.date
    times: int


def _alone(actor: Actor) -> Any:
    """Customer → who alone was in contact as far as ACTOR sees, how often, and when last."""
    rows = Activity.objects.visible_to(actor).filter(
        done_on__gte=today() - KNOWN_SPAN, account__isnull=False, archived_at=None, account__archived_at=None
    )
    found = rows.order_by().values("account").annotate(people=Count("owner", distinct=True), member=Min("owner"))
    return found.annotate(last_on=Max("done_on"), times=Count("pk")).filter(people=1)


def knowers(actor: Actor, permission: str = "people.member.performance") -> list[tuple[Member, int]]:
    """Of the members ACTOR may judge: who alone knows how many customers, the most first; who is about to leave before
    all others."""
    people = Member.objects.visible_to(actor, permission).exclude(status=Member.Status.LEFT)
    rows = people.select_related("position", "unit").in_bulk()
    counts: dict[int, int] = {}
    seen = Account.objects.visible_to(actor).values("pk")
    for pk in _alone(actor).filter(member__in=list(rows), account__in=seen).values_list("member", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    found = [(rows[pk], n) for pk, n in counts.items()]
    return sorted(found, key=lambda one: (one[0].status != Member.Status.LEAVING, -one[1], one[0].sort_name))


def known_to(actor: Actor, member: Member) -> tuple[int, list[Known]]:
    """How many customers that ACTOR sees MEMBER alone knows, and those longest without contact first."""
    seen = Account.objects.visible_to(actor).values("pk")
    rows = _alone(actor).filter(member=member.pk, account__in=seen).order_by("last_on", "account")
    count, lines = rows.count(), list(rows[:MOST_KNOWN])
    accounts = Account.objects.visible_to(actor).select_related("owner").in_bulk([one["account"] for one in lines])
    known = [(accounts[one["account"]], one) for one in lines if one["account"] in accounts]
    return count, [Known(account, member, one["last_on"], one["times"]) for account, one in known]


def mails_behind(actor: Actor, activities: Iterable[int]) -> dict[int, Mail]:
    """Activity → its mail, of those that ACTOR may read."""
    keys = list(activities)
    if not keys or not actor.has("activities.mail.view"):
        return {}
    rows = Mail.objects.visible_to(actor).filter(activity__in=keys, archived_at=None)
    return {one.activity_id: one for one in rows if one.activity_id}


def mails_of_thread(actor: Actor, thread: MailThread) -> list[Mail]:
    """The mails of a conversation that ACTOR may read, the oldest first, with their files."""
    rows = Mail.objects.visible_to(actor).filter(thread=thread, archived_at=None)
    files = MailFile.objects.visible_to(actor).filter(archived_at=None)
    return list(rows.prefetch_related(Prefetch("files", queryset=files)).order_by("at", "pk")[:MOST_MAILS])


def threads_about(actor: Actor, record: ScopedModel, link: str) -> list[MailThread]:
    """The last conversations about RECORD that ACTOR may read."""
    rows = MailThread.objects.visible_to(actor).filter(archived_at=None, **{link: record.pk})
    return list(rows.select_related("member", "contact").order_by("-last_at", "-pk")[:MOST_THREADS])
