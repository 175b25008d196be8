"""Addresses of the people room."""

from typing import Any

from django.urls import URLPattern

from muster.access.routes import route
from muster.people.views import (
    audit,
    checklist,
    detail,
    document,
    handover,
    member,
    paper,
    privacy,
    skill,
    structure,
    territory,
)


def _at(address: str, view: Any, name: str, permission: str) -> URLPattern:
    return route(address, view, name=name, permission=permission)


urlpatterns = [
    route("people/", member.member_list, name="member_list", permission="people.member.view"),
    route("people/new/", member.member_create, name="member_create", permission="people.member.create"),
    route("people/<int:pk>/", member.member_detail, name="member_detail", permission="people.member.view"),
    _at("people/me/", detail.my_details, "my_details", "people.member.self"),
    _at("people/<int:pk>/freshness/", detail.member_freshness, "member_freshness", "people.verification.view"),
    _at("people/<int:pk>/verify/", detail.member_verify, "member_verify", "people.member.verify"),
    _at("people/requests/", detail.request_list, "request_list", "people.changerequest.view"),
    _at("people/requests/<int:pk>/", detail.request_detail, "request_detail", "people.changerequest.view"),
    _at("people/requests/<int:pk>/approve/", detail.request_approve, "request_approve", "people.changerequest.approve"),
    _at("people/requests/<int:pk>/reject/", detail.request_reject, "request_reject", "people.changerequest.reject"),
    _at(
        "people/requests/<int:pk>/withdraw/",
        detail.request_withdraw,
        "request_withdraw",
        "people.changerequest.withdraw",
    ),
    _at("people/audits/rules/", detail.detail_rules, "detail_rules", "people.detailrule.edit"),
    _at("people/audits/rules/<int:pk>/", detail.rule_edit, "detail_rule_edit", "people.detailrule.edit"),
    _at("people/audits/", audit.campaign_list, "campaign_list", "people.auditcampaign.view"),
    _at("people/audits/new/", audit.campaign_new, "audit_new", "people.auditcampaign.create"),
    _at("people/audits/<int:pk>/", audit.campaign_detail, "audit_campaign", "people.auditcampaign.view"),
    _at("people/audits/<int:pk>/close/", audit.campaign_close, "audit_close", "people.auditcampaign.close"),
    _at("people/audits/<int:pk>/result/", audit.campaign_report, "audit_report", "people.auditcampaign.view"),
    _at("people/audits/sheet/", audit.sheet, "audit_sheet", "people.member.sheet"),
    _at("people/audits/quality/", audit.quality, "data_quality", "people.qualityscore.view"),
    _at("people/headcount/<int:pk>/plan/", structure.headcount_plan, "headcount_plan", "people.headcountplan.set"),
    route("people/<int:pk>/photo/", member.member_photo, name="member_photo", permission="people.member.view"),
    route("people/<int:pk>/edit/", member.member_edit, name="member_edit", permission="people.member.edit"),
    route("people/<int:pk>/move/", member.member_move, name="member_move", permission="people.member.move"),
    route("people/<int:pk>/archive/", member.member_archive, name="member_archive", permission="people.member.archive"),
    route(
        "people/<int:pk>/private/", member.member_private, name="member_private", permission="people.memberprivate.view"
    ),
    route(
        "people/private/<int:pk>/edit/",
        member.private_edit,
        name="private_edit",
        permission="people.memberprivate.edit",
    ),
    route(
        "people/assignments/<int:pk>/edit/",
        member.assignment_edit,
        name="assignment_edit",
        permission="people.assignment.edit",
    ),
    route(
        "people/assignments/<int:pk>/cancel/",
        member.assignment_cancel,
        name="assignment_cancel",
        permission="people.assignment.cancel",
    ),
    route("people/<int:pk>/leave/", handover.member_leave, name="member_leave", permission="people.member.leave"),
    route("people/<int:pk>/stay/", handover.member_stay, name="member_stay", permission="people.member.stay"),
    route("people/<int:pk>/rehire/", handover.member_rehire, name="member_rehire", permission="people.member.rehire"),
    route("people/<int:pk>/handover/", handover.handover_new, name="handover_new", permission="people.handover.create"),
    route("people/handovers/", handover.handover_list, name="handover_list", permission="people.handover.view"),
    route(
        "people/handovers/<int:pk>/",
        handover.handover_detail,
        name="handover_detail",
        permission="people.handover.view",
    ),
    route(
        "people/handovers/<int:pk>/progress/",
        handover.handover_progress,
        name="handover_progress",
        permission="people.handover.view",
    ),
    route(
        "people/handovers/<int:pk>/run/", handover.handover_run, name="handover_run", permission="people.handover.run"
    ),
    route(
        "people/handovers/<int:pk>/drop/",
        handover.handover_drop,
        name="handover_drop",
        permission="people.handover.drop",
    ),
    route(
        "people/handovers/<int:pk>/undo/",
        handover.handover_undo,
        name="handover_undo",
        permission="people.handover.undo",
    ),
    route(
        "people/checklists/",
        checklist.checklist_items,
        name="checklist_items",
        permission="people.checklistitem.view",
    ),
    route(
        "people/checklists/items/<int:pk>/tick/",
        checklist.item_tick,
        name="checklist_item_tick",
        permission="people.checklistitem.complete",
    ),
    route(
        "people/checklists/templates/",
        checklist.template_list,
        name="checklist_templates",
        permission="people.checklisttemplate.view",
    ),
    route(
        "people/checklists/templates/new/",
        checklist.template_create,
        name="checklist_template_create",
        permission="people.checklisttemplate.create",
    ),
    route(
        "people/checklists/templates/<int:pk>/",
        checklist.checklist_template,
        name="checklist_template",
        permission="people.checklisttemplate.view",
    ),
    route(
        "people/checklists/templates/<int:pk>/edit/",
        checklist.template_edit,
        name="checklist_template_edit",
        permission="people.checklisttemplate.edit",
    ),
    route(
        "people/checklists/templates/<int:pk>/archive/",
        checklist.template_archive,
        name="checklist_template_archive",
        permission="people.checklisttemplate.archive",
    ),
    route(
        "people/checklists/templates/<int:pk>/step/",
        checklist.step_create,
        name="checklist_step_create",
        permission="people.checkliststep.create",
    ),
    route(
        "people/checklists/steps/<int:pk>/edit/",
        checklist.step_edit,
        name="checklist_step_edit",
        permission="people.checkliststep.edit",
    ),
    route(
        "people/checklists/steps/<int:pk>/archive/",
        checklist.step_archive,
        name="checklist_step_archive",
        permission="people.checkliststep.archive",
    ),
    route(
        "people/<int:pk>/checklists/",
        checklist.member_checklists,
        name="member_checklists",
        permission="people.checklist.view",
    ),
    route(
        "people/<int:pk>/checklists/new/",
        checklist.checklist_new,
        name="checklist_new",
        permission="people.checklist.create",
    ),
    route("people/chart/", structure.org_chart, name="org_chart", permission="people.member.view"),
    route("people/chart/data/", structure.org_data, name="org_data", permission="people.member.view"),
    route("people/units/", structure.unit_list, name="unit_list", permission="people.unit.view"),
    route("people/units/new/", structure.unit_create, name="unit_create", permission="people.unit.create"),
    route("people/units/<int:pk>/", structure.unit_detail, name="unit_detail", permission="people.unit.view"),
    route("people/units/<int:pk>/edit/", structure.unit_edit, name="unit_edit", permission="people.unit.edit"),
    route("people/units/<int:pk>/move/", structure.unit_move, name="unit_move", permission="people.unit.move"),
    route("people/positions/", structure.position_list, name="position_list", permission="people.position.view"),
    route(
        "people/positions/new/", structure.position_create, name="position_create", permission="people.position.create"
    ),
    route(
        "people/positions/<int:pk>/", structure.position_edit, name="position_edit", permission="people.position.edit"
    ),
    route("people/grades/", structure.grade_list, name="grade_list", permission="people.grade.view"),
    route("people/grades/new/", structure.grade_create, name="grade_create", permission="people.grade.create"),
    route("people/grades/<int:pk>/", structure.grade_edit, name="grade_edit", permission="people.grade.edit"),
    route("people/territories/", territory.territory_list, name="territory_list", permission="people.territory.view"),
    route(
        "people/territories/new/",
        territory.territory_create,
        name="territory_create",
        permission="people.territory.create",
    ),
    route(
        "people/territories/<int:pk>/",
        territory.territory_edit,
        name="territory_edit",
        permission="people.territory.edit",
    ),
    route(
        "people/<int:pk>/territory/",
        territory.territory_give,
        name="territory_give",
        permission="people.territoryassignment.create",
    ),
    route(
        "people/territories/held/<int:pk>/end/",
        territory.territory_end,
        name="territory_end",
        permission="people.territoryassignment.end",
    ),
    route("people/skills/", skill.skill_matrix, name="skill_matrix", permission="people.skillevidence.view"),
    route("people/skills/find/", skill.skill_find, name="skill_find", permission="people.skillevidence.view"),
    route("people/skills/single/", skill.skill_single, name="skill_single", permission="people.skillevidence.view"),
    route("people/skills/list/", skill.skill_list, name="skill_list", permission="people.skill.view"),
    route("people/skills/new/", skill.skill_create, name="skill_create", permission="people.skill.create"),
    route("people/skills/positions/", skill.position_list, name="skill_positions", permission="people.skill.view"),
    route("people/skills/<int:pk>/", skill.skill_detail, name="skill_detail", permission="people.skill.view"),
    route("people/skills/<int:pk>/edit/", skill.skill_edit, name="skill_edit", permission="people.skill.edit"),
    route(
        "people/skills/<int:pk>/archive/", skill.skill_archive, name="skill_archive", permission="people.skill.archive"
    ),
    route(
        "people/skills/<int:pk>/restore/", skill.skill_restore, name="skill_restore", permission="people.skill.restore"
    ),
    route("people/skills/<int:pk>/merge/", skill.skill_merge, name="skill_merge", permission="people.skill.merge"),
    route(
        "people/skills/categories/",
        skill.category_list,
        name="skill_categories",
        permission="people.skillcategory.edit",
    ),
    route(
        "people/skills/categories/new/",
        skill.category_create,
        name="skill_category_create",
        permission="people.skillcategory.create",
    ),
    route(
        "people/skills/categories/<int:pk>/",
        skill.category_edit,
        name="skill_category_edit",
        permission="people.skillcategory.edit",
    ),
    route(
        "people/skills/categories/<int:pk>/archive/",
        skill.category_archive,
        name="skill_category_archive",
        permission="people.skillcategory.archive",
    ),
    route(
        "people/skills/evidence/<int:pk>/withdraw/",
        skill.evidence_withdraw,
        name="skill_withdraw",
        permission="people.skillevidence.withdraw",
    ),
    route(
        "people/positions/<int:pk>/skills/",
        skill.position_require,
        name="skill_require",
        permission="people.skillrequirement.set",
    ),
    route("people/<int:pk>/growth/", skill.member_growth, name="member_growth", permission="people.skillevidence.view"),
    route(
        "people/<int:pk>/growth/declare/",
        skill.skill_declare,
        name="skill_declare",
        permission="people.skillevidence.declare",
    ),
    route(
        "people/<int:pk>/growth/assess/",
        skill.skill_assess,
        name="skill_assess",
        permission="people.skillevidence.assess",
    ),
    route(
        "people/<int:pk>/documents/",
        document.member_documents,
        name="member_documents",
        permission="people.memberdocument.view",
    ),
    route(
        "people/<int:pk>/documents/new/",
        document.document_add,
        name="document_add",
        permission="people.memberdocument.create",
    ),
    route("people/documents/", document.document_list, name="document_list", permission="people.memberdocument.view"),
    route(
        "people/documents/<int:pk>/file/",
        document.document_file,
        name="document_file",
        permission="people.memberdocument.download",
    ),
    route(
        "people/documents/<int:pk>/edit/",
        document.document_edit,
        name="document_edit",
        permission="people.memberdocument.edit",
    ),
    route(
        "people/documents/<int:pk>/archive/",
        document.document_archive,
        name="document_archive",
        permission="people.memberdocument.archive",
    ),
    route(
        "people/documents/<int:pk>/restore/",
        document.document_restore,
        name="document_restore",
        permission="people.memberdocument.restore",
    ),
    route("people/papers/", paper.paper_list, name="paper_list", permission="people.paper.view"),
    route("people/papers/new/", paper.paper_create, name="paper_create", permission="people.paper.create"),
    route("people/papers/<int:pk>/", paper.paper_detail, name="paper_detail", permission="people.paper.view"),
    route("people/papers/<int:pk>/edit/", paper.paper_edit, name="paper_edit", permission="people.paper.edit"),
    route(
        "people/papers/<int:pk>/publish/", paper.paper_publish, name="paper_publish", permission="people.paper.publish"
    ),
    route(
        "people/papers/<int:pk>/archive/", paper.paper_archive, name="paper_archive", permission="people.paper.archive"
    ),
    route(
        "people/papers/<int:pk>/restore/", paper.paper_restore, name="paper_restore", permission="people.paper.restore"
    ),
    route(
        "people/papers/<int:pk>/acknowledge/",
        paper.paper_acknowledge,
        name="paper_acknowledge",
        permission="people.paperreading.acknowledge",
    ),
    route(
        "people/papers/<int:pk>/readers/",
        paper.paper_readers,
        name="paper_readers",
        permission="people.paperreading.view",
    ),
    route("people/papers/versions/<int:pk>/file/", paper.paper_file, name="paper_file", permission="people.paper.view"),
    route("people/privacy/", privacy.privacy_register, name="privacy_register", permission="people.personalfield.edit"),
    route(
        "people/privacy/<int:pk>/edit/",
        privacy.register_edit,
        name="register_edit",
        permission="people.personalfield.edit",
    ),
    route("my-data/", privacy.privacy_mine, name="privacy_mine", permission="people.dataexport.view"),
    route("my-data/export/", privacy.data_export, name="data_export", permission="people.dataexport.create"),
    route(
        "my-data/<int:pk>/file/",
        privacy.data_export_file,
        name="data_export_file",
        permission="people.dataexport.fetch",
    ),
    route("people/erasures/", privacy.erasure_list, name="erasure_list", permission="people.erasure.view"),
    route("people/erasures/<int:pk>/", privacy.erasure_detail, name="erasure_detail", permission="people.erasure.view"),
    route("people/erasures/<int:pk>/run/", privacy.erasure_run, name="erasure_run", permission="people.erasure.run"),
    route(
        "people/erasures/<int:pk>/decline/",
        privacy.erasure_decline,
        name="erasure_decline",
        permission="people.erasure.decline",
    ),
    route("people/<int:pk>/erasure/", privacy.erasure_new, name="erasure_new", permission="people.erasure.create"),
]
