"""Pools and their settings: who belongs to one, when records return, how much may be claimed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core.listings import BadInput
from muster.core.periods import today
from muster.crm.actions.stay import known_pooled
from muster.crm.models import ClaimLimit, Pool, PoolRule, PoolSeat, PoolStay
from muster.crm.models.pool import TOUCHES
from muster.crm.pooled import kind_of

MOST_WARNINGS = 5
OF_DEALS = (PoolRule.Trigger.DEAL, PoolRule.Trigger.WON, PoolRule.Trigger.CONTRACT)
FARTHEST_WARNING = 60


def _asks(row: Any, kind: str) -> None:
    pooled = kind_of(kind)
    if pooled is None:
        raise ValidationError({"kind": _("Records of this kind do not go into a public pool.")})
    try:
        row.asks = pooled.asks.readable(row.asks)
    except BadInput as error:
        raise ValidationError({"asks": error.messages}) from error


def _check_pool(actor: Actor, row: Pool, fields: dict[str, Any]) -> None:
    _asks(row, row.kind)
    kept = Pool.objects.unscoped("settings of a pool").filter(pk=row.pk).values_list("kind", flat=True).first()
    if kept not in (None, row.kind):
        raise ValidationError({"kind": _("A pool keeps the kind it was made for: make another pool.")})


def _empty(actor: Actor, row: Pool, fields: dict[str, Any]) -> None:
    if PoolStay.objects.unscoped("settings of a pool").filter(pool=row, left_at=None).exists():
        raise Refused(_("Something lies in this pool: assign it or move it to another pool first."))


pools = crud(Pool, before_save=_check_pool, before_archive=_empty)


def _own_pool(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
    """Who looks after one pool gives nothing to another."""
    if not Pool.objects.visible_to(actor, "crm.pool.edit").filter(pk=row.pool_id or 0).exists():
        raise ValidationError({"pool": _("Choose a pool that you look after.")})


def _check_rule(actor: Actor, row: PoolRule, fields: dict[str, Any]) -> None:
    _own_pool(actor, row, fields)
    _asks(row, row.pool.kind)
    if row.trigger in OF_DEALS and known_pooled(row.pool.kind).deals_by is None:
        said = _("These records have neither deals nor contracts: choose follow-ups, or how long they are held.")
        raise ValidationError({"trigger": said})
    if unknown := set(row.touches) - set(TOUCHES):
        raise ValidationError({"touches": _("This sets no clock: %(what)s.") % {"what": ", ".join(sorted(unknown))}})
    if row.trigger == PoolRule.Trigger.FOLLOW_UP and not row.touches:
        raise ValidationError({"touches": _("Say what an effective follow-up is: visits, calls, meetings or e-mails.")})
    row.warns = sorted(set(row.warns), reverse=True)
    if len(row.warns) > MOST_WARNINGS or any(not 0 < one <= FARTHEST_WARNING for one in row.warns):
        words = {"most": MOST_WARNINGS, "days": FARTHEST_WARNING}
        raise ValidationError({"warns": _("At most %(most)s warnings, 1 to %(days)s days before.") % words})


def _switch_off(actor: Actor, row: PoolRule, fields: dict[str, Any]) -> None:
    row.is_on = False
    row.save(update_fields=["is_on"])


pool_rules = crud(PoolRule, before_save=_check_rule, before_archive=_switch_off)
pool_seats = crud(PoolSeat, before_save=_own_pool)


@action("crm.poolseat.remove", gettext_lazy("Take somebody out of a pool"), PoolSeat)
def unseat(actor: Actor, seat: PoolSeat) -> None:
    add_event(actor, "crm.poolseat.remove", seat.pool, {"seat": [str(seat), None]})
    seat.delete()


@action("crm.poolrule.switch", gettext_lazy("Switch pool rules on and off"), PoolRule)
def switch_pool_rule(actor: Actor, rule: PoolRule, *, on: bool) -> None:
    """From now on it takes records back: those that are due already after the days of grace. Or no longer."""
    if on and rule.archived_at:
        raise Refused(_("This rule is archived: restore it first."))
    if on and not rule.is_on:
        rule.on_since = today()
    rule.is_on = on
    rule.save(update_fields=["is_on", "on_since"])


def _one_of(actor: Actor, row: ClaimLimit, fields: dict[str, Any]) -> None:
    known_pooled(row.kind)
    if sum(bool(one) for one in (row.unit_id, row.position_id, row.member_id)) > 1:
        raise ValidationError(_("Choose one: a unit, a position or a member; none for everybody."))
    same = {"kind": row.kind, "unit": row.unit_id, "position": row.position_id, "member": row.member_id}
    if ClaimLimit.objects.unscoped("settings of a pool").filter(archived_at=None, **same).exclude(pk=row.pk).exists():
        raise ValidationError(_("There is a limit for these already: change that one."))


claim_limits = crud(ClaimLimit, before_save=_one_of)
