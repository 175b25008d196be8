"""What an audit campaign came to: written down and sealed when it is closed, then set as PDFs and signed by a job."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from muster.access.action import Refused, action, append, make_event
from muster.access.models import Event
from muster.access.scope import Actor
from muster.core import files, pdf, signature
from muster.people import freshness
from muster.people.actions.audit_paper import paper
from muster.people.models import AuditCampaign, AuditItem, AuditReminder, AuditReport, Member

DOWNLOAD = "people.auditcampaign.download"
MOST_NAMED = 500  # employee numbers of who did not answer, in the result
MOST_LISTED = 1000  # members with a line of their own; beyond that the result tells of teams
STEPS = {AuditReminder.MEMBER: "member", AuditReminder.MANAGER: "manager", AuditReminder.AUTHOR: "author"}


def seal(result: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a result."""
    text = json.dumps(result, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def result_of(campaign: AuditCampaign) -> dict[str, Any]:
    """The campaign as it stands now, in plain JSON. Members stand in it by number: a name can be forgotten, a seal
    cannot."""
    rows = AuditItem.objects.unscoped("result of an audit").filter(campaign=campaign)
    silent = rows.filter(answer="").order_by("member__employee_no").values_list("member__employee_no", flat=True)
    people = rows.order_by().values("member").distinct().count()
    return {
        "name": campaign.name,
        "unit": str(campaign.unit or ""),
        "fields": campaign.fields,
        "begins_on": campaign.begins_on.isoformat(),
        "due_on": campaign.due_on.isoformat(),
        "people": people,
        "total": freshness.progress(rows),
        "units": freshness.answers_by_unit(rows),
        "open": list(silent.distinct()[:MOST_NAMED]),
        "silent": silent.distinct().count(),
        "members": freshness.answers_by_member(rows) if people <= MOST_LISTED else [],
        "told": _told(campaign),
        "trail": _head(),
    }


def _told(campaign: AuditCampaign) -> dict[str, int]:
    """How many were reminded at each step of the ladder."""
    found = freshness.reminded(campaign)
    return {name: found.get(step, 0) for step, name in STEPS.items()}


def _head() -> dict[str, Any]:
    """The end of the trail as the campaign was closed."""
    last = Event.objects.unscoped("audit head").order_by("-id").values_list("pk", "hash").first()
    return {"event": last[0], "hash": last[1]} if last else {}


@action("people.auditcampaign.sign", gettext_lazy("Have results of audit campaigns signed"), AuditCampaign)
def ask_for_signature(actor: Actor, campaign: AuditCampaign) -> None:
    """What a job does after this: the result as signed PDFs. Refused where they are there, or nothing is to be
    signed."""
    if campaign.status != AuditCampaign.Status.CLOSED:
        raise Refused(_("Only the result of a closed campaign is signed."))
    if reports_of(campaign).count() >= len(settings.LANGUAGES):
        raise Refused(_("The result is signed already: fetch it."))
    if campaign.job is not None and campaign.job.state in ("waiting", "running"):
        raise Refused(_("The result is being signed: it takes a moment."))


def sign_results(campaign: AuditCampaign) -> int:
    """Make the signed PDFs that are missing, one in each language; how many. Run again, it makes none twice."""
    there, made = set(reports_of(campaign).values_list("language", flat=True)), 0
    for language, _name in settings.LANGUAGES:
        if language not in there:
            _make_report(campaign, language)
            made += 1
    return made


def _make_report(campaign: AuditCampaign, language: str) -> None:
    with translation.override(language):
        content = pdf.render("people/audit_result.typ", paper(campaign, _names(campaign)), language)
        signed = signature.sign(content, _("Result of an audit campaign"))
        name = files.clean_name(f"{campaign.name}-{timezone.localdate():%Y-%m-%d}-{language}.pdf", ".pdf")
    received, certificate = files.Received(name, signed, "application/pdf"), signature.fingerprint()
    with files.kept(received, "audits") as columns, transaction.atomic():
        row = AuditReport(campaign=campaign, language=language, certificate=certificate, **columns)
        row.save()
        said = {"language": language, "sha256": received.sha256, "certificate": certificate}
        actor = Actor.operator(gettext_noop("signature"), via="job")
        append([make_event(actor, "people.auditcampaign.signed", campaign, {}, **said)])


def _names(campaign: AuditCampaign) -> dict[str, str]:
    numbers = [*(one[0] for one in campaign.result.get("members", [])), *campaign.result.get("open", [])]
    rows = Member.objects.unscoped("names in the result of an audit").filter(employee_no__in=numbers)
    return dict(rows.values_list("employee_no", "name"))


def reports_of(campaign: AuditCampaign) -> Any:
    return AuditReport.objects.unscoped("signed results of an audit").filter(campaign=campaign)


@action(DOWNLOAD, gettext_lazy("See and fetch results of audit campaigns"), AuditCampaign)
def fetch_result(actor: Actor, campaign: AuditCampaign, *, language: str = "") -> tuple[str, bytes]:
    """Name and bytes of the signed PDF in LANGUAGE, by default the reader's; that it was fetched is in the trail.
    Raises ValidationError where it is not there yet or was damaged."""
    wanted = language or get_language() or settings.LANGUAGE_CODE
    if wanted not in dict(settings.LANGUAGES):
        said = {"languages": ", ".join(dict(settings.LANGUAGES))}
        raise ValidationError({"language": _("There is no such language here: take one of %(languages)s.") % said})
    row = reports_of(campaign).filter(language=wanted).first()
    if row is None:
        raise Refused(_("The signed PDF is not there yet."))
    return row.file_name, files.content_of(row)
