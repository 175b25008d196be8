"""Who counts at a customer, how they stand to us, who knows whom; and the words a firm puts on customers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.crm.actions.account import present
from muster.crm.models import Account, AccountTag, Acquaintance, Contact, Stakeholder, Tag
from muster.people.models import Member

MOST_TAGS = 100  # of the firm: more than a menu shows are none
MOST_ON_ONE = 10


@action("crm.contact.map", gettext_lazy("Draw stakeholder maps"), Contact)
def map_contact(
    actor: Actor,
    contact: Contact,
    *,
    role: str,
    attitude: int = 0,
    influence: int = 3,
    known_by: Member | None = None,
) -> None:
    """Say what CONTACT is in the buying of the account; what was said before is replaced."""
    row = Stakeholder.objects.unscoped("stakeholders of an account").filter(contact=contact).first()
    row = row or Stakeholder(contact=contact)
    before = [row.role, row.attitude, row.influence, row.known_by_id] if row.pk else None
    check_links(actor, row, {"known_by": known_by})
    if known_by is not None:
        present(known_by, "known_by")
    row.role, row.attitude, row.influence, row.known_by = role, int(attitude), influence, known_by
    row.full_clean()
    row.save()
    now = [row.role, row.attitude, row.influence, row.known_by_id]
    add_event(actor, "crm.contact.map", contact, {"stake": [before, now]})


@action("crm.contact.unmap", gettext_lazy("Take contacts off stakeholder maps"), Contact)
def unmap_contact(actor: Actor, contact: Contact) -> None:
    Stakeholder.objects.unscoped("stakeholders of an account").filter(contact=contact).delete()


@action("crm.contact.relate", gettext_lazy("Note who knows whom at customers"), Contact)
def relate_contacts(actor: Actor, contact: Contact, *, other: Contact, kind: str) -> None:
    """CONTACT reports to OTHER, listens to him or knows him; said again it is replaced."""
    check_links(actor, contact, {"other": other})
    if other.account_id != contact.account_id:
        raise ValidationError({"other": _("%(name)s works for another customer.") % {"name": other}})
    rows = Acquaintance.objects.unscoped("stakeholders of an account")
    row = rows.filter(contact=contact, other=other).first() or Acquaintance(contact=contact, other=other)
    row.kind = kind
    row.full_clean()
    row.save()


@action("crm.acquaintance.remove", gettext_lazy("Take back who knows whom"), Acquaintance)
def unrelate(actor: Actor, row: Acquaintance) -> None:
    add_event(actor, "crm.acquaintance.remove", row, {"other": [row.other_id, None]})
    row.delete()


def _few(actor: Actor, row: Tag, fields: dict[str, Any]) -> None:
    count = Tag.objects.unscoped("tags of the firm").filter(archived_at=None).count()
    if row._state.adding and count >= MOST_TAGS:
        raise Refused(_("There are %(n)s tags already: archive one that nobody uses.") % {"n": count})


tags = crud(Tag, before_save=_few)


@action("crm.account.tag", gettext_lazy("Put tags on customers"), Account)
def tag_account(actor: Actor, account: Account, *, tags: list[Tag]) -> None:
    """The customer has exactly these TAGS from now on."""
    if len(tags) > MOST_ON_ONE:
        raise ValidationError({"tags": _("At most %(n)s tags on one customer.") % {"n": MOST_ON_ONE}})
    rows = AccountTag.objects.unscoped("tags of an account").filter(account=account)
    before = sorted(rows.values_list("tag", flat=True))
    wanted = {one.pk for one in tags}
    rows.exclude(tag__in=wanted).delete()
    AccountTag.objects.bulk_create(
        [AccountTag(account=account, tag_id=pk) for pk in sorted(wanted - set(before))], ignore_conflicts=True
    )
    add_event(actor, "crm.account.tag", account, {"tags": [before, sorted(wanted)]})
