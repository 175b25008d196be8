"""What can happen to a deal."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.account import join_team, keep_owner, present
from muster.crm.actions.certified import certified, certified_anew
from muster.crm.actions.credit import settle_credits
from muster.crm.actions.deal_line import keep_sum, reckon_deal
from muster.crm.actions.discount import demand_approval, prices_changed
from muster.crm.actions.rivals import demand_winner, end_rivals, open_rivals
from muster.crm.actions.slips import note_slip
from muster.crm.actions.stage_rules import demand, demand_at_start
from muster.crm.models import Deal, DealCompetitor, LossReason, Pipeline, Stage, StageChange
from muster.people.models import Member


def _complete(actor: Actor, deal: Deal, fields: dict[str, Any]) -> None:
    if deal.contact is not None and deal.account_id and deal.contact.account_id != deal.account_id:
        raise ValidationError({"contact": _("%(name)s works for another customer.") % {"name": deal.contact}})
    if not deal._state.adding:
        if "stage" in fields or "pipeline" in fields:
            raise ValidationError(_("A deal changes its stage by moving it, not by editing."))
        keep_owner(actor, deal, "crm.deal.transfer")
        certified_anew(deal)
        keep_sum(deal, fields)
        if "expected_on" in fields:
            note_slip(actor, deal)
        return
    _begin(actor, deal)


def _begin(actor: Actor, deal: Deal) -> None:
    """A new deal belongs to its maker, begins today in the first stage of the default pipeline."""
    if deal.owner_id is None and actor.member_id:
        deal.owner_id = actor.member_id
    if deal.pipeline_id is None:
        deal.pipeline = deal.stage.pipeline if deal.stage_id else default_pipeline()
    if deal.stage_id is None:
        deal.stage = (
            Stage.objects.unscoped("first stage")
            .filter(pipeline=deal.pipeline, kind=Stage.Kind.OPEN, archived_at=None)
            .first()
        )
    if deal.stage is None or deal.stage.pipeline_id != deal.pipeline_id or deal.stage.kind != Stage.Kind.OPEN:
        raise ValidationError(
            {"stage": _("Choose an open stage of the pipeline “%(name)s”.") % {"name": deal.pipeline}}
        )
    certified_anew(deal)
    demand_at_start(actor, deal)
    deal.opened_on = deal.opened_on or today()
    deal.stage_since = deal.opened_on


def _first_step(actor: Actor, deal: Deal, fields: dict[str, Any]) -> None:
    if not StageChange.objects.unscoped("stage history").filter(deal=deal).exists():
        _note_step(actor, deal, None, deal.opened_on or today())
    if deal.account is not None:
        join_team(deal.account, deal.owner_id)
    if {"tax_included", "tax_rate"} & set(fields):
        reckon_deal(deal)
        prices_changed(actor, deal)
    if deal.status == Deal.Status.WON:
        settle_credits(deal)


deals = crud(Deal, before_save=_complete, after_save=_first_step)


def default_pipeline() -> Pipeline:
    found: Pipeline | None = (
        Pipeline.objects.unscoped("default pipeline")
        .filter(archived_at=None)
        .order_by("-is_default", "position_no", "id")
        .first()
    )
    if found is None:
        raise ValidationError(_("There is no pipeline yet: ask sales operations to set one up."))
    return found


@action("crm.deal.move", gettext_lazy("Move deals to another stage"), Deal)
def move_deal(actor: Actor, deal: Deal, *, stage: Stage, on: dt.date | None = None) -> None:
    """Put an open deal into another open stage of its pipeline. Winning and losing are actions of their own."""
    _must_be_open(deal)
    if stage.pipeline_id != deal.pipeline_id or stage.kind != Stage.Kind.OPEN:
        raise ValidationError(_("“%(stage)s” is no open stage of this deal's pipeline.") % {"stage": stage})
    if stage.pk != deal.stage_id:
        demand(actor, deal, stage)
        _step(actor, deal, stage, on or today())
        deal.save(update_fields=["stage", "stage_since"])


@action("crm.deal.win", gettext_lazy("Win deals"), Deal)
def win_deal(actor: Actor, deal: Deal, *, on: dt.date | None = None, amount: int | None = None, note: str = "") -> None:
    """The customer signed: close on the day, with the final amount (minor units; the present amount when none is
    given)."""
    if amount is not None:
        keep_sum(deal, {"amount": amount})
        deal.amount = amount
    if deal.amount is None:
        raise ValidationError({"amount": _("State the amount: a deal cannot be won without one.")})
    demand_approval(deal)
    _close(actor, deal, Stage.Kind.WON, on or today(), note)
    end_rivals(deal, None)


@action("crm.deal.lose", gettext_lazy("Lose deals"), Deal)
def lose_deal(
    actor: Actor,
    deal: Deal,
    *,
    reason: LossReason | None = None,
    on: dt.date | None = None,
    note: str = "",
    winner: DealCompetitor | None = None,
    nobody: bool = False,
) -> None:
    """The deal is over without a sale. The reason is asked for, because losses are what a team learns from; where
    competitors are known also which of them won, or that NOBODY of them did."""
    if reason is None:
        raise ValidationError({"reason": _("State why the deal was lost.")})
    deal.loss_reason = reason
    demand_winner(deal, winner, nobody)
    _close(actor, deal, Stage.Kind.LOST, on or today(), note)
    if winner is not None:
        end_rivals(deal, winner)


@action("crm.deal.reopen", gettext_lazy("Re-open deals"), Deal)
def reopen_deal(actor: Actor, deal: Deal) -> None:
    """Take a closed deal up again in the stage it was closed from. It counts once: on the day it is closed for good."""
    if deal.status == Deal.Status.OPEN:
        raise ValidationError(_("This deal is open already."))
    last = (
        StageChange.objects.unscoped("stage history")
        .filter(deal=deal, from_stage__kind=Stage.Kind.OPEN)
        .order_by("-id")
        .first()
    )
    first = (
        Stage.objects.unscoped("first stage")
        .filter(pipeline=deal.pipeline_id, kind=Stage.Kind.OPEN, archived_at=None)
        .first()
    )
    stage = last.from_stage if last else first
    if stage is None:
        raise ValidationError(
            _("The pipeline “%(name)s” has no open stage to return to: ask sales operations.") % {"name": deal.pipeline}
        )
    _step(actor, deal, stage, today())
    deal.status, deal.closed_on, deal.loss_reason, deal.close_note = Deal.Status.OPEN, None, None, ""
    deal.save()
    settle_credits(deal)
    open_rivals(deal)


@action("crm.deal.transfer", gettext_lazy("Transfer deals"), Deal)
def transfer_deal(actor: Actor, deal: Deal, *, owner: Member) -> None:
    """Give the deal to another member; stage, dates and history stay as they are."""
    check_links(actor, deal, {"owner": owner})
    present(owner, "owner")
    if deal.status == Deal.Status.OPEN:
        certified(owner, deal.product)
    deal.owner = owner
    deal.save(update_fields=["owner"])
    if deal.account is not None:
        join_team(deal.account, owner.pk)


@action("crm.deal.weigh", gettext_lazy("Give deals a probability of their own"), Deal)
def weigh_deal(actor: Actor, deal: Deal, *, probability: int | None = None) -> None:
    """PROBABILITY in per cent; none is that of the stage again."""
    _must_be_open(deal)
    deal.probability = probability
    deal.clean_fields([one.name for one in deal._meta.concrete_fields if one.name != "probability"])
    deal.save(update_fields=["probability"])


def _must_be_open(deal: Deal) -> None:
    if deal.status != Deal.Status.OPEN:
        raise ValidationError(_("This deal is closed: re-open it first."))


def _close(actor: Actor, deal: Deal, kind: str, day: dt.date, note: str) -> None:
    _must_be_open(deal)
    if day > today():
        raise ValidationError({"on": _("A deal cannot be closed on a day to come.")})
    if deal.opened_on and day < deal.opened_on:
        raise ValidationError(
            {"on": _("This deal was opened on %(day)s: it cannot close before that.") % {"day": deal.opened_on}}
        )
    stage = (
        Stage.objects.unscoped("closing stage").filter(pipeline=deal.pipeline_id, kind=kind, archived_at=None).first()
    )
    if stage is None:
        raise ValidationError(
            _("The pipeline “%(name)s” has no stage to close in: ask sales operations.") % {"name": deal.pipeline}
        )
    demand(actor, deal, stage)
    _step(actor, deal, stage, day)
    deal.status, deal.closed_on, deal.close_note = kind, day, note
    deal.full_clean()
    deal.save()
    settle_credits(deal)


def _step(actor: Actor, deal: Deal, stage: Stage, day: dt.date) -> None:
    before, deal.stage, deal.stage_since = deal.stage, stage, day
    _note_step(actor, deal, before, day)


def _note_step(actor: Actor, deal: Deal, before: Stage | None, day: dt.date) -> None:
    step = StageChange(deal=deal, from_stage=before, to_stage=deal.stage, changed_on=day, by_id=actor.user_id)
    step.save()
