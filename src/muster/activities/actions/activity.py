"""Planning and logging work with customers."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.activities.actions.task import tasks
from muster.activities.models import Activity, Call
from muster.crm.actions.account import join_team, may_log
from muster.crm.actions.lead import heard_from
from muster.crm.actions.recycle import touched
from muster.crm.models import Account, Deal
from muster.crm.pooled import kind_of

LATE_AFTER_DAYS = 3


def _complete(actor: Actor, row: Activity, fields: dict[str, Any]) -> None:
    """Fill what can be known: whose it is, the deal's account, the business day in the member's own time zone."""
    if row._state.adding and row.owner_id is None and actor.member_id:
        row.owner_id = actor.member_id
    row.is_new = row._state.adding
    _stays_a_call(row)
    _same_customer(row)
    may_log(actor, row.account)
    if row.status == Activity.Status.DONE:
        _done(row, row.done_at or timezone.now())
    elif row.planned_at is None:
        raise ValidationError({"planned_at": _("Say when it is planned for.")})


def _stays_a_call(row: Activity) -> None:
    known = Call.objects.unscoped("details go along with their call").filter(activity=row.pk)
    if row.kind != Activity.Kind.CALL and not row.is_new and known.exists():
        raise ValidationError({"kind": _("Details of a call are noted here: it stays a call.")})


def _same_customer(row: Activity) -> None:
    """The customer follows from the deal or the contact, and none of the three contradicts another; where there is none
    it is what the lead became."""
    for name in ("deal", "contact"):
        link = getattr(row, name)
        if link is None or link.account_id is None:
            continue
        if row.account_id and link.account_id != row.account_id:
            sentence = _("“%(name)s” belongs to another customer.") % {"name": link}
            raise ValidationError({name: sentence})
        row.account_id = link.account_id
    if row.lead is not None and not row.account_id:
        row.account_id = row.lead.account_id


def _done(row: Activity, moment: dt.datetime) -> None:
    if moment > timezone.now() + dt.timedelta(minutes=5):
        raise ValidationError({"done_at": _("What is done cannot lie in the future: save it as planned.")})
    row.status, row.done_at = Activity.Status.DONE, moment
    row.done_on = moment.astimezone(ZoneInfo(row.owner.time_zone)).date()
    row.is_late = (timezone.now() - moment).days >= LATE_AFTER_DAYS  # shown, never refused


def _touch(actor: Actor, row: Activity, fields: dict[str, Any]) -> None:
    """The last contact stands on the account and the deal, so that lists of the neglected need no search."""
    if row.account is not None and not row.came_in:
        join_team(row.account, row.owner_id)
    _call_along(row)
    if row.status != Activity.Status.DONE:
        return
    if row.lead_id and row.done_at is not None and row.done_on is not None and not row.came_in:
        heard_from(row.lead_id, row.done_at, row.done_on)
    for key, pk in (("crm.account", row.account_id), ("crm.lead", row.lead_id)):
        if pk and row.done_on and not row.came_in and (pooled := kind_of(key)):
            touched(pooled, pk, row.kind, row.done_on)
    for model, pk in ((Account, row.account_id), (Deal, row.deal_id)):
        if pk:
            rows = model.objects.unscoped("last contact").filter(pk=pk)
            rows.exclude(last_activity_on__gte=row.done_on).update(last_activity_on=row.done_on)


def _call_along(row: Activity) -> None:
    """The details of a call count on the day it took place."""
    if row.kind == Activity.Kind.CALL and row.done_on and not row.is_new:
        rows = Call.objects.unscoped("details go along with their call").filter(activity=row.pk)
        rows.exclude(on=row.done_on).update(on=row.done_on)


def _archive(actor: Actor, row: Activity, fields: dict[str, Any]) -> None:
    rows = Call.objects.unscoped("details go along with their call").filter(activity=row.pk)
    rows.update(archived_at=timezone.now())


def _restore(actor: Actor, row: Activity, fields: dict[str, Any]) -> None:
    Call.objects.unscoped("details go along with their call").filter(activity=row.pk).update(archived_at=None)


activities = crud(Activity, before_save=_complete, after_save=_touch, before_archive=_archive, before_restore=_restore)


@action("activities.activity.complete", gettext_lazy("Turn plans into records"), Activity)
def complete_activity(
    actor: Actor, row: Activity, *, outcome: str = "", next_step: str = "", done_at: dt.datetime | None = None
) -> None:
    """One tap: the plan is a record, done now."""
    if row.status == Activity.Status.DONE:
        raise ValidationError(_("This is done already."))
    _done(row, done_at or timezone.now())
    row.outcome, row.next_step = outcome or row.outcome, next_step or row.next_step
    row.full_clean()
    row.save()
    _touch(actor, row, {})


def log_activity(actor: Actor, *, follow_up: str = "", follow_up_on: dt.date | None = None, **fields: Any) -> Activity:
    """Log or plan, and note what follows from it: both or neither."""
    with transaction.atomic():
        row: Activity = activities.create(actor, **fields)
        if follow_up:
            tasks.create(actor, title=follow_up, due_on=follow_up_on, account=row.account, deal=row.deal, lead=row.lead)
    return row
