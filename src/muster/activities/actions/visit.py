"""Checking in at a customer's and leaving again; the consent that a position takes, and forgetting positions."""

import datetime as dt
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.activities.actions.activity import activities, complete_activity
from muster.activities.actions.attachment import add_attachment
from muster.activities.models import AccountPoint, Activity, CheckIn, Datum, LocationConsent
from muster.core import photos
from muster.core.periods import today
from muster.core.places import Point, metres
from muster.crm.models import Account

GOOD = 100  # metres of accuracy with which a customer's place is fixed
ROUGH = 1000  # beyond this a position says nothing
AHEAD = dt.timedelta(minutes=5)  # clocks of phones
KEPT = dt.timedelta(days=7)  # how long an entry made without a network is taken
LONGEST = dt.timedelta(hours=16)
Verdict = CheckIn.Verdict


@action("activities.locationconsent.create", gettext_lazy("Agree to positions"), LocationConsent, creates=True)
def give_consent(actor: Actor) -> LocationConsent:
    """From now on check-ins may say where they were. Giving it twice is refused."""
    if actor.member_id is None:
        raise Refused(_("This login belongs to no member: there are no visits of his."))
    if in_force(actor.member_id):
        raise Refused(_("You have agreed already."))
    row = LocationConsent(member_id=actor.member_id, given_at=timezone.now())
    row.save()
    return row


@action("activities.locationconsent.withdraw", gettext_lazy("Withdraw the consent to positions"), LocationConsent)
def withdraw_consent(actor: Actor, row: LocationConsent) -> None:
    """No position is taken any more, and those that are kept are forgotten at once."""
    if row.withdrawn_at:
        raise Refused(_("You have withdrawn this already."))
    row.withdrawn_at = timezone.now()
    row.save()
    _forget(CheckIn.objects.unscoped("forgetting positions").filter(member=row.member_id))


def in_force(member_id: int | None) -> bool:
    rows = LocationConsent.objects.unscoped("consent in force")
    return member_id is not None and rows.filter(member=member_id, withdrawn_at=None).exists()


def check_in(
    actor: Actor,
    *,
    activity: Activity | None = None,
    account: Account | None = None,
    subject: str = "",
    photo: Any = None,
    **said: Any,
) -> CheckIn:
    """Say that one is there: at the planned visit ACTIVITY, or at ACCOUNT without a plan. SAID: latitude, longitude,
    accuracy (metres), datum, mocked, reason, and came_at where a phone had no network then and tells of it now. PHOTO
    is kept on the visit, with time, customer, member and place written in it. All of it or nothing; raises
    ValidationError, at `reason` where one is somewhere else and does not say why."""
    actor.require("activities.checkin.create")
    with transaction.atomic():
        visit = activity or _visit_now(actor, account, subject, said.get("came_at"))
        row: CheckIn = _create(actor, visit=visit, **said)
        if photo is not None:
            kept = add_attachment(
                actor, model="activities.activity", object_id=visit.pk, upload=_stamped(row, photo, said)
            )
            CheckIn.objects.unscoped("photo of a check-in").filter(pk=row.pk).update(photo=kept)
            row.photo = kept
    return row


def _stamped(row: CheckIn, photo: Any, said: dict[str, Any]) -> ContentFile[bytes]:
    if photo.size > photos.MOST_BYTES:
        raise ValidationError({"photo": _("The photo is too large: save it smaller.")})
    visit = row.activity
    when = row.in_at.astimezone(ZoneInfo(visit.owner.time_zone))
    who = [str(visit.account) if visit.account else "", str(visit.owner)]
    lines = [f"{when:%Y-%m-%d %H:%M}", " · ".join(filter(None, who)), _place(row, said)]
    try:
        made = photos.stamped(photo.read(), [line for line in lines if line])
    except ValidationError as error:
        raise ValidationError({"photo": error.messages}) from error
    return ContentFile(made, name=f"{PurePosixPath(photo.name or 'visit').stem}.jpg")


def _place(row: CheckIn, said: dict[str, Any]) -> str:
    """The customer's address; without one about where the device was, to a kilometre and with consent only: a photo is
    seen by more people than positions, and stays when they are forgotten."""
    if row.activity.account and row.activity.account.full_address:
        return str(row.activity.account.full_address)
    point = _point(said) if in_force(row.member_id) else None
    return f"{point.latitude:.2f}, {point.longitude:.2f}" if point else ""


def _visit_now(actor: Actor, account: Account | None, subject: str, came_at: dt.datetime | None) -> Activity:
    if account is None:
        raise ValidationError({"account": _("Say which customer you are at.")})
    title = subject or _("Visit: %(name)s") % {"name": account.name}
    made: Activity = activities.create(
        actor,
        kind=Activity.Kind.VISIT,
        subject=title[:200],
        account=account,
        status=Activity.Status.PLANNED,
        planned_at=came_at or timezone.now(),
    )
    return made


@action("activities.checkin.create", gettext_lazy("Check in"), CheckIn, creates=True)
def _create(
    actor: Actor, *, visit: Activity, reason: str = "", came_at: dt.datetime | None = None, **said: Any
) -> CheckIn:
    if visit.kind != Activity.Kind.VISIT or visit.status != Activity.Status.PLANNED or visit.archived_at:
        raise Refused(_("One checks in at a visit that is planned: plan it, or check in without a plan."))
    if visit.owner_id != actor.member_id:
        raise Refused(_("This is the visit of somebody else: only he checks in."))
    if CheckIn.objects.unscoped("one check-in for a visit").filter(activity=visit).exists():
        raise Refused(_("You are checked in at this visit already."))
    now = timezone.now()
    row = CheckIn(activity=visit, member_id=visit.owner_id, in_at=_told(came_at) or now, reason=reason.strip())
    row.sent_at = now if came_at else None
    row.on = row.in_at.astimezone(ZoneInfo(visit.owner.time_zone)).date()
    _locate(row, visit, said)
    row.full_clean()
    row.save()
    return row


def _told(moment: dt.datetime | None) -> dt.datetime | None:
    """When it was, as a phone says that had no network; what it says is shown as sent later, and has an end."""
    if moment is None:
        return None
    if moment > timezone.now() + AHEAD:
        raise ValidationError({"came_at": _("This lies in the future: check the clock of your phone.")})
    if moment < timezone.now() - KEPT:
        text = _("This is older than %(days)s days and is no longer taken as a visit: log it as a note.")
        raise ValidationError({"came_at": text % {"days": KEPT.days}})
    return min(moment, timezone.now())


def _locate(row: CheckIn, visit: Activity, said: dict[str, Any]) -> None:
    """What can be said of where ROW was. Without consent nothing of the position is looked at."""
    row.verdict = Verdict.UNKNOWN
    point = _point(said) if in_force(row.member_id) else None
    if point is None:
        return
    row.position = f"{point.latitude:.6f},{point.longitude:.6f}"
    row.datum, row.accuracy = point.datum, _whole(said.get("accuracy"))
    row.doubt = CheckIn.Doubt.MOCK if said.get("mocked") else _too_exact(said.get("accuracy"))
    if visit.account_id is None or row.accuracy is None or row.accuracy > ROUGH:
        return
    rows = AccountPoint.objects.unscoped("where a customer is").filter(account=visit.account_id, archived_at=None)
    known = list(rows.order_by("pk")[:50])
    if not known:
        _fix(row, visit, point)
        return
    row.distance = min(metres(point, one.point) for one in known)
    row.verdict = _verdict(row)
    if row.verdict == Verdict.OUTSIDE and not row.reason:
        text = _("You are %(metres)s m from the customer: say why, then check in again.")
        raise ValidationError({"reason": text % {"metres": row.distance}})


def _verdict(row: CheckIn) -> Verdict:
    """Inside where the point lies within the radius and is no rougher than it, outside where it does not even by its
    accuracy."""
    if row.doubt or row.distance is None:
        return Verdict.UNKNOWN
    radius, accuracy = settings.VISIT_RADIUS, row.accuracy or 0
    if row.distance <= radius:
        return Verdict.INSIDE if accuracy <= radius else Verdict.UNKNOWN
    return Verdict.OUTSIDE if row.distance - accuracy > radius else Verdict.UNKNOWN


def _fix(row: CheckIn, visit: Activity, point: Point) -> None:
    """The first visit that is good enough says where the customer is. Of two at once the second finds it fixed."""
    if row.doubt or (row.accuracy or 0) > GOOD:
        return
    values: dict[str, Any] = {"north": round(point.latitude * 1_000_000), "east": round(point.longitude * 1_000_000)}
    values |= {"datum": point.datum, "fixed_by_id": row.member_id}
    rows = AccountPoint.objects.unscoped("where a customer is")
    _place, made = rows.get_or_create(account_id=visit.account_id, name="", defaults=values)
    if made:
        row.verdict, row.distance = Verdict.FIRST, 0


def _point(said: dict[str, Any]) -> Point | None:
    latitude, longitude = said.get("latitude"), said.get("longitude")
    if latitude is None or longitude is None:
        return None
    try:
        return Point(float(latitude), float(longitude), said.get("datum") or Datum.WGS84)
    except ValueError as error:
        raise ValidationError({"latitude": _("This position is nowhere on earth: locate again.")}) from error


def _whole(accuracy: float | None) -> int | None:
    return None if accuracy is None else min(round(accuracy), 10_000_000)


def _too_exact(accuracy: float | None) -> str:
    """Phones know their place to some metres; programs that pretend say nought."""
    return CheckIn.Doubt.EXACT if accuracy is not None and accuracy < 1 else ""


@action("activities.checkin.leave", gettext_lazy("Check out"), CheckIn)
def check_out(
    actor: Actor, row: CheckIn, *, outcome: str = "", next_step: str = "", left_at: dt.datetime | None = None
) -> None:
    """Leave: the visit is done, with the minutes it took. LEFT_AT where a phone without a network tells of it later."""
    if row.out_at:
        raise Refused(_("You have left this visit already."))
    row.out_at = _told(left_at) or timezone.now()
    row.sent_at = row.sent_at or (timezone.now() if left_at else None)
    _settle(row)
    visit = row.activity
    if visit.status == Activity.Status.PLANNED:
        complete_activity(actor, visit, outcome=outcome, next_step=next_step, done_at=row.out_at)
    _count_minutes(row)


@action("activities.checkin.correct", gettext_lazy("Correct check-ins"), CheckIn)
def correct_check_in(actor: Actor, row: CheckIn, *, in_at: dt.datetime, out_at: Any = None, reason: str = "") -> None:
    """Put right when one came and left, and why; what was there before stays in the history. Where it was is what the
    device said and is not corrected, only explained."""
    row.in_at, row.out_at, row.reason = in_at, out_at or row.out_at, reason.strip()
    row.on = in_at.astimezone(ZoneInfo(row.member.time_zone)).date()
    _settle(row)
    _count_minutes(row)


def _settle(row: CheckIn) -> None:
    if row.in_at > timezone.now() or (row.out_at and row.out_at > timezone.now()):
        raise ValidationError({"in_at": _("This lies in the future.")})
    if row.out_at and not dt.timedelta(0) <= row.out_at - row.in_at <= LONGEST:
        raise ValidationError({"out_at": _("One leaves after one came, and within 16 hours: correct the times.")})
    if row.verdict == Verdict.OUTSIDE and not row.reason:
        raise ValidationError({"reason": _("Say why you were somewhere else.")})
    row.full_clean()
    row.save()


def _count_minutes(row: CheckIn) -> None:
    if row.minutes is not None:
        rows = Activity.objects.unscoped("minutes of a visit").filter(pk=row.activity_id)
        rows.update(minutes=min(row.minutes, 32_767))


def forget_positions(day: dt.date | None = None) -> int:
    """Positions older than the days they may be kept are forgotten; how many. Running it again finds none."""
    before = (day or today()) - dt.timedelta(days=settings.VISIT_KEEP_DAYS)
    return _forget(CheckIn.objects.unscoped("forgetting positions").filter(on__lt=before))


def _forget(rows: Any) -> int:
    found: int = rows.filter(forgotten_at=None).exclude(position="").update(position="", forgotten_at=timezone.now())
    return found
