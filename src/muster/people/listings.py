"""Lists of the people room."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from muster.core.listings import Column, Filter, Listing
from muster.core.periods import today
from muster.people import holdings
from muster.people.models import (
    By,
    ChecklistItem,
    ChecklistTemplate,
    Grade,
    Handover,
    Kind,
    Member,
    Position,
    Skill,
    SkillCategory,
    StructureDraft,
    Territory,
    Unit,
)
from muster.people.policies import units_below
from muster.people.queries import units_in_order

EVERYONE = "all"
MOST_CHOICES = 300  # units in a menu; more are found by typing
TONES = {
    "candidate": "purple",
    "active": "green",
    "onboarding": "blue",
    "on_leave": "amber",
    "leaving": "red",
    "left": "gray",
}
DRAFT_TONES = {"draft": "blue", "published": "green", "discarded": "gray"}
HANDOVER_TONES = {"draft": "blue", "running": "amber", "done": "green", "undone": "gray"}


class Directory(Listing):
    """Who is here: leavers are found by asking for their status."""

    def rows(self, actor: Any, values: dict[str, str]) -> QuerySet[Any]:
        rows = super().rows(actor, values)
        return rows if values.get("status") else rows.exclude(status=Member.Status.LEFT)


def unit_choices(actor: Any) -> list[tuple[str, str]]:
    """The tree of units; none where it is too large for a menu."""
    return [(str(unit.pk), f"{'　' * depth}{unit.name}") for unit, depth in units_in_order(actor, MOST_CHOICES)]


def position_choices(actor: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in Position.objects.visible_to(actor).filter(archived_at=None)]


def status_choices(_actor: Any) -> list[tuple[str, Any]]:
    return [*Member.Status.choices, (EVERYONE, _("All"))]


def _of_status(rows: QuerySet[Any], value: str, _actor: Any) -> QuerySet[Any]:
    return rows if value == EVERYONE else rows.filter(status=value)


def of_unit(rows: QuerySet[Any], value: Any, _actor: Any) -> QuerySet[Any]:
    return rows.filter(unit__in=units_below(value))


MEMBERS = Directory(
    model=Member,
    key="members",
    title=_("Members"),
    columns=[
        Column("name", _("full name"), kind="member", value=lambda row: row, order="sort_name"),
        Column("preferred_name", _("English or preferred name"), default=False),
        Column("employee_no", _("employee number"), kind="code", order="employee_no"),
        Column("position", _("position")),
        Column("grade", _("grade"), default=False),
        Column("unit", _("unit"), kind="record"),
        Column("manager", _("manager"), kind="record"),
        Column("phone", _("mobile phone")),
        Column("work_email", _("work e-mail"), default=False),
        Column("work_place", _("work place"), default=False),
        Column(
            "status",
            _("status"),
            kind="badge",
            value=lambda row: row.get_status_display(),
            tone=lambda row: TONES[row.status],
        ),
        Column("hired_on", _("hired on"), kind="date", order="hired_on"),
    ],
    filters=[
        Filter("unit", _("unit"), choices=unit_choices, apply=of_unit, lookup="unit_id", model="people.unit"),
        Filter("position", _("position"), choices=position_choices, lookup="position_id"),
        Filter("manager", _("manager"), kind="record", model="people.member", lookup="manager_id"),
        Filter("status", _("status"), choices=status_choices, apply=_of_status),
    ],
    related=("unit", "position", "grade", "manager"),
    order="name",
    create_url="member_create",
    create_permission="people.member.create",
    create_label=_("New member"),
    export_permission="people.member.export",
    empty_icon="users",
    empty_title=_("No members yet"),
    empty_text=_("Members come by import, or one by one."),
)

UNITS = Listing(
    model=Unit,
    key="units",
    title=_("Units"),
    columns=[
        Column("name", _("name"), kind="link", value=str, order="name"),
        Column("code", _("code"), kind="code", order="code"),
        Column("parent", _("belongs to"), kind="record"),
        Column("head", _("head"), kind="member"),
    ],
    related=("parent", "head"),
    order="name",
    create_url="unit_create",
    create_permission="people.unit.create",
    create_label=_("New unit"),
    empty_icon="sitemap",
    empty_title=_("No units yet"),
    empty_text=_("Begin with the company, then its regions and teams."),
)

_NAMED = [
    Column("name", _("name"), kind="link", value=str, order="rank"),
    Column("code", _("code"), kind="code", order="code"),
    Column("rank", _("rank"), kind="number", order="rank"),
]

POSITIONS = Listing(
    model=Position,
    key="positions",
    title=_("Positions"),
    columns=[*_NAMED, Column("leads", _("leads people"), kind="bool")],
    searchable=False,
    order="name",
    create_url="position_create",
    create_permission="people.position.create",
    create_label=_("New position"),
    empty_icon="briefcase",
    empty_title=_("No positions yet"),
)

GRADES = Listing(
    model=Grade,
    key="grades",
    title=_("Grades"),
    columns=[*_NAMED, Column("pay_band", _("pay band"))],
    searchable=False,
    order="name",
    create_url="grade_create",
    create_permission="people.grade.create",
    create_label=_("New grade"),
    empty_icon="stairs",
    empty_title=_("No grades yet"),
)

TERRITORIES = Listing(
    model=Territory,
    key="territories",
    title=_("Territories"),
    columns=[
        Column("name", _("name"), kind="link", value=str, order="name"),
        Column("code", _("code"), kind="code", order="code"),
        Column("parent", _("lies in"), lambda row: str(row.parent or "")),
    ],
    related=("parent",),
    searchable=False,
    order="name",
    create_url="territory_create",
    create_permission="people.territory.create",
    create_label=_("New territory"),
    empty_icon="map",
    empty_title=_("No territories yet"),
    empty_text=_("Countries, regions, cities or postcodes that members look after."),
)


HANDOVERS = Listing(
    model=Handover,
    key="handovers",
    title=_("Handovers"),
    columns=[
        Column("id", _("number"), lambda row: f"#{row.pk}", kind="link", order="id"),
        Column("member", _("handed over by"), kind="member"),
        Column(
            "status", _("status"), Handover.get_status_display, "badge", tone=lambda row: HANDOVER_TONES[row.status]
        ),
        Column("runs_on", _("effective day"), kind="date", order="runs_on"),
        Column("reason", _("reason")),
        Column("stopped", _("why it did not run"), default=False),
        Column("stays", _("stays with its owner"), lambda row: holdings.names(row.stays), default=False),
        Column("created_at", _("planned"), kind="datetime", order="created_at"),
        Column("done_at", _("done at"), kind="datetime", order="done_at"),
    ],
    filters=[Filter("status", _("status"), choices=lambda _actor: Handover.Status.choices)],
    related=("member",),
    searchable=False,
    empty_icon="transfer",
    empty_title=_("Nothing has been handed over yet"),
    empty_text=_("Begin on the page of the member who hands over."),
)


DRAFTS = Listing(
    model=StructureDraft,
    key="structure-drafts",
    title=_("Structure drafts"),
    columns=[
        Column("name", _("name"), kind="link", value=str, order="name"),
        Column(
            "status", _("status"), StructureDraft.get_status_display, "badge", tone=lambda row: DRAFT_TONES[row.status]
        ),
        Column("effective_on", _("takes effect on"), kind="date", order="effective_on"),
        Column("author", _("author"), kind="member"),
        Column("created_at", _("created"), kind="datetime", order="created_at"),
        Column("published_at", _("published"), kind="datetime"),
    ],
    filters=[Filter("status", _("status"), choices=lambda _actor: StructureDraft.Status.choices)],
    related=("author",),
    order="-created_at",
    searchable=False,
    create_url="draft_create",
    create_permission="people.structuredraft.create",
    create_label=_("New draft"),
    empty_icon="hierarchy-3",
    empty_title=_("No drafts yet"),
    empty_text=_("Plan a reorganisation in peace: nobody feels it before it is published."),
)


def _open_only(rows: QuerySet[Any], value: bool, _actor: Any) -> QuerySet[Any]:
    return rows.filter(done_on__isnull=value)


def _overdue(rows: QuerySet[Any], value: bool, _actor: Any) -> QuerySet[Any]:
    late = {"done_on": None, "due_on__lt": today()}
    return rows.filter(**late) if value else rows.exclude(**late)


def _mine(rows: QuerySet[Any], value: bool, actor: Any) -> QuerySet[Any]:
    own = {"assignee": actor.member_id or 0}
    return rows.filter(**own) if value else rows.exclude(**own)


CHECKLIST_ITEMS = Listing(
    model=ChecklistItem,
    key="checklist-items",
    title=_("Checklist items"),
    columns=[
        Column("title", _("title"), str),
        Column("member", _("member"), kind="member"),
        Column("kind", _("occasion"), lambda row: row.checklist.get_kind_display(), "badge"),
        Column("by", _("done by"), ChecklistItem.get_by_display),
        Column("assignee", _("person"), kind="member"),
        Column("due_on", _("due on"), kind="date", order="due_on"),
        Column("done_on", _("done on"), kind="date", order="done_on"),
    ],
    filters=[
        Filter("open", _("not done"), kind="bool", apply=_open_only),
        Filter("overdue", _("overdue"), kind="bool", apply=_overdue),
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("by", _("done by"), choices=lambda _actor: By.choices),
        Filter("kind", _("occasion"), choices=lambda _actor: Kind.choices, lookup="checklist__kind"),
    ],
    related=("member", "assignee", "checklist"),
    order="due_on",
    searchable=False,
    empty_icon="checklist",
    empty_title=_("Nothing to tick"),
    empty_text=_("Checklists begin when somebody joins, moves or plans to leave."),
)

TEMPLATES = Listing(
    model=ChecklistTemplate,
    key="checklist-templates",
    title=_("Checklist templates"),
    columns=[
        Column("title", _("title"), str, kind="link"),
        Column("kind", _("occasion"), ChecklistTemplate.get_kind_display, "badge"),
        Column("position", _("only for")),
    ],
    related=("position",),
    order="id",
    searchable=False,
    create_url="checklist_template_create",
    create_permission="people.checklisttemplate.create",
    create_label=_("New template"),
    empty_icon="checklist",
)


def category_choices(actor: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in SkillCategory.objects.visible_to(actor).filter(archived_at=None)]


SKILLS = Listing(
    model=Skill,
    key="skills",
    title=_("Skills of the firm"),
    columns=[
        Column("name", _("name"), kind="link", value=str, order="name"),
        Column("category", _("category of skills"), lambda row: str(row.category), "badge"),
        Column("aliases", _("other names")),
    ],
    filters=[Filter("category", _("category of skills"), choices=category_choices, lookup="category_id")],
    related=("category",),
    order="name",
    create_url="skill_create",
    create_permission="people.skill.create",
    create_label=_("New skill"),
    empty_icon="badges",
    empty_title=_("No skills yet"),
    empty_text=_("Begin with what customers ask for: industries, products, languages."),
)

SKILL_CATEGORIES = Listing(
    model=SkillCategory,
    key="skill-categories",
    title=_("Skill categories"),
    columns=_NAMED,
    searchable=False,
    order="name",
    create_url="skill_category_create",
    create_permission="people.skillcategory.create",
    create_label=_("New category"),
    empty_icon="category",
    empty_title=_("No categories yet"),
)
