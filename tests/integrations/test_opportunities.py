"""Sales opportunities of a company: what is imported, what is refused with a sentence, and how it is taken back."""

import csv
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from muster.access.models import Event, User
from muster.access.scope import Actor
from muster.crm.models import Account, Deal
from muster.integrations.importing.engine import Run
from muster.integrations.importing.opportunities import plan
from muster.integrations.importing.reading import read, read_bytes
from muster.integrations.models import ExternalKey, ImportBatch
from muster.people.models import Member
from tests.factories import make_member

OPERATOR = Actor.operator("tests")
TEAMS = "sales_agent,manager,regional_office\nAnn Bee,Max Boss,East\nBob Cee,Max Boss,East\n"
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\n"
ACCOUNTS = (
    "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
    '"Acme, Inc",technolgy,1996,1100.04,2822,United States,\nSon,retail,2001,1.5,3,Germany,"Acme, Inc"\n'
)
HEAD = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
GOOD = 'A1,Ann Bee,GTXPro,"Acme, Inc",Won,2016-10-20,2017-03-01,1054\nA2,Ann Bee,GTX Pro,,Engaging,2016-11-01,,\n'


def files(deals: str = GOOD, head: str = HEAD) -> dict[str, bytes]:
    tables = {"accounts": ACCOUNTS, "products": PRODUCTS, "sales_teams": TEAMS, "sales_pipeline": head + deals}
    return {f"{name}.csv": text.encode() for name, text in tables.items()}


def zipped(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def planned(deals: str = GOOD, head: str = HEAD):
    return plan(read_bytes("all.zip", zipped(files(deals, head))))


def refused(found) -> list[str]:
    return [str(one) for one in found.issues if one.kind == "refused"]


def odd(found) -> str:
    return " | ".join(str(one) for one in found.issues if one.kind == "oddity")


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def upload(who: Member, content: bytes, name: str = "all.zip") -> tuple[Client, ImportBatch | None]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who.user)
    file = io.BytesIO(content)
    file.name = name
    client.post(reverse("import_new"), {"source": "sales-opportunities", "uploads": [file]})
    return client, ImportBatch.objects.unscoped("tests").order_by("-id").first()


@pytest.fixture
def ops(db, settings, tmp_path) -> Member:
    settings.MEDIA_ROOT = tmp_path
    return make_member("Olga", role="salesops")


def test_amounts_are_exact_and_dirt_is_named(db):
    found = planned()
    Run(found, OPERATOR).commit()
    deal = Deal.objects.unscoped("tests").get(status="won")
    assert (deal.amount, deal.currency, deal.product.name) == (105_400, "USD", "GTX Pro")
    acme = Account.objects.unscoped("tests").get(name="Acme, Inc")
    assert acme.annual_revenue == 110_004_000_000
    assert Account.objects.unscoped("tests").get(name="Son").parent == acme
    assert not refused(found)
    for said in ("GTXPro", "technolgy", "Bob Cee has no deals", "no account"):
        assert said in odd(found)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("B1,Nobody,GTX Pro,Son,Won,2017-01-01,2017-02-01,5", "Nobody"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-13-01,2017-02-01,5", "not a date"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-03-01,2017-02-01,5", "before it was engaged"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-01-01,2017-02-01,-5", "below zero"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-01-01,2017-02-01,five", "not an amount"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-01-01,2017-02-01,", "close_value"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-01-01,,5", "close_date"),
        ("B1,Ann Bee,GTX Pro,Son,Maybe,2017-01-01,,5", "Maybe"),
        ("A1,Ann Bee,GTX Pro,Son,Won,2017-01-01,2017-02-01,5", "stands there twice"),
        (",Ann Bee,GTX Pro,Son,Won,2017-01-01,2017-02-01,5", "opportunity_id"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-01-01,2017-02-01,NaN", "not an amount"),
        ("B1,Ann Bee,GTX Pro,Son,Won,2017-01-01,2017-02-01,1e400", "larger than"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_a_sentence_and_the_others_stay(db, row, sentence):
    found = planned(GOOD + row + "\n")
    assert len(refused(found)) == 1
    assert sentence in refused(found)[0]
    Run(found, OPERATOR).commit()
    assert Deal.objects.unscoped("tests").count() == 2


@pytest.mark.parametrize(
    "change", [lambda s: "\ufeff" + s.replace("\n", "\r\n"), lambda s: s.replace("1054", "１０５４")]
)
def test_how_a_spreadsheet_wrote_it_does_not_matter(db, change):
    content = files()
    content["sales_pipeline.csv"] = change(content["sales_pipeline.csv"].decode()).encode()
    Run(plan(read_bytes("all.zip", zipped(content))), OPERATOR).commit()
    assert Deal.objects.unscoped("tests").get(status="won").amount == 105_400


def test_other_order_and_more_columns(db):
    rows = list(csv.reader(io.StringIO(HEAD + GOOD)))
    text = "\n".join(",".join(f'"{cell}"' for cell in [*reversed(row), "x"]) for row in rows) + "\n"
    found = planned(text, head="")
    assert not refused(found)
    assert len([one for one in found.entries if one.model is Deal]) == 2


def test_the_same_again_changes_nothing_and_cut_off_half_way_adds_nothing_twice(db, monkeypatch):
    monkeypatch.setattr("muster.integrations.importing.engine.CHUNK", 1)

    def stop(done: int, _total: int) -> None:
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Run(planned(), OPERATOR).commit(stop)
    Run(planned(), OPERATOR).commit()
    events, keys = Event.objects.unscoped("tests").count(), ExternalKey.objects.unscoped("tests").count()
    again = Run(planned(), OPERATOR)
    again.commit()
    assert all(row["new"] == row["changed"] == 0 for row in again.counts())
    assert Event.objects.unscoped("tests").count() == events
    assert ExternalKey.objects.unscoped("tests").count() == keys
    assert Member.objects.unscoped("tests").count() == 3


def test_upload_preview_import_and_undo(ops, django_capture_on_commit_callbacks):
    before = User.objects.count(), Member.objects.unscoped("tests").count()
    client, batch = upload(ops, zipped(files()))
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "What would happen" in page
    assert not Deal.objects.unscoped("tests").exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_commit", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.status, batch.error) == ("done", "")
    assert Deal.objects.unscoped("tests").count() == 2
    page = client.post(reverse("import_undo", args=[batch.pk]), follow=True)
    batch.refresh_from_db()
    assert batch.status == "undone", [str(one) for one in page.context["messages"]]
    assert not Deal.objects.unscoped("tests").exists()
    assert (User.objects.count(), Member.objects.unscoped("tests").count()) == before


def test_undo_names_what_was_changed_since(ops, django_capture_on_commit_callbacks):
    client, batch = upload(ops, zipped(files()))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_commit", args=[batch.pk]))
    Account.objects.unscoped("tests").filter(name="Son").update(version=2)
    page = client.post(reverse("import_undo", args=[batch.pk]), follow=True).content.decode()
    assert "Son" in page
    assert Deal.objects.unscoped("tests").count() == 2


def test_the_error_file_holds_the_refused_row_and_no_formula(ops):
    bad = "=cmd|'/c calc'!A0,Nobody,GTX Pro,Son,Won,2017-01-01,2017-02-01,5\n"
    client, batch = upload(ops, zipped(files(GOOD + bad)))
    answer = b"".join(client.get(reverse("import_errors", args=[batch.pk]) + "?kind=refused").streaming_content)
    rows = list(csv.reader(io.StringIO(answer.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "'=cmd|'/c calc'!A0" in rows[1]


def test_columns_of_other_names_are_mapped(ops):
    client, batch = upload(ops, zipped(files(head=HEAD.replace("close_value", "Betrag"))))
    assert "close_value" in batch.problem
    form = client.get(reverse("import_columns", args=[batch.pk])).context["form"]
    said = {name: field.initial or "" for name, field in form.fields.items()}
    client.post(reverse("import_columns", args=[batch.pk]), {**said, "sales_pipeline:close_value": "Betrag"})
    batch.refresh_from_db()
    assert batch.error == ""
    assert batch.counts


@pytest.mark.parametrize("name", ["import_list", "import_new"])
def test_a_rep_may_not(db, name):
    client = Client()
    client.force_login(make_member().user)
    assert client.get(reverse(name)).status_code in (403, 404)


@pytest.mark.parametrize(
    ("name", "content"), [("a.zip", b"PK\x03\x04broken"), ("a.xlsx", b"PK nonsense"), ("a.csv", b"\x00\x00")]
)
def test_broken_files_are_refused_politely(ops, name, content):
    _client, batch = upload(ops, content, name)
    assert batch is None or batch.error


def test_real_company(db, test_data):
    found = plan(read(test_data / "crm_sales_opportunities"))
    Run(found, OPERATOR).commit()
    assert not refused(found)
    assert Deal.objects.unscoped("tests").count() == 8_800
    assert Member.objects.unscoped("tests").count() == 41
    assert Account.objects.unscoped("tests").count() == 85
    assert Deal.objects.unscoped("tests").filter(account=None).count() == 1_425
    assert Deal.objects.unscoped("tests").filter(status="won").count() == 4_238
    assert Deal.objects.unscoped("tests").filter(status="lost").count() == 2_473
