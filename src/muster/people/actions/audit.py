"""Audit campaigns: begun, filled in the background, reminded of, closed with a sealed result."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import Refused, action, append, make_event
from muster.access.scope import Actor
from muster.core import workdays
from muster.core.periods import today
from muster.people import freshness
from muster.people.actions.audit_result import result_of, seal
from muster.people.models import DETAILS, AuditCampaign, AuditItem, AuditReminder, Member, QualityScore, UnitLine
from muster.people.queries import away

Status = AuditCampaign.Status
AT_ONCE = 1000  # members filled in, or told, in one step
MEMBER, MANAGER, AUTHOR = AuditReminder.MEMBER, AuditReminder.MANAGER, AuditReminder.AUTHOR
# Working days after the beginning until the member, then the manager, then who began the campaign is reminded.
LADDER = ((MEMBER, 3), (MANAGER, 5), (AUTHOR, 7))


@action("people.auditcampaign.create", gettext_lazy("Begin audit campaigns"), AuditCampaign, creates=True)
def begin_campaign(actor: Actor, *, name: str, fields: list[str], due_on: dt.date, **more: Any) -> AuditCampaign:
    """A campaign over the members of a unit and all below it, or of the firm. Its items are made by a job."""
    if not fields or set(fields) - set(DETAILS):
        raise ValidationError({"fields": _("Choose at least one field.")})
    begins = more.get("begins_on") or today()
    row = AuditCampaign(name=name, unit=more.get("unit"), fields=fields, begins_on=begins, due_on=due_on)
    row.only_old = bool(more.get("only_old"))
    row.author_id = actor.member_id
    row.full_clean()
    row.save()
    return row


def members_of(campaign: AuditCampaign) -> Any:
    rows = Member.objects.unscoped("members of an audit").filter(archived_at=None, status__in=Member.STAYING)
    if campaign.unit_id is None:
        return rows
    lines = UnitLine.objects.unscoped("members of an audit").filter(
        Q(valid_to=None) | Q(valid_to__gt=today()), ancestor=campaign.unit_id, valid_from__lte=today()
    )
    return rows.filter(unit__in=lines.values("descendant"))


def fill(campaign: AuditCampaign, step: Any) -> int:
    """Make the items that are missing, a thousand members at a time; how many there are. STEP(done, total) is told how
    far it is. Run again, it goes on where it stopped."""
    people = list(members_of(campaign).order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(people), AT_ONCE):
        part = set(people[at : at + AT_ONCE])
        due = freshness.due(part, campaign.fields) if campaign.only_old else {}
        rows = [
            AuditItem(campaign=campaign, member_id=pk, field=field)
            for pk in sorted(part)
            for field in campaign.fields
            if pk in due.get(field, part)
        ]
        AuditItem.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)
        step(min(at + AT_ONCE, len(people)), len(people))
    AuditCampaign.objects.unscoped("audit begun").filter(pk=campaign.pk, status=Status.STARTING).update(
        status=Status.OPEN
    )
    return len(people)


@action("people.auditcampaign.close", gettext_lazy("Close audit campaigns"), AuditCampaign)
def close_campaign(actor: Actor, campaign: AuditCampaign) -> None:
    """The result is written down and sealed: SHA-256 over its JSON, in the audit trail with who closed it and when."""
    if campaign.status != Status.OPEN:
        raise Refused(_("Only a running campaign can be closed."))
    campaign.result = result_of(campaign)
    campaign.result_hash = seal(campaign.result)
    campaign.status, campaign.closed_on, campaign.closed_by = Status.CLOSED, today(), actor.name[:150]
    campaign.save()


def note_quality(on: dt.date) -> int:
    """Write down how good the data of each unit is now, for the day ON; how many units."""
    found = freshness.quality(Member.objects.unscoped("data quality").filter(archived_at=None))
    rows = [
        QualityScore(unit_id=unit, on=on, fresh=fresh, asked=asked)
        for unit, (fresh, asked) in found.items()
        if unit is not None  # who has no unit counts in none
    ]
    QualityScore.objects.unscoped("data quality").bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def in_hand(campaign: AuditCampaign, job: Any) -> None:
    """JOB makes the questions of the campaign, or its signed result."""
    campaign.job = job
    AuditCampaign.objects.unscoped("audit begun").filter(pk=campaign.pk).update(job=job)


def remind(day: dt.date | None = None) -> int:
    """One round of the ladder on a working day; how many were told. Nobody is told twice a day, nobody on leave, and
    nobody about what is done. Running it again does nothing more."""
    on = day or today()
    if not workdays.is_workday(on):
        return 0
    told = 0
    open_ = AuditCampaign.objects.unscoped("audit reminders").filter(status=Status.OPEN, begins_on__lte=on)
    for campaign in open_.select_related("author"):
        age = workdays.between(campaign.begins_on, on)
        for step, after in LADDER:
            if age >= after:
                told += _tell(campaign, step, _receivers(campaign, step, on), on)
    return told


def _receivers(campaign: AuditCampaign, step: int, day: dt.date) -> set[int]:
    late = Member.objects.unscoped("audit reminders").filter(
        audit_items__campaign=campaign, audit_items__answer="", status__in=Member.STAYING
    )
    late = late.exclude(pk__in=away(day))
    if step == MEMBER:
        return set(late.values_list("pk", flat=True))
    if step == MANAGER:
        return set(late.exclude(manager=None).values_list("manager_id", flat=True))
    return {campaign.author_id} if campaign.author_id and late.exists() else set()


def _tell(campaign: AuditCampaign, step: int, receivers: set[int], day: dt.date) -> int:
    before = AuditReminder.objects.filter(campaign=campaign, step=step).values_list("receiver_id", flat=True)
    today_ = AuditReminder.objects.filter(sent_on=day, receiver__in=receivers).values_list("receiver_id", flat=True)
    fresh = sorted(receivers - set(before) - set(today_))
    for at in range(0, len(fresh), AT_ONCE):
        some = fresh[at : at + AT_ONCE]
        rows = [AuditReminder(campaign=campaign, receiver_id=pk, step=step, sent_on=day) for pk in some]
        actor = Actor.operator(gettext_noop("audit reminders"))
        with transaction.atomic():
            AuditReminder.objects.bulk_create(rows, ignore_conflicts=True)
            append([make_event(actor, "people.auditcampaign.remind", campaign, {}, step=step, receivers=some)])
    return len(fresh)
