"""What a metric is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from muster.access.scope import ScopedModel


@dataclass(frozen=True)
class Metric:
    """A number with one meaning.

    `facts` gives its one relation: member_id, day, value, source_id, currency ('' where there is no money), and as it
    needs `item` (what is counted once), `until` (the day on which a stock leaves) or dimensions by name.

    kind: flow (sum over the days of the period), stock (sum of what is there at the period's end), distinct (items
    counted once), ratio (`numerator` ÷ `denominator`, divided after summing, never an average of averages).
    unit: money (minor units), count, days, minutes, seconds, ratio. better: up or down. A changed definition is a new
    `version`.
    """

    key: str
    label: Any
    about: Any
    unit: str
    kind: str = "flow"
    better: str = "up"
    version: int = 1
    model: type[ScopedModel] | None = None  # whose rows stand behind the number
    facts: Callable[[], Any] | None = None
    numerator: str = ""
    denominator: str = ""
    dimensions: tuple[str, ...] = ()
    then: Callable[[Any, Any], Any] | None = None  # (facts, day): with the dimensions they had when DAY began
    group: str = "results"
    leaving: bool = False  # a day on which the member is gone: he counts where he stood until then
    parts: bool = False  # several facts make up one row: it is counted once
    wider: bool = False  # a row stands behind it that counts for somebody else: all that the viewer may see is listed
    hidden: bool = False  # a part of a ratio, not shown by itself


_metrics: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    if metric.key in _metrics:
        raise ValueError(f"Two metrics are called {metric.key}.")
    _metrics[metric.key] = metric
    return metric


def metrics() -> dict[str, Metric]:
    return dict(_metrics)


def metric(key: str) -> Metric:
    """The metric called KEY; KeyError where there is none."""
    return _metrics[key]
