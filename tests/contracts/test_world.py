"""From outside: no viewer reads a cell that is not for him, whichever door he tries; and each reads all that is."""

import functools
import hashlib
import html
import io
import logging
import re
import urllib.parse
import zipfile
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.urls import Resolver404, resolve

from muster.access.actions.custom_field import custom_fields
from muster.access.models import Event
from muster.access.routes import EVERYBODY, PUBLIC
from muster.core.custom import store
from muster.core.periods import today
from muster.people.models import Member
from tests.contracts.reference import may_see
from tests.contracts.world import Firm, addresses, body, client_of, make_firm
from tests.custom.helpers import field
from tests.factories import actor_of, make_activity, make_deal, operator

pytestmark = pytest.mark.django_db

RECORDS = ("people.member", "crm.account", "crm.deal", "activities.task")
VIEWERS = ("rep", "lead", "chief", "ops", "admin")  # a mate or another lead would be the same from the other side
KIT = "/offline/"  # kept on the phone, where it says the same to everybody
NUMBER = re.compile(r"\d+")
LINKS = re.compile(r'href="(/[^"?#]*)')
# Django's token against forged forms, and the next full hour, with which the form of an appointment begins.
TOKENS = re.compile(rb'[A-Za-z0-9]{64}|(?<=value=")\d{4}-\d\d-\d\dT\d\d:\d\d(?=")')
LISTS = ("/customers/", "/contacts/", "/deals/", "/activities/", "/tasks/?view=table")
ASKED = [f"{page}?view=table&col=custom.note&col=custom.hush" for page in ("/customers/", "/deals/", "/tasks/")]
TIMED = ("/sw.js", "/offline/kit/")  # they say when they were made
TRAIL = ("/audit/", "/api/v1/events")
KEPT = ("people_", "crm_", "activities_", "integrations_", "access_")


def readable(answer: bytes) -> str:
    """What a reader could make of an answer: HTML, URL and JSON escapes undone, workbooks unzipped."""
    if answer[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer)) as archive:
            answer = b"".join(archive.read(name) for name in archive.namelist())
    text = answer.decode("utf-8", errors="replace")
    return html.unescape(urllib.parse.unquote(text))


class Answer:
    """Its status, the canaries in it, and a sum over the bytes without what is new each time."""

    def __init__(self, response: Any, firm: Firm) -> None:
        self.status = response.status_code
        raw = body(response)
        self.sum = hashlib.sha256(TOKENS.sub(b"", raw)).digest()
        said = readable(raw)
        is_page = self.status == 200 and response.headers.get("Content-Type", "").startswith("text/html")
        self.links = set(LINKS.findall(said)) if is_page else set()
        self.has_canary = "CNRY" in said  # the headers send who is not logged in back to what he asked for
        said += str(response.headers)
        begun = {said[at.start() : at.start() + 28] for at in re.finditer("CNRY", said)}
        self.texts = [text for text in firm.texts if any(one.startswith(text[:28]) for one in begun)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and (self.status, self.sum) == (other.status, other.sum)

    __hash__ = None  # type: ignore[assignment]


class Crawl:
    """What a viewer was answered at every address of the product. It is made once and many tests look at it."""

    def __init__(self, viewer: str | None) -> None:
        self.viewer, self.firm = viewer, make_firm()
        client = client_of(self.firm.people[viewer] if viewer else None, raise_request_exception=False)
        client.get("/")
        self.lists = {path: readable(body(client.get(path))) for path in (*LISTS, *ASKED)}
        self.paths = sorted(addresses(self.firm), key=lambda path: path in TRAIL)
        before = tables()
        self.answers = self.asked(client, self.paths)
        self.shut = shut_doors(self.firm.people[viewer], self.answers) if viewer else set()
        self.changed = [name for name, rows in tables().items() if rows != before[name]]
        if viewer == "rep":  # crawled here, for the rows are gone when a test has ended
            self.worlds(client)

    def asked(self, client: Any, paths: Iterable[str]) -> dict[str, Answer]:
        """The log is off: pytest would keep each refusal with its request until the test ends."""
        logging.disable()
        try:
            return {path: Answer(client.get(path), self.firm) for path in paths}
        finally:
            logging.disable(logging.NOTSET)

    def worlds(self, client: Any) -> None:
        """The same once rows of others have changed, and once there is a field that the viewer knows nothing of. Who
        looks leaves traces of his own: so the trail is asked at the end of one world and at the beginning of the next.
        """
        paths = [*TRAIL, *(path for path in self.paths if path not in TRAIL and not path.endswith(TIMED))]
        change_what_is_hidden(self.firm)
        self.later = self.asked(client, paths)
        self.without_field = {**self.later, **self.asked(client, TRAIL)}
        hide_a_field(self.firm)
        self.with_field = self.asked(client, paths)


def shut_doors(viewer: Member, answers: dict[str, Answer]) -> set[str]:
    """Links on pages that VIEWER may not open, each with a page that offers it."""
    actor, found = actor_of(viewer), {}
    for page, answer in answers.items():
        if page == KIT:
            continue
        for link in answer.links:
            try:
                door = getattr(resolve(link).func, "permission", EVERYBODY)
            except Resolver404:
                continue
            if door not in (EVERYBODY, PUBLIC) and not actor.has(door):
                found.setdefault(NUMBER.sub("…", link), page)
    return {f"{link} on {page}" for link, page in found.items()}


def change_what_is_hidden(firm: Firm) -> None:
    """From the rep."""
    stranger = firm.people["stranger"]
    for kind in ("account", "contact", "deal", "activity", "task"):
        row = firm.rows["stranger", kind]
        name = {"activity": "subject", "task": "title"}.get(kind, "name")
        setattr(row, name, "Changed beyond recognition")
        row.save()
    make_deal(stranger, amount=88_888_88, won=today())
    make_activity(stranger)


def hide_a_field(firm: Firm) -> None:
    """Every record gets a value in a field that no rule opens to the rep."""
    specs = {record: field("hidden", "text", record, name="Hidden thing", sensitive=True) for record in RECORDS}
    for row in [*firm.rows.values(), *firm.people.values()]:
        if spec := specs.get(row._meta.label_lower):
            store.put(row, spec, "Secret of the firm")
            type(row).objects.unscoped("tests").filter(pk=row.pk).update(custom=row.custom)  # at no later moment
    custom_fields.edit(operator, specs["crm.deal"], help_text="Changed")


@functools.cache
def crawl(viewer: str | None) -> Crawl:
    """The rows are gone when the first test that asks has ended; the answers stay."""
    return Crawl(viewer)


def tables() -> dict[str, str]:
    """A sum over the rows of each table, but for sessions and the trail, which may grow by reading."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(KEPT) and "_fts" not in table and table != "access_event":
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def by_viewer(*names: str) -> Any:
    """A test for each viewer; those of one viewer go to one process of a run, which crawls once."""
    return pytest.mark.parametrize(
        "viewer", [pytest.param(name, marks=pytest.mark.xdist_group(f"crawl {name}")) for name in names]
    )


@by_viewer(*VIEWERS)
def test_nobody_reads_a_cell_that_is_not_for_him(viewer):
    found = crawl(viewer)
    forbidden = {text for text, (owner, kind) in found.firm.texts.items() if not may_see(viewer, owner, kind)}
    assert forbidden, "there is data that could leak"
    for address, answer in found.answers.items():
        assert answer.status < 500, address
        leaked = forbidden.intersection(answer.texts)
        assert not leaked, f"{viewer} reads {leaked} at {address}"


@by_viewer(*VIEWERS)
def test_everybody_finds_what_is_for_him(viewer):
    found = crawl(viewer)
    said = "".join(found.lists[address] for address in LISTS)
    named = {"account": "name", "contact": "name", "deal": "name", "activity": "subject", "task": "title"}
    for text, (owner, kind) in found.firm.texts.items():
        if kind in named and f"x{named[kind]}x" in text and may_see(viewer, owner, kind):
            assert text in said, f"{viewer} does not find {text}"


@by_viewer("rep", "lead", "chief", "ops")
def test_everybody_finds_what_the_firm_asks_for_besides(viewer):
    found = crawl(viewer)
    for kind, address in zip(("account", "deal", "task"), ASKED, strict=True):
        said = found.lists[address]
        for (owner, what), row in found.firm.rows.items():
            if what == kind and may_see(viewer, owner, kind):
                assert row.custom["note"] in said, f"{viewer} does not find {row.custom['note']}"
        assert "Secret of the firm" not in said


@by_viewer(*VIEWERS)
def test_no_page_offers_a_link_whose_door_is_shut(viewer):
    assert crawl(viewer).shut == set()


@by_viewer(*VIEWERS)
def test_a_get_changes_nothing(viewer):
    """Reading leaves every table as it was; only sessions, and the trail of exports, may grow."""
    assert crawl(viewer).changed == []


def test_hidden_and_absent_are_answered_alike():
    firm = make_firm()
    client = client_of(firm.people["rep"])
    pages = {"account": "/customers/{}/", "deal": "/deals/{}/", "contact": "/contacts/{}/"}
    for kind, page in pages.items():
        hidden = client.get(page.format(firm.rows["stranger", kind].pk))
        absent = client.get(page.format(999_999))
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert TOKENS.sub(b"", hidden.content) == TOKENS.sub(b"", absent.content)


@pytest.mark.xdist_group("crawl rep")
def test_two_worlds_that_differ_in_what_is_hidden_look_the_same():
    """Whatever happens to a stranger's customers, not a byte of the rep's world changes."""
    before, after = crawl("rep").answers, crawl("rep").later
    assert len(after) == len(before) - len(TIMED)
    different = [path for path in after if before[path] != after[path]]
    assert not different


@pytest.mark.xdist_group("crawl rep")
def test_a_field_that_no_rule_opens_changes_not_a_byte_anywhere():
    before, after = crawl("rep").without_field, crawl("rep").with_field
    different = [path for path in after if before[path] != after[path]]
    assert not different


def test_nobody_logged_in_reads_nothing():
    for address, answer in crawl(None).answers.items():
        assert not answer.has_canary, address


def test_who_has_left_reads_nothing_from_the_next_request_on():
    firm = make_firm()
    rep = firm.people["rep"]
    client = client_of(rep)
    assert client.get("/deals/").status_code == 200
    rep.user.is_active = False
    rep.user.save()
    assert client.get("/deals/").status_code == 302


def test_a_refused_write_changes_nothing_and_is_in_the_trail():
    firm = make_firm()
    client = client_of(firm.people["lead"])
    deal = firm.rows["rep", "deal"]
    before = Event.objects.unscoped("tests").count()
    strange = firm.rows["stranger", "deal"]
    assert client.post(f"/deals/{strange.pk}/edit/", {"name": "Mine now"}).status_code == 404
    admin = client_of(firm.people["admin"])
    assert admin.post(f"/deals/{deal.pk}/edit/", {"name": "Mine now"}).status_code == 403
    strange.refresh_from_db()
    deal.refresh_from_db()
    assert "Mine now" not in (strange.name, deal.name)
    assert Event.objects.unscoped("tests").count() - before <= 1


def test_a_form_without_its_token_is_refused():
    firm = make_firm()
    client = client_of(firm.people["rep"], enforce_csrf_checks=True)
    deal = firm.rows["rep", "deal"]
    assert client.post(f"/deals/{deal.pk}/archive/").status_code == 403
    assert client.post(f"/api/v1/deals/{deal.pk}/archive").status_code == 403
