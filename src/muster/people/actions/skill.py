"""Skills of the firm, what positions ask for, and what is known of each member's level."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event, can_see
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.models import Member, Position, Skill, SkillCategory, SkillEvidence, SkillRequirement, Source

MOST_ALIASES = 300
DEFAULTS = [
    ("industry", "Industries", "行业"),
    ("product", "Products", "产品"),
    ("language", "Languages", "语言"),
    ("ability", "Abilities", "能力"),
]


def _keep_used(actor: Actor, category: SkillCategory, fields: dict[str, Any]) -> None:
    if Skill.objects.unscoped("skills of a category").filter(category=category, archived_at=None).exists():
        raise Refused(_("There are skills in this category: move or archive them first."))


skills = crud(Skill)
categories = crud(SkillCategory, before_archive=_keep_used)


def ensure_default_categories(**_kwargs: Any) -> None:
    """An installation begins with four categories; what is there is left alone."""
    if SkillCategory.objects.unscoped("default categories of skills").exists():
        return
    SkillCategory.objects.bulk_create(
        [SkillCategory(code=code, name=name, name_zh=zh, rank=at) for at, (code, name, zh) in enumerate(DEFAULTS)]
    )


@action("people.skill.merge", gettext_lazy("Merge skills"), Skill)
def merge_skill(actor: Actor, skill: Skill, *, into: Skill) -> None:
    """SKILL goes up in INTO: all evidence stays and counts there, positions ask for the higher level of both, and its
    names find INTO. Raises ValidationError where INTO is the same, archived or not seen."""
    if into.pk == skill.pk or into.archived_at or not can_see(actor, into):
        raise ValidationError({"into": _("Choose another skill that is in use.")})
    if skill.archived_at:
        raise Refused(_("“%(name)s” is archived: restore it first.") % {"name": skill})
    evidence = SkillEvidence.objects.unscoped("evidence of a merged skill").filter(skill=skill)
    moved = evidence.update(skill=into, version=F("version") + 1)
    _merge_requirements(skill, into)
    for follow in _followers:
        follow(skill, into)
    known = {one.casefold() for one in into.names()}
    extra = [one for one in skill.names() if one.casefold() not in known]
    aliases = ", ".join(filter(None, [into.aliases, *extra]))
    before, into.aliases = into.aliases, aliases if len(aliases) <= MOST_ALIASES else into.aliases
    into.save(update_fields=["aliases"])
    add_event(actor, "people.skill.merge", into, {"aliases": [before, into.aliases]}, merged=skill.pk, evidence=moved)
    skill.merged_into, skill.archived_at = into, timezone.now()
    skill.save(update_fields=["merged_into", "archived_at"])


_followers: list[Callable[[Skill, Skill], None]] = []


def follows_merging(function: Callable[[Skill, Skill], None]) -> Callable[[Skill, Skill], None]:
    """FUNCTION(skill, into) lets what a higher room keeps of a skill go on with the one it is merged into."""
    _followers.append(function)
    return function


def _merge_requirements(skill: Skill, into: Skill) -> None:
    rows = SkillRequirement.objects.unscoped("requirements of a merged skill")
    kept = {one.position_id: one for one in rows.filter(skill=into)}
    for one in rows.filter(skill=skill):
        other = kept.get(one.position_id)
        if other is None:
            one.skill = into
            one.save(update_fields=["skill"])
            continue
        other.level = max(other.level, one.level)
        other.save(update_fields=["level"])
        one.delete()


@action("people.skillrequirement.set", gettext_lazy("Set required skills"), Position)
def require_skill(actor: Actor, position: Position, *, skill: Skill, level: int) -> None:
    """POSITION asks for LEVEL (1 to 5) of SKILL; with 0 it asks no more."""
    if not can_see(actor, skill):
        raise ValidationError({"skill": _("Choose another skill that is in use.")})
    rows = SkillRequirement.objects.unscoped("requirement of a position")
    row = rows.filter(position=position, skill=skill).first() or SkillRequirement(position=position, skill=skill)
    before = row.level if row.pk else 0
    if level:
        row.level = level
        row.full_clean()
        row.save()
    elif row.pk:
        row.delete()
    if level != before:
        add_event(actor, "people.skillrequirement.set", position, {"level": [before, level]}, skill=str(skill))


@action("people.skillevidence.declare", gettext_lazy("Assess own skills"), SkillEvidence, creates=True)
def declare_skill(actor: Actor, *, member: Member, skill: Skill, level: int, **said: Any) -> SkillEvidence:
    """What a member says of himself. SAID: on, note, number, issuer, valid_until. Raises ValidationError for anybody
    else."""
    if actor.member_id != member.pk:
        raise Refused(_("A self-assessment is made by the member alone."))
    return _add(actor, member, skill, Source.SELF, level, said)


@action("people.skillevidence.assess", gettext_lazy("Assess skills of others"), SkillEvidence, creates=True)
def assess_skill(actor: Actor, *, member: Member, skill: Skill, source: str, level: int, **said: Any) -> SkillEvidence:
    """What a manager, a test or results say of a member. SAID as of `declare_skill`. Raises ValidationError where
    somebody would assess himself."""
    if source == Source.SELF:
        raise Refused(_("A self-assessment is made by the member alone."))
    if actor.member_id == member.pk:
        raise Refused(_("Nobody confirms his or her own skills: ask your manager."))
    return _add(actor, member, skill, source, level, said)


def _add(actor: Actor, member: Member, skill: Skill, source: str, level: int, said: dict[str, Any]) -> SkillEvidence:
    on: dt.date = said.pop("on", None) or today()
    if on > today():
        raise ValidationError({"on": _("This day has not come yet.")})
    if skill.archived_at:
        raise ValidationError({"skill": _("Choose another skill that is in use.")})
    row = SkillEvidence(source=source, level=level, on=on, by_id=actor.member_id, **said)
    check_links(actor, row, {"member": member, "skill": skill})
    row.member, row.skill = member, skill
    row.full_clean()
    row.save()
    return row


@action("people.skillevidence.withdraw", gettext_lazy("Withdraw skill evidence"), SkillEvidence)
def withdraw_evidence(actor: Actor, row: SkillEvidence) -> None:
    """Evidence entered by mistake no longer counts; it stays in the trail. A self-assessment is withdrawn by the member
    alone, and nobody withdraws what others said of him."""
    own = actor.member_id == row.member_id
    if own != (row.source == Source.SELF):
        raise Refused(
            _("What others say of you is withdrawn by them.")
            if own
            else _("A self-assessment is withdrawn by the member alone.")
        )
    row.archived_at = row.archived_at or timezone.now()
    row.save(update_fields=["archived_at"])
