"""Analyses over the API, and the numbers they show their reader."""

from typing import Any

from django.core.exceptions import ValidationError
from ninja import Router, Schema

from muster.access.resources import Resource, Verb, refuse_unknown
from muster.access.scope import visible_or_404
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import parse
from muster.reporting.actions.analysis import analyses, check_table, send_to, stop_mail, subscribe
from muster.reporting.forms.analysis import AnalysisForm, SendForm, SubscribeForm
from muster.reporting.listings.analysis import ANALYSES, MAILS
from muster.reporting.models import Analysis
from muster.reporting.queries.pivot import Pivot
from muster.reporting.queries.pivot_shown import as_json

RESOURCES = [
    Resource(
        "analyses",
        ANALYSES,
        AnalysisForm,
        analyses,
        (
            Verb("subscribe", subscribe, "reporting.analysis.subscribe", SubscribeForm, "Get an analysis by mail"),
            Verb("send", send_to, "reporting.analysis.send", SendForm, "Send an analysis to somebody by mail"),
        ),
    ),
    Resource(
        "analysis-mails",
        MAILS,
        verbs=(Verb("stop", stop_mail, "reporting.analysismail.stop", summary="Stop sending it by mail"),),
    ),
]


class Group(Schema):
    key: str
    label: str
    total: bool


class Numbers(Schema):
    period: str
    metrics: list[str]
    hidden: int
    currency: str
    rows: list[Group]
    columns: list[Group]
    values: dict[str, list[list[int | float | None]]]
    notes: list[str]


def add_numbers(router: Router) -> None:
    @router.get(
        "/analyses/{int:pk}/numbers",
        response={200: Numbers},
        openapi_extra={"x-permission": "reporting.analysis.view"},
        operation_id="analyses_numbers",
        tags=["analyses"],
    )
    def analysis_numbers(request: Request, pk: int, period: str = "") -> Any:
        """The numbers of an analysis as you may see them, over its period or another one: of each metric a line per
        row and a value per column, the last of each being the total. Money in minor units."""
        request.actor.require("reporting.analysis.view")
        refuse_unknown(request, {"period"})
        row = visible_or_404(Analysis, request.actor, pk=pk)
        row.period = period or row.period
        try:
            check_table(row)
            return as_json(Pivot(request.actor, row, parse(row.period)))
        except ValidationError as error:
            raise BadInput(" ".join(error.messages)) from error
