"""What a screen on a wall shows, page by page: what its maker sees, read only."""

from typing import Any

from muster.access.actors import actor_for
from muster.access.scope import Actor
from muster.reporting.models import Analysis, Screen, Widget
from muster.reporting.queries.board import SPAN, card, cards, shows
from muster.reporting.queries.pivot import Pivot
from muster.reporting.queries.pivot_shown import charts, table

READS = ["*.view", "reporting.report.follow"]  # of all that its maker may, a screen only looks
MOST_LINES = 12
COLUMNS = {Widget.Width.THIRD: 4, Widget.Width.HALF: 6, Widget.Width.FULL: 12}  # of the twelve of a row
TALL = {Widget.Kind.NUMBER: 1, Widget.Kind.RANKING: 3, Widget.Kind.VIEW: 3}  # others 2
HEIGHT = 4  # of a screen


def actor_of_screen(row: Screen) -> Actor:
    return actor_for(row.user, via="screen", limits=READS)


def pages(actor: Actor, row: Screen) -> list[Any]:
    """The pages that turn: a list of cards each, or an analysis. What its maker sees no more is no page any more."""
    found: list[Any] = []
    if row.with_board:
        left_out = {Widget.Kind.VIEW} if row.hides else set()
        seen = [one for one in cards(actor) if one.kind not in left_out and shows(actor, one)]
        found += sheets(seen)
    chosen = Analysis.objects.visible_to(actor).filter(pk__in=row.analyses, archived_at=None).in_bulk()
    return [*found, *(chosen[pk] for pk in row.analyses if pk in chosen)]


def sheets(seen: list[Widget]) -> list[list[Widget]]:
    """Cards in rows as they stand, as many rows to a page as a screen has room for: nobody scrolls on a wall."""
    rows: list[list[Widget]] = []
    for one in seen:
        used = sum(COLUMNS[Widget.Width(card.width)] for card in rows[-1]) if rows else 12
        if used + COLUMNS[Widget.Width(one.width)] > 12:
            rows.append([])
        rows[-1].append(one)
    found: list[list[Widget]] = []
    left = 0
    for row in rows:
        tall = max(TALL.get(Widget.Kind(one.kind), 2) for one in row)
        if tall > left:
            found.append([])
            left = HEIGHT
        found[-1] += row
        left -= tall
    return found


def page(actor: Actor, one: Any) -> dict[str, Any]:
    """What the template of a page takes."""
    if isinstance(one, Analysis):
        pivot = Pivot(actor, one)
        drawn = charts(pivot) if pivot.metrics else []
        shown = table(pivot)
        shown["lines"] = shown["lines"][:MOST_LINES]
        return {"title": str(one), "period": pivot.period.label(), "charts": drawn[:4], "pivot": pivot, "table": shown}
    return {
        "cards": [
            {**card(actor, widget, f"wall-{at}"), "span": SPAN[Widget.Width(widget.width)]}
            for at, widget in enumerate(one)
        ]
    }
