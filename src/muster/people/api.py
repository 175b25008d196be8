"""The people room over HTTP."""

from muster.access.resources import Resource, Verb
from muster.people.actions.draft import discard_draft, publish_draft
from muster.people.actions.member import members
from muster.people.actions.move import move_member
from muster.people.actions.skill import merge_skill, skills
from muster.people.actions.structure import grades, move_unit, positions, units
from muster.people.forms import (
    GradeForm,
    MemberForm,
    MergeSkillForm,
    MoveForm,
    PositionForm,
    SkillForm,
    UnitForm,
    UnitMoveForm,
)
from muster.people.listings import DRAFTS, GRADES, MEMBERS, POSITIONS, SKILLS, UNITS

RESOURCES = [
    Resource(
        "members",
        listing=MEMBERS,
        form=MemberForm,
        crud=members,
        verbs=(Verb("move", move_member, "people.member.move", MoveForm, "Move one of members from a day on"),),
    ),
    Resource(
        "units",
        listing=UNITS,
        form=UnitForm,
        crud=units,
        verbs=(Verb("move", move_unit, "people.unit.move", UnitMoveForm, "Move one of units from a day on"),),
    ),
    Resource("positions", listing=POSITIONS, form=PositionForm, crud=positions),
    Resource("grades", listing=GRADES, form=GradeForm, crud=grades),
    Resource(
        "structure-drafts",
        listing=DRAFTS,
        verbs=(
            Verb("publish", publish_draft, "people.structuredraft.publish", None, "Publish one of the drafts"),
            Verb("discard", discard_draft, "people.structuredraft.discard", None, "Discard one of the drafts"),
        ),
    ),
    Resource(
        "skills",
        listing=SKILLS,
        form=SkillForm,
        crud=skills,
        verbs=(Verb("merge", merge_skill, "people.skill.merge", MergeSkillForm, "Merge one of skills into another"),),
    ),
]
