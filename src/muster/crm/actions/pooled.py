"""What the pools know of accounts and leads: their card, and what changes hands with them."""

from dataclasses import replace
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.core.listings import Filter
from muster.core.periods import today
from muster.crm.models import Account, AccountMember, Contact, Deal, Lead, Product
from muster.crm.pooled import Pooled
from muster.crm.routed import Routed, kind_of

MOST_PRODUCTS = 200  # offered in a menu


def _card(row: Account) -> dict[str, Any]:
    seen = {"name": row.name, "city": row.city, "industry": row.industry, "level": row.level}
    return {**seen, "last_contact_on": row.last_activity_on}


def _released(keys: list[int], clears_team: bool) -> None:
    """Contacts of the owner go with the customer, and its team where the pool says so."""
    Contact.objects.unscoped("what goes with a customer").filter(account__in=keys, owner=F("account__owner")).update(
        owner=None
    )
    if clears_team:
        AccountMember.objects.unscoped("what goes with a customer").filter(account__in=keys).delete()


def _taken(row: Account, member: int | None) -> None:
    Contact.objects.unscoped("what goes with a customer").filter(account=row.pk, owner=None).update(owner=member)


def _contacts(row: Account) -> list[dict[str, str]]:
    rows = (
        Contact.objects.unscoped("what goes with a customer")
        .filter(account=row.pk, archived_at=None)
        .order_by("-decides", "name")[:20]
    )
    found = [{"name": one.name, "title": one.title, "phone": one.phone, "email": one.email} for one in rows]
    return [{"name": row.name, "title": "", "phone": row.phone, "email": ""}, *found] if row.phone else found


def _deals(key: Any) -> QuerySet[Deal]:
    rows: QuerySet[Deal] = Deal.objects.unscoped("deals of what lies in a pool").filter(account=key, archived_at=None)
    return rows


def _of_product(rows: Any, product: int, _actor: Any) -> Any:
    deals = Deal.objects.unscoped("deals of what lies in a pool").filter(product=product, archived_at=None)
    return rows.filter(pk__in=deals.values("account"))


def _products(actor: Any) -> list[tuple[str, str]]:
    rows = Product.objects.visible_to(actor).filter(archived_at=None).order_by("name")
    return [(str(one.pk), str(one)) for one in rows[:MOST_PRODUCTS]]


def _asked() -> Routed:
    """What routing may ask, and besides for which product there was a deal."""
    routed: Any = kind_of("crm.account")
    product = Filter("product", _("product"), kind="record", model="crm.product", choices=_products, apply=_of_product)
    found: Routed = replace(routed, filters=lambda: [*routed.filters(), product])
    return found


def _lead_card(row: Lead) -> dict[str, Any]:
    """Who speaks for the company is read after the claim: without a company the card shows the first character."""
    seen = {"name": row.company or f"{row.name[:1]}*", "city": row.city, "industry": row.industry, "level": row.level}
    return {**seen, "last_contact_on": row.last_activity_on}


def _lead_released(keys: list[int], _clears_team: bool) -> None:
    """In the pool nobody climbs the ladder."""
    _anew(keys, waiting_since=None)


def _lead_taken(row: Lead, _member: int | None) -> None:
    """Whoever has it now has all the days of the ladder."""
    _anew([row.pk], waiting_since=today())


def _anew(keys: list[int], **waits: Any) -> None:
    rows = Lead.objects.unscoped("what goes with a lead").filter(pk__in=keys)
    rows.update(reached=0, is_risky=False, taken_from=None, **waits)


def _lead_contacts(row: Lead) -> list[dict[str, str]]:
    return [{"name": row.name, "title": row.title, "phone": row.phone, "email": row.email}]


def _asked_of_leads() -> Routed:
    routed: Any = kind_of("crm.lead")
    return routed  # type: ignore[no-any-return]


LEADS = Pooled(
    Lead,
    _("Leads"),
    _asked_of_leads,
    _lead_card,
    _lead_released,
    _lead_taken,
    _lead_contacts,
    levels=tuple(Account.Level.choices),
    live=Q(status__in=Lead.OPEN),
)
ACCOUNTS = Pooled(
    Account, _("Customers"), _asked, _card, _released, _taken, _contacts, _deals, tuple(Account.Level.choices)
)
