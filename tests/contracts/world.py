"""A small firm in which every cell says whose it is, and every way into the product.

Two branches: `lead` over `rep` and `mate`; `other_lead` over `stranger`. Customers of each rep; private details of
each.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from muster.access.checks import is_open, walk
from muster.access.models import CustomField
from muster.access.scope import policies
from muster.activities.models import (
    Appointment,
    Attachment,
    Call,
    Comment,
    Mail,
    Mailbox,
    MailFile,
    MailSkip,
    MailThread,
    Recording,
)
from muster.core.custom import store
from muster.crm.models import Lead
from muster.people.models import GrowthGoal, Member, MemberDocument, MemberPrivate, Skill, SkillCategory
from muster.reporting.models import Analysis, Report, ReportContent, ReportTemplate
from muster.web.api_resources import RESOURCES
from tests.factories import (
    make_account,
    make_activity,
    make_contact,
    make_deal,
    make_member,
    make_product,
    make_task,
    make_unit,
)

LIBRARY_PAGES = ("accounts/", "i18n/")
ROLES = ("rep", "manager", "director", "salesops", "sysadmin")
CUSTOM = ("crm.account", "crm.deal", "activities.activity", "activities.task")
LISTS = ("/customers/", "/deals/", "/activities/", "/tasks/")
TODAY = dt.date(2026, 3, 16)


def canary(owner: str, kind: str, cell: str) -> str:
    """Text found nowhere else: it says in which cell of whose record it stands."""
    mark = hashlib.sha256(f"{owner}{kind}{cell}".encode()).hexdigest()[:8]
    return f"CNRY{owner}x{kind}x{cell}x{mark}"


@dataclass
class Firm:
    people: dict[str, Member] = field(default_factory=dict)
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)  # (owner, kind) -> record
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)  # canary -> (owner, kind)

    def put(self, owner: str, kind: str, cell: str) -> str:
        text = canary(owner, kind, cell)
        self.texts[text] = (owner, kind)
        return text


def make_firm() -> Firm:
    firm = Firm()
    unit = make_unit("North")
    chief = make_member("Chief", unit=unit, role="director")
    lead = make_member("Lead", manager=chief, unit=unit, role="manager")
    other = make_member("Other lead", manager=chief, unit=unit, role="manager")
    firm.people = {
        "chief": chief,
        "lead": lead,
        "otherlead": other,
        "rep": make_member("Rep", manager=lead, unit=unit),
        "mate": make_member("Mate", manager=lead, unit=unit),
        "stranger": make_member("Stranger", manager=other, unit=unit),
        "ops": make_member("Ops", manager=chief, unit=unit, role="salesops"),
        "admin": make_member("Admin", manager=chief, unit=unit, role="sysadmin"),
    }
    product = make_product()
    for record in CUSTOM:
        CustomField(record=record, key="note", name="Note of the firm").save()
        CustomField(record=record, key="hush", name="Secret of the firm", sensitive=True).save()
    for at, owner in enumerate(("rep", "mate", "stranger")):
        customers(firm, owner, 10 ** (at + 4) + 7, product)
    for name, member in firm.people.items():
        private = MemberPrivate(member=member)
        for cell in ("id_number", "home_address", "bank_account", "emergency_name"):
            setattr(private, cell, firm.put(name, "private", cell))
        private.save()
        firm.rows[name, "document"] = document = MemberDocument(member=member, kind="other", audience="member")
        document.title, document.note = (firm.put(name, "document", cell) for cell in ("title", "note"))
        document.save()
        member.personal_email = f"{firm.put(name, 'private', 'mail')}@example.com"
        member.save()
    plans(firm)
    tables(firm)
    return firm


def plans(firm: Firm) -> None:
    """A development goal of each who sells, for the line above alone."""
    skill = Skill(name="Negotiation", category=SkillCategory.objects.unscoped("tests").first())
    skill.save()
    for name in ("rep", "mate", "stranger"):
        row = GrowthGoal(
            member=firm.people[name], skill=skill, level=3, due_on=TODAY, doing=firm.put(name, "plan", "doing")
        )
        row.save()
        firm.rows[name, "plan"] = row


def tables(firm: Firm) -> None:
    """An analysis that each who sells keeps for himself, and one of the chief for everybody."""
    asked = {"metrics": ["revenue_won", "accounts_touched", "win_rate"], "rows": "member", "period": "year"}
    for name in ("rep", "mate", "stranger"):
        row = Analysis(user=firm.people[name].user, name=firm.put(name, "analysis", "name"), **asked)
        row.about = firm.put(name, "analysis", "about")
        row.save()
        firm.rows[name, "analysis"] = row
    shared = Analysis(user=firm.people["chief"].user, name="Everybody's", columns="month", share="everybody", **asked)
    shared.save()
    firm.rows["chief", "shared"] = shared


def customers(firm: Firm, owner: str, amount: int, product: Any) -> None:
    """An account, a contact, a deal, an activity and a task of OWNER, each cell a canary."""
    member, put = firm.people[owner], firm.put
    account = make_account(member, put(owner, "account", "name"), city=put(owner, "account", "city"))
    contact = make_contact(account, put(owner, "contact", "name"), phone=put(owner, "contact", "phone")[:32])
    deal = make_deal(
        member,
        amount=amount,
        name=put(owner, "deal", "name"),
        account=account,
        product=product,
        notes=put(owner, "deal", "notes"),
    )
    activity = make_activity(
        member,
        TODAY,
        subject=put(owner, "activity", "subject"),
        body=put(owner, "activity", "body"),
        account=account,
        deal=deal,
    )
    task = make_task(member, put(owner, "task", "title"), due_on=TODAY, account=account)
    lead = Lead(owner=member, **{cell: put(owner, "lead", cell) for cell in ("name", "company", "notes")})
    lead.phone = put(owner, "lead", "phone")[:32]
    lead.save()
    firm.rows[owner, "lead"] = lead
    kinds = {"account": account, "contact": contact, "deal": deal, "activity": activity, "task": task}
    for kind, row in kinds.items():
        if row._meta.label_lower in CUSTOM:
            added(row, put(owner, kind, "custom"), put(owner, "secret", f"{kind}custom"))
    firm.rows |= {(owner, kind): row for kind, row in kinds.items()}
    spoken(firm, owner, activity)
    called(firm, owner, activity)
    written(firm, owner, account, contact)


def spoken(firm: Firm, owner: str, activity: Any) -> None:
    """A comment on the activity, and a report of OWNER that was sent."""
    member, put = firm.people[owner], firm.put
    comment = Comment(model="activities.activity", object_id=activity.pk, author=member)
    comment.body = put(owner, "comment", "body")
    comment.save()
    kept = Appointment(owner=member, starts_at=timezone.now(), ends_at=timezone.now(), is_private=True)
    kept.title, kept.place, kept.notes = (put(owner, "appointment", cell) for cell in ("title", "place", "notes"))
    kept.save()
    firm.rows[owner, "appointment"] = kept
    file = Attachment(activity=activity, added_by=member, file_name=put(owner, "attachment", "file_name"))
    file.save()
    firm.rows[owner, "attachment"] = file
    template = ReportTemplate.objects.unscoped("tests").get(kind="day")
    now = timezone.now()
    report = Report(template=template, kind="day", member=member, reviewer=member.manager, state="sent", sent_at=now)
    report.starts_on = report.due_on = TODAY
    report.due_at, report.answers = now, [{"question": "Help?", "answer": put(owner, "report", "answer")}]
    report.save()
    row = {"of": "activities.activity", "pk": activity.pk, "what": "call", "title": put(owner, "report", "title")}
    ReportContent(report=report, body={"numbers": [], "parts": [{"key": "work", "rows": [row], "more": False}]}).save()
    firm.rows |= {(owner, "comment"): comment, (owner, "report"): report}


def called(firm: Firm, owner: str, activity: Any) -> None:
    """How a call went, and its recording."""
    member = firm.people[owner]
    call = Call(activity=activity, member=member, on=TODAY, seconds=60, number=firm.put(owner, "call", "number")[:32])
    call.save()
    recording = Recording(call=call, member=member, consent_by=firm.put(owner, "recording", "consent_by"))
    recording.consent_at, recording.consent_how, recording.keep_until = timezone.now(), "spoken", TODAY
    recording.file_name = firm.put(owner, "recording", "file_name")
    recording.save()
    firm.rows |= {(owner, "call"): call, (owner, "recording"): recording}


def written(firm: Firm, owner: str, account: Any, contact: Any) -> None:
    """A mail with a file in the mailbox of OWNER, about a customer; and one that was left out."""
    member = firm.people[owner]

    def said(cell: str) -> str:
        return firm.put(owner, "letter", cell)

    box = Mailbox(member=member, address=f"{said('address')}@example.com", imap_host=said("host"), login=said("login"))
    box.secret, box.private_domains = firm.put(owner, "secret", "mailbox"), said("domains")
    box.save()
    MailSkip(mailbox=box, folder="INBOX", uid=1, why="huge", name=said("skipped")).save()
    thread = MailThread(mailbox=box, member=member, account=account, contact=contact, last_at=timezone.now())
    thread.subject = said("thread")
    thread.save()
    mail = Mail(mailbox=box, member=member, thread=thread, mark=owner, direction="in", at=timezone.now())
    for cell in ("message_id", "sender", "recipients", "subject", "body", "left_out"):
        setattr(mail, cell, said(cell))
    mail.activity = make_activity(member, TODAY, kind="email", subject="E-mail", account=account)
    mail.save()
    file = MailFile(mail=mail, file_name=said("file_name"))
    file.save()
    firm.rows |= {(owner, "mail"): mail, (owner, "thread"): thread, (owner, "file"): file, (owner, "box"): box}


def added(row: Any, note: str, hush: str) -> None:
    """What the firm asks for besides: something plain, and something that no rule opens to anybody."""
    specs = CustomField.objects.unscoped("tests").filter(record=row._meta.label_lower)
    for spec in specs:
        store.put(row, spec, hush if spec.sensitive else note)
    row.save()


def client_of(member: Member | None, **kwargs: Any) -> Client:
    client = Client(headers={"host": "localhost"}, **kwargs)
    if member is not None:
        client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def surfaces() -> dict[str, URLPattern]:
    """Every page and API operation of our own, by address."""
    return {
        address: pattern
        for address, pattern in walk(get_resolver())
        if not is_open(pattern) and not address.startswith(LIBRARY_PAGES)
    }


def begins(firm: Firm) -> dict[str, str]:
    """How an address begins that goes on with the key of a record → the kind of record."""
    found = {f"/api/v1/{one.name}/": one.model._meta.label_lower for one in RESOURCES}
    for row in [*firm.rows.values(), *firm.people.values()]:
        if at := getattr(row, "get_absolute_url", str)():
            found[at.partition(str(row.pk))[0]] = row._meta.label_lower
    return found


def keys_for(firm: Firm, path: str, permission: str, kinds: dict[str, str]) -> list[int]:
    """One's own, hidden and absent: those of the kinds that PATH or the permission at its door names, else of all."""
    named = {kind for begin, kind in kinds.items() if path.startswith(begin)} | {permission.rpartition(".")[0]}
    known = {*kinds.values(), *(model._meta.label_lower for model in policies())}
    rows = [row for (owner, _kind), row in firm.rows.items() if owner in ("rep", "stranger")]
    rows += [firm.people["rep"], firm.people["stranger"], firm.people["rep"].user, firm.people["stranger"].user]
    keys = {row.pk for row in rows if row._meta.label_lower in named or not named & known}
    return sorted({*(keys or {1}), 999_999})


def addresses(firm: Firm) -> list[str]:
    """Every address with every key that its place in it can mean, hidden and absent ones included."""
    begin = timezone.localdate()
    both = f"{firm.people['rep'].pk},{firm.people['stranger'].pk}"
    found, kinds = [], begins(firm)
    for address, pattern in surfaces().items():
        path = "/" + address.replace("<str:model>", "crm.deal").replace("<slug:key>", "revenue_won").replace(
            "{key}", "revenue_won"
        )
        path = path.replace("<key>", "revenue_won")
        if re.search(r"<int:\w+>|<pk>", path):
            keys = keys_for(firm, path, getattr(pattern.callback, "permission", ""), kinds)
            found += [re.sub(r"<int:\w+>|<pk>", str(one), path) for one in keys]
        else:
            found.append(path)
    return [
        *found,
        "/search/?q=CNRY",
        "/palette/?q=CNRY",
        *(f"/lookup/{model}/?q=CNRY" for model in ("crm.account", "crm.contact", "crm.deal", "people.member")),
        *(
            f"{reverse(name)}?format={kind}"
            for name in ("account_list", "deal_list", "contact_list")
            for kind in ("csv", "xlsx")
        ),
        *(
            f"{page}?col=custom.note&col=custom.hush{more}"
            for page in LISTS
            for more in ("", "&format=csv", "&format=xlsx")
        ),
        *(f"{page}?sort=custom.note" for page in LISTS),
        "/metrics/revenue_won/rows/?period=2026-01-01..2027-01-01",
        "/metrics/pipeline_open/rows/?period=2026-01-01..2027-01-01",
        "/api/v1/metrics/revenue_won?by=member&period=2026-01-01..2027-01-01",
        "/dashboard/?period=2026-01-01..2027-01-01",
        *(f"/win-loss/?by={by}&period=2026-01-01..2027-01-01" for by in ("member", "product", "competitor")),
        *(f"/funnel/?by={by}&period=2026-01-01..2027-01-01" for by in ("", "member", "product", "competitor")),
        "/api/v1/funnel?by=member&period=2026-01-01..2027-01-01",
        "/api/v1/win-loss?by=member&period=2026-01-01..2027-01-01",
        *(f"/calendar/?view={view}" for view in ("month", "week", "day", "agenda", "team")),
        *(f"/calendar/?view=month&member={firm.people[name].pk}" for name in ("rep", "stranger")),
        f"/api/v1/calendar?start={begin}&end={begin + dt.timedelta(days=2)}&members={both}",
        f"{firm.rows['chief', 'shared'].get_absolute_url()}?period=2026-01-01..2027-01-01",
        f"/api/v1/analyses/{firm.rows['chief', 'shared'].pk}/numbers?period=2026-01-01..2027-01-01",
        "/analyses/preview/?metrics=deals_won&rows=member&columns=month&period=2026-01-01..2027-01-01&chart=bar",
        "/team-day/?day=2026-03-16",
        "/team-day/?day=2026-03-16&format=csv",
        "/reports/missing/?day=2026-03-16",
        "/follow-ups/?period=2026-01-01..2027-01-01",
        *(
            f"/comments/{row._meta.label_lower}/{row.pk}/"
            for (_owner, kind), row in firm.rows.items()
            if kind in ("activity", "task", "report")
        ),
        *(
            f"/cells/{row._meta.label_lower}/{row.pk}/name/"
            for (_owner, kind), row in firm.rows.items()
            if kind in ("account", "contact", "deal")
        ),
        *(f"/activities/{row.pk}/files/" for (_owner, kind), row in firm.rows.items() if kind == "activity"),
    ]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content
