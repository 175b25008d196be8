"""Handing over what a member holds: nothing is lost, nothing but the owner changes, and it can be proved.

Before and after, every record is counted and hashed with all its columns but the owner and what each write touches
(version, changed). Equal hashes say that stage, amounts, authorship, dates and words are what they were.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, append, can_see, make_event
from muster.access.scope import Actor, can
from muster.core.periods import today
from muster.people import holdings
from muster.people.actions.fitting import FITS
from muster.people.actions.letter import write_letters
from muster.people.actions.papers import Papers, Record, settle
from muster.people.models import Handover, HandoverItem, HandoverLetter, Member

BATCH = 500
UNDO_WITHIN = dt.timedelta(days=7)
NOT_CONTENT = {"owner_id", "version", "updated_at"}
Status, Outcome = Handover.Status, HandoverItem.Outcome
GONE = (Member.Status.LEFT, Member.Status.LEAVING)


@action("people.handover.create", gettext_lazy("Plan handovers"), Handover, creates=True)
def plan_handover(
    actor: Actor,
    *,
    member: Member,
    receivers: list[Member],
    rule: str = Handover.Rule.EVEN,
    reason: str = "",
    ends: list[str] | None = None,
    kinds: list[str] | None = None,
    runs_on: dt.date | None = None,
) -> Handover:
    """Say who is to get what MEMBER holds, which KINDS of it (None: all; the others stay with him), which kinds (ENDS)
    are called off instead, and whether it runs by itself on a coming day. Nothing happens yet. Raises ValidationError
    where a receiver has left, is the member himself or is not seen, where the day is over or the rule fits no
    receiver, where there is nothing to hand over, or where another plan waits."""
    check_receivers(actor, member, receivers)
    open_ = Handover.objects.unscoped("another plan").filter(member=member, status__in=(Status.DRAFT, Status.RUNNING))
    if open_.exists():
        raise ValidationError(_("A handover of %(name)s is under way: finish or drop that one.") % {"name": member})
    row = Handover(member=member, user_id=actor.user_id)
    _write(row, receivers=receivers, rule=rule, reason=reason, ends=ends, kinds=kinds, runs_on=runs_on)
    return row


@action("people.handover.change", gettext_lazy("Change planned handovers"), Handover)
def change_handover(actor: Actor, row: Handover, *, seen: int | None = None, **said: Any) -> None:
    """Say anew what `plan_handover` takes; without KINDS they stay as chosen. SEEN is the version the writer saw. What
    is in hand is counted anew. Raises Refused once it runs, and ValidationError as planning does and where somebody
    else has changed it since."""
    if row.status != Status.DRAFT:
        raise Refused(_("Only a planned handover can be changed."))
    if seen is not None and seen != row.version:
        raise ValidationError(_("Somebody changed this plan meanwhile: open it anew and look it over."))
    check_receivers(actor, row.member, said["receivers"])
    row.items.all().delete()
    row.user_id, row.stopped = actor.user_id, ""
    _write(row, **said)


def _write(
    row: Handover,
    *,
    receivers: list[Member],
    rule: str = Handover.Rule.EVEN,
    reason: str = "",
    ends: list[str] | None = None,
    kinds: list[str] | None = None,
    runs_on: dt.date | None = None,
) -> None:
    """Put the plan down and give each record a receiver."""
    if runs_on is not None and runs_on <= today():
        raise ValidationError({"runs_on": _("Choose a coming day, or none and carry it out yourself.")})
    row.rule, row.reason, row.runs_on = rule, reason, runs_on
    row.receivers = [one.pk for one in receivers]
    row.ends = [one.key for one in holdings.holdings() if one.ends is not None and one.key in (ends or [])]
    if kinds is not None:
        row.stays = [one.key for one in holdings.holdings() if one.key not in {*kinds, *row.ends}]
    row.full_clean()
    row.save()
    allot(row)


def check_receivers(actor: Actor, member: Member, receivers: list[Member]) -> None:
    if not receivers:
        raise ValidationError({"receivers": _("Choose at least one person who takes over.")})
    for one in receivers:
        if one.pk == member.pk:
            raise ValidationError(
                {"receivers": _("%(name)s cannot take over from himself or herself.") % {"name": one}}
            )
        if one.status in GONE or not can_see(actor, one):
            raise ValidationError({"receivers": _("%(name)s is leaving or has left: choose others.") % {"name": one}})


def receivers_of(row: Handover) -> list[Member]:
    found: list[Member] = list(Member.objects.unscoped("handover").filter(pk__in=row.receivers))
    return sorted(found, key=lambda one: row.receivers.index(one.pk))


def _going(row: Handover, kind: holdings.Holding) -> Any:
    """Records of KIND that are handed over. What is about a deal stays where the deals do."""
    rows = kind.of(row.member)
    lead = kind.model._meta.get_field(kind.along).related_model._meta.label_lower if kind.along else ""
    if lead in row.stays:
        rows = rows.exclude(**{f"{kind.along}__in": holdings.holding(lead).of(row.member)})
    return rows.order_by("pk")


def _grouped(row: Handover) -> tuple[dict[Any, list[Record]], dict[Any, str]]:
    """What is handed over, by customer, and of each group what the rule goes by."""
    groups: dict[tuple[str, Any], list[tuple[str, int]]] = defaultdict(list)
    marks: dict[tuple[str, Any], str] = {}
    for one in holdings.holdings():
        if one.key in {*row.ends, *row.stays}:
            continue
        mark = one.trade if row.rule == Handover.Rule.SKILL else one.place
        columns = ["pk", one.group or "pk", *([mark] if mark else [])]
        for pk, group, *said in _going(row, one).values_list(*columns):
            key = ("group", group) if one.group and group else (one.key, pk)
            groups[key].append((one.key, pk))
            if said and said[0]:
                marks[key] = said[0]
    return groups, marks


def allot(row: Handover) -> None:
    """Give each record a receiver; what belongs to one customer stays together."""
    groups, marks = _grouped(row)
    off = [one for one in holdings.holdings() if one.key in row.ends]
    ending = [(one.key, pk) for one in off for pk in one.of(row.member).order_by("pk").values_list("pk", flat=True)]
    if not groups and not ending and not holdings.followers(row.member).exists():
        raise ValidationError(_("%(name)s holds nothing that could be handed over.") % {"name": row.member})
    papers, load = Papers(row.member, row.receivers), holdings.loads(row.receivers)
    chosen = _chosen(row, groups, marks, papers, load)
    items = [
        _item(row, record, papers.taker(record, chosen[key], load))
        for key, records in groups.items()
        for record in records
    ]
    for kind, pk in ending:
        items.append(HandoverItem(handover=row, kind=kind, object_id=pk, receiver_id=row.receivers[0]))
        items[-1].outcome = Outcome.ENDING
    HandoverItem.objects.bulk_create(items, batch_size=BATCH)
    row.before = _proof(row)
    row.save(update_fields=["before"])


def _item(row: Handover, record: Record, receiver: int | None) -> HandoverItem:
    outcome = Outcome.WAITING if receiver else Outcome.BARRED
    return HandoverItem(handover=row, kind=record[0], object_id=record[1], receiver_id=receiver, outcome=outcome)


def _chosen(
    row: Handover, groups: dict[Any, list[Record]], marks: dict[Any, str], papers: Papers, load: Counter[int]
) -> dict[Any, int]:
    """A receiver for each group: the largest first, each to whom the rule names or to whom holds least, of those who
    hold the certificates that its records take."""
    fits, found = FITS[Handover.Rule(row.rule)](row.receivers, set(marks.values())), {}
    if row.runs_on and groups and row.rule != Handover.Rule.EVEN and not any(map(fits.get, marks.values())):
        raise ValidationError({"rule": _("By this rule nothing goes to any of the receivers: choose another.")})
    for key in sorted(groups, key=lambda one: (-len(groups[one]), str(one))):
        known: Counter[int] = fits.get(marks.get(key, ""), Counter())
        able = papers.able(groups[key])
        best = max(known[pk] for pk in able)
        wanted = [pk for pk in able if known[pk] == best]
        found[key] = min(wanted, key=lambda pk: (load[pk], row.receivers.index(pk)))
        load[found[key]] += len(groups[key])
    return found


def _proof(row: Handover) -> dict[str, dict[str, Any]]:
    """Of each kind in ROW: how many records there are, and the hash of all they say but their owner."""
    found = {}
    for kind, pks in _pks(row).items():
        digest, count = sha256(), 0
        for line in _content(holdings.holding(kind).model, pks):
            digest.update(line)
            count += 1
        found[kind] = {"count": count, "hash": digest.hexdigest()}
    return found


def _pks(row: Handover) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    items = row.items.exclude(outcome__in=(Outcome.SKIPPED, Outcome.BARRED, Outcome.ENDING, Outcome.ENDED))
    items = items.order_by("kind", "object_id")
    for kind, pk in items.values_list("kind", "object_id"):
        found[kind].append(pk)
    return found


def _content(model: Any, pks: list[int]) -> Iterator[bytes]:
    columns = [one.attname for one in model._meta.concrete_fields if one.attname not in NOT_CONTENT]
    for start in range(0, len(pks), BATCH):
        rows = model.objects.unscoped("proof of a handover").filter(pk__in=pks[start : start + BATCH]).order_by("pk")
        for values in rows.values_list(*columns):
            yield json.dumps(values, default=str, ensure_ascii=False).encode()


@action("people.handover.run", gettext_lazy("Carry out handovers"), Handover)
def start_handover(actor: Actor, row: Handover) -> None:
    """Mark it as running; the job does the rest. Certificates are looked at again: some may have ended meanwhile.
    Raises Refused where it runs already, or a receiver is leaving or has left."""
    if row.status != Status.DRAFT:
        raise Refused(_("This handover has been carried out already."))
    for one in receivers_of(row):
        if one.status in GONE:
            raise Refused(_("%(name)s is leaving or has left: choose others.") % {"name": one})
    if settle(row):
        row.before = _proof(row)
    row.status, row.stopped = Status.RUNNING, ""
    row.save(update_fields=["before", "status", "stopped"])


@action("people.handover.drop", gettext_lazy("Drop planned handovers"), Handover)
def drop_handover(actor: Actor, row: Handover) -> None:
    if row.status != Status.DRAFT:
        raise Refused(_("Only a planned handover can be dropped."))
    add_event(actor, "people.handover.drop", row, {"status": [row.status, None]})
    row.delete()


def carry_out(row: Handover, actor: Actor) -> None:
    """Move what waits, batch by batch, each one transaction; cut off half-way, it goes on where it stopped."""
    while _batch(row, actor, Outcome.WAITING):
        pass
    while _call_off(row, actor):
        pass
    _move_followers(row, actor)
    with transaction.atomic():
        locked = Handover.objects.unscoped("handover").select_for_update().get(pk=row.pk)
        if locked.status != Status.RUNNING:
            return
        locked.after, locked.done_at, locked.status = _proof(locked), timezone.now(), Status.DONE
        locked.version += 1
        locked.save()
        write_letters(locked)
        said = {"status": [Status.RUNNING, Status.DONE]}
        append([make_event(actor, "people.handover.done", locked, said, **_said(locked))])


def _said(row: Handover) -> dict[str, Any]:
    return {
        "handover": row.pk,
        "proved": proved(row),
        "counts": {kind: one["count"] for kind, one in row.after.items()},
    }


def proved(row: Handover) -> bool:
    """Do all records stand after as before, but for their owner? What changed hands by itself is in neither."""
    return bool(row.after == row.before)


def _batch(row: Handover, actor: Actor, outcome: str) -> int:
    """One batch of items in OUTCOME: to the receivers, or for MOVED ones back. How many."""
    back = outcome == Outcome.MOVED
    with transaction.atomic():
        todo = row.items.select_for_update(of=("self",)).filter(outcome=outcome).order_by("kind", "id")[:BATCH]
        found = list(todo.select_related("receiver"))
        by_kind: dict[str, list[HandoverItem]] = defaultdict(list)
        for item in found:
            by_kind[item.kind].append(item)
        for kind, items in by_kind.items():
            _change_hands(row, actor, holdings.holding(kind), items, back)
    return len(found)


def _change_hands(row: Handover, actor: Actor, kind: holdings.Holding, items: list[HandoverItem], back: bool) -> None:
    rows = kind.model.objects.unscoped("handover")
    locked = {one.pk: one for one in rows.select_for_update(of=("self",)).filter(pk__in=[i.object_id for i in items])}
    to: dict[int, list[int]] = defaultdict(list)
    events, twice = [], _twice(row, kind, locked)
    for item in items:
        record = locked.get(item.object_id)
        giver, taker = (item.receiver_id, row.member_id) if back else (row.member_id, item.receiver_id)
        if record is None or taker is None or record.owner_id != giver or (taker, record.pk) in twice:
            item.outcome = Outcome.SKIPPED
            continue
        item.outcome = Outcome.BACK if back else Outcome.MOVED
        to[taker].append(record.pk)
        record.owner_id, record.version = taker, record.version + 1
        events.append(make_event(actor, kind.event, record, {"owner": [giver, taker]}, handover=row.pk))
    for taker, pks in to.items():
        rows.filter(pk__in=pks).update(owner=taker, version=F("version") + 1, updated_at=timezone.now())
    HandoverItem.objects.bulk_update(items, ["outcome"])
    append(events)
    if kind.moved is not None:
        kind.moved([pk for pks in to.values() for pk in pks])


def _twice(row: Handover, kind: holdings.Holding, records: dict[int, Any]) -> set[tuple[int, int]]:
    """(receiver, record) where the receiver has the same already, and may not have it twice."""
    if not kind.once:
        return set()
    rows = kind.model.objects.unscoped("handover").filter(owner__in=[*row.receivers, row.member_id])
    said = {pk: getattr(one, kind.once) for pk, one in records.items()}
    held = set(rows.filter(**{f"{kind.once}__in": said.values()}).values_list("owner", kind.once))
    return {(owner, pk) for pk, value in said.items() for owner, other in held if other == value}


def _call_off(row: Handover, actor: Actor) -> int:
    """One batch of what is called off instead of handed over. How many."""
    with transaction.atomic():
        todo = row.items.select_for_update().filter(outcome=Outcome.ENDING).order_by("kind", "id")[:BATCH]
        pks: dict[str, list[int]] = defaultdict(list)
        for item in todo:
            pks[item.kind].append(item.object_id)
        for key, found in pks.items():
            kind = holdings.holding(key)
            if kind.ends is not None:
                kind.ends(actor, kind.of(row.member).filter(pk__in=found))
            row.items.filter(kind=key, object_id__in=found, outcome=Outcome.ENDING).update(outcome=Outcome.ENDED)
    return sum(map(len, pks.values()))


def _move_followers(row: Handover, actor: Actor) -> None:
    """Who reported to the leaver reports to the first receiver from now on, by an ordinary dated move."""
    from muster.people.actions.move import move_member  # noqa: PLC0415 - moves know of leavers, and so of handovers

    receiver = Member.objects.unscoped("handover").get(pk=row.receivers[0])
    for member in holdings.followers(row.member).exclude(pk=receiver.pk):
        if can(actor, "people.member.move", member):
            move_member(actor, member, manager=receiver, reason=_("Handover of %(name)s") % {"name": row.member})


@action("people.handover.undo", gettext_lazy("Undo handovers"), Handover)
def undo_handover(actor: Actor, row: Handover) -> None:
    """Within a week everything that its receiver still holds goes back; what has gone on from there stays. Raises
    Refused later, and where the member has left: nobody would look after it."""
    if row.status != Status.DONE or row.done_at is None or timezone.now() - row.done_at > UNDO_WITHIN:
        raise Refused(_("A handover can be undone within seven days after it was done."))
    if row.member.status == Member.Status.LEFT:
        raise Refused(_("%(name)s has left: hand the records over to somebody else instead.") % {"name": row.member})
    while _batch(row, actor, Outcome.MOVED):
        pass
    row.letters.filter(state=HandoverLetter.State.WAITING).update(state=HandoverLetter.State.DROPPED)
    row.status = Status.UNDONE
    row.save(update_fields=["status"])
