"""Accounts and contacts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.crm.models import Account, AccountMember, Contact
from muster.people.models import Member


def _owned_by_creator(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
    if row._state.adding and row.owner_id is None and actor.member_id:
        row.owner_id = actor.member_id


def _no_circle(actor: Actor, row: Account, fields: dict[str, Any]) -> None:
    """A company may not stand under itself, over however many steps."""
    _owned_by_creator(actor, row, fields)
    above, seen = row.parent, []
    while above is not None:
        seen.append(above.name)
        if above.pk == row.pk:
            raise ValidationError(
                {"parent": _("This would make a circle: %(chain)s.") % {"chain": " → ".join([row.name, *seen])}}
            )
        above = (
            Account.objects.unscoped("parents of an account").filter(pk=above.parent_id).first()
            if above.parent_id
            else None
        )


def _contact_of_account(actor: Actor, row: Contact, fields: dict[str, Any]) -> None:
    if row._state.adding and row.owner_id is None:
        row.owner_id = row.account.owner_id or actor.member_id


accounts = crud(Account, before_save=_no_circle)
contacts = crud(Contact, before_save=_contact_of_account)


@action("crm.account.transfer", gettext_lazy("Transfer accounts"), Account)
def transfer_account(actor: Actor, account: Account, *, owner: Member) -> None:
    """Give the account, with its contacts, to another member. Deals keep their owner: they are transferred by
    themselves."""
    check_links(actor, account, {"owner": owner})
    if owner.status == Member.Status.LEFT:
        raise ValidationError({"owner": _("%(name)s has left: choose somebody else.") % {"name": owner.name}})
    former, account.owner = account.owner_id, owner
    account.save(update_fields=["owner"])
    Contact.objects.unscoped("contacts go with their account").filter(account=account, owner=former).update(owner=owner)


def join_team(account: Account, member_id: int) -> None:
    """Somebody who works an account without owning it is on its team."""
    if account.owner_id != member_id:
        AccountMember.objects.unscoped("account team").get_or_create(account=account, member_id=member_id)
