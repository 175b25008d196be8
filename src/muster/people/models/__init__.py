from muster.people.models.checklist import By, Checklist, ChecklistItem, ChecklistStep, ChecklistTemplate, Kind
from muster.people.models.draft import DraftChange, StructureDraft, VacantSeat
from muster.people.models.handover import Handover, HandoverItem
from muster.people.models.headcount import HeadcountPlan
from muster.people.models.member import Member, MemberPrivate
from muster.people.models.skill import Skill, SkillCategory, SkillEvidence, SkillRequirement, Source
from muster.people.models.structure import Assignment, Grade, Position, ReportingLine, Unit, UnitLine

__all__ = [
    "Assignment",
    "By",
    "Checklist",
    "ChecklistItem",
    "ChecklistStep",
    "ChecklistTemplate",
    "DraftChange",
    "Grade",
    "Handover",
    "HandoverItem",
    "HeadcountPlan",
    "Kind",
    "Member",
    "MemberPrivate",
    "Position",
    "ReportingLine",
    "Skill",
    "SkillCategory",
    "SkillEvidence",
    "SkillRequirement",
    "Source",
    "StructureDraft",
    "Unit",
    "UnitLine",
    "VacantSeat",
]
