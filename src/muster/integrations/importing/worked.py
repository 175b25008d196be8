"""What the tables of work ask for beyond their columns: activities and tasks are their owner's, on one customer, and
what is done counts on a day."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.activities.models import Activity
from muster.core.periods import today
from muster.crm.actions.account import join_teams
from muster.crm.actions.lead import heard_from
from muster.crm.actions.recycle import touched
from muster.crm.models import Account, Deal
from muster.crm.pooled import kind_of
from muster.integrations.importing.engine import BATCH, Changed, Made, Ref, Run
from muster.integrations.importing.finishing import Rules
from muster.integrations.importing.lookups import Directory, batches
from muster.integrations.importing.sentences import Wrong
from muster.people.models import Member

Of = dict[tuple[str, str], Ref]  # link and key of a row of the same import → its customer
SOON = dt.timedelta(minutes=5)


def customer_of(directory: Directory, of: Of, link: str, ref: Ref) -> Ref | None:
    """The customer of a contact, deal or lead that stands already or comes along in the same import."""
    if ref.pk is None:
        return of.get((link, ref.external_id))
    account = directory.rows[link][ref.pk].account_id
    return Ref(Account, str(account), account) if account else None


def alike(one: Ref, other: Ref) -> bool:
    return one.pk == other.pk and (one.pk is not None or one.external_id == other.external_id)


class Work(Rules):
    """The customer follows from the deal, the contact or the lead; without an owner it is the importer's."""

    links: tuple[str, ...] = ("deal", "lead")
    nobody: Any = None

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.of: Of = {}

    def line(self, line: Any) -> None:
        if line.row is None and "owner" not in line.texts:
            if not self.actor.member_id:
                raise Wrong(self.nobody)
            line.defaults["owner"] = Ref(Member, "", self.actor.member_id)
        for link in self.links:
            ref = line.values.get(link)
            account = customer_of(self.directory, self.of, link, ref) if ref is not None else None
            if account is not None and not alike(line.values.setdefault("account", account), account):
                raise Wrong(_("“%(name)s” belongs to another customer."), name=line.texts.get(link, ""))


class Tasks(Work):
    transfers = "activities.task"
    nobody = _("A task needs somebody who does it: fill in the column.")

    def line(self, line: Any) -> None:
        super().line(line)
        done = line.get("done_on")
        if done and done > today():
            raise Wrong(_("What is done cannot lie in the future: leave the day it was done empty."))


class Activities(Work):
    transfers = "activities.activity"
    links = ("deal", "contact", "lead")
    nobody = _("An activity needs a member whose work it is: fill in the column.")

    def line(self, line: Any) -> None:
        super().line(line)
        done = line.get("done_at")
        if done is None:
            if line.get("planned_at") is None:
                raise Wrong(_("An activity needs the day it was done or is planned for."))
            line.defaults["status"] = Activity.Status.PLANNED
            return
        if done > timezone.now() + SOON:
            raise Wrong(_("What is done cannot lie in the future: save it as planned."))
        line.values |= {"status": Activity.Status.DONE, "done_on": done.astimezone(self._zone(line)).date()}

    def _zone(self, line: Any) -> ZoneInfo:
        pk, known = line.link("owner"), self.directory.rows["member"]
        if pk not in known:
            known[pk] = Member.objects.unscoped("import").get(pk=pk)
        return ZoneInfo(known[pk].time_zone)

    def after(self, run: Run, made: Made, changed: Changed) -> None:
        """Last contacts, first responses, the clocks of public pools and the teams of customers follow the work."""
        rows = [row for _entry, row in made] + [row for _entry, row, changes in changed if changes]
        pairs = {(row.account_id, row.owner_id) for row in rows if row.account_id}
        owned = Account.objects.unscoped("import").filter(pk__in={account for account, _owner in pairs})
        join_teams(pairs - set(owned.values_list("pk", "owner_id")))
        done = sorted((row for row in rows if row.done_on), key=lambda row: row.done_at)
        for model, name in ((Account, "account_id"), (Deal, "deal_id")):
            _last_contact(model, {getattr(row, name): row.done_on for row in done if getattr(row, name)})
        if pooled := kind_of("crm.account"):
            for (pk, what), day in {(row.account_id, row.kind): row.done_on for row in done if row.account_id}.items():
                touched(pooled, pk, what, day)
        for ends in ({row.lead_id: row for row in reversed(done)}, {row.lead_id: row for row in done}):
            for pk, row in ends.items():
                if pk:
                    heard_from(pk, row.done_at, row.done_on)


def _last_contact(model: Any, days: dict[int, dt.date]) -> None:
    later = []
    for row in model.objects.unscoped("last contact").filter(pk__in=days):
        if row.last_activity_on is None or row.last_activity_on < days[row.pk]:
            row.last_activity_on = days[row.pk]
            later.append(row)
    model.objects.unscoped("last contact").bulk_update(later, ["last_activity_on"], batch_size=BATCH)


def forgotten(rows: Iterable[Any]) -> None:
    """ROWS, activities, are gone: the last contact is the last of those that are left."""
    gone = list(rows)
    for model, name in ((Account, "account"), (Deal, "deal")):
        pks = {getattr(row, f"{name}_id") for row in gone if row.done_on} - {None}
        for part in batches(pks):
            left = Activity.objects.unscoped("last contact").filter(**{f"{name}__in": part})
            days = dict(left.exclude(done_on=None).values_list(name).annotate(Max("done_on")).order_by())
            standing = list(model.objects.unscoped("last contact").filter(pk__in=part))
            for row in standing:
                row.last_activity_on = days.get(row.pk)
            model.objects.unscoped("last contact").bulk_update(standing, ["last_activity_on"], batch_size=BATCH)


def follows(model: type[ScopedModel], rows: Iterable[Any]) -> None:
    """What is put right when an import of MODEL is taken back."""
    if model is Activity:
        forgotten(rows)


RULES: dict[str, type[Rules]] = {"tasks": Tasks, "activities": Activities}
