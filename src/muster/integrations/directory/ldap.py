"""LDAP: OpenLDAP, Active Directory and their like. Departments are organizational units, the place is in the name."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from muster.integrations.directory.http import LOOPBACK, SECONDS
from muster.integrations.directory.shape import Access, Department, Failed, Person, Snapshot, Step, checked, said

try:
    import ldap3
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.dn import parse_dn
except ImportError:  # the extra “ldap” is not installed; said when somebody asks
    ldap3 = None

PAGE = 500
DISABLED = 2  # a bit of userAccountControl
PEOPLE = "(|(objectClass=inetOrgPerson)(&(objectClass=user)(objectCategory=person)))"
UNITS = "(objectClass=organizationalUnit)"
# What a member's fields are called there, the first that is filled counts.
ATTRIBUTES = {
    "userid": "uid,sAMAccountName",
    "name": "displayName,cn",
    "phone": "mobile",
    "work_email": "mail",
    "employee_no": "employeeNumber,employeeID",
    "title": "title",
    "manager": "manager",
    "work_place": "l",
}


class Ldap:
    """Account is the DN that binds, root the base under which all stands."""

    def __init__(self, access: Access) -> None:
        if ldap3 is None:
            raise Failed(_("LDAP needs one more package: install “muster[ldap]” on the server."))
        self.access = access
        self.names = {key: one.split(",") for key, one in {**ATTRIBUTES, **access.attributes}.items()}
        self.people: dict[str, str] = {}  # DN -> key, to know managers by

    def read(self, step: Step) -> Snapshot:
        found, managers = Snapshot(), {}
        try:
            with self._bound() as connection:
                for dn, row in self._search(connection, UNITS, ["ou", "description"]):
                    key = _norm(dn)
                    found.departments[key] = Department(key, _first(row, ["ou"]) or dn, None)
                wanted = [one for names in self.names.values() for one in names]
                extra = ["userAccountControl", "nsAccountLock"]
                for dn, row in self._search(connection, self.access.person_filter or PEOPLE, [*wanted, *extra]):
                    self._person(found, dn, row)
                    managers[_norm(dn)] = _first(row, self.names["manager"])
                    step(len(found.people))
        except LDAPException as error:
            raise Failed(_("The LDAP server refuses: %(why)s."), why=str(error)[:200]) from error
        self._tie(found, managers)
        return checked(found)

    def _bound(self) -> Any:
        """Never a password over a line that others may read: ldaps, or TLS before it, but for our own machine."""
        parts = urlsplit(self.access.address)
        if parts.scheme not in ("ldap", "ldaps") or not parts.hostname:
            raise Failed(_("The address must begin with ldap:// or ldaps://."))
        own = parts.hostname in LOOPBACK
        tls = ldap3.Tls(validate=0 if own else 2)
        port = parts.port or (636 if parts.scheme == "ldaps" else 389)
        server = ldap3.Server(
            parts.hostname, port, use_ssl=parts.scheme == "ldaps", tls=tls, connect_timeout=SECONDS, get_info=ldap3.NONE
        )
        secure = ldap3.AUTO_BIND_NO_TLS if own or parts.scheme == "ldaps" else ldap3.AUTO_BIND_TLS_BEFORE_BIND
        return ldap3.Connection(
            server,
            self.access.account or None,
            self.access.secret or None,
            auto_bind=secure,
            read_only=True,
            raise_exceptions=True,
            receive_timeout=SECONDS,
        )

    def _search(self, connection: Any, query: str, names: list[str]) -> Any:
        """All entries, page by page; a page that fails raises."""
        for one in connection.extend.standard.paged_search(
            self.access.root, query, attributes=names, paged_size=PAGE, generator=True
        ):
            if one.get("type") == "searchResEntry":
                yield one["dn"], {key.lower(): value for key, value in one["raw_attributes"].items()}

    def _person(self, found: Snapshot, dn: str, row: dict[str, Any]) -> None:
        key = _first(row, self.names["userid"])
        if not key:
            found.note(_("%(name)s has no user id and is left out."), name=dn)
            return
        self.people[_norm(dn)] = key
        fields = ("phone", "work_email", "employee_no", "work_place")
        given = said(**{one: _first(row, self.names[one]) for one in fields})
        control = _first(row, ["userAccountControl"])
        off = control.isdigit() and int(control) & DISABLED
        active = not off and _first(row, ["nsAccountLock"]).lower() != "true"
        name = _first(row, self.names["name"]) or key
        if key in found.people:
            raise Failed(
                _("Two entries have the user id %(name)s: say which people are meant with the filter."), name=key
            )
        found.add(Person(key, name, [_norm(dn)], given, _first(row, self.names["title"]), "", active))

    def _tie(self, found: Snapshot, managers: dict[str, str]) -> None:
        """Places and managers, once all names are known."""
        for key, one in found.departments.items():
            one.parent = _above(key, found.departments)
        for person in found.people.values():
            dn = person.departments[0]
            place = _above(dn, found.departments)
            person.departments = [place] if place else []
            said_ = managers.get(dn) or ""
            person.manager = self.people.get(_norm(said_), said_) if said_ else ""


def _first(row: dict[str, Any], names: list[str]) -> str:
    for name in names:
        for value in row.get(name.strip().lower()) or []:
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            if text.strip():
                return text.strip()
    return ""


def _parts(dn: str) -> list[str]:
    try:
        return [f"{name}={value}".lower() for name, value, _comma in parse_dn(dn, escape=True, strip=True)]
    except LDAPException:
        return [dn.lower()]


def _norm(dn: str) -> str:
    return ",".join(_parts(dn))


def _above(dn: str, departments: dict[str, Department]) -> str | None:
    """The nearest department over DN."""
    parts = _parts(dn)
    names = (",".join(parts[at:]) for at in range(1, len(parts)))
    return next((one for one in names if one in departments), None)
