"""Drafts of a future structure and vacant seats over HTTP. Units are named as on the page: u12 stands, n3 is planned by
change 3 of the draft, top is no unit."""

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb
from muster.access.scope import Actor
from muster.core.listings import Filter, rows_of
from muster.people.actions.draft import discard_draft, drafts, keep_change, publish_draft, revert_change
from muster.people.actions.vacancy import fill_seat, give_to_seat, take_from_seat, vacancies
from muster.people.listings import DRAFTS
from muster.people.models import DraftChange, SeatTerritory, StructureDraft, VacantSeat
from muster.people.records.drafting import (
    DraftForm,
    DraftMoveForm,
    DraftNewUnitForm,
    DraftSeatForm,
    FillSeatForm,
    ReleaseTerritoryForm,
    SeatTerritoryForm,
    UnitEdits,
    VacancyForm,
    change_of_draft,
    move_in_draft,
    new_unit_in_draft,
    seat_in_draft,
)

DRAFT = "people.structuredraft"
CHANGE = f"{DRAFT}.change"


def _unit(actor: Actor, draft: StructureDraft, *, unit: str, name: str, parent: str, closes: bool) -> None:
    UnitEdits(actor, draft, unit).write({"name": name, "parent": parent, "closes": closes})


def _revert(actor: Actor, draft: StructureDraft, *, change: int) -> None:
    revert_change(actor, draft, change=change_of_draft(actor, draft, change))


def _keep(actor: Actor, draft: StructureDraft, *, change: int) -> None:
    keep_change(actor, draft, change=change_of_draft(actor, draft, change))


_UNIT = {"unit": str, "name": str, "parent": str, "closes": bool}
RESOURCES = [
    Resource(
        "structure-drafts",
        DRAFTS,
        DraftForm,
        Crud(drafts.create, drafts.edit),
        (
            Verb("move", move_in_draft, CHANGE, DraftMoveForm, "Let a member stand elsewhere in the draft"),
            Verb("new_unit", new_unit_in_draft, CHANGE, DraftNewUnitForm, "Plan a new unit in the draft"),
            Verb("seat", seat_in_draft, CHANGE, DraftSeatForm, "Plan a vacant seat in the draft"),
            Verb("unit", _unit, CHANGE, summary="Name, place and closing of a unit in the draft", takes=_UNIT),
            Verb("revert", _revert, f"{DRAFT}.revert", summary="Take a change out of the draft", takes={"change": int}),
            Verb("keep", _keep, f"{DRAFT}.keep", summary="Keep a change after a conflict", takes={"change": int}),
            Verb("publish", publish_draft, f"{DRAFT}.publish", summary="Publish one of the drafts"),
            Verb("discard", discard_draft, f"{DRAFT}.discard", summary="Discard one of the drafts"),
        ),
    ),
    Resource(
        "draft-changes",
        rows_of(DraftChange, Filter("draft", "draft", kind="number", lookup="draft_id")),
        view=f"{DRAFT}.view",
    ),
    Resource(
        "vacant-seats",
        rows_of(VacantSeat, related=("unit", "position")),
        VacancyForm,
        vacancies,
        (
            Verb("fill", fill_seat, "people.vacantseat.fill", FillSeatForm, "Somebody takes the seat"),
            Verb("hold", give_to_seat, "people.vacantseat.hold", SeatTerritoryForm, "Give the seat a territory"),
            Verb("release", take_from_seat, "people.vacantseat.release", ReleaseTerritoryForm, "Take a territory back"),
        ),
    ),
    Resource(
        "seat-territories",
        rows_of(SeatTerritory, Filter("seat", "seat", kind="number", lookup="seat_id"), related=("seat", "territory")),
        view="people.vacantseat.view",
    ),
]
