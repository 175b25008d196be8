"""The import engine: records from any source become our rows, idempotent by external id, chunk by chunk, each chunk
whole."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from muster.access.action import append, make_event, plain
from muster.access.models import Event
from muster.access.scope import Actor, ScopedModel
from muster.integrations.importing.reading import Sheet
from muster.integrations.models import ExternalKey, ImportBatch, ImportIssue

CHUNK = 1_000


@dataclass(frozen=True)
class Ref:
    """Another record of the same source."""

    model: type[models.Model]
    external_id: str


@dataclass
class Entry:
    """What one row of a sheet becomes: a record of `model` with these values; links to other records are Refs."""

    model: type[models.Model]
    external_id: str
    values: dict[str, Any]
    sheet: str = ""
    row_no: int | None = None
    raw: dict[str, str] = field(default_factory=dict)

    def refs(self) -> list[Ref]:
        return [value for value in self.values.values() if isinstance(value, Ref)]

    def hash(self) -> str:
        said = {
            key: f"{one.model._meta.label}:{one.external_id}" if isinstance(one, Ref) else plain(one)
            for key, one in self.values.items()
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass
class Plan:
    """Everything a source wants to do, in the order in which it must be done."""

    source: str
    entries: list[Entry] = field(default_factory=list)
    issues: list[ImportIssue] = field(default_factory=list)
    # Runs after the entries of a model stand, inside the commit, with the new rows by external id.
    after: dict[type[models.Model], Callable[["Run", list[Any]], None]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def oddity(
        self, sheet: Sheet | str, row_no: int | None, message: str, values: dict[str, str] | None = None
    ) -> None:
        self._issue(ImportIssue.Kind.ODDITY, sheet, row_no, message, values)

    def refuse(
        self, sheet: Sheet | str, row_no: int | None, message: str, values: dict[str, str] | None = None
    ) -> None:
        self._issue(ImportIssue.Kind.REFUSED, sheet, row_no, message, values)

    def _issue(
        self, kind: str, sheet: Sheet | str, row_no: int | None, message: str, values: dict[str, str] | None
    ) -> None:
        name = sheet.name if isinstance(sheet, Sheet) else sheet
        self.issues.append(ImportIssue(kind=kind, sheet=name, row_no=row_no, message=message, values=values or {}))

    def refused(self) -> int:
        return sum(1 for one in self.issues if one.kind == ImportIssue.Kind.REFUSED)


class Run:
    """Compares a plan with what stands, and carries it out."""

    def __init__(self, plan: Plan, actor: Actor, batch: ImportBatch | None = None) -> None:
        self.plan, self.actor, self.batch = plan, actor, batch
        self.keys: dict[type[models.Model], dict[str, tuple[int, str]]] = {}
        for model in dict.fromkeys(one.model for one in plan.entries):
            found = ExternalKey.objects.unscoped("import").filter(source=plan.source, model=model._meta.label_lower)
            self.keys[model] = {
                key: (pk, digest) for key, pk, digest in found.values_list("external_id", "object_id", "row_hash")
            }

    def state(self, entry: Entry) -> str:
        known = self.keys[entry.model].get(entry.external_id)
        return "new" if known is None else "same" if known[1] == entry.hash() else "changed"

    def counts(self) -> list[dict[str, Any]]:
        """What will happen, by record type; and how many rows are refused."""
        seen: dict[type[models.Model], Counter[str]] = {}
        for entry in self.plan.entries:
            seen.setdefault(entry.model, Counter())[self.state(entry)] += 1
        return [
            {
                "model": model._meta.label_lower,
                "label": str(model._meta.verbose_name_plural),
                **{one: count[one] for one in ("new", "changed", "same")},
            }
            for model, count in seen.items()
        ]

    def id_of(self, ref: Ref) -> int:
        return self.keys[ref.model][ref.external_id][0]

    def commit(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Write what is new or changed. Each chunk with its keys and events is one transaction, so a run that was cut
        off is
        simply run again."""
        todo = [one for one in self.plan.entries if self.state(one) != "same"]
        done = 0
        for model, wave in self._waves(todo):
            for start in range(0, len(wave), CHUNK):
                chunk = wave[start : start + CHUNK]
                with transaction.atomic():
                    self._write(model, chunk)
                done += len(chunk)
                progress(done, len(todo))

    def _waves(self, todo: list[Entry]) -> Iterator[tuple[type[models.Model], list[Entry]]]:
        """What can be written together: model by model, and within one those first to which others of it refer."""
        for model in dict.fromkeys(one.model for one in todo):
            waiting = [one for one in todo if one.model is model]
            while waiting:
                ready = [one for one in waiting if all(ref.external_id in self.keys[ref.model] for ref in one.refs())]
                if not ready:
                    raise ValueError(
                        _("Records refer to one another in a circle: %(names)s.") % {"names": waiting[0].external_id}
                    )
                yield model, ready
                written = {one.external_id for one in ready}
                waiting = [one for one in waiting if one.external_id not in written]

    def _write(self, model: Any, chunk: list[Entry]) -> None:
        known = self.keys[model]
        new = [one for one in chunk if one.external_id not in known]
        changed = [one for one in chunk if one.external_id in known]
        rows = model.objects.bulk_create([self._row(model, one) for one in new], batch_size=500)
        events = [self._created(row) for row in rows]
        events += [event for one in changed if (event := self._update(model, one))]
        self._remember(model, new, rows)
        append(events)
        if after := self.plan.after.get(model):
            after(self, rows)

    def _row(self, model: Any, entry: Entry) -> Any:
        row = model(**self._values(model, entry))
        if hasattr(row, "fill_search"):
            row.fill_search()
        return row

    def _values(self, model: Any, entry: Entry) -> dict[str, Any]:
        found = {}
        for key, value in entry.values.items():
            field_ = model._meta.get_field(key)
            found[field_.attname if isinstance(value, Ref) else key] = (
                self.id_of(value) if isinstance(value, Ref) else value
            )
        return found

    def _update(self, model: Any, entry: Entry) -> Any:
        pk, _digest = self.keys[model][entry.external_id]
        row = model.objects.unscoped("import").select_for_update().filter(pk=pk).first()
        digest = entry.hash()
        ExternalKey.objects.unscoped("import").filter(
            source=self.plan.source, model=model._meta.label_lower, external_id=entry.external_id
        ).update(row_hash=digest)
        self.keys[model][entry.external_id] = (pk, digest)
        if row is None:
            return None
        changes = {}
        for key, value in self._values(model, entry).items():
            if getattr(row, key) != value:
                changes[key.removesuffix("_id")] = [plain(getattr(row, key)), plain(value)]
                setattr(row, key, value)
        if not changes:
            return None
        row.version += 1
        row.save()
        return make_event(self.actor, f"{model._meta.label_lower}.edit", row, changes, **self._said())

    def _remember(self, model: Any, entries: list[Entry], rows: list[Any]) -> None:
        keys = []
        for entry, row in zip(entries, rows, strict=True):
            digest = entry.hash()
            self.keys[model][entry.external_id] = (row.pk, digest)
            keys.append(
                ExternalKey(
                    source=self.plan.source,
                    model=model._meta.label_lower,
                    external_id=entry.external_id,
                    object_id=row.pk,
                    row_hash=digest,
                    batch=self.batch,
                )
            )
        ExternalKey.objects.bulk_create(keys, batch_size=500)

    def _created(self, row: Any) -> Any:
        return make_event(self.actor, f"{row._meta.label_lower}.create", row, {}, **self._said())

    def _said(self) -> dict[str, Any]:
        return {"source": self.plan.source, **({"import": self.batch.pk} if self.batch else {})}


def save_issues(batch: ImportBatch, issues: Iterable[ImportIssue]) -> None:
    ImportIssue.objects.unscoped("issues of an import").filter(batch=batch).delete()
    rows = list(issues)
    for one in rows:
        one.batch = batch
        one.pk = None
    ImportIssue.objects.bulk_create(rows, batch_size=500)


def undo(batch: ImportBatch, actor: Actor, order: list[type[models.Model]]) -> None:
    """Take away what BATCH made, newest kind first, if nobody has touched it since; else say what stands in the way."""
    with transaction.atomic():
        keys = ExternalKey.objects.unscoped("undo of an import").filter(batch=batch)
        for model in reversed(order):
            name = model._meta.label_lower
            pks = list(keys.filter(model=name).values_list("object_id", flat=True))
            rows: Any = model.objects.unscoped("undo of an import").filter(pk__in=pks)  # type: ignore[attr-defined]
            if touched := [str(row) for row in rows.filter(_touched(batch, name))[:5]]:
                names = ", ".join(touched)
                raise ValueError(_("Changed since the import, so it cannot be undone: %(names)s.") % {"names": names})
            append([make_event(actor, f"{name}.unimport", row, {}, **{"import": batch.pk}) for row in rows])
            _untie(model, rows, pks)
            rows.delete()
        keys.delete()
        batch.status, batch.finished_at = ImportBatch.Status.UNDONE, timezone.now()
        batch.save()


def _touched(batch: ImportBatch, name: str) -> models.Q:
    """Written to again, or something was done to it since the import ended."""
    touched = models.Q(version__gt=1)
    if batch.finished_at:
        since = Event.objects.unscoped("undo of an import").filter(model=name, at__gt=batch.finished_at)
        touched |= models.Q(pk__in=since.exclude(changes={}).values("object_id"))
    return touched


def _untie(model: Any, rows: Any, pks: list[int]) -> None:
    """Loosen what holds these rows to one another, so that only links from outside stand against their deletion."""
    for relation in model._meta.related_objects:
        if relation.related_model is model and relation.field.null:
            rows.update(**{relation.field.name: None})
        elif relation.on_delete is models.CASCADE and issubclass(relation.related_model, ScopedModel):
            belonging = relation.related_model.objects.unscoped("undo of an import")
            belonging.filter(**{f"{relation.field.name}__in": pks}).delete()
