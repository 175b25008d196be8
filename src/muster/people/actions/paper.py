"""Company papers: published in versions, asked of who they are for, acknowledged by each, asked again when new."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import Refused, action, append, make_event
from muster.access.crud import crud
from muster.access.models import RoleAssignment
from muster.access.queries import held_now
from muster.access.scope import Actor
from muster.core import files
from muster.core.periods import today
from muster.people.models import Member, Paper, PaperReading, PaperVersion
from muster.people.policies import units_below

BATCH = 1000
BEFORE = dt.timedelta(days=3)  # a word in time
AGAIN = dt.timedelta(days=7)  # and once a week when it is late
GONE = (Member.Status.LEFT, Member.Status.CANDIDATE)


def _ask_anew(actor: Actor, paper: Paper, fields: dict[str, Any]) -> None:
    ask_readers(paper)


papers = crud(Paper, after_save=_ask_anew)


def publish_version(actor: Actor, paper: Paper, *, upload: Any = None, **said: Any) -> PaperVersion:
    """A new version of PAPER, which everybody it is for is to read anew. SAID: body, changed. Raises ValidationError
    where there are neither words nor a file."""
    if not upload:
        return _published(actor, paper, {}, said)
    with files.kept(files.receive(upload), "papers") as columns:
        return _published(actor, paper, columns, said)


def _published(actor: Actor, paper: Paper, columns: dict[str, Any], said: dict[str, Any]) -> PaperVersion:
    row: PaperVersion = _publish(actor, paper, columns=columns, **said)
    return row


@action("people.paper.publish", gettext_lazy("Publish company papers"), Paper)
def _publish(actor: Actor, paper: Paper, *, columns: dict[str, Any], body: str = "", changed: str = "") -> PaperVersion:
    if not body.strip() and not columns:
        raise ValidationError({"body": _("Write the text, or choose a file, or both.")})
    if paper.archived_at:
        raise Refused(_("“%(name)s” is archived: restore it first.") % {"name": paper})
    editions = PaperVersion.objects.unscoped("versions of a paper").filter(paper=paper)
    last = editions.aggregate(last=Max("number"))["last"] or 0
    editions.filter(is_current=True).update(is_current=False)
    row = PaperVersion(
        paper=paper,
        number=last + 1,
        body=body,
        changed=changed,
        published_at=timezone.now(),
        due_on=today() + dt.timedelta(days=paper.days),
        **columns,
    )
    row.full_clean(exclude=["paper"])
    row.save()
    ask_readers(paper)
    return row


def readers(paper: Paper) -> QuerySet[Member]:
    """Whom PAPER is for today: everybody with the firm, or who stands in its units and below and holds its roles."""
    rows: QuerySet[Member] = Member.objects.unscoped("readers of a paper").filter(archived_at=None)
    rows = rows.exclude(status__in=GONE)
    if paper.units:
        places = Q()
        for unit in paper.units:
            places |= Q(unit__in=units_below(unit))
        rows = rows.filter(places)
    if paper.roles:
        held = RoleAssignment.objects.unscoped("readers of a paper").filter(held_now(), role__in=paper.roles)
        rows = rows.filter(user__in=held.values("user"))
    return rows


@transaction.atomic
def ask_readers(paper: Paper) -> int:
    """Bring the list of readers of the present version up to date: who came is asked, who went and has not read is not
    asked any more. How many changed. Running it twice does nothing more."""
    editions = PaperVersion.objects.unscoped("versions of a paper").filter(paper=paper, is_current=True)
    edition = editions.first()
    if edition is None:
        return 0
    rows = PaperReading.objects.unscoped("readers of a paper").filter(edition=edition)
    wanted = readers(paper).none() if paper.archived_at else readers(paper)
    gone, _by_model = rows.filter(read_at=None).exclude(member__in=wanted.values("pk")).delete()
    new = wanted.exclude(pk__in=rows.values("member")).values_list("pk", flat=True)
    made = [PaperReading(edition=edition, member_id=pk) for pk in new]
    PaperReading.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
    return gone + len(made)


@action("people.paperreading.acknowledge", gettext_lazy("Acknowledge company papers"), PaperReading)
def acknowledge(actor: Actor, row: PaperReading) -> None:
    """The member himself says that he has read it; nobody says so for another."""
    if actor.member_id != row.member_id:
        raise Refused(_("Everybody acknowledges for himself or herself."))
    if not row.edition.is_current:
        raise Refused(_("There is a newer version: read that one."))
    if row.read_at is None:
        row.read_at = timezone.now()
        row.save(update_fields=["read_at"])


def remind_readers(day: dt.date | None = None) -> int:
    """Who has not read is reminded three days before the day, on it, and once a week afterwards; how many papers were
    said again. New members are asked for what they have not read."""
    on, actor, found = day or today(), Actor.operator(gettext_noop("reminder"), via="chore"), 0
    editions = PaperVersion.objects.unscoped("versions of a paper").filter(is_current=True, paper__archived_at=None)
    for edition in editions.select_related("paper").order_by("pk"):
        ask_readers(edition.paper)
        waiting = PaperReading.objects.unscoped("readers of a paper").filter(edition=edition, read_at=None)
        late = _due(waiting, edition, on)
        with transaction.atomic():
            pks = list(late.values_list("member_id", flat=True))
            if pks:
                waiting.filter(member__in=pks).update(reminded_on=on)
                append([make_event(actor, "people.paper.remind", edition.paper, {}, members=pks)])
                found += 1
    return found


def _due(waiting: QuerySet[PaperReading], edition: PaperVersion, on: dt.date) -> QuerySet[PaperReading]:
    never = Q(reminded_on=None)
    if on < edition.due_on - BEFORE:
        return waiting.none()
    if on < edition.due_on:
        return waiting.filter(never)
    return waiting.filter(never | Q(reminded_on__lt=edition.due_on) | Q(reminded_on__lte=on - AGAIN))
