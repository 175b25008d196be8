"""Structure in numbers: seats planned and filled, who came and went, how many a leader leads."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from muster.access.scope import Actor
from muster.core.periods import Period, containing, today
from muster.metrics.compute import compute
from muster.people.models import HeadcountPlan, Member, Unit
from muster.people.queries import NARROW, WIDE, present, units_in_order

MONTHS = 12


@dataclass
class Line:
    """One unit with all below it."""

    unit: Unit
    depth: int
    here: int
    planned: int | None
    vacant: int | None  # of the units below that have a plan: seats less who is there
    joined: int
    left: int
    tenure: float | None  # months, mean of those present

    @property
    def turnover(self) -> float | None:
        """Leavers of the year ÷ headcount now and leavers, in per cent."""
        base = self.here + self.left
        return 100 * self.left / base if base else None


class Headcount:
    """The report of one day, over the year up to it."""

    def __init__(self, actor: Actor, day: dt.date | None = None) -> None:
        self.actor, self.day = actor, day or today()
        end = self.day + dt.timedelta(days=1)
        self.year = Period(self._months_back(end, MONTHS), end)

    @staticmethod
    def _months_back(day: dt.date, count: int) -> dt.date:
        at = day.year * 12 + day.month - 1 - count
        return day.replace(year=at // 12, month=at % 12 + 1, day=min(day.day, 28))

    def lines(self) -> list[Line]:
        """Unit by unit as the tree stands; each with what lies below it added up."""
        found = compute(["headcount", "joiners", "leavers"], self.actor, self.year, by="unit")
        counts = {key: {unit: cell[""].n for unit, cell in groups.items()} for key, groups in found.cells.items()}
        seats, months = self._seats(), self._tenure()
        units = units_in_order(self.actor)
        lines = []
        for at, (unit, depth) in enumerate(units):
            inside = [unit.pk]
            for other, deep in units[at + 1 :]:
                if deep <= depth:
                    break
                inside.append(other.pk)
            planned = [seats[pk] for pk in inside if pk in seats]
            here = sum(counts.get("headcount", {}).get(pk, 0) for pk in inside if pk in seats)
            people = [month for pk in inside for month in months.get(pk, [])]
            total = {key: sum(groups.get(pk, 0) for pk in inside) for key, groups in counts.items()}
            lines.append(
                Line(
                    unit,
                    depth,
                    total.get("headcount", 0),
                    sum(planned) if planned else None,
                    sum(planned) - here if planned else None,
                    total.get("joiners", 0),
                    total.get("leavers", 0),
                    sum(people) / len(people) if people else None,
                )
            )
        return lines

    def _seats(self) -> dict[int, int]:
        """Unit → seats planned for the day; the latest word counts."""
        rows = HeadcountPlan.objects.visible_to(self.actor).filter(valid_from__lte=self.day, archived_at=None)
        return dict(rows.order_by("valid_from").values_list("unit_id", "seats"))

    def _tenure(self) -> dict[int, list[float]]:
        rows = present(self.actor).filter(hired_on__lte=self.day)
        found: dict[int, list[float]] = {}
        for unit, hired in rows.values_list("unit_id", "hired_on"):
            if unit and hired:
                found.setdefault(unit, []).append((self.day - hired).days / 30.44)
        return found

    def spans(self) -> dict[str, Any]:
        """How many people report to each leader."""
        rows = present(self.actor).exclude(manager=None).order_by()
        spans = Counter(dict(rows.values_list("manager").annotate(Count("pk"))))
        odd = {pk: n for pk, n in spans.items() if n > WIDE or n < NARROW}
        leaders = Member.objects.visible_to(self.actor).select_related("position", "unit").in_bulk(list(odd))
        shown = sorted(((leaders[pk], n) for pk, n in odd.items() if pk in leaders), key=lambda one: -one[1])
        mean = sum(spans.values()) / len(spans) if spans else None
        return {"leaders": len(spans), "mean": mean, "odd": shown[:20]}

    def trend(self) -> dict[str, Any]:
        """Month by month: headcount at its end, joiners and leavers in it."""
        months: list[Period] = [containing(self.day, "month")]
        while len(months) < MONTHS:
            months.append(months[-1].previous())
        found = [compute(["headcount", "joiners", "leavers"], self.actor, one) for one in reversed(months)]

        def row(key: str) -> list[int]:
            return [one.cell(key).n for one in found]

        return {
            "labels": [f"{one.start:%Y-%m}" for one in reversed(months)],
            "headcount": row("headcount"),
            "joiners": row("joiners"),
            "leavers": row("leavers"),
        }
