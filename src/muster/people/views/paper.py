"""Company papers: what is to be read, by whom, and who has."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from muster.access.models import Role
from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.files import attachment, content_of
from muster.core.http import Request
from muster.core.periods import today
from muster.people.actions.paper import acknowledge, papers, publish_version
from muster.people.models import Paper, PaperReading, PaperVersion, Unit
from muster.people.queries import papers_with_readers
from muster.people.records.forms import PaperForm, PublishForm
from muster.people.records.listings import PAPERS, readings

paper_list = list_page(PAPERS)
paper_create = create_page(PaperForm, papers.create, title=gettext_lazy("New paper"))
paper_edit = edit_page(PaperForm, papers.edit, "people.paper.edit")
paper_archive = act_page(
    Paper,
    papers.archive,
    title=gettext_lazy("Archive this paper"),
    text=gettext_lazy("Nobody is asked to read it any more. Who has read which version stays on record."),
    danger=True,
)
paper_restore = act_page(Paper, papers.restore, title=gettext_lazy("Restore this paper"))


def paper_detail(request: Request, pk: int) -> HttpResponse:
    """The present version to read and acknowledge, the earlier ones, and how far its readers are."""
    actor = request.actor
    visible_or_404(Paper, actor, pk=pk)
    paper: Any = papers_with_readers(actor).get(pk=pk)
    editions = list(PaperVersion.objects.visible_to(actor).filter(paper=paper))
    own = PaperReading.objects.visible_to(actor).filter(edition__paper=paper, member=actor.member_id or 0)
    mine = own.filter(edition__is_current=True).first()
    context = {
        "paper": paper,
        "current": next((one for one in editions if one.is_current), None),
        "earlier": [one for one in editions if not one.is_current],
        "mine": mine,
        "late": mine is not None and mine.read_at is None and paper.due_on < today(),
        "units": Unit.objects.visible_to(actor).filter(pk__in=paper.units),
        "roles": Role.objects.unscoped("roles a paper is for").filter(pk__in=paper.roles),
        "others": paper.asked and (paper.asked > 1 or mine is None),
        "may_edit": can(actor, "people.paper.edit", paper),
        "may_publish": not paper.archived_at and can(actor, "people.paper.publish", paper),
    }
    return render(request, "people/paper_detail.html", context)


def paper_publish(request: Request, pk: int) -> HttpResponse:
    paper = visible_or_404(Paper, request.actor, pk=pk)
    form = PublishForm(request.POST or None, request.FILES or None, actor=request.actor, row=paper)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: publish_version(request.actor, paper, **form.cleaned_data))
        if row is not None:
            return done(request, address(paper), _("Published: %(name)s") % {"name": row}, go=True)
    heading = _("New version: %(name)s") % {"name": paper}
    return render_form(request, form, "ui/form.html", title=heading, cancel_url=address(paper))


def paper_acknowledge(request: Request, pk: int) -> HttpResponse:
    """One tap by the reader himself."""
    paper = visible_or_404(Paper, request.actor, pk=pk)
    row = visible_or_404(
        PaperReading,
        request.actor,
        "edition__paper",
        edition__paper=paper,
        edition__is_current=True,
        member=request.actor.member_id or 0,
    )
    if request.method != "POST":
        return done(request, address(paper), "", go=True)
    try:
        acknowledge(request.actor, row)
    except ValidationError as error:
        return done(request, address(paper), " ".join(error.messages), level=40, go=True)
    said = _("Acknowledged: %(name)s") % {"name": paper}
    return done(request, request.POST.get("next") or address(paper), said, go=True)


@require_GET
def paper_file(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(PaperVersion, request.actor, "paper", pk=pk)
    try:
        content = content_of(row)
    except ValidationError as error:
        return done(request, address(row), " ".join(error.messages), level=40, go=True)
    return attachment(content, row.file_name, row.content_type)


def paper_readers(request: Request, pk: int) -> HttpResponse:
    """Who has read the present version and who has not, as far as the viewer's rights reach; also as a file."""
    paper = visible_or_404(Paper, request.actor, pk=pk)
    title = _("Who has read: %(name)s") % {"name": paper}
    listing = readings(
        title,
        lambda actor: PaperReading.objects.visible_to(actor).filter(edition__paper=paper, edition__is_current=True),
    )
    return list_page(listing)(request)
