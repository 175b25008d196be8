"""Parts of a list's page: one row after it was changed, groups with their sums, and the rows of one group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import ngettext

from muster.access.scope import NotVisible
from muster.core import grouping, money
from muster.core.cells import address, rows_of
from muster.core.http import Request
from muster.core.links import opens
from muster.core.listings import Column, Filter, Listing

PER_GROUP = 20


def one_row(request: Request, listing: Listing, columns: list[Column], key: str, ticked: bool) -> HttpResponse:
    """The cells of one row, after it was changed in its list; filters that it no longer meets do not matter."""
    wanted = Filter("row", "row", kind="number").read(key)
    found = listing.some(request.actor, wanted, columns)
    if not found:
        raise NotVisible(listing.key)
    return HttpResponse(rows_of(named(columns, found, request.actor), found, ticked)[0].html)


def named(columns: list[Column], rows: list[Any], actor: Any) -> list[Column]:
    """COLUMNS, with the name of a row as plain text where its page has a door that is shut for the reader."""
    if not rows or opens(actor, address(rows[0])):
        return columns
    return [replace(one, kind="text") if one.kind == "link" else one for one in columns]


def shown_page(request: Request, page: Any) -> dict[str, Any]:
    values = {key: value for key, value in request.GET.dict().items() if key != "cursor"}

    def url(cursor: str) -> str:
        return f"{request.path}?{urlencode({**values, 'cursor': cursor})}" if cursor else ""

    return {
        "next_url": url(page.next),
        "prev_url": url(page.previous),
        "total_label": page.total_label,
        "total": page.total,
        "count": len(page.rows),
    }


def opening(request: Request, views: Any) -> str:
    """The address of the view that the list opens with where nothing else is asked for; '' where it opens plainly."""
    if request.GET:
        return ""
    return next((one.get_absolute_url() for one in views or () if one.opens_here), "")


def fitting(listing: Listing, values: dict[str, str]) -> dict[str, str]:
    """VALUES of a saved view without the order and the groups by columns that its reader does not know of."""
    known = {"", "id", *(one.key for one in listing.columns)}
    gone = [key for key in ("sort", "group") if values.get(key, "").lstrip("-") not in known]
    return {key: value for key, value in values.items() if key not in gone} if values.get("saved") else values


def offers(shown: Any) -> list[dict[str, Any]]:
    """By what the list can be grouped, for its menu."""
    now = shown.values.get("group", "")
    return [
        {"label": capfirst(str(one.column.label)), "url": shown.link(group=one.key), "active": one.key == now}
        for one in grouping.groupings(shown.spec)
    ]


def in_groups(shown: Any, columns: list[Column]) -> dict[str, Any]:
    """The list's groups for its template, each with the address of its rows."""
    listing, by = shown.spec, grouping.grouping(shown.spec, shown.values["group"])
    found, more = grouping.groups(listing, listing.rows(shown.actor, shown.values), by, columns)
    count = sum(one.count for one in found)
    return {
        "groups": [
            {
                "label": one.label,
                "count": one.count,
                "url": shown.link(within=one.key),
                "cells": [_sums(one.sums.get(column.key, {})) for column in columns[1:]],
            }
            for one in found
        ],
        "more_groups": more,
        "width": len(columns) + bool(shown.bulk_actions),
        "page": {
            "total": count,
            "total_label": ngettext("%(n)s record", "%(n)s records", count) % {"n": f"{count:,}"},
        },
    }


def _sums(sums: dict[str, int]) -> list[str]:
    """A line for each currency."""
    return [money.display(minor, unit) if unit else f"{minor:,}" for unit, minor in sorted(sums.items())]


def group_rows(request: Request, shown: Any, columns: list[Column]) -> HttpResponse:
    """The rows of one group; more of them are fetched by its last line."""
    listing, values = shown.spec, {**shown.values, "cursor": request.GET.get("cursor", "")}
    by = grouping.grouping(listing, values.get("group", ""))
    rows = by.within(listing.rows(request.actor, values), values["within"])
    page = listing.page(request.actor, values, size=PER_GROUP, columns=columns, rows=rows)
    more = shown.link(cursor=page.next, within=values["within"]) if page.next else ""
    context = {
        "rows": rows_of(named(columns, page.rows, shown.actor), page.rows, ticked=bool(shown.bulk_actions)),
        "more_url": more,
        "width": len(columns) + bool(shown.bulk_actions),
    }
    return render(request, "ui/group_rows.html", context)
