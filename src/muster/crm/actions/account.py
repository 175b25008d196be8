"""Accounts and contacts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event, require
from muster.access.crud import check_links, crud
from muster.access.scope import Actor, can
from muster.core import alike
from muster.core.periods import today
from muster.crm.actions.completeness import rescore
from muster.crm.actions.time_asked import lapse_time
from muster.crm.models import Account, AccountMember, Contact
from muster.people.models import Member


def keep_owner(actor: Actor, row: Any, permission: str) -> None:
    """Who owns a record decides who sees it, so it changes hands by its own permission and not by a plain edit."""
    kept = type(row).objects.unscoped("owner before").filter(pk=row.pk).values_list("owner", flat=True).first()
    if kept == row.owner_id:
        return
    refuse_pooled(row.account if isinstance(row, Contact) else row)
    if not can(actor, permission, row.account if isinstance(row, Contact) else row):
        raise ValidationError({"owner": _("The owner changes by a transfer, not by editing.")})
    if row.owner is not None:
        present(row.owner, "owner")


def refuse_pooled(row: Any) -> None:
    """What lies in a public pool leaves it by a claim or an assignment, with a reason, and no other way."""
    if getattr(row, "pool_id", None):
        raise ValidationError({"owner": _("This lies in a public pool: assign it there.")})


def _account(actor: Actor, row: Account, fields: dict[str, Any]) -> None:
    if not row._state.adding:
        keep_owner(actor, row, "crm.account.transfer")
    elif row.owner_id is None and actor.member_id:
        row.owner_id = actor.member_id
    if "parent" in fields:
        _no_circle(actor, row)
    if fields.get("credit_code"):
        row.credit_code = alike.code(fields["credit_code"])
        if not row.credit_code:
            raise ValidationError({"credit_code": _("This is no valid code: 18 characters, the last one checks them.")})


def _no_circle(actor: Actor, row: Account) -> None:
    """A company may not stand under itself, over however many steps. Of those between, the viewer reads the names he
    may see."""
    chain = above(row)
    if row not in chain:
        return
    keys = [one.pk for one in chain]
    seen = set(Account.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    names = [one.name if one.pk in seen else "…" for one in chain[: chain.index(row) + 1]]
    raise ValidationError(
        {"parent": _("This would make a circle: %(chain)s.") % {"chain": " → ".join([row.name, *names])}}
    )


def above(row: Account) -> list[Account]:
    """The companies over ROW, from its parent on; ends with ROW itself where they lead back to it."""
    found: list[Account] = []
    at: Account | None = row.parent
    while at is not None and at not in found:
        found.append(at)
        rows = Account.objects.unscoped("parents of an account").filter(pk=at.parent_id)
        at = rows.first() if at.parent_id and at != row else None
    return found


def _contact_of_account(actor: Actor, row: Contact, fields: dict[str, Any]) -> None:
    if row._state.adding and row.account_id and row.owner_id is None:
        row.owner_id = row.account.owner_id or actor.member_id
    elif not row._state.adding:
        keep_owner(actor, row, "crm.account.transfer")


def note_double(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
    """Why somebody added a record although there was one like it stands in its trail."""
    if fields.get("double_reason"):
        add_event(actor, f"{row._meta.label_lower}.double", row, {}, reason=fields["double_reason"])


def _saved_account(actor: Actor, row: Account, fields: dict[str, Any]) -> None:
    note_double(actor, row, fields)
    rescore(row.pk)
    if "owner" in fields:
        lapse_time(Account, [row.pk])


def _saved_contact(actor: Actor, row: Contact, fields: dict[str, Any]) -> None:
    note_double(actor, row, fields)
    rescore(row.account_id)


accounts = crud(Account, before_save=_account, after_save=_saved_account)
contacts = crud(Contact, before_save=_contact_of_account, after_save=_saved_contact)


@action("crm.accountmember.create", gettext_lazy("Add to an account's team"), AccountMember, creates=True)
def add_to_team(actor: Actor, *, account: Account, member: Member, part: str = "", **terms: Any) -> AccountMember:
    """Somebody else works this account too, and sees it from now on. TERMS: `level`, `until`, `with_deals`."""
    may_give(actor, account)
    row = _former(account, member) or AccountMember(account=account)
    row.part = part
    _agree(row, terms)
    check_links(actor, row, {"member": member})
    present(member, "member")
    if account.owner_id == member.pk:
        raise ValidationError({"member": _("%(name)s owns this account already.") % {"name": member.name}})
    row.member = member
    row.full_clean()
    row.save()
    return row


def _former(account: Account, member: Member) -> AccountMember | None:
    """Somebody whose time on the team is over comes back by his old row."""
    rows = AccountMember.objects.unscoped("account team").filter(account=account, member=member, until__lt=today())
    found: AccountMember | None = rows.first()
    if found is not None:
        found.until, found.level, found.with_deals = None, AccountMember.Level.EDIT, False
    return found


def _agree(row: AccountMember, terms: dict[str, Any]) -> None:
    until = terms.get("until")
    if until is not None and until < today():
        raise ValidationError({"until": _("This day is over: choose one to come, or none.")})
    for name in {"level", "until", "with_deals", "part"} & set(terms):
        setattr(row, name, terms[name] or getattr(AccountMember(), name))


@action("crm.accountmember.edit", gettext_lazy("Change parts in an account's team"), AccountMember)
def change_in_team(actor: Actor, row: AccountMember, **terms: Any) -> None:
    """Another part, level or end for somebody on the team."""
    may_give(actor, row.account)
    _agree(row, terms)
    row.full_clean()
    row.save()


def may_give(actor: Actor, account: Account) -> None:
    """Nobody gives more than he has: who may not edit the account himself lets nobody in."""
    require(actor, "crm.account.edit", account)


def may_log(actor: Actor, account: Account | None) -> None:
    """Refuse work on an account that one is let in to read only."""
    if account is None or actor.member_id is None:
        return
    only = AccountMember.objects.unscoped("account team").filter(
        account=account, member=actor.member_id, level=AccountMember.Level.READ
    )
    if only.exists() and not can(actor, "crm.account.edit", account):
        raise ValidationError({"account": _("You may read this customer only: ask its owner for more.")})


@action("crm.accountmember.remove", gettext_lazy("Take off an account's team"), AccountMember)
def take_off_team(actor: Actor, row: AccountMember) -> None:
    """He sees the account no longer, unless his role shows it to him anyway."""
    add_event(actor, "crm.accountmember.remove", row, {"member": [row.member_id, None]})
    row.delete()


def present(member: Member, field: str) -> None:
    if member.status == Member.Status.LEFT:
        raise ValidationError({field: _("%(name)s has left: choose somebody else.") % {"name": member.name}})


@action("crm.account.transfer", gettext_lazy("Transfer accounts"), Account)
def transfer_account(actor: Actor, account: Account, *, owner: Member) -> None:
    """Give the account, with its contacts, to another member. Deals keep their owner: they are transferred by
    themselves."""
    refuse_pooled(account)
    check_links(actor, account, {"owner": owner})
    present(owner, "owner")
    former, account.owner = account.owner_id, owner
    account.save(update_fields=["owner"])
    lapse_time(Account, [account.pk])
    Contact.objects.unscoped("contacts go with their account").filter(account=account, owner=former).update(owner=owner)


def join_team(account: Account, member_id: int) -> None:
    """Somebody who works an account without owning it is on its team."""
    if account.owner_id != member_id:
        rows = AccountMember.objects.unscoped("account team")
        row, made = rows.get_or_create(account=account, member_id=member_id)
        if not made and row.is_over:
            rows.filter(pk=row.pk).update(until=None)


def join_teams(pairs: set[tuple[int, int]]) -> None:
    """The same for many (account, member) at once."""
    rows = [AccountMember(account_id=account, member_id=member) for account, member in sorted(pairs)]
    AccountMember.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
