"""The chart of a draft beside the one that would stand without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from muster.access.action import trial
from muster.access.scope import Actor
from muster.people.actions.rollout import TRIED, Kind, Rollout, changes_of, roll_out
from muster.people.models import DraftChange, StructureDraft, Unit
from muster.people.queries import Node, org_tree

NEW, MOVED, GONE = "new", "moved", "gone"


@contextmanager
def rolled_out(draft: StructureDraft) -> Iterator[Rollout | None]:
    """Within, the draft's day looks as the draft says; a published one is real by itself."""
    if draft.status == StructureDraft.Status.PUBLISHED:
        yield None
        return
    with trial():
        yield roll_out(TRIED, draft)


def draft_nodes(actor: Actor, draft: StructureDraft, by: str) -> list[Node]:
    """The chart as DRAFT says, each changed box marked; what it closes still stands there, marked as gone."""
    changes = changes_of(draft)
    with rolled_out(draft) as run:
        nodes = org_tree(actor, draft.effective_on, by)
        heads = dict(Unit.objects.visible_to(actor).exclude(head=None).values_list("pk", "head__name"))
    names = {f"u{unit.pk}": f"n{change}" for change, unit in run.made.items()} if run else {}
    marks = _marks(changes, names)
    found = []
    for one in nodes:
        title = heads.get(int(one.id[1:]), "") if one.id.startswith("u") else one.title
        key, parent = names.get(one.id, one.id), names.get(one.parent or "", one.parent)
        mark = NEW if key.startswith("n") else marks.get(one.id, "")
        url = "" if key.startswith("n") else one.url
        found.append(replace(one, id=key, parent=parent, title=title, mark=mark, url=url))
    return found + _gone(actor, draft, by, changes, {one.id for one in found})


def _gone(actor: Actor, draft: StructureDraft, by: str, changes: list[DraftChange], kept: set[str]) -> list[Node]:
    closed = {f"u{one.about_id}" for one in changes if one.kind == Kind.CLOSE} - kept
    if by != "unit" or not closed:
        return []
    before = [one for one in org_tree(actor, draft.effective_on, by) if one.id in closed]
    there = kept | closed
    return [replace(one, parent=one.parent if one.parent in there else None, mark=GONE, count=0) for one in before]


def _marks(changes: list[DraftChange], names: dict[str, str]) -> dict[str, str]:
    found = {}
    for one in changes:
        if one.member_id and one.kind == Kind.MOVE:
            found[f"m{one.member_id}"] = MOVED
        elif one.about_id:
            found[f"u{one.about_id}"] = GONE if one.kind == Kind.CLOSE else MOVED
        elif one.became_id:
            found[f"u{one.became_id}"] = NEW
    return found


def present_nodes(actor: Actor, draft: StructureDraft, by: str) -> list[Node]:
    """What would stand on the draft's day without it; what it moves away or closes is marked."""
    marks = _marks(changes_of(draft), {})
    nodes = org_tree(actor, draft.effective_on, by)
    return [replace(one, mark=marks.get(one.id, "")) for one in nodes]
