"""Two records that are one become one: a survivor keeps its page, everything that hung on the other hangs on it, and
the other is archived with a pointer. Within seven days it can be taken back."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, can_see, plain
from muster.access.scope import Actor, Forbidden, NotVisible, can, policy_of
from muster.core.custom.store import CustomValues
from muster.core.fields import Sensitive
from muster.crm.actions.account import above, join_team
from muster.crm.actions.belongs import belongings
from muster.crm.models import Account, AccountMember, Contact, Merge

UNDO = dt.timedelta(days=7)
MOST_ROWS = 100_000
OWN = {"id", "created_at", "updated_at", "version", "archived_at", "search_text", "merged_into", "account", "owner"}


def _latest(mine: Any, theirs: Any) -> Any:
    return max(filter(None, (mine, theirs)), default=None)


def _earliest(mine: Any, theirs: Any) -> Any:
    return min(filter(None, (mine, theirs)), default=None)


def _either(mine: Any, theirs: Any) -> Any:
    return mine or theirs


# Of two values one, unasked: who asked one of the two not to be written to has asked for it.
JOINED: dict[str, Callable[[Any, Any], Any]] = {
    "last_activity_on": _latest,
    "opt_out_on": _earliest,
    **dict.fromkeys((*Contact.CHANNELS.values(), "opt_out_source"), _either),
}


@dataclass(frozen=True)
class Choice:
    """A field on which two records differ."""

    field: models.Field[Any, Any]
    mine: Any
    other: Any

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def prefers_other(self) -> bool:
        """Where the survivor has nothing, the other's value is taken unless somebody says no."""
        return self.mine in (None, "")


def choices(survivor: Any, other: Any) -> list[Choice]:
    """The fields to choose of, as the viewer sees both records."""
    found, passed = [], OWN | {*JOINED} | {*getattr(survivor, "silent", ())}
    for one in survivor._meta.concrete_fields:
        if one.name in passed or one.name.startswith("match_") or isinstance(one, CustomValues):
            continue
        mine, theirs = getattr(survivor, one.name), getattr(other, one.name)
        if mine != theirs and theirs not in (None, ""):
            found.append(Choice(one, mine, theirs))
    return found


def what_moves(actor: Actor, record: Any) -> list[tuple[Any, int]]:
    """(label, number) of what hangs on RECORD, as far as ACTOR sees it; the rest goes along unseen."""
    found = []
    for one in belongings(record._meta.label_lower):
        if actor.has(policy_of(one.model).view):
            rows = one.model.objects.visible_to(actor).filter(**{one.links[record._meta.label_lower]: record.pk})
            if count := rows.count():
                found.append((one.label, count))
    return found


def merge_accounts(actor: Actor, survivor: Account, *, other: Account, take: Iterable[str] | None = None) -> Account:
    """OTHER becomes part of SURVIVOR. TAKE names the fields whose value comes from OTHER; without it, those that
    SURVIVOR has empty."""
    merged: Account = _merge(_merge_accounts, actor, survivor, other, take)
    return merged


def merge_contacts(actor: Actor, survivor: Contact, *, other: Contact, take: Iterable[str] | None = None) -> Contact:
    """The same of two persons at one account."""
    merged: Contact = _merge(_merge_contacts, actor, survivor, other, take)
    return merged


def _merge(run: Any, actor: Actor, survivor: Any, other: Any, take: Iterable[str] | None) -> Any:
    """Lock both in the order of their keys, so that A into B and B into A at once wait for one another."""
    with transaction.atomic():
        rows = type(survivor).objects.unscoped("merging")
        list(rows.select_for_update(of=("self",)).filter(pk__in=[survivor.pk, other.pk]).order_by("pk"))
        return run(actor, survivor, other=other, take=None if take is None else list(take))


@action("crm.account.merge", gettext_lazy("Merge accounts"), Account)
def _merge_accounts(actor: Actor, survivor: Account, *, other: Account, take: list[str] | None) -> None:
    kept = _both(actor, survivor, other)
    memory, take = _in_place(survivor, kept, take)
    if kept.owner_id and kept.owner_id != survivor.owner_id:
        team = AccountMember.objects.unscoped("merging").filter(account=survivor, member=kept.owner_id)
        if not team.exists():
            join_team(survivor, kept.owner_id)
            memory["added"] = team.values_list("pk", flat=True).first()
    _become_one(actor, survivor, kept, take, memory)


def _in_place(survivor: Account, kept: Account, take: list[str] | None) -> tuple[dict[str, Any], list[str] | None]:
    """Where one of the two stands above the other, the survivor has the place of the higher one, or the group would go
    round in a circle. What is to be remembered of it, and what is still taken."""
    if kept in above(survivor):
        before, survivor.parent = survivor.parent_id, kept.parent
        return {"fields": {"parent_id": [before, kept.parent_id]}}, take
    if survivor in above(kept):
        wanted = take if take is not None else [one.name for one in choices(survivor, kept) if one.prefers_other]
        return {}, [name for name in wanted if name != "parent"]
    return {}, take


@action("crm.contact.merge", gettext_lazy("Merge contacts"), Contact)
def _merge_contacts(actor: Actor, survivor: Contact, *, other: Contact, take: list[str] | None) -> None:
    kept = _both(actor, survivor, other)
    if kept.account_id != survivor.account_id:
        raise Refused(_("They are at two customers: merge those first, or move one of them."))
    _become_one(actor, survivor, kept, take, {})


def _both(actor: Actor, survivor: Any, other: Any) -> Any:
    """OTHER as it is now, if ACTOR may merge it too."""
    permission = f"{survivor._meta.label_lower}.merge"
    if not can(actor, permission, other):
        raise Forbidden(permission) if can_see(actor, other) else NotVisible(other._meta.label)
    if survivor.pk == other.pk:
        raise Refused(_("This is one and the same record: choose another one."))
    now = type(other).objects.unscoped("merging").get(pk=other.pk)
    if now.archived_at or survivor.archived_at:
        raise Refused(_("One of them is archived: restore it first, or choose another one."))
    return now


def _become_one(actor: Actor, survivor: Any, other: Any, take: list[str] | None, memory: dict[str, Any]) -> None:
    fields = {**memory.get("fields", {}), **_take(actor, survivor, other, take)}
    moved = _move(survivor, other)
    survivor.full_clean()
    survivor.save()
    other.archived_at, other.merged_into = timezone.now(), survivor
    other.save()
    row = Merge(
        owner_id=actor.member_id,
        kind=survivor._meta.label_lower,
        survivor_id=survivor.pk,
        merged_id=other.pk,
        merged_name=str(other)[:200],
        until=timezone.now() + UNDO,
        memory={**memory, "moved": moved, "fields": fields},
    )
    row.save()
    add_event(actor, f"{row.kind}.merged", other, {"merged_into": [None, survivor.pk]}, merge=row.pk)


def _take(actor: Actor, survivor: Any, other: Any, take: list[str] | None) -> dict[str, list[Any]]:
    """Put the chosen values on SURVIVOR; field → [before, after], as they are kept."""
    levels = policy_of(type(survivor)).levels(actor, survivor)
    known = {one.name: one for one in choices(survivor, other)}
    wanted = [key for key, one in known.items() if one.prefers_other] if take is None else take
    if unknown := set(wanted) - {one.name for one in survivor._meta.concrete_fields} | set(wanted) & OWN:
        raise Refused(
            _("There is no field to choose that is called: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
    fields = {}
    for one in survivor._meta.concrete_fields:
        mine, theirs = survivor.__dict__[one.attname], other.__dict__[one.attname]
        if isinstance(one, CustomValues):
            value = {**(theirs or {}), **(mine or {})} or None
        elif one.name in JOINED:
            value = JOINED[one.name](mine, theirs)
        elif one.name in wanted and not (isinstance(one, Sensitive) and levels[one.name] != "write"):
            value = theirs
        else:
            continue
        if value != mine:
            survivor.__dict__[one.attname] = value
            survivor._state.fields_cache.pop(one.name, None)
            fields[one.attname] = [plain(mine), plain(value)]
    return fields


def _move(survivor: Any, other: Any) -> dict[str, list[int]]:
    """Hang on SURVIVOR what hung on OTHER; the keys of the rows by kind. Of what there may be one only, the survivor's
    stays."""
    label, moved = survivor._meta.label_lower, {}
    for one in belongings(label):
        if one.alone and one.rows(survivor).exists():
            continue
        rows = one.rows(other).exclude(pk=survivor.pk) if one.model is type(survivor) else one.rows(other)
        if one.once:
            kept = one.rows(survivor).values(*one.once[:1])
            rows = rows.exclude(**{f"{one.once[0]}__in": kept})
        keys = list(rows.values_list("pk", flat=True)[: MOST_ROWS + 1])
        if len(keys) > MOST_ROWS:
            raise Refused(_("Too much hangs on this record to be moved at once: ask the administrator."))
        if keys:
            link = one.links[label]
            one.model.objects.unscoped("merging").filter(**{link: other.pk}, pk__in=keys).update(**{link: survivor.pk})
            moved[one.key] = keys
    return moved


@action("crm.merge.undo", gettext_lazy("Undo merges"), Merge)
def undo_merge(actor: Actor, row: Merge) -> None:
    """Bring back what was merged: the record, what hung on it and still hangs on the survivor, and the survivor's
    fields that nobody changed since."""
    if row.undone_at:
        raise Refused(_("This merge was undone already."))
    if row.until < timezone.now():
        raise Refused(_("A merge can be undone for seven days."))
    model: Any = Account if row.kind == "crm.account" else Contact
    rows = model.objects.unscoped("merging").select_for_update(of=("self",))
    survivor, other = rows.get(pk=row.survivor_id), rows.get(pk=row.merged_id)
    if other.merged_into_id != survivor.pk:
        raise Refused(_("This record has moved on since."))
    _give_back(survivor, other, row)
    other.archived_at, other.merged_into = None, None
    other.save()
    row.undone_at = timezone.now()
    row.save()
    add_event(actor, f"{row.kind}.unmerged", other, {"merged_into": [survivor.pk, None]}, merge=row.pk)


def _give_back(survivor: Any, other: Any, row: Merge) -> None:
    known = {one.key: one for one in belongings(row.kind)}
    for key, keys in row.memory["moved"].items():
        if one := known.get(key):
            link = one.links[row.kind]
            rows = one.model.objects.unscoped("merging").filter(**{link: survivor.pk}, pk__in=keys)
            rows.update(**{link: other.pk})
    if added := row.memory.get("added"):
        AccountMember.objects.unscoped("merging").filter(pk=added).delete()
    for name, (before, after) in row.memory["fields"].items():
        if plain(survivor.__dict__[name]) == after:
            field = next(one for one in survivor._meta.concrete_fields if one.attname == name)
            survivor.__dict__[name] = before if isinstance(field, CustomValues) else field.to_python(before)
            survivor._state.fields_cache.pop(field.name, None)
    survivor.version += 1
    survivor.save()
