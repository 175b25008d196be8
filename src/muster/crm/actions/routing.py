"""Routing rules, and what waits because nobody was left."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import check_links, crud
from muster.access.scope import Actor, NotVisible
from muster.core.listings import BadInput
from muster.crm.actions.account import present
from muster.crm.actions.candidates import Candidates
from muster.crm.actions.router import known_kind, route_one
from muster.crm.models import Account, Routing, RoutingRule, RoutingSeat, RoutingSkill
from muster.crm.routed import kind_of
from muster.people.models import Member, Skill

Status = Routing.Status


def _check(actor: Actor, row: RoutingRule, fields: dict[str, Any]) -> None:
    kind = kind_of(row.kind)
    if kind is None:
        raise ValidationError({"kind": _("Records of this kind are not routed: choose another one.")})
    try:
        row.asks = kind.readable(row.asks)
    except BadInput as error:
        raise ValidationError({"asks": error.messages}) from error
    if not row._state.adding and "kind" in fields and row.kind != _kept_kind(row):
        raise ValidationError({"kind": _("A rule keeps the kind it was made for: make another rule.")})


def _kept_kind(row: RoutingRule) -> str | None:
    rows = RoutingRule.objects.unscoped("kind of a rule").filter(pk=row.pk)
    kind: str | None = rows.values_list("kind", flat=True).first()
    return kind


def _switch_off(actor: Actor, row: RoutingRule, fields: dict[str, Any]) -> None:
    row.is_on = False
    row.save(update_fields=["is_on"])


rules = crud(RoutingRule, before_save=_check, before_archive=_switch_off)


@action("crm.routingrule.switch", gettext_lazy("Switch routing rules on and off"), RoutingRule)
def switch_rule(actor: Actor, rule: RoutingRule, *, on: bool) -> None:
    """From now on it decides, or no longer. Raises ValidationError where it is archived or has nobody to give to."""
    if on and rule.archived_at:
        raise Refused(_("This rule is archived: restore it first."))
    if on and not Candidates.of(rule, known_kind(rule.kind)).members:
        raise Refused(_("Nobody takes part in this rule: choose another unit or position, or name somebody."))
    rule.is_on = on
    rule.save(update_fields=["is_on"])


@action("crm.routingrule.require", gettext_lazy("Set the skills that routing rules ask for"), RoutingRule)
def require_of_rule(actor: Actor, rule: RoutingRule, *, skill: Skill, level: int) -> None:
    """Whoever gets a record of RULE has LEVEL (1 to 5) of SKILL; with 0 it is asked for no more."""
    check_links(actor, rule, {"skill": skill})
    rows = RoutingSkill.objects.unscoped("skills of a rule")
    row = rows.filter(rule=rule, skill=skill).first() or RoutingSkill(rule=rule, skill=skill)
    before = row.level if row.pk else 0
    if level:
        row.level = level
        row.full_clean()
        row.save()
    elif row.pk:
        row.delete()
    add_event(actor, "crm.routingrule.require", rule, {"level": [before, level]}, skill=str(skill))


@action("crm.routingrule.seat", gettext_lazy("Set members' parts in routing rules"), RoutingRule)
def seat_member(
    actor: Actor,
    rule: RoutingRule,
    *,
    member: Member,
    takes_part: bool = True,
    weight: Decimal | None = None,
    capacity: int | None = None,
    cap: int | None = None,
) -> None:
    """What is different for MEMBER in RULE. Where nothing is, he is in it as everybody, or no longer named."""
    check_links(actor, rule, {"member": member})
    present(member, "member")
    rows = RoutingSeat.objects.unscoped("seats of a rule")
    row = rows.filter(rule=rule, member=member).first() or RoutingSeat(rule=rule, member=member)
    row.takes_part, row.weight = takes_part, Decimal(1) if weight is None else weight
    row.capacity, row.cap = capacity, cap
    row.full_clean()
    row.save()
    said = {"takes_part": takes_part, "weight": str(row.weight), "capacity": capacity, "cap": cap}
    add_event(actor, "crm.routingrule.seat", rule, {}, member=member.pk, **said)


@action("crm.routingrule.unseat", gettext_lazy("Take members out of routing rules"), RoutingSeat)
def unseat_member(actor: Actor, seat: RoutingSeat) -> None:
    """He is in the rule as everybody, or not at all where it gives only to those named."""
    add_event(actor, "crm.routingrule.unseat", seat.rule, {}, member=seat.member_id)
    seat.delete()


@action("crm.account.route", gettext_lazy("Let rules choose the owner of accounts"), Account)
def route_account(actor: Actor, account: Account) -> Account:
    """Let the rules give an account that nobody has. Raises Refused where it has an owner or no rule fits; where nobody
    is left it waits in a queue."""
    route_one(actor, known_kind("crm.account"), account)
    fresh: Account = Account.objects.unscoped("as routing left it").get(pk=account.pk)
    return fresh


@action("crm.routing.settle", gettext_lazy("Give by hand what routing left over"), Routing)
def settle_routing(actor: Actor, row: Routing, *, owner: Member) -> None:
    """Give what waits to OWNER, by the action and with the rights of whoever does it."""
    if row.status != Status.WAITING:
        raise Refused(_("This waits no longer."))
    kind = kind_of(row.kind)
    record = kind.model.objects.visible_to(actor).filter(pk=row.object_id).first() if kind else None
    if kind is None or record is None:
        raise NotVisible(row.kind)
    kind.give(actor, record, owner)
    row.status, row.owner, row.settled_at = Status.SETTLED, owner, timezone.now()
    row.save()
