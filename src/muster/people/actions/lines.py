"""The two closure tables: who reports to whom today, and which unit stood under which on every day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from muster.people.models import Member, ReportingLine, Unit, UnitLine

EVER = dt.date(1900, 1, 1)  # since when a unit stands, where nobody said
BATCH = 2_000
FEW = 500  # members for whom it pays to name them in the query

Line = tuple[int, int, int]  # ancestor, descendant, depth
Spell = tuple[dt.date, dt.date | None]  # from, up to and not including


def relink(changed: Iterable[int]) -> None:
    """Bring the reporting lines of CHANGED members and of all below them in step with `Member.manager`."""
    managers = dict(Member.objects.unscoped("reporting lines").values_list("pk", "manager_id"))
    below = _below(set(changed), managers)
    wanted = {line for member in below for line in _lines_up(member, managers)}
    _write(wanted, below)


def rebuild_lines() -> None:
    """All reporting lines and all unit lines anew: after rows were written in bulk."""
    managers = dict(Member.objects.unscoped("reporting lines").values_list("pk", "manager_id"))
    _write({line for member in managers for line in _lines_up(member, managers)}, set(managers))
    rebuild_unit_lines()


def _below(changed: set[int], managers: dict[int, int | None]) -> set[int]:
    reports = defaultdict(list)
    for member, manager in managers.items():
        reports[manager].append(member)
    found, waiting = set(), list(changed)
    while waiting:
        member = waiting.pop()
        if member not in found:
            found.add(member)
            waiting += reports[member]
    return found


def _lines_up(member: int, managers: dict[int, int | None]) -> list[Line]:
    chain, at = [member], managers[member]
    while at is not None and at not in chain:
        chain.append(at)
        at = managers[at]
    return [(ancestor, member, depth) for depth, ancestor in enumerate(chain)]


def _write(wanted: set[Line], below: set[int]) -> None:
    """Make the lines up from the members BELOW exactly WANTED, touching only what differs."""
    rows = ReportingLine.objects.unscoped("reporting lines")
    if len(below) <= FEW:
        rows = rows.filter(descendant__in=below)
    present = {
        (ancestor, descendant, depth): pk
        for pk, ancestor, descendant, depth in rows.values_list("pk", "ancestor_id", "descendant_id", "depth")
        if descendant in below
    }
    gone = [pk for line, pk in present.items() if line not in wanted]
    for at in range(0, len(gone), BATCH):
        ReportingLine.objects.unscoped("reporting lines").filter(pk__in=gone[at : at + BATCH]).delete()
    ReportingLine.objects.bulk_create(
        [
            ReportingLine(ancestor_id=ancestor, descendant_id=descendant, depth=depth)
            for ancestor, descendant, depth in sorted(wanted - set(present))
        ],
        batch_size=BATCH,
    )


Edge = tuple[int | None, Spell]  # parent, when
Span = tuple[int, int, int, dt.date, dt.date | None]  # ancestor, descendant, depth, from, to


def unit_edges() -> dict[int, list[Edge]]:
    """Under which parent each unit stood, spell by spell; read from the lines, which alone keep the past."""
    stood: dict[int, Spell] = {}
    under: dict[int, list[Edge]] = defaultdict(list)
    rows = UnitLine.objects.unscoped("unit tree").filter(depth__lte=1)
    for ancestor, unit, depth, start, end in rows.values_list(
        "ancestor_id", "descendant_id", "depth", "valid_from", "valid_to"
    ):
        if depth:
            under[unit].append((ancestor, (start, end)))
        else:
            stood[unit] = (start, end)
    for unit, parent in Unit.objects.unscoped("unit tree").values_list("pk", "parent_id"):
        if unit not in stood:
            stood[unit] = (EVER, None)
            under[unit] = [(parent, (EVER, None))] if parent else []
    return {unit: _with_gaps(under[unit], spell) for unit, spell in stood.items()}


def _with_gaps(edges: list[Edge], whole: Spell) -> list[Edge]:
    """EDGES in order, and where there is none within WHOLE, one without a parent: there the unit stood at the top."""
    edges = sorted(edges, key=lambda edge: edge[1][0])
    if not edges:
        return [(None, whole)]
    found: list[Edge] = []
    if whole[0] < edges[0][1][0]:
        found.append((None, (whole[0], edges[0][1][0])))
    for edge, following in pairwise(edges):
        found.append(edge)
        end = edge[1][1]
        if end is not None and end < following[1][0]:
            found.append((None, (end, following[1][0])))
    found.append(edges[-1])
    end = edges[-1][1][1]
    if end is not None and (whole[1] is None or end < whole[1]):
        found.append((None, (end, whole[1])))
    return found


def rebuild_unit_lines(edges: dict[int, list[Edge]] | None = None) -> None:
    """Write the dated closure that follows from EDGES; by default from those that stand, completing what is missing."""
    edges = unit_edges() if edges is None else edges
    wanted = {span for unit, own in edges.items() for span in _spans(unit, own, edges)}
    present = {
        tuple(row[1:]): row[0]
        for row in UnitLine.objects.unscoped("unit tree").values_list(
            "pk", "ancestor_id", "descendant_id", "depth", "valid_from", "valid_to"
        )
    }
    gone = [pk for span, pk in present.items() if span not in wanted]
    for at in range(0, len(gone), BATCH):
        UnitLine.objects.unscoped("unit tree").filter(pk__in=gone[at : at + BATCH]).delete()
    UnitLine.objects.bulk_create(
        [
            UnitLine(ancestor_id=ancestor, descendant_id=unit, depth=depth, valid_from=start, valid_to=end)
            for ancestor, unit, depth, start, end in wanted - set(present)
        ],
        batch_size=BATCH,
    )


def _spans(unit: int, own: list[Edge], edges: dict[int, list[Edge]]) -> set[Span]:
    whole = (own[0][1][0], own[-1][1][1])
    found: list[Span] = [(unit, unit, 0, *whole)]
    waiting: list[tuple[int, int, Spell]] = [(unit, 0, whole)]
    while waiting:
        at, depth, spell = waiting.pop()
        for parent, when in edges[at]:
            common = overlap(when, spell)
            if parent is not None and common and depth < len(edges):
                found.append((parent, unit, depth + 1, *common))
                waiting.append((parent, depth + 1, common))
    return set(_joined(found))


def _joined(spans: list[Span]) -> list[Span]:
    """Spells that follow on each other at the same depth are one: a move higher up does not cut what stays."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one[0], one[2], one[3])):
        last = joined[-1] if joined else None
        if last and last[:3] == span[:3] and last[4] == span[3]:
            joined[-1] = (*last[:4], span[4])
        else:
            joined.append(span)
    return joined


def overlap(one: Spell, other: Spell) -> Spell | None:
    """The days that both have in common."""
    start = max(one[0], other[0])
    ends = [end for end in (one[1], other[1]) if end is not None]
    end = min(ends) if ends else None
    return (start, end) if end is None or start < end else None
