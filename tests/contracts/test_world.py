"""From outside: no viewer reads a cell that is not for him, whichever door he tries; and each reads all that is."""

import hashlib
import html
import io
import re
import urllib.parse
import zipfile

import pytest
from django.db import connection, transaction

from muster.access.models import Event
from muster.core.periods import today
from tests.contracts.reference import may_see
from tests.contracts.world import addresses, body, client_of, make_firm
from tests.factories import make_activity, make_deal

pytestmark = pytest.mark.django_db

VIEWERS = ("rep", "mate", "lead", "otherlead", "chief", "ops", "admin")
TOKENS = re.compile(rb"[A-Za-z0-9]{64}")  # Django's token against forged forms
LISTS = ("/customers/", "/contacts/", "/deals/", "/activities/", "/tasks/?view=table")


def readable(answer: bytes) -> str:
    """What a reader could make of an answer: HTML, URL and JSON escapes undone, workbooks unzipped."""
    if answer[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer)) as archive:
            answer = b"".join(archive.read(name) for name in archive.namelist())
    text = answer.decode("utf-8", errors="replace")
    return html.unescape(urllib.parse.unquote(text))


@pytest.mark.parametrize("viewer", VIEWERS)
def test_nobody_reads_a_cell_that_is_not_for_him(viewer):
    firm = make_firm()
    forbidden = [text for text, (owner, kind) in firm.texts.items() if not may_see(viewer, owner, kind)]
    assert forbidden, "there is data that could leak"
    client = client_of(firm.people[viewer], raise_request_exception=False)
    for address in addresses(firm):
        response = client.get(address)
        assert response.status_code < 500, address
        said = readable(body(response)) + str(response.headers)
        leaked = [text for text in forbidden if text[:28] in said]
        assert not leaked, f"{viewer} reads {leaked} at {address}"


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_finds_what_is_for_him(viewer):
    firm = make_firm()
    client = client_of(firm.people[viewer])
    said = "".join(readable(body(client.get(address))) for address in LISTS)
    named = {"account": "name", "contact": "name", "deal": "name", "activity": "subject", "task": "title"}
    for text, (owner, kind) in firm.texts.items():
        if kind in named and f"x{named[kind]}x" in text and may_see(viewer, owner, kind):
            assert text in said, f"{viewer} does not find {text}"


@pytest.mark.parametrize("viewer", ["rep", "lead", "chief", "ops"])
def test_everybody_finds_what_the_firm_asks_for_besides(viewer):
    firm = make_firm()
    client = client_of(firm.people[viewer])
    for kind, page in (("account", "/customers/"), ("deal", "/deals/"), ("task", "/tasks/")):
        said = readable(body(client.get(f"{page}?view=table&col=custom.note&col=custom.hush")))
        for (owner, what), row in firm.rows.items():
            if what == kind and may_see(viewer, owner, kind):
                assert row.custom["note"] in said, f"{viewer} does not find {row.custom['note']}"
        assert "Secret of the firm" not in said


def test_hidden_and_absent_are_answered_alike():
    firm = make_firm()
    client = client_of(firm.people["rep"])
    pages = {"account": "/customers/{}/", "deal": "/deals/{}/", "contact": "/contacts/{}/"}
    for kind, page in pages.items():
        hidden = client.get(page.format(firm.rows["stranger", kind].pk))
        absent = client.get(page.format(999_999))
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert TOKENS.sub(b"", hidden.content) == TOKENS.sub(b"", absent.content)


def test_two_worlds_that_differ_in_what_is_hidden_look_the_same():
    """Whatever happens to a stranger's customers, not a byte of the rep's world changes."""
    firm = make_firm()
    client = client_of(firm.people["rep"], raise_request_exception=False)
    mine = {row.pk for (owner, _kind), row in firm.rows.items() if owner == "rep"}
    paths = [path for path in addresses(firm) if "sw.js" not in path]
    client.get("/")

    def world() -> dict[str, tuple[int, bytes]]:
        answers = {}
        for path in paths:
            response = client.get(path)
            answers[path] = (response.status_code, TOKENS.sub(b"", body(response)))
        return answers

    before = world()
    stranger = firm.people["stranger"]
    for kind in ("account", "contact", "deal", "activity", "task"):
        row = firm.rows["stranger", kind]
        name = {"activity": "subject", "task": "title"}.get(kind, "name")
        setattr(row, name, "Changed beyond recognition")
        row.save()
    make_deal(stranger, amount=88_888_88, won=today())
    make_activity(stranger)
    after = world()
    assert mine
    different = [path for path in paths if before[path] != after[path]]
    assert not different


def test_a_get_changes_nothing():
    """Reading leaves every table as it was; only sessions, and the trail of exports, may grow."""
    firm = make_firm()
    client = client_of(firm.people["ops"], raise_request_exception=False)
    client.get("/")

    def state() -> dict[str, str]:
        found = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                if (
                    table.startswith(("people_", "crm_", "activities_", "integrations_", "access_"))
                    and "_fts" not in table
                ):
                    if table == "access_event":
                        continue
                    cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                    found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
        return found

    before = state()
    for address in addresses(firm):
        with transaction.atomic():
            client.get(address)
    assert state() == before


def test_nobody_logged_in_reads_nothing():
    firm = make_firm()
    client = client_of(None, raise_request_exception=False)
    for address in addresses(firm):
        said = readable(body(client.get(address)))
        assert "CNRY" not in said, address


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
