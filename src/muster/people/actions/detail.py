"""Details about a member: changed by himself as the rules say, found right, asked for and decided on."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, because, differences, snapshot
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core.fields import CLEARANCE, FULL
from muster.core.periods import today
from muster.people.models import (
    DETAILS,
    AuditCampaign,
    AuditItem,
    ChangeRequest,
    DetailRule,
    Member,
    MemberPrivate,
    Own,
    Verification,
)


class StoredPhoto(str):
    """Where a photo lies that was checked and kept by us: no other place is taken from anybody."""

    __slots__ = ()


Status = ChangeRequest.Status
Answer = AuditItem.Answer
APPROVED = "people.member.approved"


def _keep_fixed(actor: Actor, rule: DetailRule, fields: dict[str, Any]) -> None:
    if DETAILS[rule.field].fixed and rule.own != Own.CLOSED:
        raise ValidationError({"own": _("This changes by its own steps, such as leaving: nobody types it in.")})


rules = crud(DetailRule, before_save=_keep_fixed)


def ensure_default_rules(**_kwargs: Any) -> None:
    """Each field begins with the rule it was made with; what the firm changed is left alone."""
    known = set(DetailRule.objects.unscoped("default detail rules").values_list("field", flat=True))
    missing = [one for one in DETAILS.values() if one.key not in known]
    DetailRule.objects.bulk_create([DetailRule(field=one.key, own=one.own, stale_after=one.stale) for one in missing])


def rules_in_force() -> dict[str, DetailRule]:
    return {one.field: one for one in DetailRule.objects.unscoped("detail rules")}


def holder(member: Member, key: str) -> Any:
    """The row that holds a detail of MEMBER, with full clearance: the rules of self-service decide, not field rules."""
    if not DETAILS[key].secret:
        member.__dict__[CLEARANCE] = FULL
        return member
    row = MemberPrivate.objects.unscoped("one's own details").filter(member=member.pk).first()
    row = row or MemberPrivate(member=member)
    row.__dict__[CLEARANCE] = FULL
    return row


def mark(value: Any) -> str:
    """Tells whether a value is still the one that was seen, without telling the value."""
    return hmac.new(settings.SECRET_KEY.encode(), f"detail {value or ''}".encode(), hashlib.sha256).hexdigest()


def verified(member: Member, keys: list[str], by: str) -> None:
    """KEYS of MEMBER were found right today."""
    if "work_email" in keys:
        member.believe()
        rows = Member.objects.unscoped("an address was found right").filter(pk=member.pk)
        rows.update(mail_doubt_on=None, mail_doubt_why="")
    Verification.objects.unscoped("verification").bulk_create(
        [Verification(member=member, field=key, on=today(), by=by[:150]) for key in keys],
        update_conflicts=True,
        unique_fields=["member", "field"],
        update_fields=["on", "by"],
    )


def answer(member: Member, keys: list[str], said: str, by: str) -> None:
    """What campaigns asked of MEMBER about KEYS is answered."""
    rows = AuditItem.objects.unscoped("audit answered").filter(member=member, field__in=keys, answer=Answer.OPEN)
    rows.exclude(campaign__status=AuditCampaign.Status.CLOSED).update(
        answer=said, answered_on=today(), answered_by=by[:150]
    )


@action("people.member.verify", gettext_lazy("Say that details are still right"), Member)
def verify_details(actor: Actor, member: Member, *, fields: list[str]) -> None:
    if unknown := sorted(set(fields) - set(DETAILS)):
        raise ValidationError(_("Unknown field: %(names)s.") % {"names": ", ".join(unknown)[:200]})
    verified(member, fields, actor.name)
    answer(member, fields, Answer.RIGHT, actor.name)
    add_event(actor, "people.member.verified", member, {}, fields=sorted(fields))


@action("people.member.self", gettext_lazy("Change own details"), Member)
def change_own(actor: Actor, member: Member, *, reason: str = "", **values: Any) -> dict[str, list[str]]:
    """What a member changes about himself: at once, or as a request, field by field as the rules say. Says which
    fields were `changed` and which `asked`. Raises ValidationError where a field is closed to him, or its change
    waits already; then nothing is changed."""
    if not isinstance(values.get("photo", StoredPhoto()), StoredPhoto):
        raise ValidationError({"photo": _("Send a photo as a file, under “My details”.")})
    in_force, found = rules_in_force(), _different(member, values)
    said: dict[str, list[str]] = {"changed": [], "asked": []}
    refused: dict[str, Any] = {}
    for key, value in found.items():
        try:
            said["asked" if _asks(actor, member, in_force[key], value, reason) else "changed"].append(key)
        except ValidationError as error:
            refused[key] = error.messages
    if refused:
        raise ValidationError(refused)
    write(actor, member, {key: found[key] for key in said["changed"]}, "people.member.self")
    told = [key for key in said["changed"] if in_force[key].own == Own.NOTIFY]
    if told:
        add_event(actor, "people.member.told", member, {}, fields=told)
    answer(member, said["asked"], Answer.ASKED, actor.name)
    return said


def _different(member: Member, values: dict[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(values) - set(DETAILS)):
        raise ValidationError(_("Unknown field: %(names)s.") % {"names": ", ".join(unknown)[:200]})
    values = {key: _empty(DETAILS[key].field) if value is None else value for key, value in values.items()}
    kept = {secret: holder(member, key) for secret, key in ((False, "phone"), (True, "id_number"))}
    return {
        key: value
        for key, value in values.items()
        if (value or None) != (kept[DETAILS[key].secret].__dict__.get(key) or None)
    }


def _asks(actor: Actor, member: Member, rule: DetailRule, value: Any, reason: str) -> bool:
    """Make a request where the rule wants one; False where the change may be made at once."""
    if rule.own == Own.CLOSED:
        raise Refused(_("This is changed by the firm alone: ask your manager."))
    waiting = ChangeRequest.objects.unscoped("request that waits").filter(
        member=member, field=rule.field, status=Status.WAITING
    )
    if waiting.exists():
        raise Refused(_("A change of this waits for approval already: withdraw it first, or wait for the answer."))
    if rule.own != Own.APPROVE:
        return False
    detail, row = DETAILS[rule.field], holder(member, rule.field)
    clean = detail.field.clean(value, row)
    request = ChangeRequest(member=member, field=rule.field, reason=reason, mark=mark(row.__dict__.get(rule.field)))
    setattr(request, "secret" if detail.secret else "value", str(clean or ""))
    request.save()
    add_event(actor, "people.changerequest.create", request, {}, fields=[rule.field])
    return True


def write(actor: Actor, member: Member, values: dict[str, Any], name: str) -> None:
    """Put VALUES where they belong; they are right as of today. What is private has an event of its own."""
    if "photo" in values:
        drop_file(str(member.photo or ""))
    for key, value in values.items():
        if not DETAILS[key].secret:
            setattr(holder(member, key), key, value)
    private = {key: value for key, value in values.items() if DETAILS[key].secret}
    if set(values) - set(private):
        member.full_clean()
        member.save()
    if private:
        _write_private(actor, holder(member, next(iter(private))), private, name)
    verified(member, list(values), actor.name)
    answer(member, list(values), Answer.CHANGED, actor.name)


def _write_private(actor: Actor, row: Any, values: dict[str, Any], name: str) -> None:
    before = snapshot(row) if row.pk else {}
    for key, value in values.items():
        setattr(row, key, value)
    row.full_clean()
    row.version += 1 if row.pk else 0
    row.save()
    row.__dict__[CLEARANCE] = FULL
    after = snapshot(row)
    changes = {key: [before.get(key), after[key]] for key in values if before.get(key) != after[key]}
    add_event(actor, name, row, changes)


@action("people.changerequest.approve", gettext_lazy("Approve changes of details"), ChangeRequest)
def approve_change(actor: Actor, request: ChangeRequest, *, seen: str = "", note: str = "") -> None:
    """The new value becomes the live one. SEEN marks the live value that the approver looked at: where it has changed
    since, he is told and nothing happens."""
    _decidable(actor, request)
    member, detail = request.member, DETAILS[request.field]
    live = live_mark(request)
    if live != (seen or request.mark):
        raise Refused(_("The present value was changed meanwhile: look at both again, then decide."))
    asked = request.__dict__["secret" if detail.secret else "value"]
    value = detail.field.clean(asked, member) if asked else _empty(detail.field)
    before = snapshot(member)
    with because(request.reason):
        write(actor, member, {request.field: value}, APPROVED)
        if not detail.secret:  # what is private has written an event of its own
            add_event(actor, APPROVED, member, differences(before, snapshot(member)))
    _decide(actor, request, Status.APPROVED, note)


@action("people.changerequest.reject", gettext_lazy("Reject changes of details"), ChangeRequest)
def reject_change(actor: Actor, request: ChangeRequest, *, note: str) -> None:
    _decidable(actor, request)
    _drop_photo_of(request)
    _decide(actor, request, Status.REJECTED, note)


@action("people.changerequest.withdraw", gettext_lazy("Withdraw own change requests"), ChangeRequest)
def withdraw_change(actor: Actor, request: ChangeRequest) -> None:
    _waiting(request)
    _drop_photo_of(request)
    _decide(actor, request, Status.WITHDRAWN, "")


def drop_file(path: str) -> None:
    """The file goes once nothing can be taken back any more."""
    if path:
        transaction.on_commit(lambda: default_storage.delete(path))


def _drop_photo_of(request: ChangeRequest) -> None:
    """Nobody keeps the photo that was not taken."""
    if request.field == "photo":
        drop_file(request.__dict__["value"])


def live_mark(request: ChangeRequest) -> str:
    return live_mark_of(request.member, request.field)


def live_mark_of(member: Member, key: str) -> str:
    """Tells the value that stands now from any other."""
    row = member if not DETAILS[key].secret else holder(member, key)
    return mark(row.__dict__.get(key))


def _empty(field: models.Field[Any, Any]) -> Any:
    return None if field.null else ""


def _waiting(request: ChangeRequest) -> None:
    if request.status != Status.WAITING:
        raise Refused(_("This request was decided already."))


def _decidable(actor: Actor, request: ChangeRequest) -> None:
    _waiting(request)
    if actor.member_id == request.member_id:
        raise Refused(_("Nobody approves his or her own change."))


def _decide(actor: Actor, request: ChangeRequest, status: str, note: str) -> None:
    request.status, request.note = status, note
    request.decided_by, request.decided_at = actor.name[:150], timezone.now()
    request.save(update_fields=["status", "note", "decided_by", "decided_at"])
