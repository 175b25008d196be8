"""Addresses of the people room."""

from muster.access.routes import route
from muster.people.views import checklist, draft, handover, member, skill, structure

urlpatterns = [
    route("people/", member.member_list, name="member_list", permission="people.member.view"),
    route("people/new/", member.member_create, name="member_create", permission="people.member.create"),
    route("people/<int:pk>/", member.member_detail, name="member_detail", permission="people.member.view"),
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
    route("people/drafts/", draft.draft_list, name="draft_list", permission="people.structuredraft.view"),
    route("people/drafts/new/", draft.draft_create, name="draft_create", permission="people.structuredraft.create"),
    route("people/drafts/<int:pk>/", draft.draft_detail, name="draft_detail", permission="people.structuredraft.view"),
    route("people/drafts/<int:pk>/data/", draft.draft_data, name="draft_data", permission="people.structuredraft.view"),
    route(
        "people/drafts/<int:pk>/effects/",
        draft.draft_effects,
        name="draft_effects",
        permission="people.structuredraft.view",
    ),
    route("people/drafts/<int:pk>/edit/", draft.draft_edit, name="draft_edit", permission="people.structuredraft.edit"),
    route(
        "people/drafts/<int:pk>/drop/", draft.draft_drop, name="draft_drop", permission="people.structuredraft.change"
    ),
    route(
        "people/drafts/<int:pk>/move/", draft.draft_move, name="draft_move", permission="people.structuredraft.change"
    ),
    route(
        "people/drafts/<int:pk>/unit/", draft.draft_unit, name="draft_unit", permission="people.structuredraft.change"
    ),
    route(
        "people/drafts/<int:pk>/unit/new/",
        draft.draft_new_unit,
        name="draft_new_unit",
        permission="people.structuredraft.change",
    ),
    route(
        "people/drafts/<int:pk>/seat/", draft.draft_seat, name="draft_seat", permission="people.structuredraft.change"
    ),
    route(
        "people/drafts/changes/<int:pk>/revert/",
        draft.draft_revert,
        name="draft_revert",
        permission="people.structuredraft.revert",
    ),
    route(
        "people/drafts/changes/<int:pk>/keep/",
        draft.draft_keep,
        name="draft_keep",
        permission="people.structuredraft.keep",
    ),
    route(
        "people/drafts/<int:pk>/publish/",
        draft.draft_publish,
        name="draft_publish",
        permission="people.structuredraft.publish",
    ),
    route(
        "people/drafts/<int:pk>/discard/",
        draft.draft_discard,
        name="draft_discard",
        permission="people.structuredraft.discard",
    ),
    route("people/seats/new/", draft.vacancy_create, name="vacancy_create", permission="people.vacantseat.create"),
    route("people/seats/<int:pk>/edit/", draft.vacancy_edit, name="vacancy_edit", permission="people.vacantseat.edit"),
    route("people/seats/<int:pk>/fill/", draft.vacancy_fill, name="vacancy_fill", permission="people.vacantseat.fill"),
    route(
        "people/seats/<int:pk>/archive/",
        draft.vacancy_archive,
        name="vacancy_archive",
        permission="people.vacantseat.archive",
    ),
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
]
