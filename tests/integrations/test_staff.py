"""Personnel of other systems: departments, managers, territories with their dates; oddities named, no row lost."""

import datetime as dt
import io
import os
from pathlib import Path

import pytest
import time_machine
import xlsxwriter
from django.core.management import call_command
from django.urls import reverse

from muster.access.scope import Actor
from muster.integrations.importing import adventureworks, northwind
from muster.integrations.importing.engine import Run
from muster.integrations.importing.reading import Sheet, read
from muster.integrations.importing.sources import SOURCES
from muster.integrations.models import ImportBatch
from muster.people.models import Assignment, Member, Territory, TerritoryAssignment
from tests.factories import make_member, make_unit

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
FOLDER = Path(os.environ.get("MUSTER_TEST_DATA", "/nowhere"))
DAY = dt.date.fromisoformat


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def sheet(name: str, text: str) -> Sheet:
    head, *rows = [line.split(",") for line in text.strip().splitlines()]
    return Sheet(name, head, [(at, dict(zip(head, row, strict=True))) for at, row in enumerate(rows, start=2)])


def tables(**changed: str) -> list[Sheet]:
    """A boss and two people under her; one came before her and changed departments twice."""
    found = {
        "Employee": (
            "BusinessEntityID,LoginID,JobTitle,HireDate,CurrentFlag,ManagerID\n"
            "1,aw\\boss,Chief,2010-01-01,1,\n2,aw\\old,Clerk,2008-01-01,1,1\n3,aw\\gone,Clerk,2011-01-01,0,1"
        ),
        "Department": "DepartmentID,Name,GroupName\n7,Sales,Market\n8,Stock,House",
        "EmployeeDepartmentHistory": (
            "BusinessEntityID,DepartmentID,StartDate,EndDate\n1,7,2010-01-01,\n"
            "2,8,2008-01-01,2008-12-31\n2,7,2009-01-01,\n3,8,2011-01-01,2012-05-31"
        ),
        "SalesTerritory": "TerritoryID,Name,CountryRegionCode,Group\n1,North,US,America\n2,South,US,America",
        "SalesTerritoryHistory": (
            "BusinessEntityID,TerritoryID,StartDate,EndDate\n2,1,2009-01-01,2009-05-31\n2,2,2009-06-01,"
        ),
        "SalesPerson": "BusinessEntityID,TerritoryID,SalesQuota\n2,1,300",
        **changed,
    }
    return [sheet(name, text) for name, text in found.items()]


def imported(**changed: str):
    plan = adventureworks.plan(tables(**changed))
    Run(plan, OPERATOR).commit()
    return plan


def said(plan, kind: str) -> list[str]:
    return [str(one) for one in plan.issues if one.kind == kind]


def career(number: str) -> list[tuple[str, str, str, str, str]]:
    rows = Assignment.objects.unscoped("tests").filter(member__employee_no=number).order_by("valid_from")
    return [
        (str(one.unit), str(one.position or ""), str(one.manager or ""), str(one.valid_from), str(one.valid_to or ""))
        for one in rows.select_related("unit", "position", "manager")
    ]


def held(number: str) -> list[tuple[str, str, str]]:
    rows = TerritoryAssignment.objects.unscoped("tests").filter(member__employee_no=number).order_by("valid_from")
    return [(str(one.territory), str(one.valid_from), str(one.valid_to or "")) for one in rows]


def test_the_past_is_told_as_the_tables_have_it():
    plan = imported()
    assert career("AW-2") == [
        ("Stock", "", "", "2008-01-01", "2009-01-01"),  # the last day of the table is the day before ours
        ("Sales", "Clerk", "", "2009-01-01", "2010-01-01"),
        ("Sales", "Clerk", "boss", "2010-01-01", ""),  # before her first day she led nobody
    ]
    assert held("AW-2") == [("North", "2009-01-01", "2009-06-01"), ("South", "2009-06-01", "")]
    assert Territory.objects.unscoped("tests").get(name="North").parent.name == "America"
    gone = Member.objects.unscoped("tests").get(employee_no="AW-3")
    assert (gone.status, gone.left_on) == ("left", DAY("2012-06-01"))
    assert said(plan, "refused") == []
    assert "the history is taken" in " ".join(said(plan, "oddity"))
    assert "old was here before the manager boss: without a manager until 2010-01-01." in said(plan, "oddity")


def test_repeating_changes_nothing():
    imported()
    before = Assignment.objects.unscoped("tests").count()
    counts = Run(adventureworks.plan(tables()), OPERATOR).counts()
    assert [(one["new"], one["changed"]) for one in counts] == [(0, 0)] * 5
    imported()
    assert Assignment.objects.unscoped("tests").count() == before


def test_a_row_that_came_since_is_added_and_nothing_else_touched():
    imported()
    history = (
        "BusinessEntityID,DepartmentID,StartDate,EndDate\n1,7,2010-01-01,\n"
        "2,8,2008-01-01,2008-12-31\n2,7,2009-01-01,2013-12-31\n2,8,2014-01-01,\n3,8,2011-01-01,2012-05-31"
    )
    imported(EmployeeDepartmentHistory=history)
    assert career("AW-2")[-1] == ("Stock", "Clerk", "boss", "2014-01-01", "")
    assert [one[:1] + one[3:] for one in career("AW-2")[:3]] == [
        ("Stock", "2008-01-01", "2009-01-01"),
        ("Sales", "2009-01-01", "2010-01-01"),
        ("Sales", "2010-01-01", "2014-01-01"),
    ]


@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        ("EmployeeDepartmentHistory", "9,7,2010-01-01,", "no member with the number 9"),
        ("EmployeeDepartmentHistory", "1,7,2009-01-01,", "before boss was hired"),
        ("EmployeeDepartmentHistory", "1,8,2012-01-01,", "overlaps row 2"),
        ("EmployeeDepartmentHistory", "1,99,2012-01-01,", "DepartmentID 99 is not in its table"),
        ("EmployeeDepartmentHistory", "1,8,soon,", "is not a date"),
        ("SalesTerritoryHistory", "2,77,2012-01-01,", "TerritoryID 77 is not in its table"),
        ("Employee", "1,aw\\other,Chief,2010-01-01,1,", "stands there twice"),
        ("Department", "7,Other,House", "stands there twice"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_number_and_the_rest_imported(table, row, why):
    text = next(one for one in tables() if one.name == table)
    lines = [",".join(text.head), *(",".join(one.values()) for _number, one in text.rows), row]
    plan = imported(**{table: "\n".join(lines)})
    refused = [one for one in plan.issues if one.kind == "refused"]
    assert len(refused) == 1
    assert why in str(refused[0])
    assert refused[0].row_no == len(lines)
    assert Member.objects.unscoped("tests").count() == 3


@pytest.mark.parametrize("manager", ["3", "2", "99"])
def test_managers_in_a_circle_or_unknown_are_left_empty_and_said(manager):
    people = (
        "BusinessEntityID,LoginID,JobTitle,HireDate,CurrentFlag,ManagerID\n1,aw\\boss,Chief,2010-01-01,1,\n"
        f"2,aw\\old,Clerk,2008-01-01,1,{manager}\n3,aw\\gone,Clerk,2008-01-01,1,2"
    )
    plan = imported(Employee=people)
    assert Member.objects.unscoped("tests").get(employee_no="AW-2").manager is None
    assert "left empty" in " ".join(said(plan, "oddity"))


def test_a_number_that_somebody_here_has_already_is_not_taken_from_him():
    own = make_member("Own", role=None)
    Member.objects.unscoped("tests").filter(pk=own.pk).update(employee_no="AW-2")
    plan = imported()
    assert Member.objects.unscoped("tests").get(employee_no="AW-2").name == "Own"
    assert any("belongs to somebody here already" in one for one in said(plan, "refused"))


def folder(name: str) -> Path:
    path = FOLDER / name
    if not path.is_dir():
        pytest.skip(f"{path} is not there: set MUSTER_TEST_DATA")
    return path


def test_adventureworks_whole(capsys, tmp_path):
    path, report = folder("adventureworks"), tmp_path / "report.csv"
    call_command("import", "adventureworks", path)
    assert not Member.objects.unscoped("tests").exists()  # a dry run
    call_command("import", "adventureworks", path, commit=True, report=report)
    assert Member.objects.unscoped("tests").filter(employee_no__startswith="AW-").count() == 290
    assert TerritoryAssignment.objects.unscoped("tests").count() == 17
    spells = Assignment.objects.unscoped("tests")
    assert spells.filter(unit__name="Quality Assurance").exists()
    assert held("AW-275") == [("Northeast", "2022-05-30", "2023-11-30"), ("Central", "2023-11-30", "")]
    assert career("AW-4")[0][0] == "Engineering"
    assert len(Member.objects.unscoped("tests").filter(manager=None)) == 1  # everybody but one stands under somebody
    text = report.read_text(encoding="utf-8-sig")
    assert text.count("the history is taken") == 5  # SalesPerson and its history disagree about five people
    capsys.readouterr()
    call_command("import", "adventureworks", path, commit=True, json=True)
    assert '"new": 1' not in (said := capsys.readouterr().out)
    assert '"refused": 0' in said
    assert TerritoryAssignment.objects.unscoped("tests").count() == 17


def test_northwind_whole():
    plan = northwind.plan(read(folder("northwind")))
    Run(plan, OPERATOR).commit()
    assert Member.objects.unscoped("tests").count() == 9
    assert TerritoryAssignment.objects.unscoped("tests").count() == 49
    assert career("NW-9") == [("Northwind Traders", "Sales Representative", "Steven Buchanan", "1994-11-15", "")]
    odd = said(plan, "oddity")
    assert [one for one in odd if "New York" in one] == [
        "Another territory is called New York too: both are kept, by their numbers."
    ]
    assert sum(one.startswith("Nobody holds") for one in odd) == 4
    assert [
        (one["new"], one["changed"]) for one in Run(northwind.plan(read(folder("northwind"))), OPERATOR).counts()
    ] == [(0, 0)] * 5


def test_from_the_page_it_takes_every_right_that_it_uses(
    client, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    ops = make_member("Ops", role="salesops")
    assert [SOURCES[one].missing(Actor.operator("x")) for one in ("adventureworks", "northwind")] == [[], []]
    client.force_login(ops.user)
    files = [(one.name, one) for one in tables()]
    uploads = []
    for name, one in files:
        rows = [",".join(one.head), *(",".join(row.values()) for _number, row in one.rows)]
        file = io.BytesIO("\n".join(rows).encode())
        file.name = f"{name}.csv"
        uploads.append(file)
    client.post(reverse("import_new"), {"source": "adventureworks", "uploads": uploads})
    batch = ImportBatch.objects.unscoped("tests").get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_commit", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.status, batch.problem) == ("done", "")
    assert len(career("AW-2")) == 3
    client.post(reverse("import_undo", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.status == "undone"
    assert not Member.objects.unscoped("tests").filter(employee_no__startswith="AW-").exists()


def staff_workbook() -> bytes:
    """How Chinese systems hand out a table of employees: a note on top, heads in row 2, * where one is needed."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet("员工导入")
    page.merge_range(
        0,
        0,
        0,
        8,
        "注意事项：1、表头标“*”的红色字体为必填项\n2、上下级部门间用“/”隔开，如 总公司/华东",
    )
    heads = ["*姓名", "*手机号", "登录密码", "性别", "邮箱", "*部门", "岗位", "直属上级", "入职日期", "工号"]
    page.write_row(1, 0, heads)
    page.write_row(
        2, 0, ["王芳", "13800001111", "secret", "女", "wf@example.com", "总公司/华东", "", "", "2020-05-06", "A1"]
    )
    page.write_row(3, 0, ["李雷", "13800002222", "", "男", "", "总公司/华东", "", "王芳", "2021-05-06", "A2"])
    book.close()
    return file.getvalue()


def test_a_chinese_table_of_employees_is_recognised_with_its_note_on_top(
    client, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    make_unit("华东", make_unit("总公司"))
    ops = make_member("Ops", role="salesops")
    client.force_login(ops.user)
    file = io.BytesIO(staff_workbook())
    file.name = "员工导入.xlsx"
    client.post(reverse("import_new"), {"source": "members", "uploads": [file]})
    batch = ImportBatch.objects.unscoped("tests").get()
    assert (batch.problem, batch.counts[0]["new"], batch.counts[0]["wrong"]) == ("", 2, 0)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("import_commit", args=[batch.pk]))
    li = Member.objects.unscoped("tests").select_related("unit", "manager").get(employee_no="A2")
    assert (li.name, str(li.unit), str(li.manager), li.hired_on) == ("李雷", "华东", "王芳", DAY("2021-05-06"))
    assert "secret" not in str(batch.counts)


def test_a_new_manager_comes_without_a_date_and_holds_from_today():
    imported()
    people = (
        "BusinessEntityID,LoginID,JobTitle,HireDate,CurrentFlag,ManagerID\n1,aw\\boss,Chief,2010-01-01,1,\n"
        "2,aw\\old,Seller,2008-01-01,1,\n3,aw\\gone,Clerk,2011-01-01,0,1"
    )
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False):
        imported(Employee=people)
        imported(Employee=people)
    assert career("AW-2")[-2:] == [
        ("Sales", "Clerk", "boss", "2010-01-01", "2026-03-10"),
        ("Sales", "Seller", "", "2026-03-10", ""),
    ]


def test_members_by_a_day_of_today():
    with time_machine.travel(dt.datetime(2009, 6, 1, tzinfo=dt.UTC), tick=False):
        imported()
        old = Member.objects.unscoped("tests").get(employee_no="AW-2")
        assert (str(old.unit), old.manager) == ("Sales", None)
