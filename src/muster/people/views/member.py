"""The directory, the member's page, and what is done to a member."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import PRIVATE
from muster.access.at_hand import star_of
from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, lists, render_form
from muster.access.scope import Actor, NotVisible, can, policy_of, visible_or_404
from muster.core.cells import address
from muster.core.custom.show import sections
from muster.core.fields import clearance, is_open
from muster.core.forms import put_errors
from muster.core.http import Request
from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.people import holdings
from muster.people.actions.member import members, privates, revert_fields
from muster.people.actions.move import cancel_move, correct_assignment, move_member
from muster.people.actions.photo import photo_answer
from muster.people.actions.privacy import REVEAL, reveal
from muster.people.drafts.effects import sight_changes
from muster.people.forms import CorrectionForm, MemberForm, MoveForm, PrivateForm
from muster.people.listings import MEMBERS, TONES
from muster.people.models import Assignment, Member, MemberPrivate
from muster.people.queries import away_until, below, looks_at, managers_of
from muster.people.records.forms import ReasonForm, RevertForm
from muster.people.views.member_tabs import PAGE, PARTS, Tab, chosen, tabs_of

RELATED = ("unit", "position", "grade", "manager")

_table = list_page(MEMBERS)
member_create = create_page(MemberForm, members.create, title=gettext_lazy("New member"))
member_edit = edit_page(MemberForm, members.edit, "people.member.edit")
private_edit = edit_page(
    PrivateForm, privates.edit, "people.memberprivate.edit", title=gettext_lazy("Edit private details")
)
assignment_edit = act_page(
    Assignment,
    correct_assignment,
    title=gettext_lazy("Correct this assignment"),
    text=gettext_lazy("Say what was true all along. For a change from a day on, move the member instead."),
    button=gettext_lazy("Save"),
    form_class=CorrectionForm,
)


@lists(MEMBERS)
def member_list(request: Request) -> HttpResponse:
    """The directory as a table or as cards."""
    cards = request.GET.get("view") == "cards"
    rest = request.GET.copy()
    for key in ("view", "cursor", "format"):
        rest.pop(key, None)
    asked = rest.urlencode()
    table, as_cards = (f"?{asked}" if asked else request.path), f"?view=cards{'&' + asked if asked else ''}"
    switch = [
        {"label": _("List"), "icon": "list", "url": table, "active": not cards},
        {"label": _("Cards"), "icon": "layout-grid", "url": as_cards, "active": cards},
    ]
    return _table(request, switch=switch, rows_template="people/member_cards.html" if cards else "")


def member_photo(request: Request, pk: int) -> Any:
    member = visible_or_404(Member, request.actor, pk=pk)
    if not member.photo:
        raise NotVisible("photo")
    return photo_answer(str(member.photo), request.GET.get("size") == "small")


def member_detail(request: Request, pk: int) -> HttpResponse:
    """One person: head and contact for everybody, the rest as far as each part's own permission goes."""
    actor, rows = request.actor, Member.objects.visible_to(request.actor).select_related(*RELATED)
    member = rows.filter(pk=pk).first()
    if member is None:
        raise NotVisible(PAGE)
    tabs = tabs_of(request, member)
    tab = chosen(tabs, request.GET.get("tab", ""))
    context: dict[str, Any] = {
        "member": member,
        "tab": tab,
        "record": {**shown(request, member, tabs, tab), "star": star_of(request.actor, member)},
        "custom": sections(member, actor),
        "managers": managers_of(actor, member)[::-1],
        "is_own": actor.member_id == member.pk,
        "reach": reach(actor, member),
        "may_edit": can(actor, "people.member.edit", member),
        "may_move": can(actor, "people.member.move", member),
        **lifecycle(actor, member),
    }
    if tab.key in PARTS:
        context |= PARTS[tab.key](request, member)
    return render(request, "people/member_detail.html", context)


def lifecycle(actor: Actor, member: Member) -> dict[str, Any]:
    """What may be done now about this member's coming and going."""
    gone, leaving = member.status == Member.Status.LEFT, member.status == Member.Status.LEAVING
    return {
        "may_hand_over": can(actor, "people.handover.create", member) and (leaving or not gone),
        "may_leave": not gone and not leaving and can(actor, "people.member.leave", member),
        "may_stay": leaving and can(actor, "people.member.stay", member),
        "may_rehire": gone and not member.erased_at and can(actor, "people.member.rehire", member),
        "may_erase": gone and not member.erased_at and can(actor, "people.erasure.create", member),
        "leaving": holdings.summary(member) if leaving and can(actor, "people.handover.view", member) else None,
    }


def shown(request: Request, member: Member, tabs: list[Tab], tab: Tab) -> dict[str, Any]:
    badges = [{"label": member.get_status_display(), "tone": TONES[member.status]}]
    if back := away_until(request.actor, member):
        badges.append({"label": _("Away until %(day)s") % {"day": day_name(back)}, "tone": "amber"})
    if member.mail_doubt_on:
        badges.append({"label": _("E-mail doubtful"), "tone": "red"})
    place = [str(one) for one in (member.position, member.unit) if one]
    return {
        "title": member.name,
        "subtitle": " · ".join([*([member.preferred_name] if member.preferred_name else []), *place]),
        "member": member,
        "badges": badges,
        "facts": [
            {"label": _("Employee number"), "value": member.employee_no},
            {"label": capfirst(_("unit")), "value": member.unit, "href": address(member.unit) if member.unit else ""},
            {"label": _("Manager"), "value": member.manager, "href": address(member.manager) if member.manager else ""},
            {"label": _("Grade"), "value": member.grade},
            {"label": _("Hired on"), "value": member.hired_on},
        ],
        "tabs": [
            {"label": one.label, "icon": one.icon, "active": one is tab, "url": f"?tab={one.key}" if one.key else "?"}
            for one in tabs
            if len(tabs) > 1
        ],
        "side": contact(member),
        "archived": member.archived_at is not None,
        "back_url": reverse("member_list"),
        "back_label": _("Members"),
    }


def reach(actor: Actor, member: Member) -> dict[str, str]:
    """What a phone can dial and write to with one tap; nobody calls himself."""
    if actor.member_id == member.pk:
        return {}
    return {"email": member.work_email, "phone": member.phone if is_open(member, "phone") else ""}


def contact(member: Member) -> list[dict[str, Any]]:
    """How to reach somebody: what is masked for this viewer stands masked, what is hidden is not even named."""
    email, phone = member.work_email, member.phone
    open_phone = is_open(member, "phone")
    facts = [
        {"label": _("Work e-mail"), "value": email, "href": f"mailto:{email}" if email else ""},
        {"label": _("Mobile phone"), "value": phone, "href": f"tel:{phone}" if phone and open_phone else ""},
    ]
    if clearance(member, "personal_email") != "hidden":
        facts.append({"label": _("Personal e-mail"), "value": member.personal_email})
    facts += [
        {"label": _("Work place"), "value": member.work_place},
        {"label": _("Languages"), "value": member.languages},
        {"label": _("Time zone"), "value": member.time_zone},
    ]
    return facts


def member_revert(request: Request, pk: int) -> HttpResponse:
    """Give fields the value back that they had before one change."""
    member = visible_or_404(Member, request.actor, pk=pk)
    url = f"{address(member)}?tab=changes"
    first = {"event": request.GET.get("event")}
    form = RevertForm(request.POST or None, actor=request.actor, row=member, initial=first)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: revert_fields(request.actor, member, **form.cleaned_data))
        if saved is not None:
            return done(request, url, _("Saved: %(name)s") % {"name": member}, go=True)
    title = _("Restore former values")
    return render_form(request, form, "ui/form.html", title=title, cancel_url=url, submit_label=_("Restore"))


def member_private(request: Request, pk: int) -> HttpResponse:
    """What is private: one's own in the open, another's behind dots until a reason is given. Who looked is shown to
    the member, with the reason."""
    member = visible_or_404(Member, request.actor, pk=pk)
    row = visible_or_404(MemberPrivate, request.actor, member=member.pk)
    own = request.actor.member_id == member.pk
    form = ReasonForm(request.POST if request.method == "POST" else None, actor=request.actor, row=row)
    fields: list[str] = []
    if not own and request.method == "POST" and form.is_valid():
        fields = attempt(form, lambda: reveal(request.actor, row, reason=form.cleaned_data["reason"])) or []
    context = {
        "row": row,
        "member": member,
        "facts": _private_facts(row, None if own else fields),
        "form": form if not own and not fields and can(request.actor, REVEAL, row) else None,
        "may_edit": can(request.actor, "people.memberprivate.edit", row),
        "looks": [{"event": one, "fields": _named(_private_fields(), one)} for one in looks_at(row)] if own else None,
    }
    return render(request, "people/member_private.html", context, status=422 if form.errors else 200)


def _private_fields() -> dict[str, Any]:
    return {one.name: one for one in MemberPrivate._meta.concrete_fields}


def _private_facts(row: MemberPrivate, opened: list[str] | None) -> list[dict[str, Any]]:
    """Field by field as far as the viewer's rules go; what he may read stands behind dots unless it is OPENED (None:
    all is)."""
    fields, found = _private_fields(), []
    for name in policy_of(MemberPrivate).sensitive:
        level, value = clearance(row, name), getattr(row, name)
        if level == "hidden":
            continue
        closed = opened is not None and name not in opened and level in ("read", "write")
        found.append({"label": capfirst(fields[name].verbose_name), "value": PRIVATE if closed and value else value})
    return found


def _named(fields: dict[str, Any], event: Any) -> str:
    known_ = [fields[name].verbose_name for name in event.context.get("fields", []) if name in fields]
    return ", ".join(str(one) for one in known_)


def member_move(request: Request, pk: int) -> HttpResponse:
    """The move form; `preview` in the address tells what would happen and writes nothing."""
    member = visible_or_404(Member, request.actor, pk=pk)
    if request.method == "GET" and not can(request.actor, "people.member.move", member):
        move_member(request.actor, member)  # refuses, and the refusal is in the trail
    form = MoveForm(request.POST or None, actor=request.actor, row=member)
    if request.GET.get("preview") == "sight":
        return render(request, "people/move_sight.html", sight(request, member, form))
    if "preview" in request.GET:
        return render(request, "people/move_effect.html", effect(request, member, form))
    if request.method == "POST" and form.is_valid():
        try:
            move_member(request.actor, member, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        else:
            return done(request, address(member), _("Moved: %(name)s") % {"name": member}, go=True)
    return render_form(
        request, form, "people/member_move.html", row=member, title=_("Move %(name)s") % {"name": member.name}
    )


def effect(request: Request, member: Member, form: MoveForm) -> dict[str, Any]:
    """What the move as typed so far would do, tried out and taken back."""
    if not form.is_valid():
        return {"problems": [text for errors in form.errors.values() for text in errors]}
    day = form.cleaned_data["valid_from"]
    try:
        with transaction.atomic():
            move_member(request.actor, member, **form.cleaned_data)
            transaction.set_rollback(True)
    except ValidationError as error:
        return {"problems": error.messages}
    steps = [
        {"label": form.fields[name].label, "before": getattr(member, name), "after": form.cleaned_data[name]}
        for name in ("unit", "position", "grade", "manager")
        if name in form.cleaned_data and form.cleaned_data[name] != getattr(member, name)
    ]
    return {"day": day, "planned": day > today(), "steps": steps, "below": below(request.actor, member), "row": member}


def sight(request: Request, member: Member, form: MoveForm) -> dict[str, Any]:
    """Who would see more or less after the move as typed so far."""
    if not form.is_valid():
        return {"rights": [], "more": 0}
    values = form.cleaned_data
    try:
        rights_, more = sight_changes(
            request.actor, values["valid_from"], lambda: move_member(request.actor, member, **values)
        )
    except ValidationError as error:
        return {"rights": [], "more": 0, "problem": " ".join(error.messages)}
    return {"rights": rights_, "more": more}


def assignment_cancel(request: Request, pk: int) -> HttpResponse:
    """Call a planned move off."""
    row = visible_or_404(Assignment, request.actor, pk=pk)
    url = f"{address(row.member)}?tab=career"
    if request.method != "POST":
        return redirect(url)
    try:
        cancel_move(request.actor, row)
    except ValidationError as error:
        return done(request, url, " ".join(error.messages), level=40)
    return done(request, url, _("The planned move is called off."))


member_archive = act_page(
    Member,
    members.archive,
    title=gettext_lazy("Archive this member"),
    text=gettext_lazy("The member disappears from lists; everything recorded stays."),
    danger=True,
)
