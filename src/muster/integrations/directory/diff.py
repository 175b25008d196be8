"""What a directory says against what stands here. Reads both, writes nothing.

Somebody is known by his id there. The first time he is found by employee number, mail or phone, as far as these are
given and mean one person alone, on either side; everything else is for somebody to decide.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.core.fields import mask
from muster.integrations.directory.shape import Department, Person, Snapshot, in_order
from muster.integrations.importing.sentences import Wrong
from muster.integrations.models import DirectoryChange, DirectoryConnection, ExternalKey, Ruled
from muster.people.models import Member, Unit

Kind = DirectoryChange.Kind
PLAIN = ("name", "preferred_name", "phone", "work_email", "employee_no", "hired_on", "work_place")
KNOWN_BY = {
    "employee_no": _("Found by the employee number."),
    "work_email": _("Found by the mail address."),
    "phone": _("Found by the phone."),
}
CHINA, LONG = "86", 13


def norm(field_: str, value: Any) -> str:
    """A value as two spellings of one compare equal."""
    text = str(value or "").strip()
    if field_ == "phone":
        digits = "".join(one for one in text if one.isdigit())
        return digits[2:] if len(digits) == LONG and digits.startswith(CHINA) else digits
    return text.casefold() if field_ in ("work_email", "employee_no") else text


def keys_of(connection: DirectoryConnection, model: Any) -> dict[str, int]:
    """Ids there → records here."""
    rows = ExternalKey.objects.unscoped("directory").filter(source=connection.source, model=model._meta.label_lower)
    return dict(rows.values_list("external_id", "object_id"))


@dataclass
class Diff:
    changes: list[DirectoryChange] = field(default_factory=list)
    notes: list[Wrong] = field(default_factory=list)
    linked: int = 0
    gone: int = 0


def compare(connection: DirectoryConnection, snapshot: Snapshot) -> Diff:
    return Comparison(connection, snapshot).run()


class Comparison:
    def __init__(self, connection: DirectoryConnection, snapshot: Snapshot) -> None:
        self.connection, self.snapshot = connection, snapshot
        self.rules = set(connection.rules)
        self.diff = Diff(notes=list(snapshot.notes))
        self.units = {one.pk: one for one in Unit.objects.unscoped("directory").select_related("head")}
        self.unit_of = {key: pk for key, pk in keys_of(connection, Unit).items() if pk in self.units}
        self.members = Member.objects.unscoped("directory").select_related("unit", "position", "manager").in_bulk()
        self.member_of = {key: pk for key, pk in keys_of(connection, Member).items() if pk in self.members}
        self.key_of = {pk: key for key, pk in self.member_of.items()}
        self.active = {key: one for key, one in snapshot.people.items() if one.active}

    def run(self) -> Diff:
        matched = self._matched()  # first, for a head who is found again is no change of the unit
        for one in in_order(self.snapshot.departments):
            self._unit(one)
        self._lost_units()
        for person, pk, why in matched:
            self._person(person, pk, why)
        self._gone()
        return self.diff

    def _add(self, kind: str, key: str, name: str, **rest: Any) -> None:
        one = DirectoryChange(kind=kind, key=key[:190], name=name[:200])
        if why := rest.pop("why", None):
            one.why, one.why_params = why.stored()
        for name_, value in rest.items():
            setattr(one, name_, value)
        self.diff.changes.append(one)

    # -- units -------------------------------------------------------------------------------------------------------

    def _unit(self, one: Department) -> None:
        top = one.parent is None and self.connection.unit_id is not None
        known = self.unit_of.get(one.key)
        found = known or (self.connection.unit_id if top else self._same_unit(one))
        if found is None:
            parent = self.snapshot.departments[one.parent].name if one.parent else ""
            values = {"name": one.name, "parent": one.parent, "heads": one.heads[:1]}
            self._add(Kind.UNIT_NEW, one.key, one.name, values=values, said={"units": ["", parent]} if parent else {})
            return
        self.unit_of[one.key] = found
        said, values = self._unit_changes(one, self.units[found], top)
        if known is None or said:
            kind = Kind.UNIT_CHANGED if known else Kind.UNIT_FOUND
            self._add(kind, one.key, str(self.units[found]), unit=self.units[found], said=said, values=values)

    def _same_unit(self, one: Department) -> int | None:
        """The one unit of this name in the same place."""
        above = self.unit_of.get(one.parent) if one.parent else None
        if one.parent and above is None:
            return None
        taken = set(self.unit_of.values())
        fits = [
            unit.pk
            for unit in self.units.values()
            if unit.name == one.name and unit.parent_id == above and unit.pk not in taken and unit.archived_at is None
        ]
        return fits[0] if len(fits) == 1 else None

    def _unit_changes(self, one: Department, unit: Unit, top: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        said: dict[str, Any] = {}
        values: dict[str, Any] = {}
        if Ruled.UNITS in self.rules and not top:
            if unit.name != one.name:
                said["name"], values["name"] = [unit.name, one.name], one.name
            above = self.unit_of.get(one.parent) if one.parent else None
            if one.parent and (above is None or above != unit.parent_id):
                stood = str(self.units[unit.parent_id]) if unit.parent_id else ""
                said["units"] = [stood, self.snapshot.departments[one.parent].name]
                values["parent"] = one.parent
            elif one.parent is None and unit.parent_id in self.unit_of.values():
                said["units"], values["parent"] = [str(self.units[unit.parent_id]), "–"], None
        if Ruled.HEADS in self.rules and one.heads and self.member_of.get(one.heads[0], 0) != unit.head_id:
            said["heads"] = [str(unit.head or ""), self.snapshot.people[one.heads[0]].name]
            values["heads"] = one.heads[:1]
        return said, values

    def _lost_units(self) -> None:
        for key, pk in self.unit_of.items():
            if key not in self.snapshot.departments and self.units[pk].archived_at is None:
                self.diff.notes.append(
                    Wrong(_("The directory has no “%(name)s” any more; the unit stays here."), name=str(self.units[pk]))
                )

    # -- people: who is who ------------------------------------------------------------------------------------------

    def _matched(self) -> list[tuple[Person, int | None, Any]]:
        """Each person with the member he is, if it is sure; who could be several is put on the list to decide."""
        index = self._index()
        twice = self._said_twice()
        fits: dict[str, dict[int, str]] = {}
        for key, person in self.active.items():
            if key not in self.member_of:
                fits[key] = self._candidates(person, index, twice)
        claimed: dict[int, list[str]] = defaultdict(list)
        for key, candidates in fits.items():
            for pk in candidates:
                claimed[pk].append(key)
        found: list[tuple[Person, int | None, Any]] = []
        for key, person in self.active.items():
            if key in self.member_of:
                found.append((person, self.member_of[key], None))
            elif wrong := self._doubt(person, fits[key], claimed):
                self._review(person, fits[key], wrong)
            elif fits[key]:
                pk, by = next(iter(fits[key].items()))
                found.append((person, pk, Wrong(KNOWN_BY[by])))
                self.member_of[key] = pk
            else:
                found.append((person, None, None))
        return found

    def _index(self) -> dict[tuple[str, str], set[int]]:
        index: dict[tuple[str, str], set[int]] = defaultdict(set)
        for pk, one in self.members.items():
            for name in (*KNOWN_BY, "name"):
                if value := norm(name, one.__dict__.get(name)):
                    index[name, value].add(pk)
        return index

    def _said_twice(self) -> set[tuple[str, str]]:
        """A phone that two people share there says nothing about either."""
        seen: set[tuple[str, str]] = set()
        twice: set[tuple[str, str]] = set()
        for one in self.active.values():
            for name in KNOWN_BY:
                if value := norm(name, one.given.get(name)):
                    (twice if (name, value) in seen else seen).add((name, value))
        return twice

    def _candidates(self, person: Person, index: Any, twice: set[tuple[str, str]]) -> dict[int, str]:
        """Members that he could be, each with what says so."""
        found: dict[int, str] = {}
        for name in KNOWN_BY:
            value = norm(name, person.given.get(name))
            if value and (name, value) not in twice:
                for pk in index.get((name, value), ()):
                    found.setdefault(pk, name)
        if not found:
            free = (pk for pk in index.get(("name", norm("name", person.name)), ()) if pk not in self.key_of)
            found = dict.fromkeys(free, "name")
        return found

    def _doubt(self, person: Person, fits: dict[int, str], claimed: dict[int, list[str]]) -> Wrong | None:
        if not fits:
            return None
        if len(fits) > 1:
            return Wrong(_("He or she could be several members."))
        pk, by = next(iter(fits.items()))
        if by == "name":
            return Wrong(_("A member of the same name is here; nothing else says that it is the same person."))
        if len(claimed[pk]) > 1:
            return Wrong(_("Several people of the directory could be this member."))
        if self.key_of.get(pk) in self.active:
            return Wrong(_("This member is known already as %(key)s there."), key=self.key_of[pk])
        return None

    def _review(self, person: Person, fits: dict[int, str], why: Wrong) -> None:
        values, phone = self._all(person)
        said = self._said_new(person)
        self._add(
            Kind.REVIEW,
            person.key,
            person.name,
            why=why,
            candidates=sorted(fits),
            said=said,
            values=values,
            phone=phone,
        )

    # -- people: what differs ----------------------------------------------------------------------------------------

    def _person(self, person: Person, pk: int | None, why: Wrong | None) -> None:
        if pk is None:
            values, phone = self._all(person)
            self._add(Kind.NEW, person.key, person.name, said=self._said_new(person), values=values, phone=phone)
            return
        member = self.members[pk]
        if member.status == Member.Status.LEFT:
            values, phone = self._all(person)
            said = self._said_new(person)
            self._add(Kind.BACK, person.key, member.name, member=member, why=why, said=said, values=values, phone=phone)
            return
        said, values, phone = self._changes(person, member)
        if why or said:
            kind = Kind.FOUND if why else Kind.CHANGED
            self._add(kind, person.key, member.name, member=member, why=why, said=said, values=values, phone=phone)

    def _all(self, person: Person) -> tuple[dict[str, Any], str]:
        """All that is given: of somebody new the directory knows more than we do."""
        values = {"name": person.name, **{key: one for key, one in person.given.items() if key != "phone"}}
        values |= {"unit": person.departments[0]} if person.departments else {}
        values |= {"position": person.title} if person.title else {}
        values |= {"manager": person.manager} if person.manager else {}
        return {key: str(one) for key, one in values.items()}, str(person.given.get("phone") or "")

    def _said_new(self, person: Person) -> dict[str, Any]:
        said = {key: ["", str(one)] for key, one in person.given.items() if key != "phone"}
        return said | {key: ["", one] for key, one in self._place_names(person).items()}

    def _place_names(self, person: Person) -> dict[str, str]:
        unit = self.snapshot.departments[person.departments[0]].name if person.departments else ""
        manager = self.snapshot.people[person.manager].name if person.manager else ""
        found = {"unit": unit, "position": person.title, "manager": manager}
        return {key: one for key, one in found.items() if one}

    def _changes(self, person: Person, member: Member) -> tuple[dict[str, Any], dict[str, Any], str]:
        said: dict[str, Any] = {}
        values: dict[str, Any] = {}
        phone = ""
        for name, value in {"name": person.name, **person.given}.items():
            if name not in self.rules or norm(name, value) == norm(name, member.__dict__.get(name)):
                continue
            if name == "phone":
                phone, said["phone"] = str(value), [mask(member.__dict__.get("phone") or ""), ""]
            else:
                said[name], values[name] = [str(member.__dict__.get(name) or ""), str(value)], str(value)
        names = self._place_names(person)
        for name, value in self._places(person, member).items():
            said[name], values[name] = [str(getattr(member, name) or ""), names[name]], value
        return said, values, phone

    def _places(self, person: Person, member: Member) -> dict[str, str]:
        found = {}
        unit = person.departments[0] if person.departments else ""
        if "unit" in self.rules and unit and self.unit_of.get(unit, 0) != member.unit_id:
            found["unit"] = unit
        stands = member.position
        if (
            "position" in self.rules
            and person.title
            and person.title not in ((stands.name, stands.name_zh) if stands else ())
        ):
            found["position"] = person.title
        if "manager" in self.rules and person.manager and self.member_of.get(person.manager, 0) != member.manager_id:
            found["manager"] = person.manager
        return found

    # -- people: who is gone -----------------------------------------------------------------------------------------

    def _gone(self) -> None:
        """Known by an id that is there no longer, or no longer active; those who have another one now are not gone."""
        now = {pk for key, pk in self.member_of.items() if key in self.active}
        known = {pk: key for key, pk in keys_of(self.connection, Member).items() if pk in self.members}
        for pk, key in known.items():
            member = self.members[pk]
            if member.status not in Member.STAYING:
                continue
            self.diff.linked += 1
            if pk in now:
                continue
            self.diff.gone += 1
            off = key in self.snapshot.people
            why = Wrong(_("The account is switched off there.") if off else _("The directory knows this id no longer."))
            self._add(Kind.GONE, key, member.name, member=member, why=why)
