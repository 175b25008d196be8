"""Calls: what came of them, and their recordings, for which whoever is heard must have said yes."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import check_levels
from muster.access.scope import Actor
from muster.activities.actions.activity import log_activity
from muster.activities.models import Activity, Call, Recording
from muster.core import audio, files
from muster.core.fields import is_open
from muster.core.periods import today
from muster.crm.models import Contact

FOLDER = "recordings"
LONGEST = 24 * 60 * 60
DETAILS = ("direction", "result", "seconds", "number")


def log_call(actor: Actor, *, upload: Any = None, consented: bool = False, subject: str = "", **fields: Any) -> Call:
    """A call that took place, with its details and perhaps its recording: all of it or nothing. FIELDS: those of the
    call (direction, result, seconds, number), of the activity, and of the consent (consent_by, consent_at,
    consent_how)."""
    actor.require("activities.call.create")
    details = {key: fields.pop(key) for key in DETAILS if key in fields}
    consent = {key: fields.pop(key) for key in list(fields) if key.startswith("consent_")}
    with transaction.atomic():
        said = subject or _subject(fields, details)
        activity = log_activity(actor, kind=Activity.Kind.CALL, subject=said, **fields)
        row: Call = add_details(actor, activity=activity, **details)
        if upload is not None:
            add_recording(actor, call=row, upload=upload, consented=consented, **consent)
    return row


def _subject(fields: dict[str, Any], details: dict[str, Any]) -> str:
    whom = fields.get("contact") or fields.get("lead") or fields.get("deal") or fields.get("account")
    if details.get("direction") == Call.Direction.IN:
        return (_("Call from %(name)s") % {"name": whom} if whom else _("Incoming call"))[:200]
    return (_("Call to %(name)s") % {"name": whom} if whom else _("Outgoing call"))[:200]


@action("activities.call.create", gettext_lazy("Log details of calls"), Call, creates=True)
def add_details(actor: Actor, *, activity: Activity, **details: Any) -> Call:
    """What is known of the call ACTIVITY. It is one's own, it took place, and nothing is known of it yet."""
    if activity.kind != Activity.Kind.CALL or activity.status != Activity.Status.DONE or activity.done_on is None:
        raise Refused(_("Only of a call that took place there is more to say: mark it as done first."))
    if activity.owner_id != actor.member_id and not actor.system:
        raise Refused(_("This is the call of somebody else: only he says how it went."))
    if Call.objects.unscoped("one detail for a call").filter(activity=activity).exists():
        raise Refused(_("The details of this call are noted already: change them."))
    row = Call(activity=activity, member_id=activity.owner_id, on=activity.done_on, number=_number_of(actor, activity))
    _write(row, {key: value for key, value in details.items() if value or key != "number"})
    return row


def _number_of(actor: Actor, activity: Activity) -> str:
    """The contact's own, where the member may read it."""
    rows = Contact.objects.visible_to(actor).filter(pk=activity.contact_id or 0)
    contact = rows.first()
    readable = contact is not None and is_open(contact, "phone")
    return str(contact.phone) if contact is not None and readable else ""


@action("activities.call.edit", gettext_lazy("Change details of calls"), Call)
def edit_call(actor: Actor, row: Call, **details: Any) -> None:
    check_levels(actor, row, details)
    _write(row, details)


def _write(row: Call, details: dict[str, Any]) -> None:
    for key, value in details.items():
        setattr(row, key, value)
    row.seconds = row.seconds or 0
    if row.seconds > LONGEST:
        raise ValidationError({"seconds": _("No call lasts longer than a day: enter minutes and seconds.")})
    if row.seconds and row.result != Call.Result.CONNECTED:
        raise ValidationError({"seconds": _("A call that did not come through has no talk time: leave it empty.")})
    row.full_clean()
    row.save()


def add_recording(actor: Actor, *, call: Call, upload: Any, consented: bool = False, **consent: Any) -> Recording:
    """Keep a recording of CALL, with who agreed (`consent_by`), when (`consent_at`) and how (`consent_how`). Without
    that it is refused, and nothing of it is kept."""
    actor.require("activities.recording.create")
    if not consented or not str(consent.get("consent_by") or "").strip():
        text = _("A recording is kept only if whoever is heard agreed to it: ask, and note who agreed, when and how.")
        raise ValidationError({"consented": text})
    received = audio.receive_recording(upload)
    with files.kept(received, FOLDER) as columns:
        made: Recording = _record(actor, call=call, **consent, **columns)
    return made


@action("activities.recording.create", gettext_lazy("Add recordings of calls"), Recording, creates=True)
def _record(actor: Actor, *, call: Call, **columns: Any) -> Recording:
    if call.member_id != actor.member_id and not actor.system:
        raise Refused(_("This is the call of somebody else: only he adds its recording."))
    if call.result != Call.Result.CONNECTED:
        raise Refused(_("This call did not come through: there is nothing to listen to. Correct its result first."))
    if Recording.objects.unscoped("one recording of a call").filter(call=call, erased_at=None).exists():
        raise Refused(_("This call has a recording: delete it first."))
    row = Recording(call=call, member_id=call.member_id, **columns)
    row.consent_at = row.consent_at or timezone.now()
    row.consent_how = row.consent_how or Recording.How.SPOKEN
    if row.consent_at > timezone.now():
        raise ValidationError({"consent_at": _("This lies in the future.")})
    row.keep_until = today() + dt.timedelta(days=settings.RECORDING_KEEP_DAYS)
    row.full_clean()
    row.save()
    return row


@action("activities.recording.listen", gettext_lazy("Listen to recordings"), Recording)
def _listen(actor: Actor, row: Recording) -> None:
    """Nothing changes but the trail: who listened, and when."""
    if row.erased_at:
        raise Refused(_("This recording is deleted: its days were over, or somebody asked for it."))


def listen(actor: Actor, row: Recording) -> bytes:
    """The recording itself. That somebody listened is in the trail."""
    _listen(actor, row)
    return files.content_of(row)


@action("activities.recording.erase", gettext_lazy("Delete recordings"), Recording)
def erase_recording(actor: Actor, row: Recording) -> None:
    """The file goes for good; that there was one stays."""
    if row.erased_at:
        raise Refused(_("This recording is deleted already."))
    path, row.file, row.size, row.sha256 = str(row.file), "", 0, ""
    row.erased_at = timezone.now()
    row.save()
    transaction.on_commit(lambda: default_storage.delete(path))


def erase_old_recordings(day: dt.date | None = None) -> int:
    """Recordings whose days are over go; how many did. Running it again finds none."""
    eraser, done = Actor.operator("days of recordings are over"), 0
    rows = Recording.objects.unscoped("recordings that are due to go")
    for row in rows.filter(erased_at=None, keep_until__lt=day or today()).order_by("pk")[:5000]:
        erase_recording(eraser, row)
        done += 1
    return done
