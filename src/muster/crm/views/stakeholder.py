"""The stakeholder map of an account, and tags."""

from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page
from muster.access.scope import rights, visible_or_404
from muster.core.http import Request
from muster.crm.actions.stakeholder import map_contact, relate_contacts, tag_account, tags, unmap_contact, unrelate
from muster.crm.forms.stakeholders import MapForm, RelateForm, TagAccountForm, TagForm
from muster.crm.models import Account, Acquaintance, Contact, Stakeholder, Tag

MOST = 60  # people on a map
COLUMNS = [2, 1, 0, -1, -2]

contact_map = act_page(
    Contact,
    map_contact,
    title=gettext_lazy("Part in buying"),
    form_class=MapForm,
    button=gettext_lazy("Save"),
)
contact_unmap = act_page(
    Contact,
    unmap_contact,
    title=gettext_lazy("Take off the map"),
    text=gettext_lazy("The contact stays; only the part in buying is forgotten."),
)
contact_relate = act_page(
    Contact, relate_contacts, title=gettext_lazy("Who knows whom"), form_class=RelateForm, button=gettext_lazy("Save")
)
acquaintance_remove = act_page(Acquaintance, unrelate, title=gettext_lazy("Take this back"))
account_tag = act_page(
    Account, tag_account, title=gettext_lazy("Tags"), form_class=TagAccountForm, button=gettext_lazy("Save")
)
tag_create = create_page(TagForm, tags.create, title=gettext_lazy("New tag"))
tag_edit = edit_page(TagForm, tags.edit, "crm.tag.edit")
tag_archive = act_page(
    Tag, tags.archive, title=gettext_lazy("Archive this tag"), text=gettext_lazy("It can no longer be chosen.")
)
tag_restore = act_page(Tag, tags.restore, title=gettext_lazy("Restore this tag"))


def account_map(request: Request, pk: int) -> HttpResponse:
    """Who counts at the account: by attitude, the most influential first; and who is not on the map yet."""
    account = visible_or_404(Account, request.actor, pk=pk)
    actor = request.actor
    people = list(Contact.objects.visible_to(actor).filter(account=account, archived_at=None).order_by("name")[:MOST])
    stakes = Stakeholder.objects.visible_to(actor).filter(contact__in=[one.pk for one in people])
    known = {one.contact_id: one for one in stakes.select_related("known_by")}
    ties = _ties(actor, people)
    lanes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in sorted((one for one in people if one.pk in known), key=lambda one: -known[one.pk].influence):
        stake = known[one.pk]
        lanes[stake.attitude].append({"contact": one, "stake": stake, "ties": ties.get(one.pk, [])})
    columns = [(Stakeholder.Attitude(key).label, Stakeholder.TONES[key], lanes.get(key, [])) for key in COLUMNS]
    context = {
        "columns": columns,
        "is_drawn": bool(known),
        "missing": [one for one in people if one.pk not in known],
        "gaps": _gaps(known.values()),
        "may": rights(actor, account)("crm.contact.map"),
    }
    return render(request, "crm/account_map.html", context)


def _ties(actor: Any, people: list[Contact]) -> dict[int, list[Acquaintance]]:
    names = {one.pk: one for one in people}
    found: dict[int, list[Acquaintance]] = defaultdict(list)
    for one in Acquaintance.objects.visible_to(actor).filter(contact__in=names):
        if one.other_id in names:
            one.other = names[one.other_id]
            found[one.contact_id].append(one)
    return found


def _gaps(stakes: Any) -> list[str]:
    """What a seller would miss: nobody who decides, nobody who pays, somebody of weight whom none of us knows."""
    roles = {one.role for one in stakes}
    wanted = (Stakeholder.Role.DECIDES, Stakeholder.Role.PAYS, Stakeholder.Role.HELPS)
    return [str(one.label) for one in wanted if one not in roles]


def tag_list(request: Request) -> HttpResponse:
    actor = request.actor
    rows = [
        {"tag": one, **{verb: reverse(f"tag_{verb}", args=[one.pk]) for verb in ("edit", "archive", "restore")}}
        for one in Tag.objects.visible_to(actor).order_by("archived_at", "name")
    ]
    return render(request, "crm/tag_list.html", {"rows": rows, "may_edit": actor.has("crm.tag.edit")})
