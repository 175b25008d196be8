"""How rules give records. Each is decided under a lock on its rule, so that two workers never give from the same
memory; the record, the memory and the note of why are written together."""

import datetime as dt
import logging
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.access.action import Refused, add_event
from muster.access.scope import Actor
from muster.core.listings import BadInput
from muster.core.periods import today
from muster.crm.actions.candidates import Candidates, began, given_since
from muster.crm.enums import Mode
from muster.crm.models import Routing, RoutingRule
from muster.crm.routed import Routed, kind_of, kinds
from muster.crm.routing import Choice, Memory, Rule, choose
from muster.people.actions.territory import territory_names
from muster.people.models import Member, Unit

log = logging.getLogger(__name__)
AT_ONCE = 500  # records of a kind decided in one round
MOST_REFUSED = 50  # reasons kept with a decision
Status = Routing.Status


def known_kind(key: str) -> Routed:
    kind = kind_of(key)
    if kind is None:
        raise Refused(_("Records of this kind are not routed: choose another one."))
    return kind


def read_memory(kept: dict[str, Any]) -> Memory:
    credit = {int(key): Fraction(value) for key, value in kept.get("credit", {}).items()}
    taken = {int(key): value for key, value in kept.get("taken", {}).items()}
    return Memory(kept.get("last"), kept.get("cycle", 0), taken, credit)


def kept_memory(memory: Memory) -> dict[str, Any]:
    credit = {str(key): str(value) for key, value in memory.credit.items()}
    taken = {str(key): value for key, value in memory.taken.items()}
    return {"last": memory.last, "cycle": memory.cycle, "taken": taken, "credit": credit}


def as_rule(rule: RoutingRule) -> Rule:
    return Rule(Mode(rule.mode), rule.same_territory)


@dataclass
class Router:
    """Decides record after record of one rule, with everything about its people read once."""

    rule: RoutingRule
    kind: Routed
    actor: Actor
    names: dict[str, str] = field(default_factory=territory_names)

    def __post_init__(self) -> None:
        self._read()

    def _read(self) -> None:
        self.pool = Candidates.of(self.rule, self.kind)
        self.given = given_since(self.rule, began(self.rule, today()))

    def decide(self, pk: int) -> Routing | None:
        """Give the record PK to somebody, or let it wait; None where it is gone or somebody has it by now."""
        with transaction.atomic():
            locked = RoutingRule.objects.unscoped("routing").select_for_update().get(pk=self.rule.pk)
            if not locked.is_on or locked.archived_at:
                return None
            if locked.memory != self.rule.memory:  # another worker gave something meanwhile
                self.rule = locked
                self._read()
            row = self.kind.idle().select_for_update(of=("self",)).filter(pk=pk).first()
            return self._decided(locked, row) if row is not None else None

    def _decided(self, locked: RoutingRule, row: Any) -> Routing:
        now = timezone.now()
        never = self.kind.not_to(row)
        people = [one for one in self.pool.candidates(now, self.given, self.pool.loads) if one.id not in never]
        demand = self.pool.demand(row, now, self.names)
        choice = choose(as_rule(locked), people, demand, read_memory(locked.memory))
        if choice.chosen is None:
            return self._wait(row, choice, now)
        member = next(one for one in self.pool.members if one.pk == choice.chosen.id)
        self.kind.give(self.actor, row, member)
        self.given[member.pk] += 1
        self.pool.loads[member.pk] += 1
        self.rule.memory = kept_memory(choice.memory)
        RoutingRule.objects.unscoped("routing").filter(pk=locked.pk).update(memory=self.rule.memory)
        return self._note(row, choice, now, status=Status.GIVEN, owner_id=member.pk)

    def _wait(self, row: Any, choice: Choice, now: dt.datetime) -> Routing:
        """In the queue of whoever leads the unit of the rule; he hears of it once."""
        head = head_of(self.rule.unit)
        waits = Routing.objects.unscoped("routing").filter(kind=self.kind.key, object_id=row.pk, status=Status.WAITING)
        known = waits.exists()
        noted = self._note(row, choice, now, status=Status.WAITING, owner_id=head)
        if not known:
            told = {"queue": head, "rule": self.rule.name}
            add_event(self.actor, "crm.routing.wait", row, {}, **told)
        return noted

    def _note(self, row: Any, choice: Choice, now: dt.datetime, **values: Any) -> Routing:
        rows = Routing.objects.unscoped("routing")
        found = rows.filter(kind=self.kind.key, object_id=row.pk, status=Status.WAITING).first()
        noted = found or Routing(kind=self.kind.key, object_id=row.pk)
        noted.rule, noted.at, noted.reason = self.rule, now, choice.reason.stored()
        noted.refused = [[pk, why.stored()] for pk, why in list(choice.refused.items())[:MOST_REFUSED]]
        for name, value in values.items():
            setattr(noted, name, value)
        noted.save()
        return noted


def head_of(unit: Unit | None) -> int | None:
    """Who leads UNIT, or the nearest unit above that has a head."""
    while unit is not None:
        head = unit.head
        if head is not None and head.status != Member.Status.LEFT:
            return int(head.pk)
        unit = unit.parent
    return None


def live_rules(kind: Routed) -> list[RoutingRule]:
    rows = RoutingRule.objects.unscoped("routing").filter(kind=kind.key, is_on=True, archived_at=None)
    return list(rows.select_related("unit__head", "unit__parent").order_by("rank", "pk"))


def route_idle() -> int:
    """Give what nobody has, rule by rule, the oldest first; how many were given. What still waits is tried again."""
    actor, count = Actor.operator(gettext_noop("routing"), via="routing"), 0
    for kind in kinds():
        rest = kind.idle()
        for rule in live_rules(kind) if kind.by_itself else []:
            try:
                count += _run_rule(rule, kind, actor, kind.narrow(rest, rule.asks))
                rest = rest.exclude(pk__in=kind.narrow(kind.idle(), rule.asks).values("pk"))
            except BadInput:  # what the rule asks for is no longer there: it fits nothing
                continue
    sweep()
    return count


def _run_rule(rule: RoutingRule, kind: Routed, actor: Actor, rows: QuerySet[Any]) -> int:
    """Decide about ROWS, which fit RULE and no earlier one; how many were given."""
    pks, count = _in_order(kind, rows), 0
    if not pks:
        return 0
    router = Router(rule, kind, _named(actor, rule))
    for pk in pks:
        try:
            found = router.decide(pk)
        except ValidationError:  # the record itself cannot change hands as it is: the others can
            log.exception("%s %s cannot be given by rule %s", kind.key, pk, rule.pk)
            continue
        count += found is not None and found.status == Status.GIVEN
    return count


def _in_order(kind: Routed, rows: QuerySet[Any]) -> list[int]:
    """What came in, the oldest first, and then what waits, the longest untried first: however much waits, nothing new
    is kept from its turn."""
    waiting = Routing.objects.unscoped("routing").filter(kind=kind.key, status=Status.WAITING)
    tried = dict(waiting.values_list("object_id", "at"))
    fresh = list(rows.exclude(pk__in=tried).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    again = sorted(rows.filter(pk__in=tried).values_list("pk", flat=True), key=lambda pk: tried[pk])
    return fresh + again[: AT_ONCE - len(fresh)]


def _named(actor: Actor, rule: RoutingRule) -> Actor:
    """The trail and the bell name the rule, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        return replace(actor, name=_("Rule: %(name)s") % {"name": rule.name})


def route_one(actor: Actor, kind: Routed, row: Any) -> Routing:
    """Let the rules decide about ROW now. Raises Refused where none fits it."""
    if not kind.idle().filter(pk=row.pk).exists():
        raise Refused(_("Somebody has this record: transfer it instead."))
    model: Any = kind.model
    for rule in live_rules(kind):
        if kind.narrow(model.objects.unscoped("routing").filter(pk=row.pk), rule.asks).exists():
            asked = Actor.operator(gettext_noop("routing"), via="routing")
            asked.user_id, asked.member_id = actor.user_id, actor.member_id
            found = Router(rule, kind, _named(asked, rule)).decide(row.pk)
            if found is not None:
                return found
    raise Refused(_("No rule that is switched on fits this record."))


def sweep() -> None:
    """What somebody gave by hand, archived or finished waits no longer."""
    for kind in kinds():
        rows = Routing.objects.unscoped("routing").filter(kind=kind.key, status=Status.WAITING)
        waiting = set(rows.values_list("object_id", flat=True))
        gone = waiting - set(kind.idle().filter(pk__in=waiting).values_list("pk", flat=True))
        rows.filter(object_id__in=gone).update(status=Status.GONE, settled_at=timezone.now())
