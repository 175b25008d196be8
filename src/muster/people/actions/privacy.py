"""The law about members' data as verbs: the register, who looks at what is private, and erasure."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import Refused, action, add_event, append, make_event, record_denied
from muster.access.actions.forget import forget_in
from muster.access.models import Event, User
from muster.access.models.event import BY, RECORD
from muster.access.permissions import register
from muster.access.scope import Actor, Forbidden, can
from muster.core.fields import is_open
from muster.core.files import StoredFile
from muster.core.periods import today
from muster.people import personal
from muster.people.models import ChangeRequest, Erasure, Member, MemberPrivate, PersonalField
from muster.people.personal import Part, Step

REVEAL, LIMIT = "people.memberprivate.reveal", "people.memberprivate.limit"
MOST_REVEALS = 20
WITHIN = dt.timedelta(hours=1)
QUIET = dt.timedelta(days=180)  # what was decided is not proposed again before
MOST_PROPOSED = 500  # looked at in one day
register(REVEAL, gettext_lazy("Reveal private details of members, with a reason"))
Origin, Status = Erasure.Origin, Erasure.Status


def ensure_register(**_kwargs: Any) -> None:
    """An installation begins with a line for everything held; lines that are there are left alone."""
    there = set(PersonalField.objects.unscoped("register of personal data").values_list("model", "field"))
    for part in personal.parts():
        model = part.model._meta.label_lower
        for line in part.lines:
            if (model, line.field) not in there:
                said = {"purpose": line.purpose, "purpose_zh": line.purpose_zh}
                PersonalField(model=model, field=line.field, basis=line.basis, months=line.months, **said).save()


@action("people.personalfield.edit", gettext_lazy("Edit the register of personal data"), PersonalField)
def edit_line(actor: Actor, row: PersonalField, **said: Any) -> None:
    for key, value in said.items():
        setattr(row, key, value)
    row.full_clean()
    row.save()


def reveal(actor: Actor, row: MemberPrivate, *, reason: str) -> list[str]:
    """The names of the fields that ACTOR may read from here on, on this one page. The reason is in the trail, and the
    member is told. Raises ValidationError without a reason, and after twenty within an hour: then the administrators
    are told."""
    if not can(actor, REVEAL, row):
        record_denied(actor, REVEAL, row)
        raise Forbidden(REVEAL)
    if not reason.strip():
        raise ValidationError({"reason": _("Say what you need it for: the member will read this.")})
    fields = sorted(name for name in _private_fields() if is_open(row, name))
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=actor.user_id).first()  # one look at a time
        if allowed := _reveals(actor) < MOST_REVEALS:
            add_event(actor, REVEAL, row, {}, fields=fields, reason=reason.strip()[:300])
    if not allowed:
        about = Member.objects.unscoped("who looks too often").filter(pk=actor.member_id).first()
        add_event(actor, LIMIT, about or User.objects.get(pk=actor.user_id), {}, most=MOST_REVEALS)
        raise Refused(
            _("You have looked at private details %(n)s times within an hour: go on later. The administrator was told.")
            % {"n": MOST_REVEALS}
        )
    return fields


def _private_fields() -> list[str]:
    return [one.name for one in MemberPrivate._meta.concrete_fields]


def _reveals(actor: Actor) -> int:
    rows = Event.objects.unscoped("who looks too often").filter(action=REVEAL, user_id=actor.user_id)
    return rows.filter(at__gt=timezone.now() - WITHIN).count()


@action("people.erasure.create", gettext_lazy("Ask for erasures"), Erasure, creates=True)
def request_erasure(actor: Actor, *, member: Member, reason: str = "") -> Erasure:
    """Ask that the personal data of MEMBER go. Raises ValidationError while he is here, while another request waits,
    and where nothing is left to erase."""
    _refuse_present(member)
    if Erasure.objects.unscoped("open erasures").filter(member=member, status=Status.PROPOSED).exists():
        raise Refused(_("An erasure of this member waits for a decision already."))
    if not any(one.goes for one in personal.steps(member, Origin.REQUEST)):
        raise Refused(_("Nothing is held on this member that could be erased now."))
    row = Erasure(member=member, origin=Origin.REQUEST, reason=reason, user_id=actor.user_id)
    row.full_clean(validate_constraints=False)
    row.save()
    return row


def _refuse_present(member: Member) -> None:
    if member.status != Member.Status.LEFT:
        raise Refused(_("%(name)s has not left: what is held is needed.") % {"name": member})


def propose_erasures(day: dt.date | None = None) -> int:
    """Members who left and of whom something is held longer than the register says; how many were proposed. Erases
    nothing."""
    on, found = day or today(), 0
    actor = Actor.operator(gettext_noop("retention"), via="chore")
    decided = Erasure.objects.unscoped("open erasures").filter(
        Q(status=Status.PROPOSED) | Q(updated_at__gt=timezone.now() - QUIET)
    )
    rows = Member.objects.unscoped("retention").filter(status=Member.Status.LEFT, left_on__lte=on, erased_at=None)
    for member in rows.exclude(pk__in=decided.values("member")).order_by("left_on", "pk")[:MOST_PROPOSED]:
        if any(one.goes for one in personal.steps(member, Origin.RETENTION, on)):
            with transaction.atomic():
                row = Erasure(member=member, origin=Origin.RETENTION)
                row.save()
                append([make_event(actor, "people.erasure.create", row, {})])
            found += 1
    return found


@action("people.erasure.decline", gettext_lazy("Decline erasures"), Erasure)
def decline_erasure(actor: Actor, row: Erasure, *, reason: str) -> None:
    """Not now: for half a year it is not proposed again."""
    if row.status != Status.PROPOSED:
        raise Refused(_("This has been decided already."))
    row.status, row.reason, row.done_at = Status.DECLINED, reason, timezone.now()
    row.save(update_fields=["status", "reason", "done_at", "updated_at"])


@action("people.erasure.run", gettext_lazy("Carry out erasures"), Erasure)
def run_erasure(actor: Actor, row: Erasure) -> None:
    """What may go goes, all at once and for good: fields are blanked, rows and files deleted, the trail forgets. What
    the law keeps and what others did stays. Raises ValidationError for who asked himself, and for members who are
    here."""
    if row.status != Status.PROPOSED:
        raise Refused(_("This has been decided already."))
    if row.user_id is not None and row.user_id == actor.user_id:
        raise Refused(_("You asked for this erasure: somebody else carries it out."))
    member = Member.objects.unscoped("erasure").select_related("user").get(pk=row.member_id)
    _refuse_present(member)
    found = personal.steps(member, row.origin)
    going = [one for one in found if one.goes]
    _forget(member, going)
    for part in {one.part.key: one.part for one in going}.values():
        _erase(member, part, [one for one in going if one.part is part])
    if all(one.goes or one.part.stays for one in found):
        Member.objects.unscoped("erasure").filter(pk=member.pk).update(erased_at=timezone.now())
    row.report = [
        {"model": one.part.model._meta.label_lower, "field": one.line.field, "count": one.count, "gone": one.goes}
        for one in found
    ]
    row.status, row.done_at = Status.DONE, timezone.now()
    row.save(update_fields=["status", "report", "done_at"])


def _erase(member: Member, part: Part, going: list[Step]) -> None:
    if part.erase is not None:
        part.erase(member)
        return
    for row in part.rows(member):
        if isinstance(row, StoredFile):
            _drop_file(str(row.file))
        if isinstance(row, ChangeRequest) and row.field == "photo" and row.status == ChangeRequest.Status.WAITING:
            _drop_file(row.__dict__["value"])
        if part.whole:
            continue
        for one in going:
            if one.line.field == "photo":
                _drop_file(str(row.photo))
            setattr(row, one.line.field, personal.blank(one.line, member))
        row.version += 1
        row.save()
    if part.whole:
        part.rows(member).delete()


def _drop_file(path: str) -> None:
    """The file goes once nothing can be taken back any more."""
    if path:
        transaction.on_commit(lambda: default_storage.delete(path))


def _forget(member: Member, going: list[Step]) -> None:
    """Take out of the trail what goes from the rows; with the name also who did it, from where, and searching what."""
    blanked: dict[str, set[str]] = {}
    gone: set[tuple[str, int]] = set()
    for one in going:
        model = one.part.model._meta.label_lower
        if one.part.whole:
            gone |= {(model, row.pk) for row in one.part.rows(member)}
        else:
            blanked.setdefault(model, set()).add(f"changes.{one.line.field}")
    if any(one.part.key == "login" for one in going):
        blanked["access.user"] = {"changes.username", "changes.name", "changes.email"}
    nameless = any((one.part.key, one.line.field) == ("member", "name") for one in going)
    own = {(part.model._meta.label_lower, row.pk) for part in _own() for row in part.rows(member)}
    own.add(("access.user", member.user_id or 0))
    named = {part.model._meta.label_lower for part in personal.parts() if part.named}

    def wanted(event: Event, part: str) -> bool:
        key = (event.model, event.object_id)
        if key in gone:
            return part == RECORD or (part.startswith(("changes.", "context.")) and part != "context.via")
        mine = event.owner_id == member.pk or key in own
        if mine and part == "context.reason":
            return nameless
        if mine and part in blanked.get(event.model, ()):
            return True
        if not nameless:
            return False
        did = event.actor_member_id == member.pk or (event.user_id is not None and event.user_id == member.user_id)
        said = part in (BY, "context.address", "context.filter") and did
        return said or (part == RECORD and mine and event.model in named)

    forget_in(_events(member, own | gone).iterator(chunk_size=2000), wanted)


def _own() -> list[Part]:
    return [part for part in personal.parts() if part.named or part.erase is not None]


def _events(member: Member, records: set[tuple[str, int]]) -> Any:
    """Everything in the trail that he did, that was done to what is his, or to one of RECORDS."""
    about = Q(owner_id=member.pk) | Q(actor_member_id=member.pk)
    if member.user_id:
        about |= Q(user_id=member.user_id)
    by_model: dict[str, set[int]] = {}
    for model, pk in records:
        by_model.setdefault(model, set()).add(pk)
    for model, pks in by_model.items():
        about |= Q(model=model, object_id__in=pks)
    return Event.objects.unscoped("erasure").filter(about).order_by("pk")
