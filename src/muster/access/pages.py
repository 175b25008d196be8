"""The three generic pages: a list, a form, a confirmation. Each room says what is listed and which action is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access import inline, list_parts
from muster.access.action import Conflict
from muster.access.bulk import bulk_url
from muster.access.list_exports import export
from muster.access.models import SavedView
from muster.access.queries import views_of
from muster.access.scope import can, visible_or_404
from muster.core import finders
from muster.core.cells import RIGHT, address, menu, rows_of
from muster.core.custom import PREFIX
from muster.core.custom.forms import deciding, initial_from
from muster.core.custom.show import listing_for
from muster.core.forms import ActorForm, put_errors
from muster.core.http import Request
from muster.core.links import page_url, record_url
from muster.core.listings import Column, Filter, Listing, visible_columns

YES_NO = [("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))]
TYPED = {"date": "date", "number": "number"}  # kinds of filters that a browser has a field for
UNKEPT = ("cursor", "format", "menu", "row", "within")  # what an address says of one answer only


def list_page(of: Listing, template: str = "ui/list.html") -> Callable[..., HttpResponse]:
    """A page of the listing OF; `?format=csv` and `?format=xlsx` hand out the same rows as a file."""

    def view(request: Request, **extra: Any) -> HttpResponse:
        listing, values = listing_for(of, request.actor), asked(request)
        here = getattr(request.resolver_match, "func", None)
        views = views_of(request) if getattr(here, "listing", None) is of else None
        if opens := list_parts.opening(request, views):
            return HttpResponseRedirect(opens)
        values = list_parts.fitting(listing, values)
        if values.get("format") in ("csv", "xlsx"):
            file: HttpResponse = export(request, listing, values)
            return file
        columns = visible_columns(listing, values)
        shown = Shown(listing, request, values, views)
        if key := values.get("menu"):
            return shown.menu(key)
        if key := values.get("row"):
            return list_parts.one_row(request, listing, columns, key, ticked=bool(shown.bulk_actions))
        if values.get("within"):
            return list_parts.group_rows(request, shown, columns)
        context = {"listing": shown, **shown.content(columns)}
        part = request.htmx and (request.htmx.target or "").rpartition("#")[2] == "rows"  # htmx 4 sends div#rows
        name = f"{template}#rows" if part else template
        return render(request, name, {**context, **extra})

    return lists(of)(view)


def lists(of: Listing) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Mark a page as one of the listing OF, with views that its readers save."""

    def mark(view: Any) -> Callable[..., HttpResponse]:
        view.listing = of
        return view  # type: ignore[no-any-return]

    return mark


def asked(request: Request) -> dict[str, str]:
    """The address's parameters; columns to show (`col`, repeated) joined into one."""
    values = request.GET.dict()
    if columns := request.GET.getlist("col"):
        values["col"] = ",".join(columns)
    return values


class Shown:
    """A listing as the template reads it, for one request."""

    def __init__(
        self, listing: Listing, request: Request, values: dict[str, str], views: list[SavedView] | None = None
    ) -> None:
        self.views = views or []
        self.keeps_views = views is not None
        self.spec, self.request, self.values, self.actor = listing, request, values, request.actor
        self.key, self.title, self.search = listing.key, listing.title, values.get("q", "")
        self.searchable = listing.searchable
        self.empty_icon, self.empty_title, self.empty_text = listing.empty_icon, listing.empty_title, listing.empty_text
        self.create_label = listing.create_label
        self.create_url = (
            page_url(listing.create_url) if listing.create_url and self.actor.has(listing.create_permission) else ""
        )
        may_export = listing.export_permission and self.actor.has(listing.export_permission)
        kinds = (("xlsx", "Excel"), ("csv", "CSV"))
        self.export_url = [{"label": label, "url": self.link(format=one)} for one, label in kinds] if may_export else []
        self.bulk_actions = [
            {"key": one.key, "label": one.label, "icon": one.icon, "url": page_url(one.url_name)}
            for one in listing.bulk
            if self.actor.has(one.permission)
        ]
        self.bulk_url = bulk_url(listing, self.actor)
        if self.bulk_url:
            self.bulk_actions.insert(
                0, {"key": "edit", "label": _("Edit fields"), "icon": "edit", "url": self.bulk_url}
            )
        self.filtered = any(values.get(one.key) for one in listing.filters) or bool(self.search)
        self.reset_url = f"{request.path}?saved=0" if self.views else request.path

    def link(self, **changed: str | None) -> str:
        """This page's address with some parameters changed; None takes one away, and paging begins anew."""
        kept = {key: value for key, value in {**self.values, **dict.fromkeys(UNKEPT), **changed}.items() if value}
        return f"{self.request.path}?{urlencode(kept)}" if kept else self.request.path

    @property
    def bulk_all_url(self) -> str:
        return f"{self.bulk_url}{self.link()[len(self.request.path) :]}"

    def _link_to(self, key: str) -> str:
        """This page's address with KEY changed to what is written behind it."""
        rest = self.link(**{key: None})
        return f"{rest}{'&' if '?' in rest else '?'}{quote_plus(key)}="

    @cached_property
    def view(self) -> dict[str, Any]:
        """The saved view on show, if any, and what can be done with it."""
        now = {key: value for key, value in self.values.items() if key not in ("saved", "cursor", "format") and value}
        query = urlencode(now)
        asked = {"path": self.request.path, "query": query}
        new = (
            f"{page_url('saved_view_create')}?{urlencode(asked)}"
            if self.keeps_views and self.actor.has("access.savedview.create")
            else ""
        )
        one = next((one for one in self.views if str(one.pk) == self.values.get("saved")), None)
        mine = one is not None and one.user_id == self.actor.user_id
        keep = f"{record_url('saved_view_keep', one.pk)}?{urlencode({'query': query})}" if one and mine else ""
        copied = {**asked, "name": _("%(name)s (copy)") % {"name": one}} if one else {}
        copy = f"{page_url('saved_view_create')}?{urlencode(copied)}" if one and new else ""
        keeps = keep if one and one.values != now else ""
        return {"row": one, "mine": mine, "new_url": new, "copy_url": copy, "keep_url": keeps}

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        """All columns for the chooser; the table shows the visible ones."""
        visible = visible_columns(self.spec, self.values)
        return [self._column(column, column in visible) for column in self.spec.columns]

    def _column(self, column: Column, visible: bool) -> dict[str, Any]:
        sort = self.values.get("sort") or self.spec.order
        state = {column.key: "asc", f"-{column.key}": "desc"}.get(sort, "")
        first = f"-{column.key}" if column.kind in ("money", "number", "date", "datetime") else column.key
        other = {"asc": f"-{column.key}", "desc": column.key}.get(state, first)
        return {
            "key": column.key,
            "label": capfirst(str(column.label)),
            "align": "end" if column.kind in RIGHT else "start",
            "sortable": bool(column.order),
            "sort_state": state,
            "sort_url": self.link(sort=other),
            "visible": visible,
            "edits": column.key in self.editable,
        }

    def content(self, columns: list[Column]) -> dict[str, Any]:
        """Its rows, or its groups."""
        if self.values.get("group"):
            return list_parts.in_groups(self, columns)
        page = self.spec.page(self.actor, self.values, columns=columns)
        named = list_parts.named(columns, page.rows, self.actor)
        rows = rows_of(named, page.rows, ticked=bool(self.bulk_actions))
        return {"page": list_parts.shown_page(self.request, page), "rows": rows}

    @property
    def group_none_url(self) -> str:
        return self.link(group=None)

    @property
    def group_menu(self) -> list[dict[str, Any]]:
        return list_parts.offers(self)

    @cached_property
    def editable(self) -> set[str]:
        return inline.editable(self.spec, self.actor)

    @property
    def cells_url(self) -> str:
        """Where the cells of its rows are changed: behind it stand the row's key and the column's."""
        return f"/cells/{self.spec.model._meta.label_lower}/" if self.editable else ""

    @cached_property
    def filters(self) -> list[dict[str, Any]]:
        """A chip each; of the firm's own fields, which may be many, those whose column is shown or that are set."""
        shown = {one.key for one in visible_columns(self.spec, self.values)}
        return [
            self._filter(one)
            for one in self.spec.filters
            if not one.key.startswith(PREFIX) or one.key in shown or self.values.get(one.key)
        ]

    def _filter(self, one: Filter) -> dict[str, Any]:
        value = self.values.get(one.key, "")
        return {
            "label": capfirst(str(one.label)),
            "value": value,
            "value_label": self._label_of(one, value) if value else "",
            "is_typed": one.kind not in ("choice", "bool"),
            "menu_url": self.link(menu=one.key),
            "url_without": self.link(**{one.key: None}) if value else "",
        }

    def _label_of(self, one: Filter, value: str) -> str:
        choices = [] if one.plain else self._choices(one)
        if one.model and not choices:
            return self._name_of(one, value)
        return next((label for key, label in choices if key == value), value)

    def _choices(self, one: Filter) -> list[tuple[str, Any]]:
        found = YES_NO if one.kind == "bool" else one.choices(self.actor) if one.choices else []
        return [(str(key), label) for key, label in found]

    def menu(self, key: str) -> HttpResponse:
        """What the filter KEY can be set to, asked for when its menu opens: a list has many that nobody opens."""
        one = self.spec.filter(key)
        value = self.values.get(key, "")
        if choices := self._choices(one):
            return HttpResponse(menu(choices, value, self._link_to(key)))
        typed = {
            "key": key,
            "label": capfirst(str(one.label)),
            "value": value,
            "value_label": self._label_of(one, value) if value else "",
            "type": TYPED.get(one.kind, "text"),
            "lookup_url": record_url("lookup", one.model) if one.model else "",
        }
        kept = {name: one for name, one in self.values.items() if name not in (key, *UNKEPT) and one}
        return render(self.request, "ui/list_filter.html", {"filter": typed, "kept": kept})

    def _name_of(self, one: Filter, value: str) -> str:
        finder = finders.finder(one.model)
        rows = finder.rows(self.actor, "") if finder and self.actor.has(f"{one.model}.view") else None
        row = rows.filter(pk=one.read(value)).first() if rows is not None else None
        return str(row) if row is not None else value


def create_page(
    form_class: type[ActorForm],
    create: Callable[..., Any],
    *,
    title: Any,
    template: str = "ui/form.html",
    initial: Any = None,
    stay: bool = False,
) -> Callable[..., HttpResponse]:
    """A form that makes a record by CREATE. `initial(request)` gives its first values; known fields in the address do
    too. With `stay` a drawer closes over the page it was opened on; else one is taken to the record, or to `next`."""

    def view(request: Request) -> HttpResponse:
        first = initial_from(form_class.base_fields, request.GET)
        first |= initial(request) if initial else {}
        form = form_class(request.POST or None, request.FILES or None, actor=request.actor, initial=first)
        if request.method == "POST" and form.is_valid():
            row = attempt(form, lambda: create(request.actor, **form.written()))
            if row is not None:
                url = request.POST.get("next") or request.GET.get("next") or address(row)
                return done(request, url, _("Saved: %(name)s") % {"name": row}, go=not stay)
        return render_form(request, form, template, title=title)

    return view


def edit_page(
    form_class: type[ActorForm],
    edit: Callable[..., Any],
    permission: str,
    *,
    title: Any = None,
    template: str = "ui/form.html",
    in_lists: bool = True,
) -> Callable[..., HttpResponse]:
    """A form that changes one record by EDIT; two people at once never overwrite each other in silence. IN_LISTS its
    fields can be changed one by one as well: not where the action wants them together."""
    if in_lists:
        inline.register(form_class, edit, permission)

    def view(request: Request, pk: int) -> HttpResponse:
        row = visible_or_404(form_class._meta.model, request.actor, pk=pk)
        if not can(request.actor, permission, row):
            edit(request.actor, row)  # refuses, and the refusal is in the trail
        name = str(row)  # binding the form writes what was typed into the row
        first = initial_from(
            deciding(form_class._meta.model), request.GET
        )  # as chosen so far: asks for what goes with it
        form = form_class(request.POST or None, request.FILES or None, actor=request.actor, instance=row, initial=first)
        if request.method == "POST" and form.is_valid():
            fresh = visible_or_404(form_class._meta.model, request.actor, pk=pk)
            saved = attempt(form, lambda: edit(request.actor, fresh, **form.written()))
            if saved is not None:
                return done(request, address(saved), _("Saved: %(name)s") % {"name": saved})
        heading = title or _("Edit: %(name)s") % {"name": name}
        return render_form(request, form, template, title=heading, row=row, cancel_url=address(row))

    return view


def act_page(
    model: Any,
    run: Callable[..., Any],
    *,
    title: Any,
    text: Any = "",
    button: Any = "",
    danger: bool = False,
    form_class: Any = None,
) -> Callable[..., HttpResponse]:
    """A confirmation, with a small form where the action asks for something, that runs an action on one record."""

    def view(request: Request, pk: int) -> HttpResponse:
        row = visible_or_404(model, request.actor, pk=pk)
        sent = request.POST if request.method == "POST" else None  # also an empty answer is an answer
        form = form_class(sent, actor=request.actor, row=row) if form_class else None
        if request.method == "POST" and (form is None or form.is_valid()):
            try:
                run(request.actor, row, **(form.cleaned_data if form else {}))
            except ValidationError as error:
                if form is None:
                    return done(request, address(row), " ".join(error.messages), level=messages.ERROR)
                put_errors(form, error)
            else:
                gone = not type(row).objects.visible_to(request.actor).filter(pk=row.pk).exists()
                url = request.POST.get("next") or ("/" if gone else address(row))
                return done(request, url, _("Done: %(name)s") % {"name": row}, go=gone)
        context = {
            "title": title,
            "text": text,
            "submit_label": button or title,
            "tone": "danger" if danger else "primary",
            "cancel_url": address(row),
        }
        return render_form(request, form, "ui/confirm.html", row=row, **context)

    return view


def attempt(form: Any, run: Callable[[], Any]) -> Any:
    """Run an action for a form; what it refuses stands in the form, and None is returned."""
    try:
        return run()
    except ValidationError as error:
        put_errors(form, error)
    except Conflict as error:
        form.conflict = [
            {
                "name": name,
                "label": form.fields[name].label if name in form.fields else name,
                "theirs": form.typed_again(name, theirs),
                "mine": form.typed_again(name, yours),
            }
            for name, (_before, theirs, yours) in error.fields.items()
        ]
        form.add_error(None, str(error))
        form.data = form.data.copy()
        form.data["version"] = error.row.version
    return None


def render_form(request: Request, form: Any, template: str, **context: Any) -> HttpResponse:
    conflict = getattr(form, "conflict", None)
    status = 409 if conflict else 422 if form is not None and form.errors else 200
    shown = {"form": form, "cancel_url": own_address(request.GET.get("next", "")), "conflict": conflict, **context}
    return render(request, template, shown, status=status)


def own_address(url: str) -> str:
    """URL if it is an address of our own, else '/': a link from outside cannot send people away."""
    inside = url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if inside and url.startswith("/") else "/"


def done(request: Request, url: str, message: str, *, go: bool = False, level: int = messages.SUCCESS) -> HttpResponse:
    """Say MESSAGE and go on to URL. Out of a drawer the page beneath refreshes instead, unless `go` or it is URL."""
    go = go or (bool(request.htmx) and urlsplit(request.htmx.current_url or "").path == url)
    if request.htmx and not go and level == messages.SUCCESS:
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"saved": {"message": message}})})
    messages.add_message(request, level, message)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": own_address(url)})
    return HttpResponseRedirect(own_address(url))
