"""Products that take a certificate are sold by those who hold it, and by nobody else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.crm.models import Product, RoutingSkill
from muster.people.actions.skill import follows_merging
from muster.people.models import Member, Skill
from muster.people.skills.certificates import last_day


def certified(owner: Member | None, product: Product | None, field: str = "owner") -> None:
    """Raises ValidationError, on FIELD, where PRODUCT takes a certificate that OWNER does not hold today."""
    if owner is None or product is None or product.certificate_id is None:
        return
    until = last_day(owner.pk, product.certificate_id)
    if until is not None and until >= today():
        return
    values = {"member": owner, "product": product, "certificate": product.certificate}
    if until is None:
        text = _(
            "“%(product)s” takes the certificate “%(certificate)s”, and %(member)s has none: choose somebody who holds "
            "it, or enter it on the page of %(member)s."
        )
        raise ValidationError({field: text % values})
    text = _(
        "“%(product)s” takes the certificate “%(certificate)s”, and that of %(member)s ended on %(day)s: choose "
        "somebody who holds it, or enter the renewed one on the page of %(member)s."
    )
    raise ValidationError({field: text % (values | {"day": day_name(until)})})


def certified_anew(row: Any) -> None:
    """`certified` of a deal or lead whose owner or product is new; what stays as it was is left alone."""
    if row.product is None or row.product.certificate_id is None:
        return
    kept = None
    if not row._state.adding:
        rows = type(row).objects.unscoped("owner before").filter(pk=row.pk)
        kept = rows.values_list("owner", "product").first()
    if kept is None or kept[0] != row.owner_id:
        certified(row.owner, row.product)
    elif kept[1] != row.product_id:
        certified(row.owner, row.product, "product")


@follows_merging
def follow_skill(skill: Skill, into: Skill) -> None:
    """Products and rules that ask for a skill ask for the one it was merged into; of two levels the higher one."""
    Product.objects.unscoped("what asks for a merged skill").filter(certificate=skill).update(certificate=into)
    rows = RoutingSkill.objects.unscoped("what asks for a merged skill")
    kept = {one.rule_id: one for one in rows.filter(skill=into)}
    for one in rows.filter(skill=skill):
        other = kept.get(one.rule_id)
        if other is None:
            rows.filter(pk=one.pk).update(skill=into)
            continue
        rows.filter(pk=other.pk).update(level=max(other.level, one.level))
        one.delete()
