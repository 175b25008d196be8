"""The living style page: every component once, with made-up data. Shown in development and in the demo only."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from muster.core import money
from muster.core.http import Request

NAMES = ["欧阳文静", "王建国", "李思远", "陈雨桐", "赵敏", "Grace Hopper", "周凯", "林晓彤"]


class ExampleForm(forms.Form):
    """A form with each kind of field, and one that is always wrong."""

    name = forms.CharField(max_length=40)
    stage = forms.ChoiceField(choices=[("", "–"), ("new", "New"), ("offer", "Offer")])
    due = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    amount = forms.CharField(widget=forms.TextInput(attrs={"class": "num", "inputmode": "decimal"}))
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    remind = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [_("Name"), _("Stage"), _("Due"), _("Amount"), _("Note"), _("Remind me")]
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
        self.fields["amount"].help_text = _("In units: 1234.50, or 12.5万.")

    def clean_amount(self) -> int:
        try:
            return money.to_minor(self.cleaned_data["amount"], "CNY")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def style_page(request: Request) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    if request.GET.get("part") == "form":
        return render(
            request, "ui/form.html", {"form": ExampleForm(), "title": _("New deal"), "cancel_url": request.path}
        )
    if request.GET.get("part") == "people":
        size = request.GET.get("n", "")
        return JsonResponse(_people(int(size) if size.isascii() and size.isdigit() else 60))
    if request.GET.get("part") == "refuse":
        return JsonResponse({"detail": _("A won deal cannot go back.")}, status=409)
    wrong = ExampleForm({"name": "", "amount": "12.345", "due": "2026-02-30"})
    context = {
        "form": wrong,
        "tones": ["gray", "blue", "green", "amber", "red", "purple", "teal", "pink"],
        "names": NAMES,
        "charts": _charts(),
        "lanes": _lanes(),
        "events": _events(),
        "facts": _facts(),
        "ranking": _ranking(),
        "tabs": _tabs(),
        "views": _views(),
        "spark": [12, 14, 13, 17, 16, 21, 24, 23, 29],
        "conflict": _conflict(),
    }
    return render(request, "web/style.html", context)


def _unit() -> dict[str, Any]:
    if money.locale().language == "zh":
        return {"divisor": 1_000_000, "suffix": " 万", "prefix": "¥", "decimals": 1}
    return {"divisor": 100_000, "suffix": "K", "prefix": "¥", "decimals": 1}


def _charts() -> dict[str, Any]:
    months = [f"2026-{month:02}" for month in range(1, 10)]
    won = [82, 64, 118, 97, 121, 143, 110, 132, 158]
    before = [70, 61, 90, 88, 102, 99, 105, 111, 120]
    scaled = [[one * 1_000_000 for one in row] for row in (won, before)]
    stages = [(_("Lead"), 184), (_("Qualified"), 121), (_("Proposal"), 66), (_("Negotiation"), 38), (_("Won"), 21)]
    kinds = [(_("Visit"), 46), (_("Call"), 88), (_("Meeting"), 31), (_("E-mail"), 54)]
    both = [{"name": _("This year"), "data": scaled[0]}, {"name": _("Year before"), "data": scaled[1], "muted": True}]
    teams = [_("East"), _("North"), _("South"), _("West")]
    return {
        "line": {"labels": months, "series": both, "unit": _unit(), "target": 130_000_000, "targetLabel": _("Target")},
        "bar": {"labels": teams, "series": both_of(teams, scaled), "unit": _unit()},
        "stack": {"labels": teams, "series": [{"name": name, "data": [n, n + 9, n + 4, n]} for name, n in kinds]},
        "hbar": {"labels": NAMES[:5], "series": [{"name": _("Won"), "data": [98, 84, 71, 66, 40]}]},
        "funnel": {"items": [{"name": name, "value": value} for name, value in stages]},
        "donut": {"items": [{"name": name, "value": value} for name, value in kinds]},
        "gauge": {"items": [{"name": _("of target"), "value": 72}], "target": 100, "unit": {"suffix": "%"}},
    }


def both_of(teams: list[str], scaled: list[list[int]]) -> list[dict[str, Any]]:
    size = len(teams)
    return [{"name": _("Pipeline"), "data": scaled[0][:size]}, {"name": _("Won"), "data": scaled[1][:size]}]


def _lanes() -> list[dict[str, Any]]:
    titles = [(_("Lead"), "gray"), (_("Qualified"), "blue"), (_("Proposal"), "purple"), (_("Negotiation"), "amber")]
    titles.append((_("Won"), "green"))
    return [
        {
            "key": str(at),
            "title": title,
            "tone": tone,
            "count": 3,
            "more": 2 if at == 1 else 0,
            "total": money.short(at * 410_000_00 + 88_000_00, "CNY"),
            "cards": [_card(at, place) for place in range(3)],
        }
        for at, (title, tone) in enumerate(titles)
    ]


def _card(lane: int, place: int) -> dict[str, Any]:
    number = lane * 3 + place
    return {
        "pk": number,
        "url": "#kanban",
        "move_url": "/ui/?part=refuse",
        "title": ["苏州精密 · 产线升级", "杭州云图 · 年度订阅", "Northwind renewal"][place],
        "text": ["苏州精密制造有限公司", "杭州云图科技", "Northwind Traders"][place],
        "amount": money.short((number * 37 + 90) * 1_000_00, "CNY"),
        "date": f"11-{10 + number}",
        "overdue": number == 4,
        "member": NAMES[number % len(NAMES)],
        "badges": [{"label": _("Key account"), "tone": "purple"}] if place == 0 else [],
    }


def _events() -> list[dict[str, Any]]:
    now = timezone.now()
    rows = [
        ("phone", "blue", _("called the buyer"), _("Budget is approved; wants the offer by Friday."), 1),
        ("arrow-right", "purple", _("moved the deal to Proposal"), "", 3),
        ("map-pin", "teal", _("visited the plant"), _("Two lines, both ten years old."), 26),
        ("trophy", "green", _("won the deal"), "", 50),
    ]
    return [
        {
            "icon": icon,
            "tone": tone,
            "actor": NAMES[at],
            "title": title,
            "text": text,
            "at": now - dt.timedelta(hours=ago),
        }
        for at, (icon, tone, title, text, ago) in enumerate(rows)
    ]


def _facts() -> list[dict[str, Any]]:
    return [
        {"label": _("Amount"), "value": money.display(128_450_000, "CNY")},
        {"label": _("Close date"), "value": "2026-12-18"},
        {"label": _("Owner"), "value": NAMES[0], "href": "#facts"},
        {"label": _("Source"), "value": ""},
    ]


def _ranking() -> list[dict[str, Any]]:
    values = [98, 84, 71, 66, 40]
    return [
        {
            "member": NAMES[at],
            "text": _("East"),
            "value": money.short(value * 100_000_00, "CNY"),
            "share": value,
            "href": "#",
        }
        for at, value in enumerate(values)
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("Overview"), "url": "#tabs", "active": True},
        {"label": _("Deals"), "url": "#tabs", "count": 12},
        {"label": _("History"), "url": "#tabs", "icon": "history"},
    ]


def _views() -> list[dict[str, Any]]:
    return [
        {"label": _("List"), "url": "#tabs", "icon": "list", "active": True},
        {"label": _("Board"), "url": "#tabs", "icon": "layout-kanban"},
    ]


def _conflict() -> Any:
    form = ExampleForm({"name": "苏州精密", "stage": "offer"})
    form.conflict = [{"name": "name", "label": _("Name"), "theirs": "苏州精密制造", "mine": "苏州精密"}]  # type: ignore[attr-defined]
    return form


def _people(size: int) -> dict[str, Any]:
    """A tree in which everybody leads up to seven others."""
    nodes = []
    for number in range(min(size, 5000)):
        name = NAMES[number % len(NAMES)]
        nodes.append(
            {
                "id": number,
                "parent": (number - 1) // 7 if number else None,
                "name": name,
                "title": _("Sales manager") if number * 7 + 1 < size else _("Sales"),
                "unit": _("East"),
                "initials": name[-2:] if not name.isascii() else "GH",
                "tone": ["blue", "green", "amber", "purple", "teal"][number % 5],
                "url": "#org",
            }
        )
    return {"nodes": nodes}
