"""Customers by how complete what is known of them is."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.core.listings import BadInput, Column, Filter, Listing
from muster.crm.listings.records import MEMBER, _mine
from muster.crm.models import AccountScore

SCORE_TONES = ((80, "green"), (50, "amber"), (0, "red"))


def tone(percent: int) -> str:
    return next(name for least, name in SCORE_TONES if percent >= least)


def _now(actor: Any) -> Any:
    return AccountScore.objects.visible_to(actor).filter(valid_to=None)


def _below(rows: Any, value: int, _actor: Any) -> Any:
    if not 0 <= value <= 101:
        raise BadInput(_("Give a per cent from 0 to 100."))
    return rows.filter(percent__lt=value)


SCORES = Listing(
    model=AccountScore,
    key="completeness",
    title=_("Completeness of customers"),
    columns=[
        Column("account", _("account"), kind="record"),
        Column(
            "percent",
            _("complete"),
            lambda row: f"{row.percent} %",
            "badge",
            "percent",
            tone=lambda row: tone(row.percent),
        ),
        Column("owner", _("owner"), kind="member"),
        Column("valid_from", _("since"), kind="date", order="valid_from"),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("below", _("complete below per cent"), kind="number", apply=_below),
    ],
    related=("account", "owner"),
    order="percent",
    base=_now,
    searchable=False,
    empty_icon="checklist",
    empty_title=_("No customers yet"),
    empty_text=_("Of each customer with an owner stands here how much of what is asked for is known."),
)
