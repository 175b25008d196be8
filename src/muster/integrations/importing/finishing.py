"""What each table asks for beyond its columns, as the pages do: where a member stands, in which stage a deal."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor, Forbidden, NotVisible, Scope
from muster.core.periods import today
from muster.core.workdays import has_calendar
from muster.crm.actions.account import join_teams
from muster.crm.actions.deal import default_pipeline
from muster.crm.actions.stay import imported
from muster.crm.models import Account, Contact, Pool, Stage, StageChange
from muster.integrations.importing.engine import Changed, Entry, Made, Ref, Run
from muster.integrations.importing.lookups import Directory
from muster.integrations.importing.sentences import Wrong
from muster.people.actions.calendar import renew
from muster.people.actions.move import correct_assignment, move_member
from muster.people.actions.placing import Placement, bulk_place
from muster.people.models import Assignment, Grade, Member, Position, Unit

PLACE: dict[str, Any] = {"unit": Unit, "position": Position, "grade": Grade, "manager": Member}
NUMBER = "M{:05d}"  # employee numbers for those who come without one


class Rules:
    """Of a plain table there is nothing to say. `link`: what rows of this table are called where they name another;
    `transfers`: whose permission lets a record change hands."""

    link = ""
    transfers = ""

    def __init__(self, actor: Actor, directory: Directory) -> None:
        self.actor, self.directory = actor, directory

    def known(self, line: Any) -> None:
        """Complete what the line is found again by, where the file may leave it out."""

    def fitting(self, line: Any, name: str) -> Callable[[Any], bool]:
        """Which of the records that column NAME may mean come into question on this line."""
        return lambda _row: True

    def line(self, line: Any) -> None:
        """Complete the line; raises `Wrong` where it cannot be."""

    def apart(self, line: Any) -> None:
        """Put aside what the row itself does not hold."""

    def before(self, run: Run, made: Made) -> None:
        """Complete new rows before they are written."""

    def after(self, run: Run, made: Made, changed: Changed) -> None:
        """Bring along what follows from the rows."""


class Pooled(Rules):
    """Of what lies in public pools: what comes into one has no owner, and lies in no other."""

    def fitting(self, line: Any, name: str) -> Callable[[Any], bool]:
        """A public pool of these records that the importer looks after."""
        if name != "pool":
            return super().fitting(line, name)
        mine = set(Pool.objects.visible_to(self.actor, "crm.pool.edit").values_list("pk", flat=True))
        return lambda row: row.kind == self.transfers and row.archived_at is None and row.pk in mine

    def line(self, line: Any) -> None:
        if not line.values.get("pool"):
            return
        stands = line.row
        if line.link("owner"):
            raise Wrong(_("With an owner it lies in no public pool: leave one of the two columns empty."))
        if stands is not None and stands.pool_id not in (None, line.values["pool"].pk):
            raise Wrong(_("This lies in another public pool: move it there on its page."))

    def after(self, run: Run, made: Made, changed: Changed) -> None:
        entered = [row for _entry, row in made if row.pool_id]
        entered += [row for _entry, row, changes in changed if "pool" in changes and row.pool_id]
        imported((row, row.pool) for row in entered)


class Accounts(Pooled):
    link, transfers = "account", "crm.account"

    def line(self, line: Any) -> None:
        super().line(line)
        if not line.values.get("pool") and line.row is None and self.actor.member_id and "owner" not in line.texts:
            line.defaults["owner"] = Ref(Member, "", self.actor.member_id)

    def after(self, run: Run, made: Made, changed: Changed) -> None:
        """Contacts go with their account, as in a transfer."""
        super().after(run, made, changed)
        for _entry, row, changes in changed:
            if "owner" in changes:
                contacts = Contact.objects.unscoped("import").filter(account=row.pk, owner=changes["owner"][0])
                for pk in contacts.values_list("pk", flat=True):
                    run.note(Contact, pk, {"owner": [changes["owner"][0], row.owner_id]})
                contacts.update(owner=row.owner_id)


class Leads(Pooled):
    """A lead that the file gives to nobody waits for the rules to give it, or lies in a pool."""

    transfers = "crm.lead"

    def line(self, line: Any) -> None:
        if line.row is not None and not line.row.is_open:
            raise Wrong(_("This lead is closed: re-open it first."))
        super().line(line)

    def before(self, run: Run, made: Made) -> None:
        for _entry, row in made:
            row.waiting_since = today() if row.owner_id else None


class Contacts(Rules):
    transfers = "crm.account"

    def line(self, line: Any) -> None:
        if line.row is not None or "owner" in line.texts or "account" not in line.values:
            return
        account = self.directory.rows["account"][line.values["account"].pk]
        if owner := account.owner_id or self.actor.member_id:
            line.defaults["owner"] = Ref(Member, "", owner)

    def before(self, run: Run, made: Made) -> None:
        for _entry, row in made:
            row.date_opt_out()


class Deals(Rules):
    transfers = "crm.deal"

    def __init__(self, actor: Actor, directory: Directory) -> None:
        super().__init__(actor, directory)
        live = Stage.objects.visible_to(actor).filter(archived_at=None, pipeline__archived_at=None)
        self.stages = list(live.order_by("pipeline__position_no", "pipeline", "position_no", "id"))
        self.default = 0

    def fitting(self, line: Any, name: str) -> Callable[[Any], bool]:
        if name == "contact" and line.values.get("account"):
            account = line.values["account"].pk
            return lambda row: row.account_id == account
        if name == "stage":
            pipeline = line.link("pipeline") or self._pipeline()
            return lambda row: row.pipeline_id == pipeline
        return super().fitting(line, name)

    def _pipeline(self) -> int:
        if not self.default:
            self.default = default_pipeline().pk
        return self.default

    def line(self, line: Any) -> None:
        if line.row is None:
            self._new(line)
        stage = next((one for one in self.stages if one.pk == line.link("stage")), None)
        if stage is None:
            raise Wrong(_("There is no open stage to put the deal in: choose one."))
        if line.row is not None and line.link("pipeline") not in (None, stage.pipeline_id):
            raise Wrong(_("The stage “%(stage)s” is not one of this pipeline."), stage=str(stage))
        if "stage" in line.values or line.row is None:
            target = line.values if "stage" in line.values else line.defaults
            target["status"] = stage.kind
            target["pipeline"] = Ref(type(stage.pipeline), "", stage.pipeline_id)
        self._closing(line, stage.kind)

    def _new(self, line: Any) -> None:
        if "owner" not in line.texts:
            if not self.actor.member_id:
                raise Wrong(_("A deal needs an owner: fill in the column."))
            line.defaults["owner"] = Ref(Member, "", self.actor.member_id)
        if "stage" not in line.texts:
            pipeline = line.link("pipeline") or self._pipeline()
            fits = [one for one in self.stages if one.pipeline_id == pipeline and one.kind == Stage.Kind.OPEN]
            if fits:
                line.defaults["stage"] = Ref(Stage, "", fits[0].pk)

    def _closing(self, line: Any, kind: str) -> None:
        """The days must be able to be together; of an open deal the closing day is the expected one."""
        if kind == Stage.Kind.OPEN:
            closing = line.values.pop("closed_on", None)
            if closing and "expected_on" not in line.values:
                line.values["expected_on"] = closing
            if line.row is not None and line.row.status != kind:
                line.values |= {"closed_on": None, "loss_reason": None}
            if line.row is None:
                line.defaults["opened_on"] = today()
                line.defaults["stage_since"] = line.values.get("opened_on") or today()
            return
        opened, closed = line.get("opened_on"), line.get("closed_on")
        if closed is None:
            raise Wrong(_("A closed deal needs the day it was closed."))
        if closed > today():
            raise Wrong(_("A deal cannot be closed on a day to come."))
        if opened and closed < opened:
            raise Wrong(_("The deal closes before it was opened."))
        if kind == Stage.Kind.WON and line.get("amount") is None:
            raise Wrong(_("A won deal needs an amount."))
        if kind == Stage.Kind.WON and line.values.get("loss_reason"):
            raise Wrong(_("A won deal has no loss reason."))
        if "stage" in line.values:
            line.values["stage_since"] = closed

    def after(self, run: Run, made: Made, changed: Changed) -> None:
        steps = [_step(run, row, None, row.opened_on) for _entry, row in made if row.opened_on]
        steps += [_step(run, row, None, row.closed_on) for _entry, row in made if row.closed_on and not row.opened_on]
        for _entry, row in made:
            if row.opened_on and row.closed_on:
                steps[_at(steps, row)].to_stage_id = self._first(row)
                steps.append(_step(run, row, self._first(row), row.closed_on))
        for _entry, row, changes in changed:
            if "stage" in changes:
                steps.append(_step(run, row, changes["stage"][0], row.closed_on or today()))
        StageChange.objects.bulk_create(steps, batch_size=500)
        rows = [row for _entry, row in made] + [row for _e, row, one in changed if {"owner", "account"} & set(one)]
        pairs = {(row.account_id, row.owner_id) for row in rows if row.account_id}
        owned = Account.objects.unscoped("import").filter(pk__in={account for account, _owner in pairs})
        join_teams(pairs - set(owned.values_list("pk", "owner_id")))

    def _first(self, row: Any) -> int:
        """Where a closed deal began: in the first open stage of its pipeline."""
        fits = [one.pk for one in self.stages if one.pipeline_id == row.pipeline_id and one.kind == Stage.Kind.OPEN]
        return fits[0] if fits else row.stage_id


def _at(steps: list[StageChange], row: Any) -> int:
    return next(at for at, one in enumerate(steps) if one.deal_id == row.pk)


def _step(run: Run, row: Any, before: int | None, day: dt.date) -> StageChange:
    return StageChange(
        deal=row, from_stage_id=before, to_stage_id=row.stage_id, changed_on=day, by_id=run.actor.user_id
    )


class Members(Rules):
    link = "member"

    def line(self, line: Any) -> None:
        hired, left = line.get("hired_on"), line.get("left_on")
        if hired and left and left < hired:
            raise Wrong(_("The leaving date is before the hiring date."))
        if line.get("status") == Member.Status.LEFT:
            line.defaults["left_on"] = today()
        if not set(PLACE) & set(line.values):
            return
        if Scope.ALL not in self.actor.scopes("people.member.move"):
            raise Wrong(_("You may not say where members stand: leave out unit, position, grade and manager."))
        manager = line.values.get("manager")
        if manager is not None and line.key and manager.pk is None and manager.external_id == line.key:
            raise Wrong(_("Nobody can be his or her own manager."))

    def apart(self, line: Any) -> None:
        line.also = {key: line.values.pop(key) for key in PLACE if key in line.values}

    def before(self, run: Run, made: Made) -> None:
        """Numbers for those who come without one, after the highest that was given so."""
        nameless = [row for _entry, row in made if not row.employee_no]
        if nameless:
            given = Member.objects.unscoped("import").filter(employee_no__regex=r"^M[0-9]{5,}$")
            last = max((int(one[1:]) for one in given.values_list("employee_no", flat=True)), default=0)
            for at, row in enumerate(nameless, start=last + 1):
                row.employee_no = NUMBER.format(at)
                row.fill_search()

    def after(self, run: Run, made: Made, changed: Changed) -> None:
        """Where they stand: from the day of hiring for new ones, from today where it differs for others."""
        found = {key: self._rows(run, [entry for entry, _row in made], key) for key in PLACE}
        placements = []
        for entry, row in made:
            place = {key: found[key][run.id_of(one)] for key, one in entry.also.items()}
            since, until = _spell(row)
            if until is None or since < until:
                placements.append(Placement(row, **place, valid_from=since, valid_to=until, reason=gettext("Import")))
        if placements:
            bulk_place(run.actor, placements)
        self._moved(run, [entry for entry, _row, _changes in changed if entry.also])

    def _moved(self, run: Run, entries: list[Entry]) -> None:
        """Who stands here already moves by the same action as on his page."""
        found = {key: self._rows(run, entries, key) for key in PLACE}
        for entry in entries:
            pk = run.keys[Member][entry.external_id][0]
            member = Member.objects.visible_to(run.actor).get(pk=pk)
            place = {key: found[key][run.id_of(one)] for key, one in entry.also.items()}
            place = {key: one for key, one in place.items() if getattr(member, f"{key}_id") != one.pk}
            try:
                if place:
                    stood = {key: [getattr(member, f"{key}_id"), one.pk] for key, one in place.items()}
                    self._move(run, member, place)
                    run.note(Member, pk, stood)
            except (ValidationError, Forbidden, NotVisible) as error:
                run.refuse(
                    entry, error if isinstance(error, ValidationError) else Wrong(_("You may not move this member."))
                )

    def _move(self, run: Run, member: Member, place: dict[str, Any]) -> None:
        begun = Assignment.objects.unscoped("import").filter(member=member, valid_from=today()).first()
        if begun is not None:
            correct_assignment(run.actor, begun, **place)
        else:
            move_member(run.actor, member, valid_from=today(), reason=gettext("Import"), **place)

    def _rows(self, run: Run, entries: list[Entry], key: str) -> dict[int, Any]:
        pks = {run.id_of(entry.also[key]) for entry in entries if key in entry.also}
        return dict(PLACE[key].objects.unscoped("import").in_bulk(pks))


def _spell(member: Member) -> tuple[dt.date, dt.date | None]:
    """From when to when a new member stands where the file says."""
    since = member.hired_on or (member.left_on - dt.timedelta(days=1) if member.left_on else today())
    return since, member.left_on


def refuse_circles(model: Any, name: str, lines: list[Any], by_key: dict[str, Any]) -> None:
    """Nobody stands over himself, over however many steps, in the file or here."""
    by_pk = {line.row.pk: line for line in lines if line.row is not None}
    above: dict[int, int | None] = {}

    def next_of(at: Any) -> Any:
        if isinstance(at, int):
            if at not in above:
                rows = model.objects.unscoped("circles in an import").filter(pk=at)
                above[at] = rows.values_list(f"{name}_id", flat=True).first()
            found: Any = above[at]
        else:
            value = at.values.get(name)
            found = value.pk or by_key.get(value.external_id) if isinstance(value, Ref) else at.link(name)
        return by_pk.get(found, found) if isinstance(found, int) else found

    safe: set[Any] = set()
    for line in lines:
        if not isinstance(line.values.get(name), Ref):
            continue
        chain, at = {line: None}, next_of(line)
        while at is not None and at not in chain and at not in safe:
            chain[at] = None
            at = next_of(at)
        if at is None or at in safe:
            safe |= set(chain)
        if at is line:
            message = _("%(column)s: they would go round in a circle with row %(rows)s.")
            rows = [one.number for one in list(chain)[1:] if not isinstance(one, int)] or [line.number]
            line.problems.append(Wrong(message, column=model._meta.get_field(name).verbose_name, rows=rows))


class Calendar(Rules):
    """Special days are those of the firm's country where the file names none; they count at once."""

    def known(self, line: Any) -> None:
        line.values["country"] = str(line.values.get("country") or settings.WORK_CALENDAR).upper()

    def line(self, line: Any) -> None:
        if not has_calendar(line.values["country"]):
            message = _("There is no calendar of “%(country)s”: write the code of a country, such as CN.")
            raise Wrong(message, country=line.values["country"])

    def after(self, run: Run, made: Made, changed: Changed) -> None:
        renew()


RULES: dict[str, type[Rules]] = {
    "calendar": Calendar,
    "members": Members,
    "accounts": Accounts,
    "contacts": Contacts,
    "products": Rules,
    "deals": Deals,
    "leads": Leads,
}
