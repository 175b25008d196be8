"""Whom or what a cell means: found by number, e-mail, phone, name or external id; what could be several is nobody."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.crm.models import Account, Contact, Deal, Lead, LeadSource, LossReason, Pipeline, Pool, Product, Stage
from muster.integrations.importing.engine import Ref
from muster.integrations.importing.parsing import SHOWN, plain
from muster.integrations.importing.sentences import Wrong
from muster.integrations.models import ExternalKey
from muster.people.models import Grade, Member, Position, Unit

BATCH = 500
Tier = dict[str, set[Any]]


@dataclass(frozen=True)
class Link:
    """Records of MODEL are found by these WORDS of theirs, the surest first. Where there are few of them, all are
    read, else those that the file names."""

    model: Any
    words: tuple[str, ...]
    few: bool = False


LINKS = {
    "member": Link(Member, ("employee_no", "work_email", "phone", "name", "preferred_name")),
    "account": Link(Account, ("name",)),
    "contact": Link(Contact, ("email", "phone", "name")),
    "deal": Link(Deal, ("name",)),
    "lead": Link(Lead, ("email", "phone", "name")),
    "product": Link(Product, ("code", "name")),
    "unit": Link(Unit, ("code", "name"), few=True),
    "position": Link(Position, ("code", "name", "name_zh"), few=True),
    "grade": Link(Grade, ("code", "name", "name_zh"), few=True),
    "pipeline": Link(Pipeline, ("key", "name", "name_zh"), few=True),
    "stage": Link(Stage, ("key", "name", "name_zh"), few=True),
    "leadsource": Link(LeadSource, ("key", "name", "name_zh"), few=True),
    "pool": Link(Pool, ("name",), few=True),
    "lossreason": Link(LossReason, ("key", "name", "name_zh"), few=True),
}


def batches(items: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    found = list(items)
    for at in range(0, len(found), size):
        yield found[at : at + size]


def norm(text: Any) -> str:
    return _norm(str(text))


@lru_cache(maxsize=4_096)
def _norm(text: str) -> str:
    return plain(text).casefold()


class Directory:
    """What ACTOR sees, as far as a file names it; and the file's own rows, which may name one another."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.rows: dict[str, dict[int, Any]] = defaultdict(dict)
        self._refs: dict[tuple[Any, int], Ref] = {}
        self._tiers: dict[str, list[Tier]] = {}
        self._own: dict[str, tuple[list[Tier], dict[str, int]]] = {}

    def load(self, link: str, named: set[str]) -> None:
        """Read the records that NAMED may mean."""
        spec = LINKS[link]
        tiers: list[Tier] = [defaultdict(set) for _word in range(len(spec.words) + 2)]
        for row in self._read(spec, named):
            self.rows[link][row.pk] = row
            for tier, word in zip(tiers[1:], spec.words, strict=False):
                if value := getattr(row, word):
                    tier[norm(value)].add(row.pk)
        for external_id, pk in self._external(spec, named):
            if pk in self.rows[link]:
                tiers[0][norm(external_id)].add(pk)
        if link == "unit":
            for pk, path in _paths(self.rows[link]):
                tiers[-1][norm(path)].add(pk)
        self._tiers[link] = tiers

    def own(self, link: str, rows: Iterable[tuple[str, Mapping[str, Any]]], known: dict[str, int]) -> None:
        """The file's own ROWS (key, words by name) may be meant too; KNOWN says which record a key is already."""
        words = ("external_id", *LINKS[link].words)
        tiers: list[Tier] = [defaultdict(set) for _word in range(len(words) + 1)]
        for key, values in rows:
            for tier, word in zip(tiers, words, strict=False):
                if value := values.get(word):
                    tier[norm(value)].add(key)
        self._own[link] = tiers, known

    def find(self, link: str, said: str, fits: Callable[[Any], bool] = lambda _row: True) -> Ref:
        """The one record that SAID means, among those that FIT. Raises `Wrong` where it is none or could be several."""
        spec, word = LINKS[link], norm(said)
        own, known = self._own.get(link, ([], {}))
        for at, tier in enumerate(self._tiers[link]):
            keys = own[at].get(word, set()) if own else set()
            taken = {known[key] for key in keys if key in known}
            pks = {pk for pk in tier.get(word, set()) if fits(self.rows[link][pk])} - taken
            found = [
                *(Ref(spec.model, key, known.get(key)) for key in keys),
                *(self._ref(spec.model, pk) for pk in pks),
            ]
            if len(found) == 1:
                return found[0]
            if found:
                raise _several(spec, said, len(found))
        what = spec.model._meta.verbose_name
        message = _("“%(name)s” is no %(what)s that you see here: add it first, or correct the spelling.")
        raise Wrong(message, name=said[:SHOWN], what=what)

    def _ref(self, model: Any, pk: int) -> Ref:
        """One for all rows that mean the same record."""
        return self._refs.setdefault((model, pk), Ref(model, str(pk), pk))

    def _read(self, spec: Link, named: set[str]) -> Iterator[Any]:
        rows = spec.model.objects.visible_to(self.actor).filter(archived_at=None)
        if spec.few:
            yield from rows
            return
        seen: set[int] = set()
        for part in batches(sorted({*named, *(one.lower() for one in named)})):
            meant = Q(pk__in=[pk for _id, pk in self._external(spec, set(part))])
            for word in spec.words:
                meant |= Q(**{f"{word}__in": part})
            for row in rows.filter(meant):
                if row.pk not in seen:
                    seen.add(row.pk)
                    yield row

    def _external(self, spec: Link, named: set[str]) -> Iterator[tuple[str, int]]:
        keys = ExternalKey.objects.unscoped("import").filter(model=spec.model._meta.label_lower)
        for part in batches(sorted(named)):
            yield from keys.filter(external_id__in=part).values_list("external_id", "object_id")


def _several(spec: Link, said: str, count: int) -> Wrong:
    if spec.model is Member:
        message = _("%(count)s members are called “%(name)s”: write the employee number or the e-mail.")
        return Wrong(message, count=count, name=said[:SHOWN])
    message = _("“%(name)s” could be %(count)s records: write the number or external ID.")
    return Wrong(message, count=count, name=said[:SHOWN])


def _paths(units: dict[int, Any]) -> Iterator[tuple[int, str]]:
    """Units with those above them, as 上海分公司/市场部; from any step on."""
    for pk, unit in units.items():
        path, at, steps = unit.name, unit, 0
        while at.parent_id in units and steps < len(units):
            at, steps = units[at.parent_id], steps + 1
            path = f"{at.name}/{path}"
            yield pk, path
