"""What people are told of: which action concerns whom, in which words, and of which topic it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.access.actions.role import keepers
from muster.access.models import Event, Grant, RoleAssignment
from muster.access.queries import held_now
from muster.activities.actions.comment import whom_to_tell
from muster.activities.actions.guest import whom_to_ask
from muster.activities.actions.mention import told_by
from muster.activities.models import Appointment, Guest
from muster.activities.queries.calendar_file import invitation
from muster.integrations.models import Level
from muster.people.models import Member, PaperReading
from muster.reporting.actions.analysis import file_of_issue
from muster.reporting.models import Report
from muster.reporting.queries.briefing import said
from muster.reporting.queries.pivot_shown import said as said_of_analysis


@dataclass(frozen=True)
class Topic:
    """A type of notice, as a person chooses how to hear of it. `kept`: what one has to know, so that it cannot be
    switched off; `urgent`: mail goes out in quiet hours too."""

    key: str
    label: Any
    hint: Any
    level: str = Level.DIGEST
    kept: bool = False
    urgent: bool = False


TOPICS = {
    one.key: one
    for one in (
        Topic(
            "given", _("Given to you"), _("Customers, deals and tasks, and what waits for you to give it"), Level.NOW
        ),
        Topic("calendar", _("Appointments"), _("Invitations, what becomes of them, and answers to yours"), Level.NOW),
        Topic("comments", _("Comments"), _("On your work and your reports, and where you are named"), Level.NOW),
        Topic("reports", _("Reports"), _("What you have to send, and who of your people has not"), Level.NOW),
        Topic("briefings", _("Sales briefings"), _("The numbers of your people, at the set time"), Level.NOW),
        Topic("analyses", _("Analyses by mail"), _("Those you asked for or were given, at the set time"), Level.NOW),
        Topic("requests", _("Requests"), _("What waits for your approval, and what became of your own")),
        Topic("approvals", _("Approvals"), _("What waits for your yes, and what became of what you asked"), Level.NOW),
        Topic(
            "reminders",
            _("Reminders"),
            _("Leads that wait, audits, and documents and certificates that end"),
            Level.DIGEST,
        ),
        Topic("collect", _("Payments to collect"), _("What is due soon, and what is overdue"), Level.DIGEST),
        Topic("papers", _("Company papers"), _("What you are asked to read")),
        Topic("pool", _("Public pool"), _("What returns to it soon, and what did")),
        Topic("exports", _("Exports"), _("When the file of a long list is ready"), Level.HERE),
        Topic("results", _("Results of your people"), _("Deals won and lost"), Level.HERE),
        Topic("moves", _("Moves"), _("Where you or your people stand from when on"), Level.HERE),
        Topic(
            "privacy",
            _("Your personal data"),
            _("Who looked at them, exports, erasures. You have a right to know, so this cannot be switched off."),
            Level.NOW,
            kept=True,
            urgent=True,
        ),
    )
}


def _owner(event: Event) -> Iterable[int]:
    return [event.owner_id] if event.owner_id else []


def _manager(event: Event) -> Iterable[int]:
    rows = Member.objects.unscoped("whom to notify").filter(pk=event.owner_id)
    return [pk for pk in rows.values_list("manager_id", flat=True) if pk]


def _named_in_it(event: Event) -> Iterable[int]:
    return [int(pk) for pk in event.context.get("receivers", [])]


def _queue(event: Event) -> Iterable[int]:
    """In whose queue it waits."""
    return [int(event.context["queue"])] if event.context.get("queue") else []


def _readers(event: Event) -> Iterable[int]:
    """Who has not read the paper; of a reminder those it names."""
    rows = PaperReading.objects.unscoped("whom to notify").filter(edition__paper=event.object_id, read_at=None)
    named = event.context.get("members")
    rows = rows.filter(edition__is_current=True)
    return list((rows.filter(member__in=named) if named else rows).values_list("member_id", flat=True))


def _commented(event: Event) -> Iterable[int]:
    """Whose record it is, who works on it, who is named."""
    return whom_to_tell(event.object_id)


def _guest(event: Event) -> Iterable[int]:
    """Who is asked to an appointment."""
    rows = Guest.objects.unscoped("whom to notify").filter(pk=event.object_id, archived_at=None)
    return [pk for pk in rows.values_list("member_id", flat=True) if pk]


def _host(event: Event) -> Iterable[int]:
    """Who invited."""
    rows = Guest.objects.unscoped("whom to notify").filter(pk=event.object_id)
    return list(rows.values_list("appointment__owner_id", flat=True))


def _asked(event: Event) -> Iterable[int]:
    return whom_to_ask(event.object_id)


def _moved(event: Event) -> Iterable[int]:
    """Who is asked, where it takes place at another time or place."""
    return _asked(event) if {"starts_at", "ends_at", "place", "rule"} & set(event.changes) else []


def _answered(row: Any) -> dict[str, Any]:
    return {"answer": row.get_answer_display()}


def _paper_of_guest(pk: int | None) -> tuple[str, bytes] | None:
    row = Guest.objects.unscoped("an invitation by mail").filter(pk=pk).select_related("appointment__owner").first()
    return ("invite.ics", invitation(row.appointment)) if row else None


def _paper(pk: int | None) -> tuple[str, bytes] | None:
    row = Appointment.objects.unscoped("an invitation by mail").filter(pk=pk).select_related("owner").first()
    return ("invite.ics", invitation(row)) if row else None


def _reader(event: Event) -> Iterable[int]:
    """For whom the report is."""
    rows = Report.objects.unscoped("whom to notify").filter(pk=event.object_id)
    return [pk for pk in rows.values_list("reviewer_id", flat=True) if pk]


def _briefing(row: Any) -> dict[str, Any]:
    return {"numbers": said(row)}


def _analysis(row: Any) -> dict[str, Any]:
    return {"numbers": said_of_analysis(row)}


def _line(event: Event) -> Iterable[int]:
    return [*_owner(event), *_manager(event)]


def _coach(event: Event) -> Iterable[int]:
    coach = event.context.get("coach")
    return [int(coach)] if coach else []


def _grown(event: Event) -> Iterable[int]:
    """Whose goal it is, and who coaches it."""
    return [*_owner(event), *_coach(event)]


def _keepers(_event: Event) -> Iterable[int]:
    """Who administers."""
    rows = Member.objects.unscoped("whom to notify").filter(user__in=keepers())
    return list(rows.values_list("pk", flat=True))


def _deciders(_event: Event) -> Iterable[int]:
    """Who may carry an erasure out. The record itself is shown to them only as far as they see it."""
    return _holders("people.erasure.*", "people.erasure.run")


def _calendar_keepers(_event: Event) -> Iterable[int]:
    """Who enters holidays and make-up days."""
    return _holders("people.calendarday.*", "people.calendarday.create")


def _holders(*permissions: str) -> list[int]:
    """The members whose roles say one of PERMISSIONS by these words."""
    holders = Grant.objects.unscoped("whom to notify").filter(permission__in=permissions)
    held = RoleAssignment.objects.unscoped("whom to notify").filter(held_now(), role__in=holders.values("role"))
    rows = Member.objects.unscoped("whom to notify").filter(user__in=held.values("user"))
    return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True)
class Kind:
    """Who is told of an action (member ids), and the sentence, with %(name)s the record and %(by)s the doer."""

    sentence: Any
    icon: str
    tone: str
    receivers: Callable[[Event], Iterable[int]]
    topic: str
    words: Callable[[Any], dict[str, Any]] | None = None  # more words for the sentence, of the record as it is now
    paper: Callable[[int | None], tuple[str, bytes] | None] | None = None  # a file that goes with the mail


KINDS: dict[str, Kind] = {
    "crm.deal.transfer": Kind(_("%(by)s gave you the deal %(name)s"), "target", "blue", _owner, "given"),
    "crm.account.transfer": Kind(_("%(by)s gave you the account %(name)s"), "building", "blue", _owner, "given"),
    "crm.account.assigned": Kind(
        _("%(by)s assigned you a customer from the public pool: %(name)s"), "ripple", "blue", _owner, "given"
    ),
    "crm.lead.assigned": Kind(
        _("%(by)s assigned you a lead from the public pool: %(name)s"), "ripple", "blue", _owner, "given"
    ),
    **{
        f"crm.{one}.due": Kind(
            _("%(name)s returns to the public pool in %(days)s days"), "hourglass", "amber", _owner, "pool"
        )
        for one in ("account", "lead")
    },
    "crm.poolstay.open": Kind(_("%(name)s went back to the public pool"), "ripple", "red", _owner, "pool"),
    "crm.joinrequest.create": Kind(_("%(by)s asks to join: %(name)s"), "user-plus", "amber", _owner, "requests"),
    "crm.joinrequest.accepted": Kind(
        _("You are on the team of %(name)s now"), "users-plus", "green", _named_in_it, "requests"
    ),
    "crm.joinrequest.declined": Kind(
        _("Your request to join a customer's team was declined"), "x", "red", _named_in_it, "requests"
    ),
    "crm.routing.wait": Kind(
        _("Nobody is left for %(name)s: it waits for you to give it"), "alarm", "red", _queue, "given"
    ),
    "crm.lead.transfer": Kind(_("%(by)s gave you the lead %(name)s"), "user-search", "blue", _owner, "given"),
    "crm.lead.remind": Kind(
        _("Waits for you since %(days)s working days: %(name)s"), "alarm", "amber", _named_in_it, "reminders"
    ),
    "crm.lead.escalate": Kind(
        _("Nobody followed up for %(days)s working days: %(name)s"), "alarm", "red", _named_in_it, "reminders"
    ),
    "crm.lead.risk": Kind(
        _("High risk, no contact for %(days)s working days: %(name)s"),
        "alert-triangle",
        "red",
        _named_in_it,
        "reminders",
    ),
    "crm.lead.back": Kind(
        _("Taken back after %(days)s working days: %(name)s"), "arrow-back-up", "red", _named_in_it, "reminders"
    ),
    "activities.task.create": Kind(_("%(by)s gave you a task: %(name)s"), "checkbox", "blue", _owner, "given"),
    "activities.guest.create": Kind(
        _("%(by)s invites you: %(name)s"), "calendar-event", "purple", _guest, "calendar", paper=_paper_of_guest
    ),
    "activities.guest.answer": Kind(
        _("%(by)s on %(name)s: %(answer)s"), "calendar-event", "blue", _host, "calendar", _answered
    ),
    **{
        f"activities.appointment.{verb}": Kind(sentence, "calendar-event", tone, receivers, "calendar", paper=_paper)
        for verb, sentence, tone, receivers in (
            ("edit", _("%(by)s changed the appointment %(name)s"), "amber", _moved),
            ("move", _("%(by)s changed one date of the series %(name)s"), "amber", _asked),
            ("skip", _("%(by)s cancelled one date of the series %(name)s"), "red", _asked),
            ("end", _("%(by)s ended the series %(name)s"), "red", _asked),
            ("cancel", _("%(by)s cancelled the appointment %(name)s"), "red", _asked),
        )
    },
    **{
        f"activities.activity.{verb}": Kind(_("%(by)s mentions you: %(name)s"), "at", "blue", told_by, "comments")
        for verb in ("create", "edit")
    },
    "activities.comment.create": Kind(_("%(by)s commented: %(name)s"), "message", "blue", _commented, "comments"),
    "reporting.report.send": Kind(_("%(by)s sent you a report: %(name)s"), "report", "blue", _reader, "results"),
    "reporting.report.remind": Kind(
        _("Soon due: %(name)s. It is drafted already"), "report", "amber", _owner, "reports"
    ),
    "reporting.report.overdue": Kind(_("Overdue: %(name)s"), "report", "red", _owner, "reports"),
    "reporting.reportround.missing": Kind(
        _("%(missing)s of %(expected)s reports are missing: %(name)s"), "report", "amber", _named_in_it, "reports"
    ),
    "reporting.briefingissue.send": Kind(
        _("%(name)s: %(numbers)s"), "speakerphone", "purple", _owner, "briefings", _briefing
    ),
    "reporting.analysisissue.send": Kind(
        _("%(name)s: %(numbers)s"), "table", "purple", _owner, "analyses", _analysis, file_of_issue
    ),
    "crm.deal.win": Kind(_("%(by)s won the deal %(name)s"), "trophy", "green", _manager, "results"),
    "crm.deal.lose": Kind(_("%(by)s lost the deal %(name)s"), "target-off", "gray", _manager, "results"),
    "people.changerequest.create": Kind(
        _("%(by)s asks for a change: %(name)s"), "user-check", "amber", _manager, "requests"
    ),
    "people.changerequest.approve": Kind(
        _("%(by)s approved your change: %(name)s"), "check", "green", _owner, "requests"
    ),
    "people.changerequest.reject": Kind(_("%(by)s rejected your change: %(name)s"), "x", "red", _owner, "requests"),
    "people.approvalrequest.waits": Kind(
        _("Waits for your approval: %(name)s"), "circle-check", "amber", _named_in_it, "approvals"
    ),
    "people.approvalrequest.remind": Kind(
        _("Waits for your approval since %(days)s working days: %(name)s"), "alarm", "amber", _named_in_it, "approvals"
    ),
    "people.approvalrequest.granted": Kind(_("Approved: %(name)s"), "check", "green", _named_in_it, "approvals"),
    "people.approvalrequest.reject": Kind(_("%(by)s sent back: %(name)s"), "x", "red", _owner, "approvals"),
    "people.approvalrequest.lapse": Kind(
        _("No longer approved, because it changed: %(name)s"), "alert-triangle", "amber", _named_in_it, "approvals"
    ),
    "people.member.told": Kind(_("%(by)s changed own details"), "user-check", "blue", _manager, "requests"),
    "people.auditcampaign.remind": Kind(
        _("Please finish the audit: %(name)s"), "clipboard-check", "amber", _named_in_it, "reminders"
    ),
    "crm.instalment.due": Kind(_("Payment due: %(account)s, %(name)s"), "hourglass", "amber", _named_in_it, "collect"),
    "crm.instalment.late": Kind(
        _("%(days)s days overdue: %(account)s, %(name)s"), "hourglass", "red", _named_in_it, "collect"
    ),
    "crm.contract.transfer": Kind(_("%(by)s gave you the contract %(name)s"), "file-text", "blue", _owner, "given"),
    "crm.contract.sign": Kind(_("%(by)s signed the contract %(name)s"), "file-text", "green", _manager, "results"),
    "people.paper.publish": Kind(
        _("%(by)s asks you to read: %(name)s"), "file-certificate", "blue", _readers, "papers"
    ),
    "people.paper.remind": Kind(
        _("Still to be read and acknowledged: %(name)s"), "file-alert", "amber", _readers, "papers"
    ),
    "people.memberdocument.ends": Kind(_("Ends in %(days)s days: %(name)s"), "calendar-x", "amber", _line, "reminders"),
    "people.skillevidence.ends": Kind(
        _("Certificate ends in %(days)s days: %(name)s"), "calendar-x", "amber", _line, "reminders"
    ),
    "people.handover.stopped": Kind(
        _("The handover of %(name)s did not run: %(why)s"), "transfer", "red", _named_in_it, "reminders"
    ),
    "people.calendaryear.missing": Kind(
        _("The holidays and make-up days of %(name)s are not known yet: enter or import them"),
        "calendar-off",
        "amber",
        _calendar_keepers,
        "reminders",
    ),
    "people.growthgoal.due": Kind(
        _("Development goal due (days left: %(days)s): %(name)s"), "target-arrow", "amber", _grown, "reminders"
    ),
    "people.growthgoal.coach": Kind(
        _("%(by)s named you as coach of %(member)s: %(name)s"), "users", "blue", _coach, "given"
    ),
    "people.memberprivate.reveal": Kind(_("%(by)s looked at your private details"), "eye", "amber", _owner, "privacy"),
    "people.memberprivate.limit": Kind(
        _("%(name)s looked at private details too often within an hour"), "eye-exclamation", "red", _keepers, "privacy"
    ),
    "access.listexport.ready": Kind(
        _("Your export is ready to be fetched: %(name)s"), "file-download", "green", _named_in_it, "exports"
    ),
    "people.dataexport.ready": Kind(_("Your data is ready to be fetched"), "file-download", "green", _owner, "privacy"),
    "people.erasure.create": Kind(
        _("Personal data wait for erasure: %(name)s"), "eraser", "amber", _deciders, "privacy"
    ),
    "people.member.move": Kind(_("%(by)s changed where %(name)s stands"), "users", "purple", _owner, "moves"),
}
