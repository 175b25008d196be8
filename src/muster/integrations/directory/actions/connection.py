"""Say where a directory is, and how one gets in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.integrations.directory.http import refuse_open_address
from muster.integrations.directory.shape import Access, Failed
from muster.integrations.models import DirectoryConnection, Ruled

_crud = crud(DirectoryConnection)
archive_connection, restore_connection = _crud.archive, _crud.restore


@action(
    "integrations.directoryconnection.create", gettext_lazy("Connect directories"), DirectoryConnection, creates=True
)
def create_connection(actor: Actor, *, new_secret: str = "", **fields: Any) -> DirectoryConnection:
    """Say where a directory is and how one gets in. The secret is encrypted, and nobody is ever shown it."""
    row = DirectoryConnection()
    _write(actor, row, new_secret, fields)
    return row


@action("integrations.directoryconnection.edit", gettext_lazy("Change connections to directories"), DirectoryConnection)
def edit_connection(actor: Actor, row: DirectoryConnection, *, new_secret: str = "", **fields: Any) -> None:
    """An empty secret leaves the one that is there, unless it would go to another address."""
    if not new_secret and row.secret_is_set and fields.get("address", row.address) != row.address:
        raise ValidationError({"new_secret": _("Enter the secret again: it would go to another address.")})
    _write(actor, row, new_secret, fields)


def _write(actor: Actor, row: DirectoryConnection, secret: str, fields: dict[str, Any]) -> None:
    check_links(actor, row, fields)
    for key, value in fields.items():
        setattr(row, key, value)
    if secret:
        row.secret = secret
    if unknown := set(row.rules) - set(Ruled.values):
        raise ValidationError({"rules": _("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))}})
    _check_address(row)
    attributes_of(row)
    row.full_clean()
    row.save()


def _check_address(row: DirectoryConnection) -> None:
    if row.kind == DirectoryConnection.Kind.LDAP:
        if not row.address.startswith(("ldap://", "ldaps://")):
            raise ValidationError({"address": _("The address must begin with ldap:// or ldaps://.")})
        if not row.root:
            raise ValidationError({"root": _("Enter the base: ou=people,dc=example,dc=com.")})
    elif row.address:
        try:
            refuse_open_address(row.address)
        except Failed as error:
            raise ValidationError({"address": str(error)}) from error


def attributes_of(row: DirectoryConnection) -> dict[str, str]:
    """“phone=telephoneNumber, title=jobTitle” as a mapping."""
    found = {}
    for part in filter(None, (one.strip() for one in row.attributes.split(";" if ";" in row.attributes else ","))):
        field, equals, name = (one.strip() for one in part.partition("="))
        if not equals or not field or not name:
            raise ValidationError({"attributes": _("Write for example phone=telephoneNumber, title=jobTitle.")})
        found[field] = name
    return found


def access_of(row: DirectoryConnection) -> Access:
    secret = row.__dict__.get("secret") or ""
    return Access(row.address, row.account, secret, row.root, row.person_filter, attributes_of(row))
