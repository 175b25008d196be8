"""The result of an audit campaign as its paper says it."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.people.models import DETAILS, AuditCampaign


def paper(campaign: AuditCampaign, names: dict[str, str]) -> dict[str, Any]:
    """Data of people/audit_result.typ. NAMES: of members, by employee number; who is not in it stands by number."""
    result = campaign.result
    return {
        "title": campaign.name,
        "footer": f"{campaign.name} · {campaign.result_hash[:16]}",
        "kind": _("Result of an audit campaign"),
        "facts": _facts(campaign),
        "figures": _figures(result),
        "told": _told(result),
        "units": {"title": _("By team"), "heads": _UNIT_HEADS, "lines": [_unit(one) for one in result["units"]]},
        "members": {"title": _("Who answered"), "heads": _MEMBER_HEADS, "lines": _members(result, names)},
        "silent": {"title": _("Without an answer"), "text": _silent(result, names)},
        "proof": {"title": _("Proof"), "text": _PROOF, "lines": _proof(campaign)},
        "nothing": _("Nobody."),
    }


_UNIT_HEADS = [
    *(_("Unit"), _("Members"), _("Questions"), _("Answered"), _("Still right"), _("Changed"), _("To be approved"), "%"),
]
_MEMBER_HEADS = [
    *(
        _("Employee number"),
        _("Full name"),
        _("Unit"),
        _("Still right"),
        _("Changed"),
        _("To be approved"),
        _("Not answered"),
    ),
]
_PROOF = _(
    "The seal is the SHA-256 of the result. The audit trail held it when the campaign was closed. This file carries a"
    " digital signature: any PDF reader, and “muster audit verify-pdf”, says whether a byte was changed."
)


def _facts(campaign: AuditCampaign) -> list[tuple[Any, Any]]:
    result = campaign.result
    comma = "、" if (get_language() or "").startswith("zh") else ", "
    labels = [str(capfirst(DETAILS[one].label)) for one in result["fields"] if one in DETAILS]
    return [
        (_("Whose details"), result.get("unit") or _("The whole firm")),
        (_("Window"), f"{_day(result['begins_on'])} – {_day(result['due_on'])}"),
        (_("Fields"), comma.join(labels)),
        (_("Closed"), f"{_day(str(campaign.closed_on))} · {campaign.closed_by}"),
    ]


def _day(iso: str) -> str:
    return date_format(dt.date.fromisoformat(iso))


def _figures(result: dict[str, Any]) -> list[tuple[Any, int]]:
    total = result["total"]
    return [
        (_("Questions"), total["all"]),
        (_("Still right"), total["right"]),
        (_("Changed"), total["changed"]),
        (_("To be approved"), total["asked"]),
        (_("Without an answer"), total["all"] - total["answered"]),
    ]


def _told(result: dict[str, Any]) -> dict[str, Any]:
    told = result.get("told", {})
    pairs = [
        (_("Members reminded"), told.get("member", 0)),
        (_("Managers told"), told.get("manager", 0)),
        (_("Told who began it"), told.get("author", 0)),
    ]
    return {"title": _("Reminders and escalations"), "pairs": pairs}


def _unit(line: list[Any]) -> list[str]:
    """Results of older campaigns say less about a unit."""
    known = [*line, *[""] * (len(_UNIT_HEADS) - 1 - len(line))]
    share = f"{100 * line[3] // line[2]} %" if line[2] else "–"
    return [str(one) for one in (*known, share)]


def _members(result: dict[str, Any], names: dict[str, str]) -> list[list[str]]:
    rows = result.get("members", [])
    return [[str(one) for one in (number, names.get(number, ""), *rest)] for number, *rest in rows]


def _silent(result: dict[str, Any], names: dict[str, str]) -> Any:
    shown = [f"{names.get(number, '')} {number}".strip() for number in result["open"]]
    more = result.get("silent", len(shown)) - len(shown)
    return " · ".join(shown) + (f" … +{more}" if more > 0 else "")


def _proof(campaign: AuditCampaign) -> list[tuple[Any, str]]:
    trail = campaign.result.get("trail") or {}
    head = [(_("Head of the audit trail"), f"{trail['event']} {trail['hash']}")] if trail else []
    return [(_("Seal (SHA-256)"), campaign.result_hash), *head]
