"""Which kinds of record lie in public pools. Another kind is one `register` and the base `models.clocked.Clocked`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from muster.crm.models import Deal
from muster.crm.routed import Routed

Card = dict[str, Any]
NO_DEALS: Any = Deal.objects.unscoped("records without deals")


@dataclass(frozen=True)
class Pooled:
    """Records of one kind (a `Clocked` model) that members claim from pools.

    `asked()` says what a rule may ask of one (as routing has it). `card(row)` is what members of a pool see of it:
    `name`, `city`, `industry`, `level`, `last_contact_on`. `deals_by(key)` are the deals of the record with a key, or
    with OuterRef("pk"). `released(keys, clears_team)` and `taken(row, member_id)` bring along what changes hands with
    it. `contacts(row)` is what may be shown of whom one speaks to. `levels` are the levels it has, for people. `live`
    are the records that may lie in a pool at all, and that count as held.
    """

    model: Any
    label: Any
    asked: Callable[[], Routed]
    card: Callable[[Any], Card]
    released: Callable[[list[int], bool], None]
    taken: Callable[[Any, int | None], None]
    contacts: Callable[[Any], list[dict[str, str]]]
    deals_by: Callable[[Any], QuerySet[Deal]] | None = None
    levels: tuple[tuple[str, Any], ...] = ()
    live: Q = field(default_factory=Q)

    def deals(self, key: Any) -> QuerySet[Deal]:
        """None, where records of this kind have none."""
        found: QuerySet[Deal] = self.deals_by(key) if self.deals_by else NO_DEALS.none()
        return found

    @property
    def asks(self) -> Routed:
        return self.asked()

    @property
    def key(self) -> str:
        return str(self.model._meta.label_lower)


_kinds: dict[str, Pooled] = {}


def register(kind: Pooled) -> None:
    _kinds[kind.key] = kind


def kinds() -> list[Pooled]:
    return list(_kinds.values())


def kind_of(key: str) -> Pooled | None:
    return _kinds.get(key)
