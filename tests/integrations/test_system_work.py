"""Activities, tasks and products of other systems: whose they were and when, on whom, nothing twice, no row lost, and
taken back whole."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from muster.access.models import Event
from muster.activities.models import Activity, Task
from muster.crm.models import Account, AccountMember, Deal, Lead, Product
from muster.integrations.importing import reading
from muster.integrations.importing.systems.layouts import SYSTEMS
from muster.integrations.importing.systems.rows import recognise
from muster.integrations.models import ImportBatch
from muster.people.models import Member
from tests.factories import make_account, make_deal, make_member
from tests.integrations import test_tables
from tests.integrations.test_systems import SALESFORCE, plan, rows, run, said, zipped
from tests.integrations.test_tables import commit, ops

__all__ = ["ops"]
TASKS = (
    "Id,WhoId,WhatId,Subject,Status,Priority,ActivityDate,OwnerId,Description,TaskSubtype,IsClosed,CompletedDateTime,"
)
TASKS += "CallDurationInSeconds,CallDisposition,CreatedDate,CreatedById\n"
EVENTS = "Id,WhoId,WhatId,Subject,ActivityDateTime,DurationInMinutes,OwnerId,AccountId\n"
WORK = {
    **SALESFORCE,
    "Task.csv": TASKS + "00TA,003A,001A,Send offer,Not Started,High,2021-03-04,005X,by mail,Task,0,,,,,005Y\n"
    "00TB,00QA,,Rang him,Completed,Normal,2022-02-01,005X,,Call,1,2022-02-01T09:30:00.000+0000,95,Interested,"
    "2022-01-31T00:00:00.000+0000,005Y\n"
    "00TC,,006B,Old letter,Completed,Low,2021-07-01,005X,,Email,1,,,,2021-07-01T08:00:00.000+0000,005Y\n"
    "00TD,003A,006B,Odd pair,Completed,Normal,2021-07-02,005X,,Task,1,,,,,005Y\n"
    "00TE,,001Z,Nobody knows it,Not Started,,2021-07-02,005X,,Task,,,,,,\n"
    "00TF,,,Given to nobody,Not Started,,2021-07-02,005Z,,Task,,,,,,\n",
    "Event.csv": EVENTS + "00UA,003A,006A,Site visit,2021-08-01T02:00:00.000+0000,90,005X,001B\n"
    "00UB,,001A,Review,2100-01-05T02:00:00.000+0000,60,005X,\n",
    "Product2.csv": "Id,Name,ProductCode,Family,IsActive,CreatedDate\n"
    "01tA,Press,P-1,Machines,1,2019-01-02T00:00:00.000+0000\n01tB,Service,,,0,\n",
}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def wang(db) -> Member:
    return make_member("王芳", work_email="wang@example.com")


def mine(**said):
    return plan("salesforce", WORK, owners={"005Y": "wang@example.com", "005X": "wang@example.com"}, **said)


def test_work_keeps_its_owner_its_days_and_whom_it_was_about(wang):
    found = mine()
    counts = run(found)
    assert counts["activities.task"] == (3, 0, 0)
    assert counts["activities.activity"] == (4, 0, 0)
    assert counts["crm.product"] == (2, 0, 0)
    offer = rows(Task).get(title="Send offer")
    assert (offer.owner, offer.account.name, offer.due_on, offer.done_on) == (wang, "Acme", dt.date(2021, 3, 4), None)
    assert (offer.priority, offer.notes) == (Task.Priority.HIGH, "by mail")
    call = rows(Activity).get(subject="Rang him")
    assert (call.kind, call.status, call.minutes, call.outcome) == ("call", "done", 2, "Interested")
    assert (call.lead.name, call.owner, call.done_on) == ("Moe Szyslak", wang, dt.date(2022, 2, 1))
    assert call.created_at == dt.datetime(2022, 1, 31, tzinfo=dt.UTC)
    letter = rows(Activity).get(subject="Old letter")
    assert (letter.kind, letter.deal.name, letter.account.name) == ("email", "Spares", "Acme")
    visit, review = rows(Activity).get(subject="Site visit"), rows(Activity).get(subject="Review")
    assert (visit.kind, visit.minutes, visit.deal.name) == ("meeting", 90, "Presses")
    assert (visit.account.name, visit.contact) == ("Acme Labs", None)  # the contact is of another customer
    assert (review.status, review.planned_at.date(), review.done_on) == ("planned", dt.date(2100, 1, 5), None)
    event = rows(Event).get(action="activities.activity.create", object_id=call.pk)
    assert event.context["created_by"] == "005Y"
    press, service = rows(Product).order_by("pk")
    assert (press.code, press.family, press.is_active) == ("P-1", "Machines", True)
    assert (service.code, service.is_active) == ("01tB", False)


def test_what_follows_from_work_follows_from_imported_work_too(wang):
    run(mine())
    acme, labs = rows(Account).order_by("pk")
    assert (acme.last_activity_on, labs.last_activity_on) == (dt.date(2021, 7, 1), dt.date(2021, 8, 1))
    assert rows(Deal).get(name="Spares").last_activity_on == dt.date(2021, 7, 1)
    lead = rows(Lead).get()
    assert (lead.first_response_on, lead.last_activity_on) == (dt.date(2022, 2, 1), dt.date(2022, 2, 1))


def test_no_row_of_work_is_lost_and_every_oddity_is_told(wang):
    found = mine()
    told = " | ".join(said(found))
    assert "“003A” belongs to another customer: the link was left out." in told
    assert "“001Z” is nothing known here, or could be several: the link was left out." in told
    assert "A task needs somebody who does it: say on the review page who “005Z” is." in told
    run(found)
    assert rows(Task).get(title="Nobody knows it").account is None
    counted = rows(Task).count() + rows(Activity).count() + found.refused()
    assert counted == 8


def test_work_of_the_same_export_changes_nothing_and_a_later_one_only_what_is_different(wang):
    run(mine())
    events = rows(Event).count()
    assert set(run(mine()).values()) >= {(0, 0, 3), (0, 0, 4)}
    assert rows(Event).count() == events
    before = WORK["Task.csv"]
    WORK["Task.csv"] = before.replace("Send offer,Not Started", "Send offer,Completed")
    try:
        assert run(mine())["activities.task"] == (0, 1, 2)
    finally:
        WORK["Task.csv"] = before
    assert rows(Task).get(title="Send offer").done_on == dt.date(2021, 3, 4)


def test_work_is_taken_back_with_what_followed_from_it(ops, wang, django_capture_on_commit_callbacks):
    other, owner = make_account(wang, "Known"), make_member("孙磊")
    other.last_activity_on = dt.date(2020, 1, 1)
    other.save()
    rows(Account).filter(pk=other.pk).update(last_activity_on=dt.date(2020, 1, 1))
    done = dt.datetime(2020, 1, 1, 4, tzinfo=dt.UTC)
    Activity(
        kind="call", subject="before", owner=wang, account=other, status="done", done_at=done, done_on=done.date()
    ).save()
    files = {
        "Call.csv": "id,name,status,dateStart,dateEnd,direction,accountName,assignedUserName\n"
        "c1,Rang,Held,2023-05-06 10:00:00,2023-05-06 10:20:00,Outbound,Known,孙磊\n"
    }
    client = Client(headers={"accept-language": "en"})
    client.force_login(ops.user)
    file = zipped({name: text.encode() for name, text in files.items()})
    client.post(reverse("import_new"), {"source": "espocrm", "uploads": [file]})
    batch = commit(client, rows(ImportBatch).get(), django_capture_on_commit_callbacks)
    assert batch.status == "done", batch.problem
    other.refresh_from_db()
    assert other.last_activity_on == dt.date(2023, 5, 6)
    assert rows(AccountMember).filter(account=other, member=owner).exists()
    assert rows(Activity).get(subject="Rang").owner == owner
    client.post(reverse("import_undo", args=[batch.pk]))
    other.refresh_from_db()
    assert not rows(Activity).filter(subject="Rang").exists()
    assert other.last_activity_on == dt.date(2020, 1, 1)


CN = {
    "客户.csv": "*客户名称,客户行业,负责人\n上海公司,IT,王芳\n",
    "联系人.csv": "*姓名,*客户名称,手机,负责人\n赵总,上海公司,13900139000,王芳\n",
    "商机.csv": "*商机名称,*客户名称,商机金额,商机阶段,负责人\n新购,上海公司,12.5万,验证客户,王芳\n",
    "产品.csv": "*产品名称,*产品类型,产品单位,*产品编码,*价格\n冲床,设备,台,P-9,1.2万\n",
    "跟进记录.csv": "*跟进内容,*创建人,*所属客户,跟进时间,跟进方式,相关联系人,相关商机,下次联系时间\n"
    "谈了价格，客户要求再降两个点,王芳,上海公司,2024-03-05 10:20:30,打电话,赵总,新购,2024-03-12\n"
    "现场看样,王芳,上海公司,2024-03-06 09:00:00,上门拜访,赵总,,\n随手记,王芳,,2024-03-07 09:00:00,短信,,,\n",
    "任务.csv": "任务名称,任务描述,结束时间,负责人,优先级,任务状态\n寄样品,寄到上海,2024-03-10,王芳,高,已完成\n"
    "旧任务,,2024-03-11,王芳,中,已取消\n",
}


def test_records_tasks_and_products_of_wukong(wang):
    found = plan("wukong", CN)
    counts = run(found)
    assert (counts["activities.activity"], counts["activities.task"]) == ((3, 0, 0), (1, 0, 0)), said(found)
    call = rows(Activity).get(kind="call")
    assert (call.contact.name, call.deal.name, call.account.name) == ("赵总", "新购", "上海公司")
    assert call.subject == "谈了价格，客户要求再降两个点"
    assert call.next_step == "Next contact: 2024-03-12"
    assert timezone.localtime(call.done_at).isoformat() == "2024-03-05T10:20:30+08:00"
    assert rows(Activity).get(kind="visit").account.name == "上海公司"
    assert "“短信” is no kind of activity here: taken as “Note”." in said(found)
    assert "This was cancelled and never took place: it is not imported." in said(found)
    task = rows(Task).get()
    assert (task.done_on, task.priority) == (dt.date(2024, 3, 10), Task.Priority.HIGH)
    product = rows(Product).get()
    assert (product.code, product.list_price, product.family) == ("P-9", 1_200_000, "设备")
    assert set(run(plan("wukong", CN)).values()) == {(0, 0, 1), (0, 0, 3)}


@pytest.mark.parametrize(
    ("system", "head", "table", "kind"),
    [
        ("hubspot", "Activity date,Note body", "work", "note"),
        ("hubspot", "Activity type,Activity date,Subject", "work", "note"),
        ("hubspot", "Call title,Call notes,Activity date,Call outcome", "work", "call"),
        ("hubspot", "Meeting name,Meeting start time,Meeting end time", "work", "meeting"),
        ("hubspot", "Task title,Due date,Task status", "work", "task"),
        ("hubspot", "Name,Unit price", "products", ""),
        ("zoho", "Subject,Due Date,Task Owner,Status", "work", "task"),
        ("zoho", "Subject,Call Start Time,Call Owner", "work", "call"),
        ("zoho", "Title,From,To,Host", "work", "meeting"),
        ("zoho", "Product Name,Product Code,Unit Price", "products", ""),
        ("odoo", "activity_type_id,summary,date_deadline,user_id", "work", "task"),
        ("odoo", "name,start,stop,user_id", "work", "meeting"),
        ("odoo", "name,default_code,list_price", "products", ""),
        ("espocrm", "name,partNumber,listPrice", "products", ""),
    ],
)
def test_heads_of_work_and_products_are_recognised(system, head, table, kind):
    [sheet] = reading.read_bytes("a.csv", f"{head}\n{'x,' * head.count(',')}x\n".encode())
    found = recognise(SYSTEMS[system], sheet)
    assert found is not None
    assert (found.table, found.kind) == (table, kind)


def test_engagements_with_markup_long_titles_and_days_month_first(wang):
    make_account(wang, "Acme")
    title = "x" * 250
    notes = {
        "notes.csv": "Activity date,Note body,Activity assigned to,Associated Company\n"
        "2024-02-03 10:00,<p>Met <b>Ann</b></p><p>again</p>,wang@example.com,Acme\n"
        f"2024-02-04 10:00,{title},wang@example.com,Acme;Other\n"
    }
    found = plan("hubspot", notes)
    assert run(found) == {"activities.activity": (2, 0, 0)}, said(found)
    first, second = rows(Activity).order_by("pk")
    assert (first.kind, first.subject, "<" in first.body) == ("note", "Met Ann", False)
    assert (len(second.subject), second.body) == (200, title)
    assert [one for one in said(found) if "left out" in one] == [
        "“Other” is nothing known here, or could be several: the link was left out."
    ]
    calls = {
        "calls.csv": "Record Id,Subject,Call Start Time,Call Duration (in seconds),Call Owner,Call Status\n"
        "z1,Rang,02/03/2024 10:00:00,61,王芳,Completed\n"
    }
    assert run(plan("zoho", calls)) == {"activities.activity": (1, 0, 0)}
    call = rows(Activity).get(kind="call")
    assert (call.done_on, call.minutes) == (dt.date(2024, 2, 3), 2)


def test_a_plain_table_of_activities_takes_the_importers_word_and_rights(wang):
    deal = make_deal(wang, name="新购", account=make_account(wang, "上海公司"))
    text = "跟进方式,主题,所有人,商机名称,跟进时间\n拜访,看样,王芳,新购,2024-03-05 10:00\n电话,回访,王芳,新购,\n"
    assert "needs the day it was done or is planned for" in test_tables.wrong("activities", text)
    assert test_tables.run("activities", text) == (1, 0, 0, 1)
    visit = rows(Activity).get()
    assert (visit.deal, visit.account, visit.done_on, visit.kind) == (deal, deal.account, dt.date(2024, 3, 5), "visit")
    assert test_tables.run("activities", text) == (0, 0, 1, 1)
    rep = make_member("Rep", role="rep")
    theirs = test_tables.wrong(
        "activities", "类型,主题,所有人,跟进时间\n拜访,看样,王芳,2024-03-05\n", test_tables.actor_of(rep)
    )
    assert "is no member that you see here" in theirs or "You may not create this record for its owner." in theirs
    assert test_tables.run("tasks", "任务,所有人,截止时间,优先级\n寄样品,王芳,2024-03-09,紧急\n") == (1, 0, 0, 0)
    assert rows(Task).get().priority == Task.Priority.HIGH
    assert test_tables.run("tasks", "任务,所有人,截止时间,优先级\n寄样品,王芳,2024-03-09,紧急\n") == (0, 0, 1, 0)


def test_every_head_that_the_systems_document_is_known(test_data):
    """Task, Event of the weekly export; Task, Meeting, Call of EspoCRM; 产品 of 悟空CRM; Notes, Products of HubSpot."""

    def table(system: str, head: list[str]) -> tuple[str, str]:
        found = recognise(SYSTEMS[system], reading.Sheet("a", head))
        assert found is not None, head
        return found.table, found.kind

    weekly = json.loads((test_data / "salesforce" / "weekly_export_headers.json").read_text())
    assert table("salesforce", weekly["Task"]) == ("work", "task")
    assert table("salesforce", weekly["Event"]) == ("work", "meeting")
    for other in ("Account", "Contact", "Lead", "Opportunity", "User"):
        assert table("salesforce", weekly[other])[0] != "work"
    espo = json.loads((test_data / "espocrm" / "import_fields.json").read_text())
    for name, kind in (("Task", "task"), ("Meeting", "meeting"), ("Call", "call")):
        assert table("espocrm", [one["field"] for one in espo[name]]) == ("work", kind)
    wukong = json.loads((test_data / "wukong" / "import_template_headers.json").read_text())
    assert table("wukong", [one["header"] for one in wukong["产品"]]) == ("products", "")
    for other, ours in (("客户", "accounts"), ("线索", "leads"), ("联系人", "contacts"), ("商机", "deals")):
        assert table("wukong", [one["header"] for one in wukong[other]])[0] == ours
    needed = json.loads((test_data / "crm_import_formats.json").read_text())["HubSpot"]["required_headers"]
    assert table("hubspot", needed["Notes"]) == ("work", "note")
    assert table("hubspot", needed["Products"]) == ("products", "")
