"""How other systems head their exports; facts, a few lines for each.

A layout is known by MARK, columns that all stand in its head and that no other layout of the system has together. Of
a column of ours the first that is there and filled counts; `A+B` are put together with a blank.
"""

from dataclasses import dataclass, field
from typing import Any

Columns = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Layout:
    table: str  # one of ours; work is tasks and activities in one; users are who the owners are
    mark: tuple[str, ...]
    columns: Columns
    kind: str = ""  # of work: what its rows are where no column says


@dataclass(frozen=True)
class System:
    key: str
    label: Any
    layouts: tuple[Layout, ...]
    won: tuple[str, ...] = ("closed won", "closedwon", "won", "赢单")
    lost: tuple[str, ...] = ("closed lost", "closedlost", "lost", "closed lost to competition", "输单", "无效")
    month_first: bool = False  # how it writes days with slashes
    ids: frozenset[str] = field(default_factory=frozenset)  # of our columns: hold ids of 15 or 18 characters
