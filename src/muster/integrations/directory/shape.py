"""What every directory tells, whatever it is: departments, people, and the one interface behind which they stand."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from muster.integrations.importing.sentences import Wrong

Step = Callable[[int], None]  # told how many people were read so far


class Failed(Wrong):
    """The directory could not be read to its end. What was read until then counts for nothing."""


@dataclass(frozen=True)
class Access:
    """How one gets in: address (empty: the official one), account, secret, where to begin, and what LDAP needs."""

    address: str
    account: str
    secret: str
    root: str = ""
    person_filter: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Department:
    key: str
    name: str
    parent: str | None = None
    heads: list[str] = field(default_factory=list)


@dataclass
class Person:
    """`given` holds what the directory says of fields of a member, by their names there; what it does not say is not in
    it. `departments` begins with the main one."""

    key: str
    name: str
    departments: list[str] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    manager: str = ""
    active: bool = True


@dataclass
class Snapshot:
    """A whole directory at one moment. `notes` are what somebody should know and nothing can be done about here."""

    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    notes: list[Wrong] = field(default_factory=list)

    def add(self, person: Person) -> None:
        """Who is listed in several departments is one person."""
        known = self.people.setdefault(person.key, person)
        if known is not person:
            known.departments += [one for one in person.departments if one not in known.departments]

    def note(self, message: Any, **params: Any) -> None:
        self.notes.append(Wrong(message, **params))


class Adapter(Protocol):
    """One kind of directory. `read` gives all of it or raises `Failed`."""

    def __init__(self, access: Access) -> None: ...

    def read(self, step: Step) -> Snapshot: ...


def checked(found: Snapshot) -> Snapshot:
    """FOUND, made whole: departments without a known parent stand at the top. Raises `Failed` for a directory that says
    nothing, or whose departments go round in a circle."""
    if not found.people:
        raise Failed(_("The directory names nobody: check what the account may see."))
    for one in found.departments.values():
        if one.parent is not None and one.parent not in found.departments:
            one.parent = None
    _refuse_circles(found.departments)
    for one in found.departments.values():
        one.heads = list(dict.fromkeys(key for key in one.heads if key in found.people))
        if len(one.heads) > 1:
            names = [found.people[key].name for key in one.heads]
            message = _("“%(unit)s” has several heads: %(names)s. The first is taken.")
            found.note(message, unit=one.name, names=names)
    for person in found.people.values():
        person.departments = [key for key in person.departments if key in found.departments]
        if len(person.departments) > 1:
            names = [found.departments[key].name for key in person.departments]
            message = _("%(name)s stands in several departments: %(names)s. The first is taken.")
            found.note(message, name=person.name, names=names)
        if person.manager and person.manager not in found.people:
            message = _("The manager %(manager)s of %(name)s is not in the directory: left as it is.")
            found.note(message, manager=person.manager, name=person.name)
            person.manager = ""
    return found


def _refuse_circles(departments: dict[str, Department]) -> None:
    safe: set[str] = set()
    for key in departments:
        chain: list[str] = []
        at: str | None = key
        while at is not None and at not in safe and at not in chain:
            chain.append(at)
            at = departments[at].parent
        if at is not None and at in chain:
            names = " → ".join(departments[one].name for one in [*chain[chain.index(at) :], at])
            raise Failed(_("Departments go round in a circle: %(names)s. Mend it in the directory."), names=names)
        safe |= set(chain)


def in_order(departments: dict[str, Department]) -> list[Department]:
    """Those above before those below."""
    found: dict[str, Department] = {}

    def put(one: Department) -> None:
        if one.key not in found:
            if one.parent is not None:
                put(departments[one.parent])
            found[one.key] = one

    for one in departments.values():
        put(one)
    return list(found.values())


def day_of(seconds: Any) -> dt.date | None:
    """A day told as seconds since 1970, in China's time; 0 and nothing are none."""
    try:
        stamp = int(seconds or 0)
        return dt.datetime.fromtimestamp(stamp, dt.timezone(dt.timedelta(hours=8))).date() if stamp > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def said(**values: Any) -> dict[str, Any]:
    """What is given: empty is not given, for a directory that may not tell a phone shows it empty."""
    return {key: one.strip() if isinstance(one, str) else one for key, one in values.items() if one}
