"""Work with customers: log, plan, finish, list."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page, list_page, lists
from muster.access.scope import can, visible_or_404
from muster.activities import queries
from muster.activities.actions.activity import activities, complete_activity, log_activity
from muster.activities.forms.records import ActivityForm, CompleteForm
from muster.activities.listings.records import ACTIVITIES, KIND_ICONS, KIND_TONES, when
from muster.activities.models import Activity
from muster.core.custom.show import sections
from muster.core.http import Request
from muster.core.templatetags.ui import moment

_list = list_page(ACTIVITIES, "activities/activity_list.html")
activity_create = create_page(
    ActivityForm,
    log_activity,
    title=gettext_lazy("Log activity"),
    template="activities/activity_form.html",
    stay=True,
)
activity_edit = edit_page(
    ActivityForm, activities.edit, "activities.activity.edit", template="activities/activity_form.html"
)
activity_complete = act_page(
    Activity,
    complete_activity,
    title=gettext_lazy("Done"),
    text=gettext_lazy("The plan becomes a record, done now."),
    button=gettext_lazy("Mark as done"),
    form_class=CompleteForm,
)
activity_archive = act_page(
    Activity,
    activities.archive,
    title=gettext_lazy("Archive this activity"),
    text=gettext_lazy("It leaves the lists and the timeline, and it can be restored."),
    button=gettext_lazy("Archive"),
)
activity_restore = act_page(Activity, activities.restore, title=gettext_lazy("Restore this activity"))


@lists(ACTIVITIES)
def activity_list(request: Request) -> HttpResponse:
    return _list(request, plans=list(queries.own_plans(request.actor)))


def activity_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Activity, request.actor, "owner", "account", "contact", "deal", "lead", pk=pk)
    may_edit = can(request.actor, "activities.activity.edit", row)
    planned = row.status == Activity.Status.PLANNED
    context = {
        "activity": row,
        "record": _record(row),
        "custom": sections(row, request.actor),
        "may_edit": may_edit,
        "may_complete": planned and can(request.actor, "activities.activity.complete", row),
        "may_archive": may_edit and request.actor.has("activities.activity.archive"),
        "may_comment": request.actor.has("activities.comment.view"),
        "may_see_visit": row.kind == Activity.Kind.VISIT and request.actor.has("activities.checkin.view"),
        "may_see_call": row.kind == Activity.Kind.CALL and request.actor.has("activities.call.view"),
        "is_mail": row.kind == Activity.Kind.EMAIL,
        "may_see_files": request.actor.has("activities.attachment.view"),
    }
    return render(request, "activities/activity_detail.html", context)


def _record(row: Activity) -> dict[str, Any]:
    planned = row.status == Activity.Status.PLANNED
    badges = [{"label": row.get_status_display(), "tone": "blue" if planned else "green"}]
    if row.is_late:
        badges.append({"label": _("Entered late"), "tone": "amber"})
    links = [
        (_("Customer"), row.account),
        (_("Deal"), row.deal),
        (_("Contact person"), row.contact),
        (_("Lead"), row.lead),
        (_("Member"), row.owner),
    ]
    facts = [
        {"label": _("Planned for") if planned else _("Done"), "value": moment(when(row))},
        *({"label": label, "value": one, "href": one.get_absolute_url()} for label, one in links if one is not None),
    ]
    return {
        "title": row.subject,
        "subtitle": row.get_kind_display(),
        "icon": KIND_ICONS[row.kind],
        "tone": KIND_TONES[row.kind],
        "badges": badges,
        "archived": row.archived_at is not None,
        "facts": facts,
        "back_url": reverse("activity_list"),
        "back_label": _("Activities"),
    }
