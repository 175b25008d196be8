from muster.people.models.handover import Handover, HandoverItem
from muster.people.models.member import Member, MemberPrivate
from muster.people.models.structure import Assignment, Grade, Position, ReportingLine, Unit, UnitLine

__all__ = [
    "Assignment",
    "Grade",
    "Handover",
    "HandoverItem",
    "Member",
    "MemberPrivate",
    "Position",
    "ReportingLine",
    "Unit",
    "UnitLine",
]
