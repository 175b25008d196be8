"""Reports over the API."""

from typing import Any

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.reporting.actions.report import correct_report, keep_draft, own_report, read_report, send_report
from muster.reporting.actions.template import exempt, oblige, templates
from muster.reporting.forms.report import AnswersForm, BeginForm, CorrectForm, ExemptForm, ReportTemplateForm
from muster.reporting.listings.report import REPORTS, TEMPLATES
from muster.reporting.models import ReportContent, ReportExemption

ORDER = ("answer_1", "answer_2", "answer_3")


def _keep(actor: Any, row: Any, **answers: str) -> Any:
    return keep_draft(actor, row, answers=[answers.get(name, "") for name in ORDER])


def _send(actor: Any, row: Any, **answers: str) -> Any:
    """Without answers those kept before are sent."""
    given = [answers.get(name, "") for name in ORDER]
    return send_report(actor, row, answers=given if any(given) else None)


RESOURCES = [
    Resource(
        "reports",
        REPORTS,
        BeginForm,
        Crud(create=own_report),
        (
            Verb("draft", _keep, "reporting.report.edit", AnswersForm, "Keep answers; nobody sees them yet"),
            Verb("send", _send, "reporting.report.send", AnswersForm, "Send a report as it stands now"),
            Verb("read", read_report, "reporting.report.read", summary="Mark a report as read"),
            Verb("correct", correct_report, "reporting.report.correct", CorrectForm, "Add a correction"),
        ),
    ),
    Resource("report-contents", rows_of(ReportContent, Filter("report", "report", kind="number", lookup="report_id"))),
    Resource(
        "report-templates",
        TEMPLATES,
        ReportTemplateForm,
        templates,
        (Verb("exempt", exempt, "reporting.reporttemplate.exempt", ExemptForm, "Exempt a member"),),
    ),
    Resource(
        "report-exemptions",
        rows_of(
            ReportExemption, Filter("template", "template", kind="number", lookup="template_id"), related=("member",)
        ),
        verbs=(Verb("end", oblige, "reporting.reporttemplate.oblige", summary="End an exemption"),),
    ),
]
