"""Products, pipelines, stages and reasons."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from muster.access.crud import crud
from muster.access.scope import Actor
from muster.crm.models import Deal, LossReason, Pipeline, Product, Stage

OPEN, WON, LOST = Stage.Kind.OPEN, Stage.Kind.WON, Stage.Kind.LOST
DEFAULT_PIPELINE = ("sales", "Sales", "标准销售流程")
# key, name, Chinese name, kind, probability, stale after days
DEFAULT_STAGES = [
    ("new", "New", "初步接洽", OPEN, 10, 14),
    ("qualified", "Qualified", "需求确认", OPEN, 30, 21),
    ("proposal", "Proposal", "方案报价", OPEN, 50, 21),
    ("negotiation", "Negotiation", "商务谈判", OPEN, 70, 30),
    ("won", "Won", "赢单", WON, 100, None),
    ("lost", "Lost", "输单", LOST, 0, None),
]
DEFAULT_REASONS = [
    ("price", "Price too high", "价格过高"),
    ("competitor", "Went to a competitor", "选择竞品"),
    ("no-budget", "No budget", "客户无预算"),
    ("no-decision", "No decision", "客户未决策"),
    ("lost-contact", "Lost contact", "失去联系"),
]
LONGEST_KEY = 45


def own_key(row: Any, taken: Any) -> None:
    """The key is what addresses and imports call it: made from the name once, and kept when the name changes."""
    if row.key:
        return
    base = key = slugify(row.name)[:LONGEST_KEY] or row._meta.model_name
    number = 2
    while taken.filter(key=key).exists():
        key, number = f"{base}-{number}", number + 1
    row.key = key


def _pipeline(actor: Actor, row: Pipeline, fields: dict[str, Any]) -> None:
    own_key(row, Pipeline.objects.unscoped("keys in use"))


def _one_default(actor: Actor, row: Pipeline, fields: dict[str, Any]) -> None:
    if row.is_default:
        others = Pipeline.objects.unscoped("one default pipeline").filter(is_default=True).exclude(pk=row.pk)
        others.update(is_default=False)


def _stage(actor: Actor, row: Stage, fields: dict[str, Any]) -> None:
    """A stage that deals stand in keeps its kind and its pipeline, or those deals would be won or lost by renaming."""
    own_key(row, Stage.objects.unscoped("keys in use").filter(pipeline=row.pipeline_id))
    if row.kind != OPEN:
        row.probability = 100 if row.kind == WON else 0
    if row._state.adding:
        return
    before = Stage.objects.unscoped("stage before").get(pk=row.pk)
    used = Deal.objects.unscoped("deals in a stage").filter(stage=row.pk).exists()
    if used and (before.kind, before.pipeline_id) != (row.kind, row.pipeline_id):
        raise ValidationError({"kind": _("Deals stand in this stage: move them before changing its kind.")})


def _not_in_use(actor: Actor, row: Stage, fields: dict[str, Any]) -> None:
    open_deals = Deal.objects.unscoped("deals in a stage").filter(stage=row.pk, status=Deal.Status.OPEN)
    if open_deals.exists():
        raise ValidationError(_("Open deals stand in this stage: move them to another one first."))


def _reason(actor: Actor, row: LossReason, fields: dict[str, Any]) -> None:
    own_key(row, LossReason.objects.unscoped("keys in use"))


products = crud(Product)
pipelines = crud(Pipeline, before_save=_pipeline, after_save=_one_default)
stages = crud(Stage, before_save=_stage, before_archive=_not_in_use)
loss_reasons = crud(LossReason, before_save=_reason)


@transaction.atomic
def ensure_default_setup(**_kwargs: Any) -> None:
    """A pipeline to begin with, after a migration, unless there is one already."""
    if Pipeline.objects.unscoped("default pipeline").exists():
        return
    key, name, name_zh = DEFAULT_PIPELINE
    pipeline = Pipeline(key=key, name=name, name_zh=name_zh, is_default=True)
    pipeline.save()
    Stage.objects.bulk_create(
        Stage(
            pipeline=pipeline,
            key=key,
            name=name,
            name_zh=name_zh,
            kind=kind,
            probability=probability,
            stale_after_days=stale,
            position_no=number,
        )
        for number, (key, name, name_zh, kind, probability, stale) in enumerate(DEFAULT_STAGES, start=1)
    )
    present = set(LossReason.objects.unscoped("default pipeline").values_list("key", flat=True))
    LossReason.objects.bulk_create(
        LossReason(key=key, name=name, name_zh=name_zh) for key, name, name_zh in DEFAULT_REASONS if key not in present
    )
