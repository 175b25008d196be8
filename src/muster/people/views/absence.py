"""When a member is away."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page
from muster.access.scope import can, visible_or_404
from muster.core.http import Request
from muster.core.periods import today
from muster.people.actions.absence import absences
from muster.people.forms import AbsenceForm
from muster.people.models import Absence, Member

SHOWN = 10

absence_create = create_page(AbsenceForm, absences.create, title=gettext_lazy("Away"), stay=True)
absence_edit = edit_page(AbsenceForm, absences.edit, "people.absence.edit")
absence_archive = act_page(
    Absence,
    absences.archive,
    title=gettext_lazy("Take this absence back"),
    text=gettext_lazy("From then on records are given to this member on these days as on others."),
)


def member_absences(request: Request, pk: int) -> HttpResponse:
    """The panel of the member page: now and to come, then the latest."""
    actor = request.actor
    member = visible_or_404(Member, actor, pk=pk)
    rows = Absence.objects.visible_to(actor).filter(member=member, archived_at=None)
    context = {
        "member": member,
        "rows": [(one, can(actor, "people.absence.edit", one)) for one in rows[:SHOWN]],
        "today": today(),
        "may_add": member.status != Member.Status.LEFT and _may_add(request, member),
    }
    return render(request, "people/absences.html", context)


def _may_add(request: Request, member: Member) -> bool:
    scopes = request.actor.scopes("people.absence.create")
    return any(request.actor.covers(scope, member.pk) for scope in scopes)
