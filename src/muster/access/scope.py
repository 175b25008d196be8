"""The scope engine: the one place that decides which rows and which fields a viewer may see.

A query on a scoped model raises `ScopeMissing` when it is evaluated, unless it went through `visible_to(actor)` or
`unscoped(reason)`. One object is checked by the same rule plus its key, so a list and a detail page can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.db.models import Q
from django.db.models.query import ModelIterable
from django.utils.translation import gettext_lazy as _

from muster.access.levels import LEVELS as LEVELS
from muster.access.levels import Levels
from muster.access.scoped_query import ScopedQuery, ScopeMissing, validation
from muster.core.custom.store import HasCustom
from muster.core.fields import CLEARANCE, FULL, Sensitive
from muster.core.models import Record, linked


class Forbidden(PermissionDenied):
    """The viewer may see the record and may not do this to it."""

    recorded = False  # is the refusal in the trail already?


class NotVisible(Exception):
    """For this viewer the record does not exist; answered with 404."""


class Scope(models.TextChoices):
    OWN = "own", _("Own")
    REPORTS = "own_reports", _("Own and reports")
    UNIT = "unit", _("Own unit")
    UNIT_BELOW = "unit_below", _("Own unit and below")
    ALL = "all", _("All")


@dataclass
class Actor:
    """Whose eyes are used: a person over a page, a token or a command; or the system itself, with a reason."""

    user_id: int | None = None
    member_id: int | None = None
    unit_id: int | None = None
    name: str = ""
    photo: str = ""  # where the picture of the person is
    grants: dict[str, set[str]] = field(default_factory=dict)  # permission pattern -> scopes
    rules: list[tuple[str, str, str, str]] = field(default_factory=list)  # (model, field, scope, level)
    limits: list[str] | None = None  # permission patterns of an API token; None is no limit
    via: str = "web"
    address: str = ""
    system: str = ""  # the reason, where no person stands behind it
    custom: dict[str, list[Any]] = field(default_factory=dict, repr=False)  # definitions read for him, by record type
    _found: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def operator(cls, reason: str, via: str = "cli") -> Actor:
        """Everything: for commands typed on the server and for jobs. The reason stands in every event it causes."""
        return cls(
            name=reason, grants={"*": {Scope.ALL}}, rules=[("*", "*", Scope.ALL, "write")], via=via, system=reason
        )

    def scopes(self, permission: str) -> frozenset[str]:
        """The scopes in which PERMISSION is granted; empty is not at all."""
        found = self._found.get(permission)
        if found is None:
            granted = [self.grants[pattern] for pattern in self._wide if fnmatchcase(permission, pattern)]
            granted.append(self.grants.get(permission) or set())
            limited = self.limits is not None and not any(fnmatchcase(permission, one) for one in self.limits)
            found = frozenset() if limited else frozenset().union(*granted)
            self._found[permission] = found
        return found

    @cached_property
    def _wide(self) -> list[str]:
        """The patterns among the grants: few, where most grants name one permission and a page asks about fifty."""
        return [one for one in self.grants if any(mark in one for mark in "*?[")]

    def has(self, permission: str) -> bool:
        return bool(self.scopes(permission))

    def require(self, permission: str) -> None:
        if not self.has(permission):
            raise Forbidden(permission)

    @cached_property
    def _members(self) -> dict[str, frozenset[int]]:
        return {}

    def covers(self, scope: str, member_id: int | None) -> bool:
        """Does SCOPE, seen from this actor, hold the member? Asked row by row for field rules, so answered from
        memory."""
        if scope == Scope.ALL:
            return True
        if member_id is None or self.member_id is None:
            return False
        if scope == Scope.OWN:
            return member_id == self.member_id
        if scope not in self._members:
            self._members[scope] = frozenset(members_within(self, frozenset({scope})))
        return member_id in self._members[scope]


MembersWithin = Callable[[Actor, frozenset[str]], Any]
_provider: list[MembersWithin] = []


def provide_members(function: MembersWithin) -> None:
    """`people` hands in how scopes become members, so that access needs no import of people."""
    _provider[:] = [function]


def members_within(actor: Actor, scopes: frozenset[str]) -> Any:
    """Subquery of the member ids that SCOPES hold for ACTOR. Someone without a place in the tree has only himself."""
    return _provider[0](actor, scopes)


UnitsOver = Callable[[int], Any]
_units_over: list[UnitsOver] = []


def provide_units(function: UnitsOver) -> None:
    """`people` hands in which units a unit lies in, itself among them."""
    _units_over[:] = [function]


def units_over(actor: Actor) -> Any:
    """Ids of the actor's unit and of those it lies in."""
    return _units_over[0](actor.unit_id) if actor.unit_id and _units_over else []


class Policy:
    """What the scope words mean for one model. `owner` is the attribute that holds the owning member's id; None: the
    rows belong
    to the firm, and any grant shows all of them. `parent` is the foreign key whose visibility the rows share."""

    model: ClassVar[type[models.Model]]
    owner: ClassVar[str | None] = "owner_id"
    parent: ClassVar[str | None] = None
    permission: ClassVar[str] = ""
    trail_follows_rows: ClassVar[bool] = False  # who sees a row's owner does not see every row: nor what happened to it
    watched: ClassVar[bool] = False  # rows remember who reads them, though no field of theirs is sensitive

    def __init__(self, model: type[models.Model]) -> None:
        self.model_class = model
        self.label = model._meta.label_lower
        self.sensitive = [one.name for one in model._meta.concrete_fields if isinstance(one, Sensitive)]
        self.guards = bool(self.sensitive) or self.watched or issubclass(model, HasCustom)

    @property
    def view(self) -> str:
        return self.permission or f"{self.label}.view"

    def counted(self, actor: Actor) -> Q:
        """The rows that count for ACTOR in totals and lists of work: all that he may see, unless a policy says less."""
        return self.rows(actor, self.view)

    def rows(self, actor: Actor, permission: str) -> Q:
        """The rows on which ACTOR holds PERMISSION."""
        if self.parent:
            parent: Any = self.model_class._meta.get_field(self.parent).related_model
            return Q(**{f"{self.parent}__in": parent.objects.visible_to(actor)}) & Q(_granted(actor, permission))
        scopes = actor.scopes(permission)
        if not scopes:
            return nothing()
        if Scope.ALL in scopes or self.owner is None:
            return Q()
        if actor.member_id is None:
            return nothing()
        return self.owned(actor, scopes)

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        if scopes == {Scope.OWN}:
            return Q(**{str(self.owner): actor.member_id})
        return Q(**{f"{self.owner}__in": members_within(actor, scopes)})

    def levels(self, actor: Actor, row: models.Model) -> Levels:
        """The level of each sensitive field on ROW: the best that any rule gives; hidden where no rule speaks."""
        return Levels(self.label, self.sensitive, actor, getattr(row, self.owner) if self.owner else None)


def _granted(actor: Actor, permission: str) -> Q:
    return Q() if actor.has(permission) else nothing()


def nothing() -> Q:
    return Q(pk__in=[])


PolicyClass = TypeVar("PolicyClass", bound=type[Policy])
Row = TypeVar("Row", bound="ScopedModel")
_policies: dict[type[models.Model], Policy] = {}


def register(policy: PolicyClass) -> PolicyClass:
    _policies[policy.model] = policy(policy.model)
    return policy


def policy_of(model: type[models.Model]) -> Policy:
    try:
        return _policies[model]
    except KeyError:
        raise ScopeMissing(f"{model._meta.label} has no policy: write one in its policies.py.") from None


def policies() -> dict[type[models.Model], Policy]:
    return dict(_policies)


def _is_sensitive(model: Any, path: str) -> bool:
    """Does PATH, over however many links, end in a sensitive field?"""
    field: Any = None
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        model = field.related_model or model
    return isinstance(field, Sensitive)


class ScopedQuerySet(models.QuerySet[Any]):
    """Carries whose eyes it uses; guards each way of reaching the database."""

    def __init__(self, model: Any = None, query: Any = None, using: str | None = None, hints: Any = None) -> None:
        super().__init__(model, query or ScopedQuery(model), using, hints)

    @property
    def _eyes(self) -> Actor | str | None:
        return self.query.eyes  # type: ignore[attr-defined,no-any-return]

    def visible_to(self, actor: Actor, permission: str | None = None) -> Self:
        """The rows on which ACTOR holds PERMISSION (by default: to view them), each with its fields' clearance."""
        policy = policy_of(self.model)
        return self.filter(policy.rows(actor, permission or policy.view))._with(actor)

    def counted_for(self, actor: Actor) -> Self:
        """The rows that count for ACTOR in totals and lists of work; see `Policy.counted`."""
        return self.filter(policy_of(self.model).counted(actor))._with(actor)

    def among(self, found: Any) -> Self:
        """The few rows of FOUND with the same eyes. Keys are read first: within, a database takes a long way round."""
        return self.filter(pk__in=list(found.values_list("pk", flat=True)))._with(found.query.eyes)

    def unscoped(self, reason: str) -> Self:
        """Every row, for a REASON that a reviewer can agree with; a test lists them all."""
        return self._chain()._with(reason)  # type: ignore[attr-defined,no-any-return]

    def _with(self, eyes: Actor | str) -> Self:
        self.query.eyes = eyes  # type: ignore[attr-defined]
        return self

    def _guard(self) -> None:
        self.query.guard()  # type: ignore[attr-defined]

    def _combined(self, other: Any) -> None:
        self._guard()
        if isinstance(other, ScopedQuerySet):
            other._guard()

    def __or__(self, other: Any) -> Self:
        self._combined(other)
        return super().__or__(other)

    def __and__(self, other: Any) -> Self:
        self._combined(other)
        return super().__and__(other)

    def _combinator_query(self, combinator: str, *others: Any, all: bool = False) -> Any:  # noqa: A002 - Django's signature
        for other in others:
            self._combined(other)
        return super()._combinator_query(combinator, *others, all=all)  # type: ignore[misc]

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._guard()
            self._refuse_sensitive_values()
        super()._fetch_all()
        if (
            self._iterable_class is ModelIterable
            and self._result_cache
            and isinstance(self._result_cache[0], ScopedModel)
        ):
            self._clear(self._result_cache)

    def _iterator(self, use_chunked_fetch: bool, chunk_size: int | None) -> Iterator[Any]:
        self._guard()
        self._refuse_sensitive_values()
        for row in super()._iterator(use_chunked_fetch, chunk_size):  # type: ignore[misc]
            if self._iterable_class is ModelIterable:
                self._clear([row])
            yield row

    def _refuse_sensitive_values(self) -> None:
        """Values leave without a row to guard them, so sensitive columns may not be asked for that way."""
        if self._iterable_class is ModelIterable or not isinstance(self._eyes, Actor) or self._eyes.system:
            return
        paths = {name for name in self.query.values_select if _is_sensitive(self.model, name)}
        made = {
            name
            for name, expression in self.query.annotation_select.items()
            if any(isinstance(getattr(part, "target", None), Sensitive) for part in expression.flatten())
        }
        if refused := paths | made:
            raise ScopeMissing(f"{self.model._meta.label}: read {sorted(refused)} from rows, not as values.")

    def _clear(self, rows: list[Any]) -> None:
        policy = _policies.get(self.model)
        if policy is None or not policy.guards:
            return
        for row in rows:
            if CLEARANCE not in row.__dict__:
                known = isinstance(self._eyes, Actor) and not self._eyes.system
                row.__dict__[CLEARANCE] = policy.levels(self._eyes, row) if known else FULL  # type: ignore[arg-type]


def _guarded(name: str) -> Callable[..., Any]:
    def method(self: ScopedQuerySet, *args: Any, **kwargs: Any) -> Any:
        self._guard()
        return getattr(models.QuerySet, name)(self, *args, **kwargs)

    method.__name__ = name
    return method


for _name in (
    "count",
    "exists",
    "aggregate",
    "update",
    "_update",
    "delete",
    "_raw_delete",
    "contains",
    "explain",
    "in_bulk",
):
    setattr(ScopedQuerySet, _name, _guarded(_name))


class ScopedModel(Record):
    """A record under a policy."""

    objects = models.Manager.from_queryset(ScopedQuerySet)()

    class Meta:
        abstract = True

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        guarded = [one.attname for one in self._meta.concrete_fields if isinstance(one, Sensitive)]
        wanted = [name for name in guarded if fields is None or name in fields]
        if wanted:  # Django copies by attribute, which would copy masks
            rows = type(self)._base_manager.filter(pk=self.pk).values(*wanted)
            self.__dict__.update(rows.get())

    def validate_unique(self, exclude: Any = None) -> None:
        with validation():
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        with validation():
            super().validate_constraints(exclude)


def can(actor: Actor, permission: str, row: Any) -> bool:
    """May ACTOR do PERMISSION to ROW: the list rule plus its key."""
    return bool(type(row).objects.visible_to(actor, permission).filter(pk=row.pk).exists())


def rights(actor: Actor, row: Any) -> Callable[[str], bool]:
    """`can` for one row and many permissions: for the same scopes the rule is the same, so it is asked once."""
    known: dict[frozenset[str], bool] = {frozenset(): False}

    def may(permission: str) -> bool:
        scopes = actor.scopes(permission)
        if scopes not in known:
            known[scopes] = can(actor, permission, row)
        return known[scopes]

    return may


def visible_or_404(model: type[Row], actor: Actor, *related: str, named: tuple[str, ...] = (), **lookup: Any) -> Row:
    """The one record, with its RELATED rows and the names of NAMED ones, or `NotVisible`: as if it were not there."""
    rows = linked(model.objects.visible_to(actor).filter(**lookup), (*related, *named), named)
    row: Row | None = rows.first()
    if row is None:
        raise NotVisible(model._meta.label)
    return row
