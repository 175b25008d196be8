"""Contacts: list, page, forms."""

from email.utils import getaddresses
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.at_hand import star_of
from muster.access.pages import act_page, create_page, edit_page, list_page
from muster.core.custom.show import sections
from muster.core.forms import LONGEST_KEY
from muster.core.http import Request
from muster.core.templatetags.ui import day_name
from muster.crm import queries
from muster.crm.actions.account import contacts
from muster.crm.actions.doubt import confirm_mail
from muster.crm.forms.records import ContactForm
from muster.crm.listings.records import CONTACTS
from muster.crm.models import Contact
from muster.crm.views.merge import merges_of, seen_or_moved
from muster.crm.views.record import changed, fact, field_facts, link_fact, offers

SHOWN = 10

contact_list = list_page(CONTACTS)
contact_create = create_page(ContactForm, contacts.create, title=gettext_lazy("New contact"), template="crm/form.html")
contact_edit = edit_page(ContactForm, contacts.edit, "crm.contact.edit", template="crm/form.html")
contact_archive = act_page(
    Contact,
    contacts.archive,
    title=gettext_lazy("Archive this contact"),
    text=gettext_lazy("The person leaves the lists and the search; the records stay."),
    button=gettext_lazy("Archive"),
)
contact_confirm = act_page(
    Contact,
    confirm_mail,
    title=gettext_lazy("The e-mail address is right"),
    text=gettext_lazy("You asked, or had an answer from there: the address is not doubtful any more."),
    button=gettext_lazy("It is right"),
)
contact_restore = act_page(Contact, contacts.restore, title=gettext_lazy("Restore this contact"))


def contact_detail(request: Request, pk: int) -> HttpResponse:
    actor = request.actor
    contact, now = seen_or_moved(Contact, actor, pk, *CONTACTS.related)
    if now is not None:
        return redirect(now)
    context = {
        "contact": contact,
        "record": {**_record(contact), "star": star_of(request.actor, contact)},
        "custom": sections(contact, actor),
        **offers(actor, contact, "edit", "confirm", "merge", "archive", "restore"),
        "merges": merges_of(actor, contact),
        "deals": list(queries.deals_of(actor, contact=contact)[:SHOWN]),
    }
    return render(request, "crm/contact_detail.html", context)


def contact_wishes(request: Request) -> HttpResponse:
    """For a form in which a mail is written or a call logged: what those chosen (`contact`, and whose address stands in
    `cc`) asked not to be done. `for` is the channel, or `kind` what is logged."""
    asked = request.GET
    channel = asked.get("for") or {"call": "call", "email": "mail", "wechat": "message"}.get(asked.get("kind", ""), "")
    if channel not in Contact.CHANNELS:
        return render(request, "crm/contact_wishes.html", {"said": []})
    keys = [int(key) for key in asked.getlist("contact") if key.isdecimal() and len(key) < LONGEST_KEY]
    rows = list(Contact.objects.visible_to(request.actor).filter(pk__in=keys[: queries.MOST_ADDRESSES]))
    copies = getaddresses([asked.get("cc", "").translate(queries.SEPARATORS)])
    people = {one.pk: one for one in (*rows, *queries.contacts_at(request.actor, [one for _name, one in copies]))}
    said = [_warned(one, channel) for one in people.values()]
    return render(request, "crm/contact_wishes.html", {"said": [one for one in said if one]})


def _warned(contact: Contact, channel: str) -> str:
    """What is to be known before CHANNEL is used; empty where nothing is."""
    if not getattr(contact, contact.CHANNELS[channel]):
        return ""
    asked = {
        "mail": _("%(name)s asked for no e-mail on %(day)s."),
        "call": _("%(name)s asked for no calls on %(day)s."),
        "message": _("%(name)s asked for no messages on %(day)s."),
    }[channel]
    said = asked % {"name": contact, "day": day_name(contact.opt_out_on)}
    return f"{said} {contact.opt_out_source}".strip()


def _record(contact: Contact) -> dict[str, Any]:
    return {
        "title": contact.name,
        "subtitle": contact.title,
        "icon": "user",
        "badges": _badges(contact),
        "archived": contact.archived_at is not None,
        "facts": [
            link_fact(_("Customer"), contact.account),
            fact(_("Phone"), contact.phone, _dial("tel", contact.phone)),
            fact(_("E-mail"), contact.email, _dial("mailto", contact.email)),
            fact(_("WeChat"), contact.wechat),
            link_fact(_("Owner"), contact.owner),
        ],
        "side": [
            *([fact(_("Address"), contact.full_address)] if contact.full_address else []),
            *field_facts(contact, "mail_doubt_on", "mail_doubt_why", "notes"),
            *field_facts(contact, *(("opt_out_on", "opt_out_source") if contact.refusals else ())),
        ],
        "line": True,
        "back_url": reverse("contact_list"),
        "back_label": _("Contacts"),
        "changed": changed(contact),
    }


def _badges(contact: Contact) -> list[dict[str, Any]]:
    deciding = [{"label": _("Decision maker"), "tone": "amber"}] if contact.decides else []
    doubtful = [{"label": _("E-mail doubtful"), "tone": "red"}] if contact.mail_doubt_on else []
    return [*deciding, *doubtful, *({"label": said, "tone": "red"} for said in contact.refusals)]


def _dial(scheme: str, value: str) -> str:
    """A number or address one tap can use; a masked one leads nowhere."""
    return f"{scheme}:{value}" if value and "*" not in value else ""
