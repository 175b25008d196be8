"""The people room over HTTP."""

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb, made
from muster.access.scope import Actor
from muster.core.listings import Filter, rows_of
from muster.people.actions.absence import absences
from muster.people.actions.checklist import begin_checklist, complete_item, reopen_item, steps, templates
from muster.people.actions.detail import (
    approve_change,
    change_own,
    reject_change,
    rules,
    verify_details,
    withdraw_change,
)
from muster.people.actions.growth import goals, set_next_role
from muster.people.actions.handover import change_handover, drop_handover, plan_handover, undo_handover
from muster.people.actions.headcount import plan_seats
from muster.people.actions.letter import tell_customers
from muster.people.actions.lifecycle import call_off_leaving, plan_leaving, rehire
from muster.people.actions.member import members, revert_fields
from muster.people.actions.move import cancel_move, correct_assignment, move_member, take_back_move
from muster.people.actions.sheet import correct, give_fix, remark, tick_point
from muster.people.actions.skill import (
    assess_skill,
    categories,
    declare_skill,
    merge_skill,
    require_skill,
    skills,
    withdraw_evidence,
)
from muster.people.actions.structure import grades, move_unit, positions, units
from muster.people.actions.territory import end_territory, give_territory, territories
from muster.people.forms import (
    AbsenceForm,
    ApproveForm,
    AssessSkillForm,
    AuditForm,
    ChecklistForm,
    CorrectionForm,
    DeclareSkillForm,
    DetailRuleForm,
    EndTerritoryForm,
    GiveTerritoryForm,
    GradeForm,
    LeaveForm,
    MemberForm,
    MergeSkillForm,
    MoveForm,
    PositionForm,
    RehireForm,
    RejectForm,
    RequireSkillForm,
    SeatsForm,
    SkillCategoryForm,
    SkillForm,
    StepForm,
    TemplateForm,
    TerritoryForm,
    UnitForm,
    UnitMoveForm,
)
from muster.people.listings import (
    CHECKLIST_ITEMS,
    GRADES,
    HANDOVERS,
    MEMBERS,
    POSITIONS,
    SKILL_CATEGORIES,
    SKILLS,
    TEMPLATES,
    TERRITORIES,
    UNITS,
)
from muster.people.models import (
    Absence,
    Assignment,
    AuditItem,
    ChecklistStep,
    DetailRule,
    GrowthGoal,
    Member,
    SheetNote,
    SkillEvidence,
    SkillRequirement,
    TerritoryAssignment,
    Verification,
)
from muster.people.records.audits import AUDITS, REQUESTS
from muster.people.records.growth_forms import GrowthGoalForm, NextRoleForm
from muster.people.records.handover_forms import ChangeHandoverForm, HandoverForm
from muster.people.records.letter_forms import TellForm
from muster.people.records.sheet_forms import CorrectForm, FixForm, RemarkForm, TickForm
from muster.people.tasks import begin_audit, close_audit, sign_audit, start_run

SELF = "people.member.self"
_VALUES = dict[str, str | None]


def _change_own(actor: Actor, member: Member, *, values: dict[str, str | None]) -> None:
    change_own(actor, member, **values)


_BY_MEMBER = Filter("member", "member", kind="number", lookup="member_id")
_OF_CAMPAIGN = Filter("campaign", "campaign", kind="number", lookup="campaign_id")

RESOURCES = [
    Resource(
        "members",
        listing=MEMBERS,
        form=MemberForm,
        crud=members,
        verbs=(
            Verb("move", move_member, "people.member.move", MoveForm, "Move one of members from a day on"),
            Verb(
                "unmove", take_back_move, "people.member.unmove", takes={"assignment": int}, summary="Take a move back"
            ),
            Verb("leave", plan_leaving, "people.member.leave", LeaveForm, "Plan a member's leaving"),
            Verb("revert", revert_fields, "people.member.revert", takes={"event": int, "fields": list[str]}),
            Verb("stay", call_off_leaving, "people.member.stay", summary="Call a member's leaving off"),
            Verb("rehire", rehire, "people.member.rehire", RehireForm, "Take a member on again"),
            Verb("self", _change_own, "people.member.self", summary="Change own details", takes={"values": _VALUES}),
            Verb("verify", verify_details, "people.member.verify", summary="Still right", takes={"fields": list[str]}),
            Verb("tick", tick_point, "people.member.tick", TickForm, "Tick a point of the audit sheet"),
            Verb("remark", remark, "people.member.remark", RemarkForm, "Comment on the audit sheet"),
            Verb("correct", correct, "people.member.correct", CorrectForm, "Correct a detail on the audit sheet"),
            Verb("fix", give_fix, "people.member.fix", FixForm, "Give a fix on the audit sheet"),
            made("territory", give_territory, "people.territoryassignment.create", GiveTerritoryForm, "member", "Give"),
            made("handover", plan_handover, "people.handover.create", HandoverForm, "member", "Plan a handover"),
            made("checklist", begin_checklist, "people.checklist.create", ChecklistForm, "member", "Begin a checklist"),
            made("declare", declare_skill, "people.skillevidence.declare", DeclareSkillForm, "member", "Own view"),
            Verb("aim", set_next_role, "people.member.aim", NextRoleForm, "Set the next role in the development plan"),
            made("goal", goals.create, "people.growthgoal.create", GrowthGoalForm, "member", "Add a development goal"),
            made("assess", assess_skill, "people.skillevidence.assess", AssessSkillForm, "member", "Assess a member"),
        ),
    ),
    Resource(
        "units",
        listing=UNITS,
        form=UnitForm,
        crud=units,
        verbs=(
            Verb("move", move_unit, "people.unit.move", UnitMoveForm, "Move one of units from a day on"),
            Verb("seats", plan_seats, "people.headcountplan.set", SeatsForm, "Plan seats from a day on"),
        ),
    ),
    Resource(
        "positions",
        listing=POSITIONS,
        form=PositionForm,
        crud=positions,
        verbs=(Verb("require", require_skill, "people.skillrequirement.set", RequireSkillForm, "Ask for a skill"),),
    ),
    Resource("grades", listing=GRADES, form=GradeForm, crud=grades),
    Resource(
        "skills",
        listing=SKILLS,
        form=SkillForm,
        crud=skills,
        verbs=(Verb("merge", merge_skill, "people.skill.merge", MergeSkillForm, "Merge one of skills into another"),),
    ),
    Resource(
        "change-requests",
        REQUESTS,
        verbs=(
            Verb("approve", approve_change, "people.changerequest.approve", ApproveForm),
            Verb("reject", reject_change, "people.changerequest.reject", RejectForm),
            Verb("withdraw", withdraw_change, "people.changerequest.withdraw"),
        ),
    ),
    Resource("territories", TERRITORIES, TerritoryForm, territories),
    Resource("absences", rows_of(Absence, _BY_MEMBER, related=("member",)), AbsenceForm, absences),
    Resource(
        "territory-assignments",
        rows_of(TerritoryAssignment, _BY_MEMBER, related=("member", "territory")),
        verbs=(Verb("end", end_territory, "people.territoryassignment.end", EndTerritoryForm),),
    ),
    Resource("detail-rules", rows_of(DetailRule), DetailRuleForm, Crud(edit=rules.edit)),
    Resource("verifications", rows_of(Verification, _BY_MEMBER, related=("member",))),
    Resource(
        "audit-campaigns",
        AUDITS,
        AuditForm,
        Crud(begin_audit),
        (
            Verb("close", close_audit, "people.auditcampaign.close"),
            Verb("sign", sign_audit, "people.auditcampaign.sign", summary="Have the result of a closed one signed"),
        ),
    ),
    Resource("sheet-notes", rows_of(SheetNote, _BY_MEMBER, related=("member",))),
    Resource("audit-items", rows_of(AuditItem, _OF_CAMPAIGN, _BY_MEMBER, related=("member",))),
    Resource(
        "growth-goals",
        rows_of(GrowthGoal, _BY_MEMBER, related=("member", "skill", "coach")),
        GrowthGoalForm,
        Crud(edit=goals.edit, archive=goals.archive, restore=goals.restore),
    ),
    Resource("skill-categories", listing=SKILL_CATEGORIES, form=SkillCategoryForm, crud=categories),
    Resource("skill-requirements", rows_of(SkillRequirement, related=("position", "skill"))),
    Resource(
        "skill-evidence",
        rows_of(SkillEvidence, _BY_MEMBER, related=("member", "skill")),
        verbs=(Verb("withdraw", withdraw_evidence, "people.skillevidence.withdraw"),),
    ),
    Resource(
        "assignments",
        rows_of(Assignment, _BY_MEMBER, related=("member", "unit")),
        verbs=(
            Verb("correct", correct_assignment, "people.assignment.edit", CorrectionForm, "Correct it"),
            Verb("cancel", cancel_move, "people.assignment.cancel", summary="Call a planned move off"),
        ),
    ),
    Resource(
        "handovers",
        HANDOVERS,
        verbs=(
            Verb("run", start_run, "people.handover.run", summary="Carry a planned handover out"),
            Verb("change", change_handover, "people.handover.change", ChangeHandoverForm, "Say a plan anew"),
            Verb("drop", drop_handover, "people.handover.drop"),
            Verb("undo", undo_handover, "people.handover.undo"),
            Verb("tell", tell_customers, "people.handover.tell", TellForm, "Tell customers of it by mail"),
        ),
    ),
    Resource(
        "checklist-items",
        CHECKLIST_ITEMS,
        verbs=(
            Verb("complete", complete_item, "people.checklistitem.complete"),
            Verb("reopen", reopen_item, "people.checklistitem.reopen"),
        ),
    ),
    Resource(
        "checklist-templates",
        TEMPLATES,
        TemplateForm,
        templates,
        (made("step", steps.create, "people.checkliststep.create", StepForm, "template", "Add a step"),),
    ),
    Resource(
        "checklist-steps",
        rows_of(ChecklistStep, Filter("template", "template", kind="number", lookup="template_id")),
        StepForm,
        Crud(edit=steps.edit, archive=steps.archive, restore=steps.restore),
    ),
]
