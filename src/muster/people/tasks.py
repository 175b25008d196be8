"""What happens by itself each day."""

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_tasks import task

from muster.access.actors import actor_for
from muster.access.models import User
from muster.access.scope import Actor
from muster.core.jobs.run import Run, job, start
from muster.core.jobs.schedule import chore
from muster.core.periods import today
from muster.people.actions import audit
from muster.people.actions.approval import go_round
from muster.people.actions.audit import begin_campaign, close_campaign, fill, in_hand, remind
from muster.people.actions.audit_result import ask_for_signature, sign_results
from muster.people.actions.calendar import warn_of_missing_year
from muster.people.actions.dataexport import drop_old_exports, make_export
from muster.people.actions.document import remind_of_ends
from muster.people.actions.draft import settle_drafts
from muster.people.actions.growth import remind_of_goals
from muster.people.actions.handover import carry_out, start_handover
from muster.people.actions.handover_day import begin_on_its_day, due_handovers
from muster.people.actions.letter import forget_letters
from muster.people.actions.lifecycle import end_service
from muster.people.actions.paper import remind_readers
from muster.people.actions.present import apply_moves
from muster.people.actions.privacy import propose_erasures
from muster.people.actions.structure import project_units
from muster.people.models import AuditCampaign, DataExport, Handover

WORK_FROM, WORK_TO = 9, 18  # hours in which somebody is reminded


@chore("people.project_present", dt.timedelta(hours=1))
def project_present(day: dt.date | None = None) -> int:
    """Let the moves of members and units whose day has come take effect. Running it twice does nothing more."""
    on = day or today()
    return apply_moves(on) + project_units(on) + settle_drafts(on)


@chore("people.end_service", dt.timedelta(hours=1))
def end_service_today() -> int:
    """Logins of leavers end on their day, and who holds nothing has left."""
    return end_service()


@chore("people.remind_of_ends", dt.timedelta(hours=6))
def remind_of_ends_today() -> int:
    """Documents and certificates that end in 90, 30 or 7 days."""
    return remind_of_ends()


@chore("people.remind_of_goals", dt.timedelta(hours=6))
def remind_of_goals_today() -> int:
    """Development goals that are due in 14 or 3 days, or since yesterday, and not reached."""
    return remind_of_goals()


@chore("people.calendar_missing", dt.timedelta(days=1))
def calendar_missing() -> int:
    """In November and until it is known: the calendar of the next year is missing, said once."""
    return warn_of_missing_year()


@chore("people.remind_readers", dt.timedelta(hours=6))
def remind_readers_today() -> int:
    """Who has not read what he was asked to read; new members are asked."""
    return remind_readers()


@chore("people.propose_erasures", dt.timedelta(hours=12))
def propose_erasures_today() -> int:
    """Personal data whose time is over are proposed for erasure; old exports of one's own data are deleted, and to
    whom letters of handovers went is forgotten."""
    drop_old_exports()
    forget_letters()
    return propose_erasures()


@job(_("Everything held on a member"))
def export_of_member(run: Run, export: int) -> None:
    """Make one export. Begun again, it is made anew and told once."""
    row = DataExport.objects.unscoped("export job").select_related("member", "member__user").get(pk=export)
    if row.ready_at is None:
        make_export(row)


@task()
def run_handover(handover: int) -> None:
    """Carry out one handover; run again, it goes on where it stopped."""
    row = Handover.objects.unscoped("handover job").select_related("member", "user").filter(pk=handover).first()
    if row is not None and row.status == Handover.Status.RUNNING:
        carry_out(row, _behind(row.user))


@chore("people.due_handovers", dt.timedelta(hours=1))
def run_due_handovers(day: dt.date | None = None) -> int:
    """Handovers planned for today, or for a day on which nothing ran; how many have begun."""
    begun = 0
    for pk in due_handovers(day):
        with transaction.atomic():
            if begin_on_its_day(pk):
                transaction.on_commit(partial(run_handover.enqueue, pk))
                begun += 1
    return begun


@job(_("Audit campaign"))
def fill_campaign(this: Run, campaign: int) -> int:
    """Make the questions of a campaign; how many members are asked."""
    row = AuditCampaign.objects.unscoped("audit job").get(pk=campaign)
    return fill(row, this.step)


def begin_audit(actor: Actor, **fields: Any) -> AuditCampaign:
    """Begin a campaign; its questions are made in the background."""
    with transaction.atomic():
        row: AuditCampaign = begin_campaign(actor, **fields)
        user = User.objects.filter(pk=actor.user_id).first()
        in_hand(row, start(fill_campaign, {"campaign": row.pk}, user=user, about=row.name))
    return row


@job(_("Signed result of an audit"))
def sign_campaign(_this: Run, campaign: int) -> int:
    """Set and sign the result of a closed campaign in each language; how many PDFs were made."""
    return sign_results(AuditCampaign.objects.unscoped("audit job").get(pk=campaign))


def close_audit(actor: Actor, campaign: AuditCampaign) -> None:
    """Close a campaign; its result is set and signed in the background."""
    with transaction.atomic():
        _have_signed(actor, close_campaign(actor, campaign))


def sign_audit(actor: Actor, campaign: AuditCampaign) -> None:
    """Have the result of a closed campaign signed that is not yet, or whose job failed."""
    with transaction.atomic():
        _have_signed(actor, ask_for_signature(actor, campaign))


def _have_signed(actor: Actor, campaign: AuditCampaign) -> None:
    user = User.objects.filter(pk=actor.user_id).first()
    in_hand(campaign, start(sign_campaign, {"campaign": campaign.pk}, user=user, about=campaign.name))


@chore("people.audit_reminders", dt.timedelta(hours=1))
def audit_reminders() -> int:
    """The ladder of running campaigns, in working hours only."""
    return remind() if WORK_FROM <= timezone.localtime().hour < WORK_TO else 0


@chore("people.approvals", dt.timedelta(hours=1))
def approval_round() -> int:
    """Approvals that wait: deputies, reminders, the next manager; in working hours only."""
    return go_round() if WORK_FROM <= timezone.localtime().hour < WORK_TO else 0


@chore("people.data_quality", dt.timedelta(days=1))
def note_quality(day: dt.date | None = None) -> int:
    """Write down on the first of a month how good the data of each unit is; how many units."""
    on = day or today()
    return audit.note_quality(on) if on.day == 1 else 0


def start_run(actor: Actor, row: Handover) -> None:
    """Begin a planned handover: the job takes it up once this is committed."""
    start_handover(actor, row)
    transaction.on_commit(lambda: run_handover.enqueue(row.pk))


def _behind(user: User | None) -> Actor:
    """All that was planned may be moved, which the permission to run it says; the trail names who did."""
    actor = Actor.operator(gettext_noop("handover"))
    if user is not None:
        known = actor_for(user)
        actor.user_id, actor.member_id, actor.name = known.user_id, known.member_id, known.name
    return actor
