"""One table of members, accounts, contacts, products or deals, as people have it: what is understood, what is refused
with a sentence, what repeating it does, and how a mended error file comes back."""

import csv
import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from muster.access.action import verify
from muster.access.models import Event, Grant, Role, RoleAssignment, User
from muster.access.scope import Actor
from muster.core.models import Worker
from muster.crm.models import Account, Contact, Deal, Product, StageChange
from muster.integrations.importing import columns, reading
from muster.integrations.importing.engine import Run
from muster.integrations.importing.sources import SOURCES
from muster.integrations.models import ImportBatch, ImportIssue
from muster.people.models import Assignment, Member, ReportingLine
from tests.factories import (
    actor_of,
    give_role,
    make_account,
    make_member,
    make_pipeline,
    make_product,
    make_unit,
)

OPERATOR = Actor.operator("tests")


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def ops(db, settings, tmp_path) -> Member:
    settings.MEDIA_ROOT = tmp_path
    return make_member("Olga", role="salesops")


def rows(model):
    return model.objects.unscoped("tests")


def plan(kind: str, text: str | bytes, actor: Actor = OPERATOR, name: str = "file.csv"):
    content = text.encode() if isinstance(text, str) else text
    sheets = reading.read_bytes(name, content)
    source = SOURCES[kind]
    return source.plan(sheets, columns.guess(source.tables, sheets, source.spellings), actor)


def run(kind: str, text: str | bytes, actor: Actor = OPERATOR, name: str = "file.csv"):
    """The import carried out; (new, changed, same, wrong) as the dry run said."""
    found = Run(plan(kind, text, actor, name), actor)
    [count] = found.counts()
    found.commit()
    return tuple(count[one] for one in ("new", "changed", "same", "wrong"))


def wrong(kind: str, text: str, actor: Actor = OPERATOR) -> str:
    return " | ".join(str(one) for one in plan(kind, text, actor).issues if one.kind == "refused")


def upload(who: Member, kind: str, content: str | bytes, name: str = "file.csv", language: str = "en"):
    client = Client(headers={"accept-language": language})
    client.force_login(who.user)
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    client.post(reverse("import_new"), {"source": kind, "uploads": [file]})
    return client, rows(ImportBatch).order_by("-id").first()


def commit(client: Client, batch: ImportBatch, capture) -> ImportBatch:
    with capture(execute=True):
        client.post(reverse("import_commit", args=[batch.pk]))
    batch.refresh_from_db()
    return batch


# -- what is understood ----------------------------------------------------------------------------------------------


def test_a_chinese_table_of_accounts_with_amounts_levels_and_owners(db):
    owner, sun = make_member("王芳", work_email="wang@example.com"), make_member("孙磊")
    text = (
        "*客户名称,客户行业,客户级别,网址,员工人数,年营业额,负责人,备注\n"
        f"上海（中国）有限公司,IT,重点,example.cn,120人,¥1.5万,{owner.employee_no},=1+1\n"
        'Acme,,普通,,,"$1,234.50",孙磊,\n'
    )
    assert run("accounts", text) == (2, 0, 0, 0)
    first, second = rows(Account).order_by("pk")
    assert (first.name, first.level, first.website) == ("上海（中国）有限公司", "key", "https://example.cn")
    assert (first.annual_revenue, first.currency, first.owner) == (1_500_000, "CNY", owner)
    assert (first.notes, first.employees) == ("=1+1", 120)
    assert (second.annual_revenue, second.currency, second.owner) == (123_450, "USD", sun)
    assert "shanghai" in first.search_text


def test_the_staff_table_of_another_system_with_notes_above_its_head(db):
    """员工导入: a merged row of notes, * where needed, no employee number, units as paths, passwords nobody wants."""
    branch = make_unit("上海分公司")
    team = make_unit("市场一部", parent=make_unit("市场部", parent=branch))
    text = (
        "注意事项：手机号为11位,,,,,,\n"
        "*手机号,*登录密码,*姓名,性别,邮箱,*部门,岗位\n"
        "13800138000,abc12345,张三,男,zhang@example.com,上海分公司/市场部/市场一部,\n"
    )
    found = plan("members", text)
    assert "登录密码" in str(next(one for one in found.issues if one.kind == "oddity"))
    assert run("members", text) == (1, 0, 0, 0)
    member = rows(Member).get()
    assert (member.name, member.phone, member.work_email) == ("张三", "13800138000", "zhang@example.com")
    assert (member.unit, member.employee_no) == (team, "M00001")
    assert not User.objects.exists()
    assert run("members", text) == (0, 0, 1, 0)


@pytest.mark.parametrize("encode", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_encoding_and_delimiter(db, encode, delimiter):
    text = "客户名称,所在城市\r\n张三公司,上海\r\n".replace(",", delimiter)
    assert run("accounts", text.encode(encode)) == (1, 0, 0, 0)
    assert rows(Account).get().city == "上海"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2024年3月5日", dt.date(2024, 3, 5)),
        ("2024/3/5", dt.date(2024, 3, 5)),
        ("２０２４-０３-０５", dt.date(2024, 3, 5)),
        ("20240305", dt.date(2024, 3, 5)),
        ("2024-03-05 10:20:30", dt.date(2024, 3, 5)),
        ("13/02/2024", dt.date(2024, 2, 13)),
    ],
)
def test_days_as_people_write_them(db, said, meant):
    assert run("members", f"工号,姓名,入职日期\nE1,张三,{said}\n") == (1, 0, 0, 0)
    assert rows(Member).get().hired_on == meant


def test_a_workbook_with_dates_numbers_and_text(db):
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["工号", "姓名", "手机", "入职日期"])
    sheet.write_string(1, 0, "0007")
    sheet.write_string(1, 1, "李四")
    sheet.write_number(1, 2, 13800138000)
    sheet.write_datetime(1, 3, dt.date(2024, 3, 5), book.add_format({"num_format": "yyyy/m/d"}))
    book.close()
    assert run("members", file.getvalue(), name="员工.xlsx") == (1, 0, 0, 0)
    member = rows(Member).get()
    assert (member.employee_no, member.phone, member.hired_on) == ("0007", "13800138000", dt.date(2024, 3, 5))


def test_owner_creator_and_moment_of_creation_are_kept(ops):
    make_member("王芳")
    text = "客户名称,负责人,创建人,创建时间\nAcme,王芳,李老板,2019-05-06 07:08:09\n"
    assert run("accounts", text, actor_of(ops)) == (1, 0, 0, 0)
    account = rows(Account).get()
    assert (account.owner.name, timezone.localtime(account.created_at).isoformat()[:19]) == (
        "王芳",
        "2019-05-06T07:08:09",
    )
    event = rows(Event).get(action="crm.account.create")
    assert (event.actor_name, event.context["created_by"]) == (str(ops.user), "李老板")
    assert event.changes["name"] == [None, "Acme"]


def test_members_stand_under_one_another_whatever_the_order_of_the_rows(db):
    make_unit("North")
    text = "employee number,full name,unit,manager,hired on\nE3,C,North,E2,2020-01-01\nE2,B,North,A,2020-01-01\n"
    text += "E1,A,North,,2020-01-01\n"
    assert run("members", text) == (3, 0, 0, 0)
    top, middle, low = rows(Member).order_by("employee_no")
    assert (low.manager, middle.manager, top.manager) == (middle, top, None)
    assert rows(ReportingLine).get(ancestor=top, descendant=low).depth == 2
    assert rows(Assignment).get(member=low).valid_from == dt.date(2020, 1, 1)
    assert run("members", text) == (0, 0, 3, 0)


def test_a_later_table_moves_a_member_from_today(db):
    make_unit("North")
    south = make_unit("South")
    head = "工号,姓名,部门,入职日期\n"
    run("members", head + "E1,A,North,2020-01-01\n")
    assert run("members", head + "E1,A,South,2020-01-01\n") == (0, 1, 0, 0)
    member = rows(Member).get()
    assert (member.unit, member.assignments.unscoped("tests").count()) == (south, 2)
    assert run("members", head + "E1,A,North,2020-01-01\n") == (0, 1, 0, 0)  # twice on one day: corrected
    assert rows(Member).get().unit.name == "North"


def test_contacts_products_and_deals(db):
    owner, _pipeline = make_member("王芳"), make_pipeline()
    run("products", "产品编码,产品名称,价格,是否上架\nP-1,软件,100元,是\n")
    run("accounts", "客户名称,负责人,外部ID\nAcme,王芳,A-1\n")
    assert run("contacts", "姓名,客户名称,手机,是否关键决策人\n赵总,A-1,13900139000,是\n") == (1, 0, 0, 0)
    text = (
        "商机名称,客户名称,商机金额,币种,阶段,负责人,产品,成交日期,创建时间,商机日期\n"
        "续约,Acme,12.5万,,won,王芳,P-1,2024-02-01,2024-01-01,2024-01-01\n新购,Acme,100,,,王芳,,,,\n"
    )
    assert run("deals", text) == (2, 0, 0, 0)
    contact, won = rows(Contact).get(), rows(Deal).get(name="续约")
    assert (contact.account.name, contact.owner, contact.decides) == ("Acme", owner, True)
    assert (won.status, won.amount, won.closed_on) == ("won", 12_500_000, dt.date(2024, 2, 1))
    assert won.product.code == "P-1"
    steps = rows(StageChange).filter(deal=won).order_by("changed_on")
    assert [(one.to_stage.kind, one.changed_on.isoformat()) for one in steps] == [
        ("open", "2024-01-01"),
        ("won", "2024-02-01"),
    ]
    assert rows(Deal).get(name="新购").status == "open"
    assert run("deals", text) == (0, 0, 2, 0)


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("accounts", "name,owner\nA,Nobody\n", "“Nobody” is no member"),
        ("accounts", "name,owner\nA,Twin\n", "2 members are called “Twin”"),
        ("accounts", "name,level\nA,enormous\n", "is none of: Key account, Normal, Small"),
        ("accounts", "name,founded in\nA,40000\n", "not a whole number"),
        ("accounts", "name,annual revenue\nA,many\n", "not an amount"),
        ("accounts", "name,annual revenue\nA,-5\n", "below zero"),
        ("accounts", 'name,annual revenue\nA,"1,5"\n', "not an amount"),
        ("accounts", "name,annual revenue,currency\nA,$5,CNY\n", "is not in CNY"),
        ("accounts", "name,annual revenue,currency\nA,5,ZZZ\n", "no currency"),
        ("accounts", "name,annual revenue\nA,1e400\n", "larger than"),
        ("accounts", "name,annual revenue\nA,1.005\n", "more decimals"),
        ("accounts", "name,website\nA,http://\n", "not a web address"),
        ("accounts", "name,city\n,Bonn\n", "is empty"),
        ("accounts", "name,city\nA,Bonn\nA,Köln\n", "stands in row 2 already"),
        ("accounts", f"name\n{'x' * 201}\n", "longer than 200"),
        ("accounts", "name,parent company\nA,B\nB,A\n", "round in a circle"),
        ("accounts", "name,created on\nA,soon\n", "not a date"),
        ("members", "employee number,full name,hired on\nE1,A,03/04/2024\n", "could be two days"),
        ("members", "employee number,full name,hired on,left on\nE1,A,2024-03-04,2023-01-01\n", "before the hiring"),
        ("members", "employee number,full name,manager\nE1,A,E2\nE2,B,E1\n", "round in a circle"),
        ("members", "employee number,full name,work e-mail\nE1,A,nonsense\n", "not an e-mail"),
        ("members", "full name,city\nA,Bonn\n", "Nothing to find it again by"),
        ("contacts", "name,account\nA,\n", "is empty"),
        ("deals", "name,owner,stage,amount\nA,Solo,won,5\n", "needs the day"),
        ("deals", "name,owner,stage,closed on\nA,Solo,won,2020-01-01\n", "needs an amount"),
        ("deals", "name,owner,stage\nA,Solo,imaginary\n", "is no stage"),
        ("deals", "name,amount\nA,5\n", "needs an owner"),
        ("products", "code,name,on sale\nP1,A,perhaps\n", "neither yes nor no"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_a_sentence(db, kind, text, sentence):
    make_pipeline()
    make_member("Twin")
    make_member("Twin")
    make_member("Solo")
    assert sentence in wrong(kind, text)


def test_right_rows_are_imported_beside_wrong_ones(db):
    assert run("accounts", "name,employees\nA,5\nB,five\nC,7\n") == (2, 0, 0, 1)
    assert {one.name for one in rows(Account)} == {"A", "C"}


def test_who_leans_on_a_wrong_row_is_wrong_too(db):
    text = "name,parent company,employees\nA,,five\nB,A,1\nC,B,1\nD,,1\n"
    assert run("accounts", text) == (1, 0, 0, 3)
    assert rows(Account).get().name == "D"


def test_a_table_without_the_needed_column_says_which(ops):
    _client, batch = upload(ops, "contacts", "姓名,手机\n张三,13800138000\n")
    assert "account" in batch.problem
    with translation.override("zh-hans"):
        assert "客户" in batch.problem


# -- again -----------------------------------------------------------------------------------------------------------


def test_the_same_again_changes_nothing_and_an_empty_cell_neither(db):
    text = "外部ID,客户名称,城市\n1,A,上海\n2,B,\n"
    run("accounts", text)
    events = rows(Event).count()
    assert run("accounts", text) == (0, 0, 2, 0)
    assert rows(Event).count() == events
    rows(Account).filter(name="B").update(city="北京")
    assert run("accounts", "外部ID,客户名称,城市\n1,A2,上海\n2,B,\n") == (0, 1, 1, 0)
    assert {(one.name, one.city) for one in rows(Account)} == {("A2", "上海"), ("B", "北京")}
    change = rows(Event).get(action="crm.account.edit")
    assert change.changes == {"name": ["A", "A2"]}


def test_records_made_by_hand_are_recognised(db):
    make_account(name="Acme")
    make_product("Soft", family="x")
    member = make_member("A")
    assert run("accounts", "name,city\nAcme,Bonn\n") == (0, 1, 0, 0)
    assert run("members", f"employee number,full name\n{member.employee_no},A\n") == (0, 0, 1, 0)
    assert run("products", f"code,name\n{rows(Product).get().code},Soft\n") == (0, 0, 1, 0)
    assert rows(Account).get().city == "Bonn"


def test_two_records_of_one_name_are_told_apart_by_the_external_id(db):
    text = "record id,name\n1,Acme\n2,Acme\n"
    assert run("accounts", text) == (2, 0, 0, 0)
    assert run("accounts", text) == (0, 0, 2, 0)
    assert "2 records here are called" in wrong("accounts", "name,city\nAcme,Bonn\n")


def test_cut_off_half_way_it_is_run_again(db, monkeypatch):
    monkeypatch.setattr("muster.integrations.importing.engine.CHUNK", 2)
    make_unit("North")
    text = "工号,姓名,部门\n" + "".join(f"E{at},N{at},North\n" for at in range(7))

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Run(plan("members", text), OPERATOR).commit(stop)
    assert run("members", text) == (3, 0, 4, 0)
    assert rows(Assignment).count() == rows(Member).count() == 7


def test_undo_takes_away_what_was_made_and_keeps_what_was_here(ops, django_capture_on_commit_callbacks):
    make_account(ops, "Acme")
    client, batch = upload(ops, "accounts", "name,city\nAcme,Bonn\nNew,Köln\n")
    batch = commit(client, batch, django_capture_on_commit_callbacks)
    assert batch.counts == [{"model": "crm.account", "new": 1, "changed": 1, "same": 0, "wrong": 0}]
    client.post(reverse("import_undo", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.status == "undone"
    assert [one.name for one in rows(Account)] == ["Acme"]


# -- the page --------------------------------------------------------------------------------------------------------


def test_nothing_is_written_before_it_is_said_so(ops):
    client, batch = upload(ops, "accounts", "name,employees\nA,5\nB,five\n")
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "What would happen" in page
    assert batch.counts == [{"model": "crm.account", "new": 1, "changed": 0, "same": 0, "wrong": 1}]
    assert not rows(Account).exists()


def test_the_error_file_is_mended_and_comes_back_as_it_is(ops, django_capture_on_commit_callbacks):
    text = '客户名称,规模,备注\nA,5,ok\n=cmd|calc,five,"=1+1"\n'
    client, batch = upload(ops, "accounts", text)
    form = client.get(reverse("import_columns", args=[batch.pk])).context["form"]
    said = {name: field.initial or "" for name, field in form.fields.items()}
    client.post(reverse("import_columns", args=[batch.pk]), {**said, "accounts:employees": "规模"})
    batch.refresh_from_db()
    commit(client, batch, django_capture_on_commit_callbacks)
    answer = b"".join(client.get(reverse("import_errors", args=[batch.pk])).streaming_content).decode()
    [head, bad] = list(csv.reader(io.StringIO(answer.removeprefix("\ufeff"))))
    assert head == ["客户名称", "规模", "备注", "what is wrong"]
    assert bad[:3] == ["'=cmd|calc", "five", "'=1+1"]
    assert "five" in bad[3]
    _client, again = upload(ops, "accounts", answer.replace("five,", "6,"), "import-1.csv")
    assert again.options["columns"]["accounts"]["columns"]["employees"] == "规模"  # as said before
    assert again.counts == [{"model": "crm.account", "new": 1, "changed": 0, "same": 0, "wrong": 0}]
    commit(client, again, django_capture_on_commit_callbacks)
    mended = rows(Account).get(employees=6)
    assert (mended.name, mended.notes) == ("=cmd|calc", "=1+1")


def test_somebody_elses_mapping_is_not_taken_over(ops):
    client, batch = upload(ops, "accounts", "客户名称,规模\nA,5\n")
    form = client.get(reverse("import_columns", args=[batch.pk])).context["form"]
    said = {name: field.initial or "" for name, field in form.fields.items()}
    client.post(reverse("import_columns", args=[batch.pk]), {**said, "accounts:employees": "规模"})
    _other, second = upload(make_member(role="salesops"), "accounts", "客户名称,规模\nA,5\n")
    assert "employees" not in second.options["columns"]["accounts"]["columns"]


def test_each_reader_reads_the_report_in_his_language(ops):
    _client, batch = upload(ops, "accounts", "name,level\nA,enormous\n", language="zh-hans")
    issue = rows(ImportIssue).get(batch=batch)
    with translation.override("en"):
        assert "is none of: Key account, Normal, Small" in str(issue)
    with translation.override("zh-hans"):
        assert "小客户" in str(issue)
        assert "enormous" in str(issue)


def test_the_page_says_when_no_worker_picks_the_job_up(ops, settings):
    client, batch = upload(ops, "accounts", "name\nA\n")
    rows(ImportBatch).filter(pk=batch.pk).update(status="running", updated_at=timezone.now())
    sentence = "No worker is running"
    assert sentence not in client.get(batch.get_absolute_url()).content.decode()
    rows(ImportBatch).filter(pk=batch.pk).update(updated_at=timezone.now() - dt.timedelta(seconds=15))
    assert sentence in client.get(batch.get_absolute_url()).content.decode()
    assert sentence in client.get(reverse("import_progress", args=[batch.pk])).content.decode()
    Worker(name="w", seen_at=timezone.now()).save()
    assert "busy with other jobs" in client.get(batch.get_absolute_url()).content.decode()
    rows(ImportBatch).filter(pk=batch.pk).update(started_at=timezone.now())
    assert "busy with other jobs" not in client.get(batch.get_absolute_url()).content.decode()


@pytest.mark.parametrize("kind", ["members", "accounts", "contacts", "products", "deals"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_template_is_understood_as_it_is(ops, kind, language):
    client = Client(headers={"accept-language": language})
    client.force_login(ops.user)
    content = client.get(reverse("import_template", args=[kind])).content
    [sheet] = reading.read_bytes("t.xlsx", content)
    source = SOURCES[kind]
    said = columns.guess(source.tables, [sheet], source.spellings)[kind]["columns"]
    assert set(said) == set(source.tables[kind])
    assert len(set(said.values())) == len(said)
    assert any(name.startswith("*") for name in sheet.head)


def test_no_template_of_what_is_no_table(ops):
    client = Client()
    client.force_login(ops.user)
    assert client.get(reverse("import_template", args=["nonsense"])).status_code == 404


# -- whose rights ----------------------------------------------------------------------------------------------------


def importer(**grants: str) -> Member:
    """Somebody who may import, and besides only what GRANTS say (permission with __ for dots)."""
    role = Role(key="importer", name="Importer")
    role.save()
    for permission in ("integrations.importbatch.*", "integrations.importissue.*"):
        Grant(role=role, permission=permission, scope="all").save()
    for permission, scope in grants.items():
        Grant(role=role, permission=permission.replace("__", "."), scope=scope).save()
    member = make_member("Imp", role=None)
    member.user = User.objects.create_user("imp", name="Imp", password=None)
    member.save()
    RoleAssignment(user=member.user, role=role).save()
    return rows(Member).get(pk=member.pk)


def test_to_import_is_no_way_around_ones_rights(db):
    who = importer(crm__account__view="own", crm__account__create="own", people__member__view="all")
    make_member("Other")
    assert "may not create" in wrong("accounts", "name,owner\nA,Other\n", actor_of(who))
    assert run("accounts", "name,owner\nA,Imp\n", actor_of(who)) == (1, 0, 0, 0)
    assert "not yours to change" in wrong("accounts", "name,city\nA,Bonn\n", actor_of(who))
    assert "may not create" in wrong("products", "code,name\nP,Q\n", actor_of(who))


def test_what_one_does_not_see_is_neither_found_nor_changed(db):
    who = importer(
        crm__account__view="own",
        crm__account__create="all",
        crm__account__edit="own",
        crm__contact__create="all",
        people__member__view="all",
    )
    hidden = make_account(make_member("Other"), "Secret")
    assert "no account that you see" in wrong("contacts", "name,account\nA,Secret\n", actor_of(who))
    assert "no account that you see" in wrong("accounts", "name,parent company\nA,Secret\n", actor_of(who))
    run("accounts", "name,city\nSecret,Bonn\n", actor_of(who))
    hidden.refresh_from_db()
    assert hidden.city == ""


def test_phones_that_one_does_not_see_find_nobody(db):
    who = importer(crm__account__view="all", crm__account__create="all", people__member__view="all")
    make_member("Other", phone="13800138000")
    assert "is no member" in wrong("accounts", "name,owner\nA,13800138000\n", actor_of(who))


def test_an_owner_changes_only_for_who_may_transfer(db):
    who = importer(
        crm__account__view="all", crm__account__create="all", crm__account__edit="all", people__member__view="all"
    )
    first, _second = make_member("First"), make_member("Second")
    make_account(first, "Acme")
    assert "another owner" in wrong("accounts", "name,owner\nAcme,Second\n", actor_of(who))
    give_role(who.user, "salesops")
    assert run("accounts", "name,owner\nAcme,Second\n", actor_of(who)) == (0, 1, 0, 0)
    assert rows(Event).filter(action="crm.account.transfer").count() == 1


def test_only_who_may_create_users_makes_logins_by_an_import(ops, django_capture_on_commit_callbacks):
    from tests.integrations.test_opportunities import files, zipped

    client, batch = upload(ops, "sales-opportunities", zipped(files()), "all.zip")
    issues = [str(one) for one in rows(ImportIssue).filter(batch=batch)]
    assert any("without logins" in one for one in issues)
    before = User.objects.count()
    batch = commit(client, batch, django_capture_on_commit_callbacks)
    assert (batch.status, batch.problem) == ("done", "")
    assert User.objects.count() == before
    assert rows(Deal).count() == 2


def test_who_may_create_users_too_makes_logins(ops, django_capture_on_commit_callbacks):
    from tests.integrations.test_opportunities import files, zipped

    give_role(ops.user, "sysadmin")
    client, batch = upload(ops, "sales-opportunities", zipped(files()), "all.zip")
    before = User.objects.count()
    commit(client, batch, django_capture_on_commit_callbacks)
    assert User.objects.count() == before + 3


def test_a_whole_company_is_imported_only_with_the_rights_to_write_it(db, settings, tmp_path):
    from tests.integrations.test_opportunities import files, zipped

    settings.MEDIA_ROOT = tmp_path
    who = importer(crm__account__create="all")
    client, batch = upload(who, "sales-opportunities", zipped(files()), "all.zip")
    page = client.post(reverse("import_commit", args=[batch.pk]), follow=True).content.decode()
    assert "rights that you do not have" in page
    batch.refresh_from_db()
    assert batch.status == "checked"
    assert not rows(Deal).exists()


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_command(db, tmp_path, capsys):
    file, report = tmp_path / "staff.csv", tmp_path / "errors.csv"
    file.write_text("编号,姓名,入职日期\nE1,张三,2024-03-05\nE2,李四,someday\n", encoding="utf-8")
    said = {"kind": "members", "map": ["编号=employee_no"]}
    call_command("import", "csv", file, **said)
    assert "Nothing was written" in capsys.readouterr().out
    assert not rows(Member).exists()
    call_command("import", "csv", file, commit=True, report=report, **said)
    assert rows(Member).get().employee_no == "E1"
    assert "someday" in report.read_text(encoding="utf-8")
    call_command("import", "csv", file, commit=True, **said)
    assert rows(Member).count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Say what the rows are"),
        ({"kind": "members", "map": ["编号=nonsense"]}, "FIELD is one of"),
        ({"kind": "members", "map": ["没有=name"]}, "no column is called"),
    ],
)
def test_the_command_says_what_it_needs(db, tmp_path, options, sentence):
    file = tmp_path / "staff.csv"
    file.write_text("编号,姓名\nE1,张三\n", encoding="utf-8")
    with pytest.raises(CommandError, match=sentence):
        call_command("import", "csv", file, **options)


def test_contacts_say_what_they_asked_not_to_be_done(db):
    make_account(make_member("Olga"), "Acme")
    text = (
        "name,account name,Do Not Call,Email Opt Out,opt out date,opt out source\nAnn,Acme,yes,no,2026-05-01,by mail\n"
    )
    assert run("contacts", text) == (1, 0, 0, 0)
    ann = rows(Contact).get(name="Ann")
    assert (ann.no_calls, ann.no_mail, ann.opt_out_on) == (True, False, dt.date(2026, 5, 1))
    assert run("contacts", "name,account name,拒收邮件\nBen,Acme,是\n") == (1, 0, 0, 0)
    assert rows(Contact).get(name="Ben").opt_out_on is not None


def test_parents_are_found_by_name_and_no_circle_comes_of_what_is_here(db):
    """集团 is here and stands in the file only as a parent; later the file turns the two round."""
    make_account(None, "集团")
    assert run("accounts", "客户名称,上级客户\n子公司,集团\n孙公司,子公司\n") == (2, 0, 0, 0)
    found = {one.name: one.parent and one.parent.name for one in rows(Account).select_related("parent")}
    assert found == {"集团": None, "子公司": "集团", "孙公司": "子公司"}
    assert "round in a circle" in wrong("accounts", "客户名称,上级客户\n集团,孙公司\n")


def test_odd_signs_arrive_as_they_were_typed(ops):
    """Quotes, backslashes, braces, the word NULL: many rows are written at once, and each keeps its text."""
    names = ['Say "Hi"', "C:\\new", "{a,b}", "NULL", "O'Neill", "50% off", "线\u3000段", "a;b", "–"]
    file = io.StringIO()
    csv.writer(file).writerows([["name", "notes"], *([name, f"{name}\n{name}"] for name in names)])
    assert run("accounts", file.getvalue())[0] == len(names)
    kept = dict(rows(Account).order_by("pk").values_list("name", "notes"))
    assert kept == {name: f"{name}\n{name}" for name in names}
    told = rows(Event).filter(action="crm.account.create").order_by("pk").values_list("changes", flat=True)
    assert [one["name"][1] for one in told] == names
    assert verify() is None


def test_many_rows_arrive_as_few_do(ops):
    """Tabs, line ends, backslashes, and what is left empty, in more rows than one statement is used for; the next one
    made by hand follows them."""
    odd = ["\\N", "a\tb\\tc", "C:\\.", "line\r\nline", "{}", ""]
    file = io.StringIO()
    lines = [[f"Firm {at}", odd[at % len(odd)], "" if at % 2 else str(at)] for at in range(240)]
    csv.writer(file).writerows([["name", "notes", "employees"], *lines])
    assert run("accounts", file.getvalue())[0] == len(lines)
    kept = rows(Account).order_by("pk").values_list("name", "notes", "employees")
    assert [list(one) for one in kept] == [[name, notes, int(staff) if staff else None] for name, notes, staff in lines]
    assert {(one.custom, one.currency, one.version) for one in rows(Account)} == {(None, "CNY", 1)}
    told = rows(Event).filter(action="crm.account.create").order_by("pk").values_list("object_id", "changes__name__1")
    assert list(told) == list(rows(Account).order_by("pk").values_list("pk", "name"))
    assert make_account(name="By hand").pk > max(pk for pk, _name in told)
    assert verify() is None


def test_a_row_shorter_than_its_head_is_told_as_it_came(ops):
    found = plan("accounts", "name,industry,employees\nHarbour,Trade\nPort,Trade,many\n")
    assert [one.values.get("employees") for one in found.entries] == [None]
    assert [one.values for one in found.issues] == [{"name": "Port", "industry": "Trade", "employees": "many"}]
