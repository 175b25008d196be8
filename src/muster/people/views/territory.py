"""Territories, and giving them to members."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.people.actions.territory import end_territory, give_territory, territories
from muster.people.forms import EndTerritoryForm, GiveTerritoryForm, TerritoryForm
from muster.people.listings import TERRITORIES
from muster.people.models import Member, TerritoryAssignment

territory_list = list_page(TERRITORIES)
territory_create = create_page(TerritoryForm, territories.create, title=gettext_lazy("New territory"))
territory_edit = edit_page(TerritoryForm, territories.edit, "people.territory.edit")
territory_end = act_page(
    TerritoryAssignment,
    end_territory,
    title=gettext_lazy("Take this territory back"),
    text=gettext_lazy("What was so until then stays in the career."),
    form_class=EndTerritoryForm,
)


def territory_give(request: Request, pk: int) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=pk)
    form = GiveTerritoryForm(request.POST or None, actor=request.actor, row=member)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: give_territory(request.actor, member=member, **form.cleaned_data))
        if row is not None:
            return done(request, f"{address(member)}?tab=career", _("Saved: %(name)s") % {"name": row}, go=True)
    return render_form(request, form, "ui/form.html", title=_("Give a territory"), cancel_url=address(member))
