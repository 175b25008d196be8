"""What a deal needs before it goes on: required fields, criteria that a person ticks, an activity done in the stage."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core.custom import PREFIX, kinds, known
from muster.core.periods import today
from muster.crm.actions import proofs
from muster.crm.models import Deal, DealTick, Stage, StageCriterion

REQUIRABLE = ("amount", "account", "contact", "product", "expected_on", "next_step", "notes")
AND = gettext_lazy(", ")


@dataclass(frozen=True)
class Missing:
    """One thing that a deal lacks: a field by its key, a criterion, or a kind of activity."""

    text: str
    kind: str  # field, criterion, activity
    key: Any = None


class NotReady(Refused):
    """The deal may not go on yet. `missing` says what is asked for, one by one."""

    def __init__(self, stage: Stage, missing: list[Missing]) -> None:
        what = str(AND).join(one.text for one in missing)
        super().__init__(_("Before “%(stage)s” this deal still needs: %(what)s.") % {"stage": stage, "what": what})
        self.missing = missing


def requirable(actor: Actor) -> list[tuple[str, str]]:
    """What can be made a required field: key and name."""
    own = [(key, capfirst(_name(key))) for key in REQUIRABLE]
    return own + [(one.full_name, capfirst(str(one.label))) for one in known(actor, Deal)]


def _name(key: str) -> str:
    field: Any = Deal._meta.get_field(key)
    return str(field.verbose_name)


def rank(stage: Stage) -> tuple[int, int]:
    return stage.position_no, stage.pk


def missing_for(actor: Actor, deal: Deal, stage: Stage) -> list[Missing]:
    """What DEAL lacks to go on to STAGE. Going back and losing ask for nothing."""
    if stage.kind == Stage.Kind.LOST:
        return []
    rows = Stage.objects.unscoped("rules of stages").filter(
        pipeline=deal.pipeline_id, kind=Stage.Kind.OPEN, archived_at=None
    )
    before = [one for one in rows if stage.kind == Stage.Kind.WON or rank(one) < rank(stage)]
    ahead = [one for one in before if rank(one) >= rank(deal.stage)]
    if not ahead and rank(stage) <= rank(deal.stage):
        return []
    return [*_fields(actor, deal, before), *_criteria(deal, ahead), *_activities(deal, ahead)]


def demand(actor: Actor, deal: Deal, stage: Stage) -> None:
    """Raises NotReady where DEAL lacks something to go on to STAGE."""
    if missing := missing_for(actor, deal, stage):
        raise NotReady(stage, missing)


def demand_at_start(actor: Actor, deal: Deal) -> None:
    """A new deal that begins further on has what the stages before it ask for; what is ticked there, it cannot have."""
    rows = Stage.objects.unscoped("rules of stages").filter(pipeline=deal.pipeline_id, kind="open", archived_at=None)
    before = [one for one in rows if rank(one) < rank(deal.stage)]
    if missing := [*_fields(actor, deal, before), *_criteria(deal, before), *_activities(deal, before)]:
        said = {"stage": deal.stage, "what": str(AND).join(one.text for one in missing)}
        text = _("A deal that begins in “%(stage)s” needs: %(what)s. Begin it in an earlier stage.")
        raise ValidationError({"stage": text % said})


def _fields(actor: Actor, deal: Deal, stages: Iterable[Stage]) -> list[Missing]:
    wanted = {key for one in stages for key in one.required}
    own = [key for key in REQUIRABLE if key in wanted and _empty(getattr(deal, key))]
    found = [Missing(_name(key), "field", key) for key in own]
    if not any(key.startswith(PREFIX) for key in wanted):
        return found
    values, find = deal.custom or {}, kinds.of_row(deal)
    lacking = [one for one in known(actor, Deal) if one.full_name in wanted and _empty(values.get(one.key))]
    return found + [Missing(str(one.label), "field", one.full_name) for one in lacking if kinds.applies(one, find)]


def _empty(value: Any) -> bool:
    return value in (None, "", []) or (isinstance(value, str) and not value.strip())


def _criteria(deal: Deal, stages: Iterable[Stage]) -> list[Missing]:
    rows = StageCriterion.objects.unscoped("rules of stages").filter(stage__in=list(stages), archived_at=None)
    rows = rows.order_by("stage__position_no", "position_no", "pk")
    if deal.pk:
        rows = rows.exclude(ticks__deal=deal)
    return [Missing(_("“%(name)s” ticked") % {"name": one}, "criterion", one) for one in rows]


def _activities(deal: Deal, stages: Iterable[Stage]) -> list[Missing]:
    named, since = dict(proofs.kinds()), deal.stage_since or deal.opened_on
    wanted = dict.fromkeys(one.needs_activity for one in stages if one.needs_activity in named)
    return [
        Missing(_activity(str(named[kind]), since), "activity", kind)
        for kind in wanted
        if not deal.pk or not proofs.done_since(deal.pk, kind, since)
    ]


def _activity(kind: str, since: dt.date | None) -> str:
    if since is None:
        return _("an activity done (%(kind)s)") % {"kind": kind}
    return _("an activity done since %(day)s (%(kind)s)") % {"kind": kind, "day": since}


@action("crm.deal.tick", gettext_lazy("Tick exit criteria of deals"), Deal)
def tick_criterion(actor: Actor, deal: Deal, *, criterion: StageCriterion) -> None:
    """What the criterion says is so for this deal. Ticked twice is ticked once."""
    if criterion.stage.pipeline_id != deal.pipeline_id or criterion.archived_at is not None:
        raise Refused(_("“%(name)s” is no criterion of this deal's pipeline.") % {"name": criterion})
    if deal.status != Deal.Status.OPEN:
        raise Refused(_("This deal is closed: re-open it first."))
    rows = DealTick.objects.unscoped("ticks of a deal")
    if not rows.filter(deal=deal, criterion=criterion).exists():
        DealTick(deal=deal, criterion=criterion, member_id=actor.member_id, ticked_on=today()).save()


@action("crm.deal.untick", gettext_lazy("Take ticks of exit criteria back"), Deal)
def untick_criterion(actor: Actor, deal: Deal, *, criterion: StageCriterion) -> None:
    DealTick.objects.unscoped("ticks of a deal").filter(deal=deal, criterion=criterion).delete()


def _open_stage(actor: Actor, row: StageCriterion, fields: dict[str, Any]) -> None:
    if row.stage_id and row.stage.kind != Stage.Kind.OPEN:
        raise ValidationError({"stage": _("A closing stage is not left: put the criterion into an open stage.")})


criteria = crud(StageCriterion, before_save=_open_stage)
