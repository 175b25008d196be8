"""Which contacts a handover concerns: those handed over, those of customers and deals handed over."""

from collections.abc import Iterator, Mapping

from django.db.models import Q

from muster.access.scope import Actor
from muster.core.links import record_url
from muster.crm.models import Contact
from muster.people.letters import Items, Reached, provide_contacts

AT_ONCE = 500
BY = {"crm.deal": "deals", "crm.account": "account", "crm.contact": "pk"}  # the later says it better


def _reach(items: Items) -> list[Reached]:
    found: dict[int, Reached] = {}
    for kind, link in BY.items():
        for pks in _parts(items.get(kind, {})):
            rows = Contact.objects.unscoped("whom a handover tells").filter(Q(**{f"{link}__in": pks}))
            rows = rows.filter(archived_at=None, merged_into=None).exclude(email="")
            columns = ("pk", "name", "account__name", "email", "no_mail", link)
            for pk, name, customer, address, refuses, by in rows.values_list(*columns):
                found[pk] = Reached(pk, name, customer, address, items[kind][by], refuses)
    return list(found.values())


def _parts(items: Mapping[int, int]) -> Iterator[list[int]]:
    pks = sorted(items)
    for start in range(0, len(pks), AT_ONCE):
        yield pks[start : start + AT_ONCE]


def _seen(actor: Actor, pks: list[int]) -> dict[int, str]:
    rows = Contact.objects.visible_to(actor).filter(pk__in=pks)
    return {pk: record_url("contact_detail", pk) for pk in rows.values_list("pk", flat=True)}


def _refuse(pks: list[int]) -> set[int]:
    rows = Contact.objects.unscoped("whom a handover tells").filter(pk__in=pks, no_mail=True)
    return set(rows.values_list("pk", flat=True))


provide_contacts(_reach, _seen, _refuse)
