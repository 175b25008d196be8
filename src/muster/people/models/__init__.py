from muster.people.models.absence import Absence
from muster.people.models.approval import ApprovalRequest, ApprovalRule, ApprovalSeat, ApprovalStep
from muster.people.models.audit import AuditCampaign, AuditItem, AuditReminder, AuditReport, QualityScore
from muster.people.models.calendar import CalendarDay, CalendarYear
from muster.people.models.checklist import By, Checklist, ChecklistItem, ChecklistStep, ChecklistTemplate, Kind
from muster.people.models.detail import DETAILS, ChangeRequest, Detail, DetailRule, Own, Verification
from muster.people.models.document import (
    SENSITIVE_KINDS,
    Audience,
    DocumentKind,
    MemberDocument,
    Paper,
    PaperReading,
    PaperVersion,
)
from muster.people.models.draft import DraftChange, SeatTerritory, StructureDraft, VacantSeat
from muster.people.models.growth import GrowthGoal, NextRole
from muster.people.models.handover import Handover, HandoverItem
from muster.people.models.headcount import HeadcountPlan
from muster.people.models.letter import HandoverLetter
from muster.people.models.member import Member, MemberPrivate
from muster.people.models.privacy import Basis, DataExport, Erasure, PersonalField
from muster.people.models.sheet import SheetNote
from muster.people.models.skill import Skill, SkillCategory, SkillEvidence, SkillRequirement, Source
from muster.people.models.structure import Assignment, Grade, Position, ReportingLine, Unit, UnitLine
from muster.people.models.territory import Territory, TerritoryAssignment

__all__ = [
    "DETAILS",
    "SENSITIVE_KINDS",
    "Absence",
    "ApprovalRequest",
    "ApprovalRule",
    "ApprovalSeat",
    "ApprovalStep",
    "Assignment",
    "Audience",
    "AuditCampaign",
    "AuditItem",
    "AuditReminder",
    "AuditReport",
    "Basis",
    "By",
    "CalendarDay",
    "CalendarYear",
    "ChangeRequest",
    "Checklist",
    "ChecklistItem",
    "ChecklistStep",
    "ChecklistTemplate",
    "DataExport",
    "Detail",
    "DetailRule",
    "DocumentKind",
    "DraftChange",
    "Erasure",
    "Grade",
    "GrowthGoal",
    "Handover",
    "HandoverItem",
    "HandoverLetter",
    "HeadcountPlan",
    "Kind",
    "Member",
    "MemberDocument",
    "MemberPrivate",
    "NextRole",
    "Own",
    "Paper",
    "PaperReading",
    "PaperVersion",
    "PersonalField",
    "Position",
    "QualityScore",
    "ReportingLine",
    "SeatTerritory",
    "SheetNote",
    "Skill",
    "SkillCategory",
    "SkillEvidence",
    "SkillRequirement",
    "Source",
    "StructureDraft",
    "Territory",
    "TerritoryAssignment",
    "Unit",
    "UnitLine",
    "VacantSeat",
    "Verification",
]
