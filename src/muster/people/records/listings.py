"""Lists of documents, company papers and erasures."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from muster.core.links import record_url
from muster.core.listings import Column, Filter, Listing
from muster.core.periods import today
from muster.people.listings import unit_choices
from muster.people.models import Basis, DocumentKind, Erasure, MemberDocument, Paper, PaperReading, PersonalField
from muster.people.personal import label_of
from muster.people.policies import units_below
from muster.people.queries import papers_with_readers

SOON = dt.timedelta(days=90)
ENDS: list[tuple[str, Any]] = [("soon", _("ends within 90 days")), ("ended", _("has ended"))]
ERASURE_TONES = {"proposed": "amber", "done": "gray", "declined": "blue"}


def tone_of(day: dt.date | None) -> str:
    """Red where it has ended, amber where it ends within 90 days."""
    if day is None:
        return "gray"
    return "red" if day < today() else "amber" if day <= today() + SOON else "green"


def _ending(rows: QuerySet[Any], value: str, _actor: Any) -> QuerySet[Any]:
    if value == "ended":
        return rows.filter(valid_until__lt=today())
    return rows.filter(valid_until__range=(today(), today() + SOON))


def _of_unit(rows: QuerySet[Any], value: Any, _actor: Any) -> QuerySet[Any]:
    return rows.filter(member__unit__in=units_below(int(value)))


DOCUMENTS = Listing(
    model=MemberDocument,
    key="documents",
    title=_("Documents"),
    columns=[
        Column("title", _("title"), str, kind="link", order="title"),
        Column("member", _("member"), kind="member"),
        Column("kind", _("kind of document"), MemberDocument.get_kind_display, "badge"),
        Column("audience", _("who may see it"), MemberDocument.get_audience_display, default=False),
        Column("valid_until", _("last valid day"), kind="date", order="valid_until"),
        Column(
            "state",
            _("status"),
            lambda row: state_of(row.valid_until),
            "badge",
            tone=lambda row: tone_of(row.valid_until),
        ),
        Column("created_at", _("added"), kind="datetime", order="created_at"),
    ],
    filters=[
        Filter("ends", _("end of validity"), choices=lambda _actor: ENDS, apply=_ending),
        Filter("kind", _("kind of document"), choices=lambda _actor: DocumentKind.choices),
        Filter("unit", _("unit"), choices=unit_choices, apply=_of_unit, lookup="unit_id", model="people.unit"),
        Filter("member", _("member"), kind="record", model="people.member", lookup="member_id"),
    ],
    related=("member",),
    order="-id",
    searchable=False,
    export_permission="people.memberdocument.export",
    empty_icon="files",
    empty_title=_("No documents"),
    empty_text=_("They are added on the page of each member, under Documents."),
)


def state_of(day: dt.date | None) -> Any:
    if day is None:
        return _("without end")
    return _("has ended") if day < today() else _("ends within 90 days") if day <= today() + SOON else _("valid")


def my_reading(row: Any) -> Any:
    if row.own_read_at:
        return _("acknowledged")
    return _("to acknowledge") if row.own_asked else ""


def my_tone(row: Any) -> str:
    return "green" if row.own_read_at else "red" if row.due_on and row.due_on < today() else "amber"


PAPERS = Listing(
    model=Paper,
    key="papers",
    base=papers_with_readers,
    title=_("Company papers"),
    columns=[
        Column("title", _("title"), str, kind="link", order="title"),
        Column("number", _("version"), lambda row: row.number, kind="number"),
        Column("published_at", _("published"), lambda row: row.published_at, kind="datetime"),
        Column("due_on", _("to be read by"), lambda row: row.due_on, kind="date"),
        Column("mine", _("my reading"), my_reading, "badge", tone=my_tone),
        Column("read", _("have read"), lambda row: f"{row.read or 0} / {row.asked}" if row.asked else ""),
    ],
    order="-id",
    searchable=False,
    create_url="paper_create",
    create_permission="people.paper.create",
    create_label=_("New paper"),
    empty_icon="file-certificate",
    empty_title=_("Nothing to read"),
    empty_text=_("Rules and handbooks that you are asked to read stand here."),
)


def _unread(rows: QuerySet[Any], value: bool, _actor: Any) -> QuerySet[Any]:
    return rows.filter(read_at__isnull=value)


def readings(title: Any, base: Any) -> Listing:
    """Who has read one version and who has not."""
    return Listing(
        model=PaperReading,
        key="readings",
        base=base,
        title=title,
        columns=[
            Column("member", _("member"), kind="member"),
            Column("unit", _("unit"), lambda row: row.member.unit, kind="record"),
            Column("manager", _("manager"), lambda row: row.member.manager, kind="record"),
            Column("number", _("version"), lambda row: row.edition.number, kind="number"),
            Column("due_on", _("to be read by"), lambda row: row.edition.due_on, kind="date"),
            Column("read_at", _("acknowledged"), kind="datetime", order="read_at"),
        ],
        filters=[
            Filter("open", _("not read"), kind="bool", apply=_unread),
            Filter("unit", _("unit"), choices=unit_choices, apply=_of_unit, lookup="unit_id", model="people.unit"),
        ],
        related=("member", "member__unit", "member__manager", "edition"),
        order="-id",
        searchable=False,
        export_permission="people.paperreading.export",
        empty_icon="users",
        empty_title=_("Nobody whose reading you may see"),
    )


class Purpose:
    """What a line is for, and the way to change it."""

    def __init__(self, line: PersonalField) -> None:
        self.line = line

    def __str__(self) -> str:
        return self.line.why

    def get_absolute_url(self) -> str:
        return record_url("register_edit", self.line.pk)


REGISTER = Listing(
    model=PersonalField,
    key="register",
    title=_("Register of personal data"),
    columns=[
        Column("kind", _("record type"), lambda row: label_of(row)[0]),
        Column("field", _("field"), lambda row: label_of(row)[1] or _("all it says")),
        Column("purpose", _("purpose"), Purpose, "record"),
        Column("basis", _("legal basis"), PersonalField.get_basis_display, "badge"),
        Column("months", _("months kept after leaving"), kind="number"),
    ],
    filters=[Filter("basis", _("legal basis"), choices=lambda _actor: Basis.choices)],
    order="id",
    searchable=False,
    empty_icon="shield-lock",
)

ERASURES = Listing(
    model=Erasure,
    key="erasures",
    title=_("Erasures"),
    columns=[
        Column("id", _("number"), lambda row: f"#{row.pk}", kind="link", order="id"),
        Column("member", _("member"), kind="member"),
        Column("origin", _("occasion"), Erasure.get_origin_display),
        Column("status", _("status"), Erasure.get_status_display, "badge", tone=lambda row: ERASURE_TONES[row.status]),
        Column("created_at", _("proposed"), kind="datetime", order="created_at"),
        Column("done_at", _("done at"), kind="datetime", order="done_at"),
    ],
    filters=[Filter("status", _("status"), choices=lambda _actor: Erasure.Status.choices)],
    related=("member",),
    searchable=False,
    empty_icon="eraser",
    empty_title=_("Nothing to erase"),
    empty_text=_("What is held on members who left is proposed here when its time is over."),
)
