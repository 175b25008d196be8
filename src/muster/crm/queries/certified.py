"""How many of a branch may sell the products that take a certificate."""

from dataclasses import dataclass

from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.models import Product
from muster.people.models import Member
from muster.people.policies import units_below
from muster.people.skills.certificates import certificates

FEWEST = 2  # with fewer who hold it one leave or one lapse stops the sale


@dataclass(frozen=True)
class Coverage:
    product: Product
    count: int  # active members who hold its certificate today

    @property
    def is_thin(self) -> bool:
        return self.count < FEWEST


def coverage(actor: Actor, unit: int, product: int | None = None) -> list[Coverage]:
    """Of each product on sale that takes a certificate, or of PRODUCT alone: how many active members of UNIT and below
    hold it, the fewest first."""
    rows = Product.objects.visible_to(actor).filter(certificate__isnull=False, archived_at=None, is_active=True)
    rows = rows.filter(pk=product) if product else rows
    products = list(rows.select_related("certificate"))
    people = Member.objects.unscoped("certificates that products ask for")
    people = people.filter(unit__in=units_below(unit), status=Member.Status.ACTIVE, archived_at=None)
    known = certificates(
        {one.certificate_id for one in products if one.certificate_id}, people.values_list("pk", flat=True)
    )
    valid = [skill for (_member, skill), day in known.items() if day >= today()]
    found = [Coverage(one, valid.count(one.certificate_id or 0)) for one in products]
    return sorted(found, key=lambda one: one.count)
