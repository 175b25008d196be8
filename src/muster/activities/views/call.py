"""Calls: logged with what came of them, and their recordings."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from muster.access.pages import act_page, attempt, create_page, done, edit_page, render_form
from muster.access.scope import can, visible_or_404
from muster.activities.actions.call import add_details, add_recording, edit_call, erase_recording, listen, log_call
from muster.activities.forms.calls import CallDetailsForm, CallPageForm, RecordingForm
from muster.activities.models import Activity, Call, Recording
from muster.core import files
from muster.core.http import Request

call_log = create_page(CallPageForm, log_call, title=gettext_lazy("Log a call"), template="activities/call_form.html")
call_edit = edit_page(CallDetailsForm, edit_call, "activities.call.edit", title=gettext_lazy("How the call went"))
recording_add = act_page(
    Call,
    lambda actor, row, **said: add_recording(actor, call=row, **said),
    title=gettext_lazy("Add the recording"),
    text=gettext_lazy("It is kept only if whoever is heard agreed, and deleted when its days are over."),
    button=gettext_lazy("Keep"),
    form_class=RecordingForm,
)
recording_erase = act_page(
    Recording,
    erase_recording,
    title=gettext_lazy("Delete this recording"),
    text=gettext_lazy("The file goes for good. That there was one, and who agreed, stays."),
    button=gettext_lazy("Delete"),
    danger=True,
)


def call_add(request: Request, pk: int) -> HttpResponse:
    """The details of a call that is logged already."""
    activity = visible_or_404(Activity, request.actor, "contact", pk=pk)
    form: Any = CallDetailsForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: add_details(request.actor, activity=activity, **form.written()))
        if row is not None:
            return done(request, activity.get_absolute_url(), _("Saved: %(name)s") % {"name": activity})
    context = {"title": _("How the call went"), "cancel_url": activity.get_absolute_url()}
    return render_form(request, form, "ui/form.html", **context)


def call_panel(request: Request, pk: int) -> HttpResponse:
    """What is known of a call, on its page."""
    actor = request.actor
    activity = visible_or_404(Activity, actor, pk=pk)
    one = Call.objects.visible_to(actor).filter(activity=activity).first()
    recordings: list[Recording] = []
    if one is not None and actor.has("activities.recording.view"):
        recordings = list(Recording.objects.visible_to(actor).filter(call=one))
    mine = activity.owner_id == actor.member_id
    context = {
        "activity": activity,
        "one": one,
        "recordings": recordings,
        "may_erase": bool(recordings) and can(actor, "activities.recording.erase", recordings[0]),
        "may_add": mine and activity.status == Activity.Status.DONE and actor.has("activities.call.create"),
        "may_edit": mine and actor.has("activities.call.edit"),
        "may_record": mine
        and one is not None
        and one.result == Call.Result.CONNECTED
        and not any(row.erased_at is None for row in recordings)
        and actor.has("activities.recording.create"),
    }
    return render(request, "activities/call_panel.html", context)


@require_GET
def recording_file(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Recording, request.actor, "call__activity", pk=pk)
    try:
        content = listen(request.actor, row)
    except ValidationError as error:
        return done(request, row.get_absolute_url(), " ".join(error.messages), level=40)
    return files.attachment(content, row.file_name, row.content_type)
