"""Drafts of a future structure: made in peace, tried at each step, published as a whole or not at all."""

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.present import one_move_at_a_time, written
from muster.people.actions.rollout import (
    TRIED,
    Kind,
    Rollout,
    changes_of,
    drifted,
    roll_out,
    standing,
    try_out,
)
from muster.people.actions.structure import project_units
from muster.people.models import DraftChange, Member, StructureDraft, Unit

__all__ = [
    "change_draft",
    "discard_draft",
    "drafts",
    "keep_change",
    "publish_draft",
    "revert_change",
    "sentence_of_drift",
    "settle_drafts",
]
log = logging.getLogger(__name__)
Status = StructureDraft.Status


def _first_checks(actor: Actor, draft: StructureDraft, fields: dict[str, Any]) -> None:
    _refuse_closed(draft)
    if draft.effective_on < today():
        raise ValidationError(
            {"effective_on": _("%(day)s is past: a draft takes effect today or later.") % {"day": draft.effective_on}}
        )
    if draft._state.adding:
        draft.author_id = actor.member_id


def _still_sound(actor: Actor, draft: StructureDraft, fields: dict[str, Any]) -> None:
    """On another day the same changes may be impossible: somebody is not hired yet, or leaves before."""
    if "effective_on" in fields and (problems := try_out(TRIED, draft)):
        raise ValidationError({"effective_on": list(problems.values())})


drafts = crud(StructureDraft, before_save=_first_checks, after_save=_still_sound)


def _refuse_closed(draft: StructureDraft) -> None:
    if draft.status == Status.PUBLISHED:
        raise Refused(_("“%(name)s” is published: what stands now is changed by ordinary moves.") % {"name": draft})
    if draft.status == Status.DISCARDED:
        raise Refused(_("“%(name)s” is discarded: it can be read, not changed.") % {"name": draft})


def _refuse_past(draft: StructureDraft) -> None:
    if draft.effective_on < today():
        raise Refused(
            _("“%(name)s” was to take effect on %(day)s, which is past: give it a later day first.")
            % {"name": draft, "day": draft.effective_on}
        )


@action("people.structuredraft.change", gettext_lazy("Change drafts of a structure"), StructureDraft)
def change_draft(actor: Actor, draft: StructureDraft, *, kind: str, seen: int | None = None, **fields: Any) -> None:
    """Let DRAFT say something more, or something else about the same member or unit. FIELDS as in `DraftChange`; SEEN
    is the revision the writer had before him. Raises ValidationError, with the sentence the real action would say,
    for what could not be published."""
    _refuse_closed(draft)
    _refuse_past(draft)
    row = _row_of(draft, kind, fields)
    if row.pk and seen is not None and row.revision > seen:
        raise ValidationError(
            _("Somebody else changed this in the draft meanwhile (%(change)s): look at it again.") % {"change": row}
        )
    check_links(actor, row, fields)
    for key, value in fields.items():
        setattr(row, key, value)
    if not row.pk:
        row.before = standing(row, draft.effective_on)
    elif _is_back(row):
        row.delete()
        _grow(draft)
        return
    row.revision = draft.revision + 1
    row.full_clean()
    row.save()
    _refuse_new_problems(draft, row)
    _grow(draft)
    add_event(actor, "people.structuredraft.change", row, written(row))


def _grow(draft: StructureDraft) -> None:
    draft.revision += 1
    draft.save(update_fields=["revision"])


def _row_of(draft: StructureDraft, kind: str, fields: dict[str, Any]) -> DraftChange:
    """The change about the same member, unit or planned unit, to be written anew; else a new one."""
    rows = DraftChange.objects.unscoped("changes of a draft").filter(draft=draft, kind=kind)
    found = None
    if "change" in fields:
        found = rows.filter(pk=fields.pop("change")).first()
    elif kind == Kind.MOVE:
        found = rows.filter(member=fields["member"]).first()
    elif fields.get("about"):
        found = rows.filter(about=fields["about"]).first()
    return found or DraftChange(draft=draft, kind=kind)


def _is_back(row: DraftChange) -> bool:
    """Does the change lead to where things stand anyway?"""
    if row.kind == Kind.MOVE:
        place = {"unit": row.unit_id, "position": row.position_id, "manager": row.manager_id}
        return place == row.before and not row.planned_id and not row.heads
    if row.kind == Kind.MOVE_UNIT:
        return not row.planned_id and row.unit_id == row.before["parent"]
    return bool(row.kind == Kind.RENAME and row.name == row.before["name"])


def _refuse_new_problems(draft: StructureDraft, row: DraftChange) -> None:
    """What stood in the way before may go on standing there; this change may add nothing."""
    problems = try_out(TRIED, draft)
    if not problems:
        return
    before = try_out(TRIED, draft, without=row.pk) if set(problems) - {row.pk} else {}
    if added := {pk: text for pk, text in problems.items() if pk not in before}:
        raise ValidationError(list(dict.fromkeys(added.values())))


@action("people.structuredraft.revert", gettext_lazy("Take changes out of drafts"), StructureDraft)
def revert_change(actor: Actor, draft: StructureDraft, *, change: DraftChange) -> None:
    """CHANGE is out of the draft. Raises ValidationError where another change rests on it, and names that."""
    _refuse_closed(draft)
    rests = DraftChange.objects.unscoped("changes of a draft").filter(planned=change)
    if rests.exists():
        raise Refused(
            _("“%(name)s” is still needed: %(others)s. Change these first.")
            % {"name": change.name, "others": ", ".join(str(one) for one in rests)}
        )
    before, text = try_out(TRIED, draft), str(change)
    pk = change.pk
    change.delete()
    problems = {key: said for key, said in try_out(TRIED, draft).items() if key not in before}
    if problems:
        raise Refused(
            _("Without “%(change)s” the rest cannot be: %(why)s") % {"change": text, "why": " ".join(problems.values())}
        )
    _grow(draft)
    add_event(actor, "people.structuredraft.revert", draft, {}, change=pk, said=text)


@action("people.structuredraft.keep", gettext_lazy("Keep changes of drafts after a conflict"), StructureDraft)
def keep_change(actor: Actor, draft: StructureDraft, *, change: DraftChange) -> None:
    """The structure has moved on under CHANGE, and it is wanted all the same."""
    _refuse_closed(draft)
    change.before = standing(change, draft.effective_on)
    change.save(update_fields=["before"])
    _grow(draft)


@action("people.structuredraft.discard", gettext_lazy("Discard drafts of a structure"), StructureDraft)
def discard_draft(actor: Actor, draft: StructureDraft) -> None:
    """Nothing of it will be; it stays to be read."""
    _refuse_closed(draft)
    draft.status = Status.DISCARDED
    draft.save(update_fields=["status"])


@action("people.structuredraft.publish", gettext_lazy("Publish drafts of a structure"), StructureDraft)
def publish_draft(actor: Actor, draft: StructureDraft) -> None:
    """All changes become dated moves from the draft's day on, each by its own action and under the publisher's rights,
    in one transaction or not at all. Raises ValidationError with a sentence for each change that cannot be, and for
    each under which the real structure has moved on."""
    if draft.status == Status.PUBLISHED:
        raise Refused(_("“%(name)s” is published already: nothing was done again.") % {"name": draft})
    _refuse_closed(draft)
    _refuse_past(draft)
    one_move_at_a_time()
    rows = changes_of(draft)
    if not rows:
        raise Refused(_("There is nothing to publish: the draft has no changes."))
    problems = [sentence_of_drift(row, now) for row, now in drifted(draft)]
    problems += try_out(actor, draft).values()
    if problems:
        raise ValidationError(list(dict.fromkeys(problems)))
    if draft.effective_on <= today():
        run = roll_out(actor, draft, rows)
        draft.settled_on = today()
    else:
        run = Rollout(actor, draft, rows)
        run.dated()
    if run.problems:
        raise ValidationError(list(run.problems.values()))
    for change, unit in run.made.items():
        DraftChange.objects.unscoped("changes of a draft").filter(pk=change).update(became=unit)
    project_units(today())
    draft.status, draft.published_at = Status.PUBLISHED, timezone.now()
    draft.save(update_fields=["status", "published_at", "settled_on"])


def sentence_of_drift(change: DraftChange, now: dict[str, Any]) -> str:
    """What CHANGE was made over, and what stands there now."""
    about = change.member or change.about
    return _("%(name)s has changed meanwhile: was %(before)s, is %(now)s. Keep the planned change or take it out.") % {
        "name": about,
        "before": _place_said(change.before),
        "now": _place_said(now),
    }


def _place_said(place: dict[str, Any]) -> str:
    found = [str(place["name"])] if place.get("name") else []
    for key, model in (("unit", Unit), ("parent", Unit), ("manager", Member)):
        if place.get(key):
            row = model.objects.unscoped("names in a refusal").filter(pk=place[key]).first()
            found.append(str(row) if row else "…")
    return " · ".join(found) or _("without a place")


def settle_drafts(day: dt.date | None = None) -> int:
    """Names and heads of units change, and closed units are put away, on the day of their draft. How many drafts. A
    unit that somebody has named otherwise meanwhile keeps its name. Doing it twice does nothing."""
    on = day or today()
    due = StructureDraft.objects.unscoped("drafts whose day has come").filter(
        status=Status.PUBLISHED, settled_on=None, effective_on__lte=on
    )
    count = 0
    for draft in due.order_by("effective_on", "pk"):
        with transaction.atomic():
            run = Rollout(Actor.operator(f"draft: {draft.name}", via="job"), draft, _settled(draft))
            run.made = {one.pk: one.became for one in run.changes if one.became}
            run.undated()
            for text in run.problems.values():
                log.warning("draft %s: %s", draft.pk, text)
            draft.settled_on = on
            draft.save(update_fields=["settled_on"])
            count += 1
    return count


def _settled(draft: StructureDraft) -> list[DraftChange]:
    rows = DraftChange.objects.unscoped("changes of a draft").filter(draft=draft)
    return list(rows.select_related("member", "about", "unit", "planned", "became").order_by("pk"))
