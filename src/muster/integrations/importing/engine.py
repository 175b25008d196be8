"""The import engine: records from any source become our rows, idempotent by external id, chunk by chunk, each chunk
whole."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from muster.access.action import append, differences, make_event, plain, snapshot, specs
from muster.access.scope import Actor
from muster.core.copying import insert
from muster.core.custom import store
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong, of_error
from muster.integrations.models import ExternalKey, ImportBatch, ImportChange, ImportIssue

CHUNK = 1_000
BATCH = 500
ALONG = ("search_text", "sort_name", "mail_doubt_on", "mail_doubt_why")  # follow from the others
written = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode  # made once
Keys = dict[str, tuple[int, str]]  # external id -> our row, hash of what it was made of
Made = list[tuple["Entry", Any]]
Changed = list[tuple["Entry", Any, dict[str, Any]]]
After = Callable[["Run", Made, Changed], None]


@dataclass(frozen=True, slots=True)
class Ref:
    """Another record of the same source; with `pk`, one that stands already."""

    model: type[models.Model]
    external_id: str
    pk: int | None = None


@dataclass(slots=True)
class Entry:
    """What one row of a sheet becomes: a record of `model` with these values; links to other records are Refs."""

    model: type[models.Model]
    external_id: str
    values: dict[str, Any]
    sheet: str = ""
    row_no: int | None = None
    raw: Mapping[str, str] = field(default_factory=dict)
    also: dict[str, Any] = field(default_factory=dict)  # said by the row, and written by a hook of the plan
    defaults: dict[str, Any] = field(default_factory=dict)  # where the record has nothing yet
    context: dict[str, Any] | None = None  # told by the event of its creation
    created_at: Any = None
    pk: int | None = None  # the record it is, though no import made it
    differs: bool | None = None  # from that record; None is not known

    def refs(self) -> list[Ref]:
        values = [*self.values.values(), *self.also.values()]
        return [value for value in values if isinstance(value, Ref) and value.pk is None]

    def hash(self) -> str:
        said = {
            key: f"{one.model._meta.label}:{one.external_id}" if isinstance(one, Ref) else plain(one)
            for key, one in (self.values | self.also).items()
        }
        return hashlib.sha256(written(said).encode()).hexdigest()


@dataclass
class Plan:
    """Everything a source wants to do, in the order in which it must be done."""

    source: str
    entries: list[Entry] = field(default_factory=list)
    issues: list[ImportIssue] = field(default_factory=list)
    # Completes a new row before it is written, and follows the rows of a model, new and changed, in their transaction.
    before: dict[type[models.Model], Callable[["Run", list[tuple[Entry, Any]]], None]] = field(default_factory=dict)
    after: dict[type[models.Model], After] = field(default_factory=dict)
    counted: list[Any] = field(default_factory=list)  # models: counted even where no row is right
    head: list[str] = field(default_factory=list)  # the file's own columns, where there is one table
    review: dict[str, Any] = field(default_factory=dict)  # owners and stages of another system, and who they are here
    specs: dict[str, Any] = field(default_factory=dict)  # of the custom fields that entries fill in, by full name

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def oddity(
        self, sheet: Sheet | str, row_no: int | None, wrong: Wrong, values: Mapping[str, str] | None = None
    ) -> None:
        self._issue(ImportIssue.Kind.ODDITY, sheet, row_no, wrong, values)

    def refuse(
        self, sheet: Sheet | str, row_no: int | None, wrong: Exception, values: Mapping[str, str] | None = None
    ) -> None:
        self._issue(ImportIssue.Kind.REFUSED, sheet, row_no, wrong, values)

    def _issue(
        self, kind: str, sheet: Sheet | str, row_no: int | None, wrong: Exception, values: Mapping[str, str] | None
    ) -> None:
        name, (message, params) = sheet.name if isinstance(sheet, Sheet) else sheet, of_error(wrong)
        issue = ImportIssue(kind=kind, sheet=name[:100], row_no=row_no, message=message, params=params)
        issue.values = dict(values or {})
        self.issues.append(issue)

    def refused(self) -> int:
        """How many rows."""
        return len({(one.sheet, one.row_no) for one in self.issues if one.kind == ImportIssue.Kind.REFUSED})


def keys_of(source: str, model: type[models.Model]) -> Keys:
    found = ExternalKey.objects.unscoped("import").filter(source=source, model=model._meta.label_lower)
    rows = found.values_list("external_id", "object_id", "row_hash")
    return {key: (pk, digest) for key, pk, digest in rows.iterator()}


class Run:
    """Compares a plan with what stands, and carries it out."""

    def __init__(self, plan: Plan, actor: Actor, batch: ImportBatch | None = None) -> None:
        self.plan, self.actor, self.batch = plan, actor, batch
        wanted = dict.fromkeys([*plan.counted, *(one.model for one in plan.entries)])
        self.keys: dict[type[models.Model], Keys] = {model: keys_of(plan.source, model) for model in wanted}
        self._noted: list[ImportChange] = []

    def state(self, entry: Entry) -> str:
        known = self.keys[entry.model].get(entry.external_id)
        if known is None and entry.pk is None:
            return "new"
        if known is not None and known[1] == entry.hash():
            return "same"
        return "same" if entry.differs is False else "changed"

    def counts(self) -> list[dict[str, Any]]:
        """What will happen, by record type; where there is one table, also how many rows are wrong."""
        seen: dict[type[models.Model], Counter[str]] = {model: Counter() for model in self.plan.counted}
        for entry in self.plan.entries:
            seen.setdefault(entry.model, Counter())[self.state(entry)] += 1
        wrong = {"wrong": self.plan.refused()} if self.plan.head else {}
        return [
            {"model": model._meta.label_lower, **{one: count[one] for one in ("new", "changed", "same")}, **wrong}
            for model, count in seen.items()
        ]

    def id_of(self, ref: Ref) -> int:
        return self.keys[ref.model][ref.external_id][0] if ref.pk is None else ref.pk

    def refuse(self, entry: Entry, error: Exception) -> None:
        """A hook could not do what ENTRY says besides its values: it is told, and tried again by the next import."""
        self.plan.refuse(entry.sheet, entry.row_no, error, entry.raw)
        keys = ExternalKey.objects.unscoped("import").filter(source=self.plan.source)
        keys.filter(model=entry.model._meta.label_lower, external_id=entry.external_id).update(row_hash="")

    def commit(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Write what is new or changed. Each chunk with its keys and events is one transaction, so a run that was cut
        off is
        simply run again."""
        todo = [one for one in self.plan.entries if self.state(one) != "same"]
        done, total = 0, len(todo)
        self.plan.entries = []  # of a large file the rows that are written are let go
        progress(done, total)
        for model, wave in self._waves(todo):
            while wave:
                chunk, wave[:CHUNK] = wave[:CHUNK], []
                with transaction.atomic():
                    self._write(model, chunk)
                done += len(chunk)
                progress(done, total)

    def _waves(self, todo: list[Entry]) -> Iterator[tuple[type[models.Model], list[Entry]]]:
        """What can be written together: model by model, and within one those first to which others of it refer. Empties
        TODO."""
        while todo:
            model = todo[0].model
            waiting = [one for one in todo if one.model is model]
            todo[:] = [one for one in todo if one.model is not model]
            while waiting:
                ready = [one for one in waiting if all(ref.external_id in self.keys[ref.model] for ref in one.refs())]
                if not ready:
                    names = waiting[0].external_id
                    raise Wrong(_("Records refer to one another in a circle: %(names)s."), names=names)
                now = {one.external_id for one in ready}
                waiting = [one for one in waiting if one.external_id not in now]
                yield model, ready

    def _write(self, model: Any, chunk: list[Entry]) -> None:
        known = self.keys[model]
        new = [one for one in chunk if one.external_id not in known and one.pk is None]
        old = [one for one in chunk if one.external_id in known or one.pk is not None]
        made: Made = [(one, self._row(model, one)) for one in new]
        if before := self.plan.before.get(model):
            before(self, made)
        rows = [row for _entry, row in made]
        insert(model, rows, BATCH)
        _date(model, made)
        changed = self._update(model, old)
        self._remember(model, [(one, row.pk) for one, row in zip(new, rows, strict=True)], self.batch)
        append([*(self._created(*pair) for pair in made), *(self._edited(row, one) for _e, row, one in changed if one)])
        if after := self.plan.after.get(model):
            after(self, made, changed)
        ImportChange.objects.bulk_create(self._noted, batch_size=BATCH)
        self._noted = []

    def note(self, model: Any, pk: int, changes: dict[str, Any]) -> None:
        """What a record that stood before held until now, so that undo can give it back."""
        if changes and self.batch is not None:
            self._noted.append(ImportChange.of(self.batch, model, pk, changes))

    def _row(self, model: Any, entry: Entry) -> Any:
        row = model(**{**self._values(model, entry.defaults), **self._values(model, entry.values)})
        self._put(row, entry)
        if hasattr(row, "fill_search"):
            row.fill_search()
        return row

    def _values(self, model: Any, values: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for key, value in values.items():
            if key in self.plan.specs:
                continue
            field_ = model._meta.get_field(key)
            found[field_.attname if isinstance(value, Ref) else key] = (
                self.id_of(value) if isinstance(value, Ref) else value
            )
        return found

    def _put(self, row: Any, entry: Entry) -> None:
        """The custom fields of ENTRY."""
        for key in self.plan.specs.keys() & entry.values.keys():
            value = entry.values[key]
            store.put(row, self.plan.specs[key], self.id_of(value) if isinstance(value, Ref) else value)

    def _update(self, model: Any, entries: list[Entry]) -> Changed:
        """Bring the rows that stand in step with ENTRIES. Each with what changed, which may be nothing."""
        pks = [one.pk or self.keys[model][one.external_id][0] for one in entries]
        rows: dict[int, Any] = {}
        for at in range(0, len(entries), BATCH):
            locked = (
                model.objects.unscoped("import").select_for_update(of=("self",)).filter(pk__in=pks[at : at + BATCH])
            )
            rows |= {row.pk: row for row in locked.order_by("pk")}
        changed: Changed = []
        for entry, pk in zip(entries, pks, strict=True):
            if (row := rows.get(pk)) is not None:
                changed.append((entry, row, self._change(model, row, entry)))
        for _entry, row, changes in changed:
            self.note(model, row.pk, changes)
        self._save(model, [one for one in changed if one[2]])
        self._remember(model, list(zip(entries, pks, strict=True)), None)
        return changed

    def _change(self, model: Any, row: Any, entry: Entry) -> dict[str, Any]:
        """Set on ROW what ENTRY says. Reads what stands behind sensitive fields, as an update must."""
        before = snapshot(row)
        fresh = self._values(model, entry.values)
        gaps = self._values(model, entry.defaults)
        for key, value in {**{key: one for key, one in gaps.items() if _empty(row, key)}, **fresh}.items():
            setattr(row, key, value)
        self._put(row, entry)
        return differences(before, snapshot(row))

    def _save(self, model: Any, changed: Changed) -> None:
        touched = {key.partition(".")[0] for _entry, _row, changes in changed for key in changes}
        for _entry, row, _changes in changed:
            row.version, row.updated_at = row.version + 1, timezone.now()
            if hasattr(row, "fill_search"):
                row.fill_search()
                touched |= {one for one in ALONG if hasattr(row, one)}
        if changed:
            model.objects.bulk_create(  # all stand already: an upsert by key, many times faster than bulk_update
                [row for _entry, row, _changes in changed],
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=sorted({*touched, "version", "updated_at"}),
            )

    def _remember(self, model: Any, pairs: list[tuple[Entry, int]], batch: ImportBatch | None) -> None:
        """Note which row an entry became. Undo takes away what BATCH made; what stood before belongs to none."""
        name, keys = model._meta.label_lower, []
        for entry, pk in pairs:
            digest = entry.hash()
            self.keys[model][entry.external_id] = (pk, digest)
            one = ExternalKey(source=self.plan.source, model=name, external_id=entry.external_id)
            one.object_id, one.row_hash, one.batch = pk, digest, batch
            keys.append(one)
        ExternalKey.objects.bulk_create(
            keys,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["source", "model", "external_id"],
            update_fields=["row_hash", "object_id"],
        )

    def _created(self, entry: Entry, row: Any) -> Any:
        said = {key: [None, one] for key, one in snapshot(row).items() if one not in (None, "", [], {})}
        return make_event(
            self.actor, f"{row._meta.label_lower}.create", row, said, **self._said(), **(entry.context or {})
        )

    def _edited(self, row: Any, changes: dict[str, Any]) -> Any:
        label = row._meta.label_lower
        transferred = set(changes) == {"owner"} and f"{label}.transfer" in specs()
        return make_event(self.actor, f"{label}.{'transfer' if transferred else 'edit'}", row, changes, **self._said())

    def _said(self) -> dict[str, Any]:
        return {"source": self.plan.source, **({"import": self.batch.pk} if self.batch else {})}


def _empty(row: Any, key: str) -> bool:
    return row.__dict__.get(row._meta.get_field(key).attname) in (None, "")


def _date(model: Any, made: Made) -> None:
    """Rows keep the moment the file gives them; the database would write that of the import."""
    dated = []
    for entry, row in made:
        if entry.created_at is not None:
            row.created_at = entry.created_at
            dated.append(row)
    if dated:
        model.objects.unscoped("import").bulk_update(dated, ["created_at"], batch_size=BATCH)


def save_issues(batch: ImportBatch, issues: Iterable[ImportIssue]) -> None:
    ImportIssue.objects.unscoped("issues of an import").filter(batch=batch).delete()
    rows = list(issues)
    for one in rows:
        one.batch = batch
        one.pk = None
    ImportIssue.objects.bulk_create(rows, batch_size=500)
