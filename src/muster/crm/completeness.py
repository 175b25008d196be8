"""What is asked to be known of a customer, and how much of it is there. Counting, without a database.

completeness = weights of what is known ÷ weights of what is asked for. What somebody may not see is not asked of him.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.access.levels import best
from muster.access.scope import Actor
from muster.core.custom import kinds, store


def _of_all(_row: Any) -> bool:
    return True


@dataclass(frozen=True)
class Item:
    """One thing. `known(row)` says whether it is there: of an account, with what `WITH` brings along. `fill` is where
    it is filled in: the account's own form, or the address of another page. `permission` is what it takes to see it,
    `sensitive` (model, field) the field whose rule may hide it. `asked(row)`: is it for this account at all?"""

    key: str
    label: Any
    weight: int
    known: Callable[[Any], bool]
    fill: str = "account_edit"
    permission: str = ""
    sensitive: tuple[str, str] | None = None
    asked: Callable[[Any], bool] = _of_all
    field: str = ""  # of the account's form, where it is not called like the key

    def is_seen(self, actor: Actor | None, owner: int | None) -> bool:
        """Does ACTOR (None: somebody without a login) see this of what OWNER has?"""
        if actor is None:
            return True
        if self.permission and not actor.has(self.permission):
            return False
        return self.sensitive is None or best(actor, *self.sensitive, owner) != "hidden"


def _field(key: str, label: Any, weight: int) -> Item:
    return Item(key, label, weight, lambda row: getattr(row, key) not in (None, ""))


CONTACT = "crm.contact.view"
ITEMS = {
    one.key: one
    for one in (
        _field("industry", _("industry"), 10),
        Item("source", _("source"), 5, lambda row: row.source_id is not None),
        _field("province", _("province"), 5),
        _field("city", _("city"), 10),
        _field("address", _("address"), 5),
        _field("phone", _("switchboard"), 10),
        _field("website", _("website"), 5),
        _field("credit_code", _("unified social credit code"), 10),
        _field("employees", _("employees"), 5),
        Item("contact", _("a contact"), 15, lambda row: row.has_contact, "contact_create", CONTACT),
        Item("decider", _("a contact who decides"), 10, lambda row: row.has_decider, "contact_create", CONTACT),
        Item(
            "reached",
            _("phone or mail of a contact"),
            10,
            lambda row: row.has_reached,
            "contact_create",
            CONTACT,
            ("crm.contact", "phone"),
        ),
        Item(
            "invoice",
            _("invoice details"),
            5,
            lambda row: row.has_invoice,
            "invoicedata_create",
            "crm.accountinvoicedata.view",
        ),
    )
}


def key_of(spec: Any) -> str:
    """What the weight of a field of the firm's own goes by."""
    return f"custom-{spec.key}"


def of_field(spec: Any) -> Item:
    """A field of the firm's own; of a kind of customer that it is not for, it is not asked."""
    return Item(
        key_of(spec),
        spec.label,
        0,
        lambda row: store.kept(row, spec) is not None,
        sensitive=(spec.record, spec.full_name) if spec.sensitive else None,
        asked=lambda row: kinds.applies(spec, kinds.of_row(row)),
        field=spec.full_name,
    )


@dataclass(frozen=True)
class Score:
    """Weights of what is known, of what is asked for, and what is missing, the heaviest first."""

    filled: int
    asked: int
    missing: tuple[Item, ...] = ()

    @property
    def percent(self) -> int | None:
        return round(100 * self.filled / self.asked) if self.asked else None


def score(row: Any, weights: Mapping[str, int], seen: Iterable[Item]) -> Score:
    """How complete ROW is by WEIGHTS, over what is SEEN."""
    asked = [(one, weights.get(one.key, 0)) for one in seen if weights.get(one.key, 0) and one.asked(row)]
    missing = [(one, weight) for one, weight in asked if not one.known(row)]
    whole = sum(weight for _one, weight in asked)
    lacking = sum(weight for _one, weight in missing)
    missing.sort(key=lambda pair: -pair[1])
    return Score(whole - lacking, whole, tuple(one for one, _weight in missing))
