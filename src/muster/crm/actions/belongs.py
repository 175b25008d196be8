"""What hangs on a record and goes along where the record becomes another, or becomes one with another: a lead that is
converted, two accounts that are one. Each room says of its own models by which links they hang."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from muster.access.scope import ScopedModel


@dataclass(frozen=True)
class Belonging:
    """Rows of MODEL hang on records by LINKS: name of a model → name of the link. `once` names links besides which no
    two rows of a record may have alike (a member is on a team once): the second stays behind with what it hung on. Of
    what is `alone` a record has one: the survivor's stays."""

    model: Any
    links: dict[str, str]
    label: Any
    once: tuple[str, ...] = ()
    alone: bool = False
    order: int = 50

    @property
    def key(self) -> str:
        return str(self.model._meta.label_lower)

    def rows(self, record: ScopedModel) -> Any:
        """All rows that hang on RECORD, whoever sees them: none may stay behind unseen."""
        rows = self.model.objects.unscoped("what goes along with a record")
        return rows.filter(**{self.links[record._meta.label_lower]: record.pk})


@dataclass
class Belongings:
    known: dict[str, Belonging] = field(default_factory=dict)

    def of(self, label: str) -> Iterator[Belonging]:
        for one in sorted(self.known.values(), key=lambda one: (one.order, one.key)):
            if label in one.links:
                yield one


_all = Belongings()


def register(one: Belonging) -> None:
    _all.known[one.key] = one


def belongings(label: str) -> list[Belonging]:
    """What hangs on records of the model called LABEL."""
    return list(_all.of(label))


def carry(lead: ScopedModel, into: dict[str, ScopedModel | None]) -> dict[str, int]:
    """Hang what hangs on LEAD on what became of it too: INTO is name of a model → record. A link that leads somewhere
    already stays. How many rows of each kind there were."""
    found = {}
    for one in belongings(lead._meta.label_lower):
        rows = one.rows(lead)
        if count := rows.count():
            found[one.key] = count
        for label, record in into.items():
            if record is not None and label in one.links:
                link = one.links[label]
                rows.filter(**{link: None}).update(**{link: record.pk})
    return found
