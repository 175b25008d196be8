"""Bulk changes row by row: tried out by doing it and taking it back, carried out, taken back. Each row is a transaction
of its own that notes its outcome, so what was cut off goes on where it stopped."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from muster.access.action import Conflict, record_denied, trial
from muster.access.bulk import BulkEdit, edit_of
from muster.access.bulk.form import read
from muster.access.models import BulkChange, BulkRow
from muster.access.scope import Actor, Forbidden, NotVisible
from muster.core.custom import PREFIX

Status, Outcome = BulkChange.Status, BulkRow.Outcome
Step = Callable[[int, int], None]
# What is done in each state: with which rows, and what comes after it.
FROM = {Status.CHECKING: Outcome.WAITING, Status.RUNNING: Outcome.WILL, Status.UNDOING: Outcome.DONE}
THEN = {Status.CHECKING: Status.CHECKED, Status.RUNNING: Status.DONE, Status.UNDOING: Status.UNDONE}


def work(change: BulkChange, actor: Actor, step: Step) -> None:
    """Do what the state of CHANGE asks for, until it is done or somebody stops it."""
    phase = Status(change.status)
    if phase not in FROM:
        return
    edit = edit_of(change.listing)
    if edit is None:
        raise ValidationError(_("This list cannot be changed in bulk any more."))
    rows = BulkRow.objects.unscoped("rows of a bulk change").filter(change=change)
    try:
        values = {} if phase == Status.UNDOING else read(edit, actor, change.values).values()
    except ValidationError as error:  # what could be chosen when it was begun cannot be any more
        rows.filter(outcome=FROM[phase]).update(outcome=Outcome.REFUSED, problem=" ".join(error.messages)[:1000])
        values = {}
    do = _Worker(edit, actor, values)
    keys = list(rows.filter(outcome=FROM[phase]).order_by("pk").values_list("pk", flat=True))
    for done, pk in enumerate(keys):
        step(done, len(keys))
        if not _still(change, phase):
            return
        do.row(pk, phase)
    _of(change, phase).update(status=THEN[phase], finished_at=timezone.now())
    step(len(keys), len(keys))


def _of(change: BulkChange, phase: Any) -> Any:
    return BulkChange.objects.unscoped("state of a bulk change").filter(pk=change.pk, status=phase)


def _still(change: BulkChange, phase: Any) -> bool:
    return bool(_of(change, phase).exists())


class _Worker:
    def __init__(self, edit: BulkEdit, actor: Actor, values: dict[str, Any]) -> None:
        self.edit, self.actor = edit, actor
        self.said = edit.split(actor, values)

    def row(self, pk: int, phase: Any) -> None:
        """Bring one row a step on, unless somebody did meanwhile."""
        with transaction.atomic():
            one = BulkRow.objects.unscoped("rows of a bulk change").select_for_update().get(pk=pk)
            if one.outcome != FROM[phase]:
                return
            one.problem = ""
            {Status.CHECKING: self._try, Status.RUNNING: self._write, Status.UNDOING: self._back}[phase](one)
            one.save()

    def _try(self, one: BulkRow) -> None:
        with trial():
            self._carry_out(one)
        one.memory = {}
        if one.outcome == Outcome.DONE:
            one.outcome = Outcome.WILL

    def _write(self, one: BulkRow) -> None:
        denied = self._carry_out(one)
        if denied:
            record_denied(self.actor, *denied)

    def _carry_out(self, one: BulkRow) -> tuple[str, Any] | None:
        """Write one record; what is refused is told in the row. Returns the right that was missing, if that was it."""
        row = self._found(one)
        if row is None:
            return None
        one.seen = one.seen or row.version
        try:
            with transaction.atomic():
                one.memory = self._parts(one, row)
                one.outcome = Outcome.DONE if one.memory else Outcome.SAME
        except Forbidden as error:
            self._refuse(one, _("This is not yours to change."))
            return str(error), row
        except NotVisible:
            self._refuse(one, _("This is not yours to change."))
        except Conflict:
            self._refuse(one, _("Somebody changed this meanwhile: begin anew to see how it is now."))
        except ValidationError as error:
            self._refuse(one, " ".join(error.messages))
        return None

    def _parts(self, one: BulkRow, row: Any) -> dict[str, Any]:
        memory: dict[str, Any] = {}
        for part, values in self.said:
            if part.same(self.actor, row, values):
                continue
            memory[part.key] = part.run(self.actor, row, values, version=one.seen or 0)
            row = self._row(one) or row
        return memory

    def _back(self, one: BulkRow) -> None:
        row = self._found(one)
        if row is None:
            return
        left: list[str] = []
        try:
            with transaction.atomic():
                for part in reversed(self.edit.parts):
                    if memory := one.memory.get(part.key):
                        left += part.undo(self.actor, row, memory)
                        row = self._row(one) or row
        except (Forbidden, NotVisible):
            self._keep(one, _("This is not yours to change."))
        except ValidationError as error:
            self._keep(one, " ".join(error.messages))
        else:
            one.outcome = Outcome.KEPT if left else Outcome.UNDONE
            if left:
                names = ", ".join(self._label(name) for name in left)
                one.problem = _("Changed since by somebody, and left so: %(names)s.") % {"names": names}

    def _label(self, name: str) -> str:
        if name.startswith(PREFIX):
            return name.removeprefix(PREFIX)
        return str(self.edit.model._meta.get_field(name).verbose_name)

    def _row(self, one: BulkRow) -> Any:
        return self.edit.model.objects.visible_to(self.actor).filter(pk=one.object_id).first()

    def _found(self, one: BulkRow) -> Any:
        row = self._row(one)
        if row is None:
            self._refuse(one, _("This record is not there any more, or not for you."))
        return row

    def _refuse(self, one: BulkRow, why: str) -> None:
        one.outcome, one.problem, one.memory = Outcome.REFUSED, why[:1000], {}

    def _keep(self, one: BulkRow, why: str) -> None:
        one.outcome, one.problem = Outcome.KEPT, why[:1000]
