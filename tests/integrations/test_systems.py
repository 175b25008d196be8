"""Exports of other systems: recognised by their heads, owners and stages reviewed, nothing twice, every row accounted
for."""

import csv
import datetime as dt
import io
import json
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from muster.access.models import Event
from muster.access.scope import Actor
from muster.crm.models import Account, Contact, Deal, Lead
from muster.integrations.importing import reading
from muster.integrations.importing.engine import Run
from muster.integrations.importing.sources import SOURCES
from muster.integrations.importing.systems.layouts import SYSTEMS
from muster.integrations.importing.systems.rows import recognise, whole_id
from muster.integrations.models import ImportBatch
from tests.factories import make_member
from tests.integrations.test_tables import commit, ops, rows

__all__ = ["ops"]
OPERATOR = Actor.operator("tests")


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def plan(system: str, files: dict[str, str], **said):
    sheets = [sheet for name, text in files.items() for sheet in reading.read_bytes(name, text.encode())]
    return SOURCES[system].plan(sheets, said, OPERATOR)


def run(found) -> dict[str, tuple[int, int, int]]:
    """The import carried out; by record type (new, changed, same)."""
    one = Run(found, OPERATOR)
    counts = {row["model"]: (row["new"], row["changed"], row["same"]) for row in one.counts()}
    one.commit()
    return counts


def said(found) -> list[str]:
    return [str(one) for one in found.issues]


SALESFORCE = {
    "Account.csv": "Id,Name,BillingStreet,BillingCity,ParentId,OwnerId,CreatedDate,CreatedById\n"
    "001A,Acme,Main St 1,Bonn,,005X,2019-05-06T07:08:09.000+0000,005Y\n"
    "001B,Acme Labs,,Bonn,001A,005Y,2020-01-01T00:00:00.000+0000,005Y\n",
    "Contact.csv": "Id,AccountId,LastName,FirstName,MailingStreet,Email,OwnerId\n"
    "003A,001A,Zhao,Wei,,w@acme.test,005X\n",
    "Opportunity.csv": "Id,AccountId,Name,StageName,Amount,CloseDate,OwnerId,CreatedDate\n"
    "006A,001B,Presses,Closed Won,1124.75,2021-02-03,005X,2021-06-01T00:00:00.000+0000\n"
    "006B,001A,Spares,Prospecting,10,2030-01-01,005Y,2021-06-01T00:00:00.000+0000\n",
    "Lead.csv": "Id,LastName,FirstName,Company,IsConverted,OwnerId,CreatedDate\n"
    "00QA,Szyslak,Moe,Bar,0,005Y,2022-01-02T00:00:00.000+0000\n00QB,Gone,Joe,Bar,1,005Y,\n",
    "User.csv": "Id,Username,Email,FirstName,LastName\n005X,x,wang@example.com,Fang,Wang\n005Y,y,y@other.test,Y,Y\n",
}


def test_tables_that_lean_on_one_another_come_in_their_order_and_owners_by_mail(db):
    wang = make_member("王芳", work_email="wang@example.com")
    found = plan("salesforce", SALESFORCE)
    assert found.review["owners"]["005X"] == {
        "name": "Fang Wang wang@example.com",
        "count": 3,
        "here": wang.employee_no,
    }
    assert found.review["owners"]["005Y"] == {"name": "Y Y y@other.test", "count": 3, "here": ""}
    assert said(found)[-1].startswith("A deal needs an owner: say on the review page who “005Y” is")
    assert run(found) == {
        "crm.account": (2, 0, 0),
        "crm.contact": (1, 0, 0),
        "crm.lead": (1, 0, 0),
        "crm.deal": (1, 0, 0),
    }
    acme, labs = rows(Account).order_by("pk")
    assert (acme.owner, labs.owner, labs.parent) == (wang, None, acme)
    assert timezone.localtime(acme.created_at, dt.UTC).isoformat() == "2019-05-06T07:08:09+00:00"
    contact, deal, lead = rows(Contact).get(), rows(Deal).get(), rows(Lead).get()
    assert (contact.name, contact.account, contact.owner) == ("Wei Zhao", acme, wang)
    assert (deal.account, deal.amount, deal.status, deal.closed_on) == (labs, 112_475, "won", dt.date(2021, 2, 3))
    assert deal.opened_on == dt.date(2021, 2, 3)  # entered there after it was closed
    assert (lead.name, lead.owner, lead.came_on) == ("Moe Szyslak", None, dt.date(2022, 1, 2))
    event = rows(Event).filter(action="crm.account.create").order_by("pk").first()
    assert event.context["created_by"] == "005Y"


def test_the_same_export_again_changes_nothing(db):
    make_member("王芳", work_email="wang@example.com")
    run(plan("salesforce", SALESFORCE))
    events = rows(Event).count()
    again = run(plan("salesforce", SALESFORCE))
    assert again == {"crm.account": (0, 0, 2), "crm.contact": (0, 0, 1), "crm.lead": (0, 0, 1), "crm.deal": (0, 0, 1)}
    assert rows(Event).count() == events


def test_ids_of_15_and_18_characters_are_the_same_and_an_empty_link_is_none():
    assert whole_id("001Nq00000J1Mwf") == "001Nq00000J1MwfIAF"
    assert whole_id("001Nq00000J1MwfIAF") == "001Nq00000J1MwfIAF"
    assert whole_id("000000000000000AAA") == ""


def test_what_is_said_on_the_review_page_decides_over_owners_and_stages(db):
    make_member("王芳", work_email="wang@example.com")
    sun = make_member("孙磊")
    found = plan("salesforce", SALESFORCE, owners={"005Y": "孙磊", "005X": ""}, stages={"Prospecting": "lost"})
    owners = {key: one["here"] for key, one in found.review["owners"].items()}
    assert owners == {"005Y": sun.employee_no, "005X": ""}
    run(plan("salesforce", SALESFORCE, owners={"005Y": "孙磊", "005X": ""}))
    assert {one.owner for one in rows(Account)} == {None, sun}
    assert rows(Deal).get().owner == sun


@pytest.mark.parametrize(
    ("system", "text", "table"),
    [
        ("hubspot", "Deal Name,Pipeline,Deal Stage\n", "deals"),
        ("hubspot", "First name,Last name,Email\n", "contacts"),
        ("hubspot", "Name,Company Domain Name\n", "accounts"),
        ("zoho", "Potential Name,Account Name,Sales Stage,Closing Date\n", "deals"),
        ("zoho", "Last Name*,Email,First Name,Company,Phone\n", "leads"),
        ("zoho", "Account Name,Last Name\n", "contacts"),
        ("odoo", "type,name,contact_name,partner_name,email_from,stage_id\n", "deals"),
        ("espocrm", "name,website,emailAddress\n", "accounts"),
        ("wukong", "*线索名称,邮箱\n", "leads"),
        ("wukong", "*商机名称,*客户名称,商机金额\n", "deals"),
    ],
)
def test_heads_of_other_systems_are_recognised(system, text, table):
    [sheet] = reading.read_bytes("a.csv", f"{text}{'x,' * text.count(',')}x\n".encode())
    found = recognise(SYSTEMS[system], sheet)
    assert found is not None
    assert found.table == table


def test_tables_of_wukong_by_the_names_of_customers_and_owners(db):
    wang = make_member("王芳")
    files = {
        "客户.csv": "注意事项：,,,\n*客户名称,客户行业,客户级别,负责人\n上海公司,IT,A（重点客户）,王芳\n",
        "联系人.csv": "*姓名,*客户名称,手机,负责人\n赵总,上海公司,13900139000,王芳\n",
        "商机.csv": "*商机名称,*客户名称,商机金额,商机阶段,负责人\n新购,上海公司,12.5万,验证客户,王芳\n",
    }
    found = plan("wukong", files)
    assert run(found) == {"crm.account": (1, 0, 0), "crm.contact": (1, 0, 0), "crm.deal": (1, 0, 0)}, said(found)
    deal = rows(Deal).get()
    assert (deal.account.level, deal.amount, deal.owner, deal.status) == ("key", 12_500_000, wang, "open")
    assert set(run(plan("wukong", files)).values()) == {(0, 0, 1)}


def test_no_table_that_it_knows_is_said_with_the_names_of_the_files(db):
    with pytest.raises(ValidationError, match="None of the files is a table of Salesforce") as error:
        plan("salesforce", {"numbers.csv": "a,b\n1,2\n"})
    assert "numbers.csv" in error.value.messages[0]


def zipped(files: dict[str, bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    buffer.seek(0)
    buffer.name = "export.zip"
    return buffer


def test_owners_are_reviewed_on_the_page_then_imported_and_taken_back(ops, django_capture_on_commit_callbacks):
    wang = make_member("王芳", work_email="wang@example.com")
    client = Client(headers={"accept-language": "en"})
    client.force_login(ops.user)
    file = zipped({name: text.encode() for name, text in SALESFORCE.items()})
    client.post(reverse("import_new"), {"source": "salesforce", "uploads": [file]})
    batch = rows(ImportBatch).get()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert reverse("import_review", args=[batch.pk]) in page
    assert "1 owner is not known here" in page
    form = client.get(reverse("import_review", args=[batch.pk])).context["form"]
    answers = {name: field.initial for name, field in form.fields.items()}
    [unknown] = [name for name, one in answers.items() if name.startswith("owners:") and not one]
    bad = client.post(reverse("import_review", args=[batch.pk]), {**answers, unknown: "Nobody"})
    assert "is no member" in bad.content.decode()
    client.post(reverse("import_review", args=[batch.pk]), {**answers, unknown: "王芳"})
    batch.refresh_from_db()
    batch = commit(client, batch, django_capture_on_commit_callbacks)
    assert batch.status == "done", batch.problem
    assert {one.owner for one in [*rows(Account), *rows(Deal)]} == {wang}
    client.post(reverse("import_undo", args=[batch.pk]))
    assert not rows(Account).exists()
    assert not rows(Deal).exists()


@pytest.mark.parametrize("folder", ["", "stomita_demo_org", "data_cloud_workshop"])
def test_three_real_orgs_dry_run_commit_and_repeat_with_every_row_accounted_for(db, test_data, folder, tmp_path):
    """Rows of the tables are new or refused, or told as converted; the second time all that came is the same."""
    make_member("王芳", work_email="wang@example.com")
    place = test_data / "salesforce" / folder
    total = {
        name: sum(1 for _row in csv.DictReader((place / f"{name}.csv").open(encoding="utf-8-sig")))
        for name in ("Account", "Contact", "Lead", "Opportunity", "Task")
        if (place / f"{name}.csv").exists()
    }
    sheets = reading.read(place)
    owners = {row["OwnerId"]: "wang@example.com" for one in sheets for _no, row in one.rows if row.get("OwnerId")}

    def read():
        return SOURCES["salesforce"].plan(sheets, {"owners": owners}, OPERATOR)

    found = read()
    first = run(found)
    refused = found.refused() + sum("was converted" in one for one in said(found))
    assert sum(new for new, _changed, _same in first.values()) + refused == sum(total.values())
    assert first["crm.account"][0] == total["Account"]
    assert all(changed == same == 0 for _new, changed, same in first.values())
    again = run(read())
    assert again == {model: (0, 0, new) for model, (new, _c, _s) in first.items()}


def test_salesforce_in_the_terminal(db, test_data, capsys):
    call_command("import", "salesforce", str(test_data / "salesforce"), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["committed"], told["counts"][0]["model"], told["counts"][0]["new"]) == (False, "crm.account", 94)
    assert not rows(Account).exists()
