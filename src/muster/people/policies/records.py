"""Rows and fields of the people room, and how scopes become members."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.actors import provide_place
from muster.access.scope import Actor, Policy, Scope, nothing, provide_members, provide_units, register
from muster.core.periods import today
from muster.people.models import (
    Absence,
    Assignment,
    Audience,
    AuditCampaign,
    AuditItem,
    ChangeRequest,
    Checklist,
    ChecklistItem,
    ChecklistStep,
    ChecklistTemplate,
    DataExport,
    DetailRule,
    DraftChange,
    Erasure,
    Grade,
    Handover,
    HeadcountPlan,
    Member,
    MemberDocument,
    MemberPrivate,
    Paper,
    PaperReading,
    PaperVersion,
    PersonalField,
    Position,
    QualityScore,
    ReportingLine,
    Skill,
    SkillCategory,
    SkillEvidence,
    SkillRequirement,
    StructureDraft,
    Territory,
    TerritoryAssignment,
    Unit,
    UnitLine,
    Verification,
)
from muster.people.models.member import photo_url

PERSONNEL = "people.memberdocument.personnel"

for _name, _label in [
    ("people.member.view", _("See members")),
    ("people.member.export", _("Export members")),
    ("people.member.move", _("Move members")),
    ("people.member.performance", _("See how members stand")),
    ("people.member.sheet", _("See the audit sheet of members")),
    ("people.memberprivate.view", _("See private details of members")),
    ("people.absence.view", _("See who is away")),
    ("people.assignment.view", _("See the career of members")),
    ("people.handover.view", _("See handovers")),
    ("people.headcountplan.view", _("See headcount and its plan")),
    ("people.checklist.view", _("See checklists")),
    ("people.checklistitem.view", _("See checklist items")),
    ("people.checklisttemplate.view", _("See checklist templates")),
    ("people.skill.view", _("See the skills of the firm")),
    ("people.skillevidence.view", _("See how skilled members are")),
    ("people.structuredraft.view", _("See drafts of a future structure")),
    ("people.vacantseat.view", _("See vacant seats")),
    ("people.unit.view", _("See units")),
    ("people.territory.view", _("See territories")),
    ("people.territoryassignment.view", _("See who holds which territory")),
    ("people.position.view", _("See positions")),
    ("people.grade.view", _("See grades")),
    ("people.verification.view", _("See how fresh details are")),
    ("people.changerequest.view", _("See change requests")),
    ("people.auditcampaign.view", _("See audit campaigns")),
    ("people.audititem.view", _("See answers to audits")),
    ("people.qualityscore.view", _("See data quality")),
    ("people.memberdocument.view", _("See which documents there are on members")),
    ("people.memberdocument.export", _("Export the list of documents")),
    ("people.memberdocument.sensitive", _("Fetch contracts, copies of identity documents and health checks")),
    (PERSONNEL, _("See documents that are for human resources")),
    ("people.paper.view", _("See company papers")),
    ("people.paperreading.view", _("See who has read company papers")),
    ("people.paperreading.export", _("Export who has read company papers")),
    ("people.personalfield.view", _("See the register of personal data")),
    ("people.dataexport.view", _("See the exports of one's own data")),
    ("people.erasure.view", _("See erasures")),
]:
    permissions.register(_name, _label)
for _name, _label in [
    ("people.auditcampaign.remind", _("Reminder of an audit")),
    ("people.changerequest.create", _("Change of own details asked for")),
    ("people.dataexport.ready", _("Export of own data ready")),
    ("people.handover.done", _("Handover finished")),
    ("people.handover.stopped", _("Planned handover stopped on its day")),
    ("people.member.approved", _("Change of details approved")),
    ("people.member.left", _("Member has left")),
    ("people.member.told", _("Own details changed, manager told")),
    ("people.member.verified", _("Details found right")),
    ("people.memberdocument.ends", _("Document about to end")),
    ("people.paper.remind", _("Reminder of a company paper")),
    ("people.skillevidence.ends", _("Certificate about to end")),
]:
    permissions.register_event(_name, _label)


def members_within(actor: Actor, scopes: frozenset[str]) -> Any:
    """Ids of the members that SCOPES hold for ACTOR."""
    if Scope.ALL in scopes:
        return Member.objects.unscoped("scope engine").values_list("pk", flat=True)
    found = Q(pk=actor.member_id)
    if Scope.REPORTS in scopes:
        below = ReportingLine.objects.unscoped("scope engine").filter(ancestor=actor.member_id)
        found |= Q(pk__in=below.values("descendant"))
    if actor.unit_id and Scope.UNIT in scopes:
        found |= Q(unit=actor.unit_id)
    if actor.unit_id and Scope.UNIT_BELOW in scopes:
        found |= Q(unit__in=units_below(actor.unit_id))
    if scopes <= {Scope.OWN, Scope.REPORTS} and Scope.REPORTS in scopes:
        return below.values_list("descendant", flat=True)  # with the line to oneself: no visit to the members' table
    return Member.objects.unscoped("scope engine").filter(found).values_list("pk", flat=True)


def units_below(unit_id: int) -> Any:
    """Ids of the unit and all under it today."""
    day = today()
    lines = UnitLine.objects.unscoped("scope engine").filter(
        Q(valid_to=None) | Q(valid_to__gt=day), ancestor=unit_id, valid_from__lte=day
    )
    return lines.values_list("descendant", flat=True)


def units_over(unit_id: int) -> Any:
    """Ids of the unit and all it lies in today."""
    day = today()
    lines = UnitLine.objects.unscoped("scope engine").filter(
        Q(valid_to=None) | Q(valid_to__gt=day), descendant=unit_id, valid_from__lte=day
    )
    return lines.values_list("ancestor", flat=True)


def place_of(user_id: int) -> QuerySet[Any]:
    rows = Member.objects.unscoped("who is asking").filter(user=user_id).exclude(status=Member.Status.LEFT)
    return rows.order_by().values("pk", "unit_id", "photo", "version")


provide_members(members_within)
provide_place(place_of, photo_url)
provide_units(units_over)


@register
class MemberPolicy(Policy):
    model = Member
    owner = "pk"


@register
class MemberPrivatePolicy(Policy):
    model = MemberPrivate
    owner = "member_id"


@register
class AssignmentPolicy(Policy):
    model = Assignment
    owner = "member_id"


@register
class HandoverPolicy(Policy):
    model = Handover
    owner = "member_id"


@register
class ChecklistPolicy(Policy):
    model = Checklist
    owner = "member_id"


@register
class ChecklistItemPolicy(Policy):
    model = ChecklistItem
    owner = "member_id"


class OfFirm(Policy):
    owner = None


@register
class ChecklistTemplatePolicy(OfFirm):
    model = ChecklistTemplate


@register
class HeadcountPlanPolicy(OfFirm):
    model = HeadcountPlan


@register
class ChecklistStepPolicy(OfFirm):
    model = ChecklistStep
    permission = "people.checklisttemplate.view"


@register
class UnitPolicy(OfFirm):
    model = Unit


@register
class UnitLinePolicy(OfFirm):
    model = UnitLine
    permission = "people.unit.view"


@register
class ReportingLinePolicy(OfFirm):
    model = ReportingLine
    permission = "people.member.view"


@register
class PositionPolicy(OfFirm):
    model = Position


@register
class GradePolicy(OfFirm):
    model = Grade


@register
class TerritoryPolicy(OfFirm):
    model = Territory


@register
class TerritoryAssignmentPolicy(Policy):
    model = TerritoryAssignment
    owner = "member_id"


@register
class AbsencePolicy(Policy):
    model = Absence
    owner = "member_id"


@register
class SkillEvidencePolicy(Policy):
    model = SkillEvidence
    owner = "member_id"


@register
class SkillPolicy(OfFirm):
    model = Skill


@register
class SkillCategoryPolicy(OfFirm):
    model = SkillCategory
    permission = "people.skill.view"


@register
class SkillRequirementPolicy(OfFirm):
    model = SkillRequirement
    permission = "people.skill.view"


@register
class VerificationPolicy(Policy):
    model = Verification
    owner = "member_id"


@register
class ChangeRequestPolicy(Policy):
    model = ChangeRequest
    owner = "member_id"


@register
class AuditItemPolicy(Policy):
    model = AuditItem
    owner = "member_id"


@register
class AuditCampaignPolicy(OfFirm):
    model = AuditCampaign


@register
class QualityScorePolicy(OfFirm):
    model = QualityScore


@register
class DetailRulePolicy(OfFirm):
    model = DetailRule
    permission = "people.member.view"


@register
class MemberDocumentPolicy(Policy):
    """Within scope, and as far as a document's audience goes: the member, the line above, human resources."""

    model = MemberDocument
    owner = "member_id"
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        rows = super().rows(actor, permission)
        if Scope.ALL in actor.scopes(PERSONNEL):
            return rows
        own = Q(member=actor.member_id or 0) & ~Q(audience=Audience.HR)
        return rows & (own | Q(audience=Audience.LINE) | super().rows(actor, PERSONNEL))


@register
class PaperPolicy(OfFirm):
    """A paper is seen by who was asked to read it, by who may see how those asked stand, and by who edits papers."""

    model = Paper
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        if not actor.has(permission):
            return nothing()
        if actor.has("people.paper.edit"):
            return Q()
        asked = PaperReading.objects.visible_to(actor).values("edition__paper")
        return Q(pk__in=asked)


@register
class PaperVersionPolicy(OfFirm):
    model = PaperVersion
    parent = "paper"
    permission = "people.paper.view"
    trail_follows_rows = True


@register
class PaperReadingPolicy(Policy):
    model = PaperReading
    owner = "member_id"


@register
class PersonalFieldPolicy(OfFirm):
    model = PersonalField


@register
class DataExportPolicy(Policy):
    """For the member alone, whatever a role says."""

    model = DataExport
    owner = "member_id"
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        return super().rows(actor, permission) & Q(member=actor.member_id or 0)


@register
class ErasurePolicy(Policy):
    model = Erasure
    owner = "member_id"


@register
class StructureDraftPolicy(OfFirm):
    model = StructureDraft


@register
class DraftChangePolicy(OfFirm):
    model = DraftChange
    permission = "people.structuredraft.view"
