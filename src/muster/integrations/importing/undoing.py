"""Taking an import back: records that stood before get their former values, those it made are taken away."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from muster.access.action import append, differences, make_event, snapshot, specs
from muster.access.models import Event
from muster.access.scope import Actor, ScopedModel
from muster.core.custom import PREFIX, known, store
from muster.core.periods import today
from muster.crm.models import Deal, StageChange
from muster.integrations.importing.engine import BATCH
from muster.integrations.importing.sentences import Wrong, of_error
from muster.integrations.importing.worked import follows
from muster.integrations.models import ExternalKey, ImportBatch, ImportChange, ImportIssue

# Fields that mean something only together: where one was changed since, none of them goes back.
TOGETHER = (
    {"status", "stage", "pipeline", "opened_on", "closed_on", "stage_since", "loss_reason"},
    {"status", "hired_on", "left_on"},
    {"amount", "list_price", "annual_revenue", "currency"},
)
# What more than the record hangs on: each is put right on its own page.
ELSEWHERE = {"crm.account": {"pool"}, "crm.lead": {"pool"}, "people.member": {"unit", "position", "grade", "manager"}}
CHANGED_SINCE = _("%(name)s was changed since: %(fields)s stay as they are.")
BY_HAND = _("%(name)s: put right by hand on its page what the import changed: %(fields)s.")
CANNOT = _("%(name)s: the former values do not fit what was changed since; nothing of it was given back.")
GONE = _("A record is not there any more, so nothing of it was given back.")


def undo(batch: ImportBatch, actor: Actor, order: list[type[models.Model]]) -> None:
    """Give back what BATCH changed, where nobody changed it since; take away what it made, newest kind first, if nobody
    has touched it since: else raises `Wrong` and does nothing."""
    with transaction.atomic():
        issues = list(Restoring(batch, actor).run())
        keys = ExternalKey.objects.unscoped("undo of an import").filter(batch=batch)
        for model in reversed(order):
            pks = list(keys.filter(model=model._meta.label_lower).values_list("object_id", flat=True))
            _untie_all(model, pks)
            for at in range(0, len(pks), BATCH):
                _take_away(batch, actor, model, pks[at : at + BATCH])
        keys.delete()
        ImportChange.objects.unscoped("undo of an import").filter(batch=batch).delete()
        ImportIssue.objects.bulk_create(issues, batch_size=BATCH)
        batch.status, batch.finished_at = ImportBatch.Status.UNDONE, timezone.now()
        batch.save()


class Restoring:
    """Gives records that stood before an import their former values back, batch by batch; tells what stays."""

    def __init__(self, batch: ImportBatch, actor: Actor) -> None:
        self.batch, self.actor = batch, actor
        self.issues: list[ImportIssue] = []

    def run(self) -> list[ImportIssue]:
        rows = ImportChange.objects.unscoped("undo of an import").filter(batch=self.batch).order_by("model", "-pk")
        for name, changes in groupby(rows.iterator(chunk_size=BATCH), key=lambda one: one.model):
            for part in _parts(changes):
                self._part(apps.get_model(name), part)
        return self.issues

    def _part(self, model: Any, part: list[ImportChange]) -> None:
        pks = {one.object_id for one in part}
        locked = model.objects.unscoped("undo of an import").select_for_update(of=("self",)).filter(pk__in=pks)
        rows, events = {row.pk: row for row in locked.order_by("pk")}, []
        for one in part:
            row = rows.get(one.object_id)
            if row is None:
                self._say(model, Wrong(GONE))
            elif event := self._restore(row, one.changes):
                events.append(event)
        append(events)
        keys = ExternalKey.objects.unscoped("undo of an import").filter(model=model._meta.label_lower)
        keys.filter(object_id__in=pks).update(row_hash="")  # so that the same file may be imported again

    def _restore(self, row: Any, changes: dict[str, list[Any]]) -> Any:
        """Write the former values that may go back; the event that tells so, or None."""
        label, before = row._meta.label_lower, snapshot(row)
        by_hand = ELSEWHERE.get(label, set()) & changes.keys()
        open_ = snapshot(row, hide=False)
        since = {key for key, (_was, made) in changes.items() if key not in by_hand and open_.get(key) != made}
        stay = since.union(*(group for group in TOGETHER if group & since)) & changes.keys()
        for message, keys in ((CHANGED_SINCE, stay), (BY_HAND, by_hand)):
            if keys:
                self._say(row, Wrong(message, name=str(row), fields=[_label(row, key) for key in sorted(keys)]))
        back = {key: was for key, (was, _made) in changes.items() if key not in stay | by_hand}
        if not back:
            return None
        for key, value in back.items():
            _set(row, key, value)
        if not self._saved(row, back):
            return None
        said = differences(before, snapshot(row))
        if label == "crm.deal" and "stage" in said:
            _step(row, said["stage"][0], self.actor)
        verb = "transfer" if set(said) == {"owner"} and f"{label}.transfer" in specs() else "edit"
        return make_event(self.actor, f"{label}.{verb}", row, said, undone=self.batch.pk)

    def _saved(self, row: Any, back: dict[str, Any]) -> bool:
        row.version += 1
        touched = {"custom" if key.startswith(PREFIX) else key for key in back} | {"version", "updated_at"}
        if hasattr(row, "fill_search"):
            row.fill_search()
            touched |= {one for one in ("search_text", "sort_name") if hasattr(row, one)}
        try:
            with transaction.atomic():
                models.Model.save(row, update_fields=sorted(touched))
        except IntegrityError:
            self._say(row, Wrong(CANNOT, name=str(row)))
            return False
        return True

    def _say(self, of: Any, wrong: Wrong) -> None:
        message, params = of_error(wrong)
        issue = ImportIssue(batch=self.batch, kind=ImportIssue.Kind.KEPT, sheet=of._meta.label_lower)
        issue.message, issue.params = message, params
        self.issues.append(issue)


def _parts(changes: Iterator[ImportChange]) -> Iterator[list[ImportChange]]:
    part: list[ImportChange] = []
    for one in changes:
        part.append(one)
        if len(part) == BATCH:
            yield part
            part = []
    if part:
        yield part


def _set(row: Any, key: str, value: Any) -> None:
    """Put VALUE, as JSON holds it, where KEY of ROW is."""
    if key.startswith(PREFIX):
        spec = next(
            (one for one in known(Actor.operator("undo of an import"), type(row)) if one.full_name == key), None
        )
        if spec is not None:
            store.put(row, spec, value)
        return
    field = row._meta.get_field(key)
    setattr(row, field.attname, field.target_field.to_python(value) if field.is_relation else field.to_python(value))


def _label(row: Any, key: str) -> Any:
    return key if key.startswith(PREFIX) else row._meta.get_field(key).verbose_name


def _step(deal: Deal, before: int, actor: Actor) -> None:
    """The deal went back to its former stage today."""
    StageChange(
        deal=deal, from_stage_id=before, to_stage_id=deal.stage_id, changed_on=today(), by_id=actor.user_id
    ).save()


def _take_away(batch: ImportBatch, actor: Actor, model: Any, pks: list[int]) -> None:
    name = model._meta.label_lower
    rows = model.objects.unscoped("undo of an import").filter(pk__in=pks)
    if touched := [str(row) for row in rows.filter(_touched(batch, name))[:5]]:
        raise Wrong(_("Changed since the import, so it cannot be undone: %(names)s."), names=touched)
    gone = list(rows)
    append([make_event(actor, f"{name}.unimport", row, {}, **{"import": batch.pk}) for row in gone])
    _untie(model, pks)
    rows.delete()
    follows(model, gone)


def _touched(batch: ImportBatch, name: str) -> models.Q:
    """Written to again, or something was done to it since the import ended."""
    touched = models.Q(version__gt=1)
    if batch.finished_at:
        since = Event.objects.unscoped("undo of an import").filter(model=name, at__gt=batch.finished_at)
        touched |= models.Q(pk__in=since.exclude(changes={}).values("object_id"))
    return touched


def _untie_all(model: Any, pks: list[int]) -> None:
    """Loosen what holds these rows to one another, so that only links from outside stand against their deletion."""
    for relation in model._meta.related_objects:
        if relation.related_model is model and relation.field.null:
            for at in range(0, len(pks), BATCH):
                rows = model.objects.unscoped("undo of an import").filter(pk__in=pks[at : at + BATCH])
                rows.update(**{relation.field.name: None})


def _untie(model: Any, pks: list[int]) -> None:
    for relation in model._meta.related_objects:
        if relation.on_delete is models.CASCADE and issubclass(relation.related_model, ScopedModel):
            belonging = relation.related_model.objects.unscoped("undo of an import")
            belonging.filter(**{f"{relation.field.name}__in": pks}).delete()
