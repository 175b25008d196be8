"""Where the people room shows itself."""

from django.utils.translation import gettext_lazy as _

from muster.core import commands, finders, nav, slots
from muster.people.models import Member, Skill, Unit

nav.register(nav.Item("people", _("Members"), "users", "member_list", "people.member.view", 10, "m"))
nav.register(nav.Item("people", _("Org chart"), "hierarchy", "org_chart", "people.member.view", 20, "o"))
nav.register(
    nav.Item("structure", _("Structure drafts"), "hierarchy-3", "draft_list", "people.structuredraft.view", 22)
)
nav.register(nav.Item("care", _("Handovers"), "transfer", "handover_list", "people.handover.view", 25))
nav.register(nav.Item("care", _("Checklists"), "checklist", "checklist_items", "people.checklistitem.complete", 26))
nav.register(nav.Item("day", _("My details"), "user-check", "my_details", "people.member.self", 90))
nav.register(nav.Item("care", _("Change requests"), "inbox", "request_list", "people.changerequest.approve", 28))
nav.register(nav.Item("care", _("Audits"), "clipboard-check", "campaign_list", "people.member.sheet", 29))
nav.register(nav.Item("people", _("Skills"), "badges", "skill_matrix", "people.skillevidence.view", 27))
nav.register(
    nav.Item(
        "care", _("Checklist templates"), "list-details", "checklist_templates", "people.checklisttemplate.edit", 60
    )
)
nav.register(nav.Item("care", _("Company papers"), "file-certificate", "paper_list", "people.paper.view", 28))
nav.register(nav.Item("care", _("Documents"), "files", "document_list", "people.memberdocument.view", 29))
nav.register(nav.Item("care", _("Personal data"), "shield-lock", "privacy_register", "people.personalfield.edit", 35))
nav.register(nav.Item("care", _("Erasures"), "eraser", "erasure_list", "people.erasure.view", 36))
nav.register(nav.Item("structure", _("Units"), "sitemap", "unit_list", "people.unit.edit", 30))
nav.register(nav.Item("structure", _("Territories"), "map", "territory_list", "people.territory.edit", 35))
nav.register(
    nav.Item(
        "structure",
        _("Holidays and make-up days"),
        "calendar-off",
        "calendarday_list",
        "people.calendarday.edit",
        55,
    )
)
nav.register(nav.Item("structure", _("Positions"), "briefcase", "position_list", "people.position.edit", 40))
nav.register(nav.Item("structure", _("Grades"), "stairs", "grade_list", "people.grade.edit", 50))


def _place(row: Member) -> str:
    return " · ".join(str(one) for one in (row.position, row.unit) if one)


finders.register(finders.Finder(Member, "user", _place, ("position", "unit"), 10))
finders.register(finders.Finder(Skill, "badges", lambda row: str(row.category), ("category",), 45))
finders.register(finders.Finder(Unit, "sitemap", lambda row: row.code, (), 40))
slots.register(
    slots.Slot("people.member", "absences", _("Away"), "member_absences", "people.absence.view", "side", 20, "beach")
)
slots.register(
    slots.Slot(
        "people.member", "owed", _("What waits for you"), "member_owed", "people.verification.view", "main", 15, "inbox"
    )
)
nav.register(nav.Item("day", _("Approvals"), "circle-check", "approval_inbox", "people.approvalrequest.view", 40))
nav.register(nav.Item("admin", _("Approval rules"), "route", "approvalrule_list", "people.approvalrule.edit", 56))
slots.register(
    slots.Slot("home", "approvals", _("To approve"), "home_approvals", "people.approvalrequest.approve", "top", 4)
)
slots.register(
    slots.Slot("home", "waiting", _("Waits for you"), "home_waiting", "people.member.self", "top", 5, "inbox")
)
commands.register(commands.Command(_("New member"), "user-plus", "member_create", "people.member.create"))
commands.register(
    commands.Command(_("New draft of a structure"), "hierarchy-3", "draft_create", "people.structuredraft.create")
)
commands.register(commands.Command(_("New unit"), "sitemap", "unit_create", "people.unit.create"))
