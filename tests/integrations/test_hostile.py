"""Files made to break an importer: each is refused with a sentence or imported as it is; nothing half-done."""

import csv
import io
import json
import resource
import zipfile

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.urls import reverse

from muster.core.exports import FORMULA_STARTS
from muster.crm.models import Account
from muster.integrations.importing import reading
from muster.integrations.models import ImportIssue
from tests.integrations.test_tables import commit, ops, rows, run, upload

__all__ = ["ops"]


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def refused(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as error:
        reading.read_bytes(name, content)
    return " ".join(error.value.messages)


def sheet_xml(cells: str, before: str = "") -> bytes:
    """A workbook as xlsxwriter makes it, with these cells in place of its own."""
    made, buffer = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in source.namelist():
            text = source.read(one).decode()
            if one.endswith("sheet1.xml"):
                text = f"{before}{text[text.index('<worksheet') :]}".replace(
                    "<sheetData/>", f"<sheetData>{cells}</sheetData>"
                )
            archive.writestr(one, text)
    return buffer.getvalue()


def text_cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_such_a_workbook_is_read_where_it_is_harmless():
    [sheet] = reading.read_bytes("a.xlsx", sheet_xml(f'<row r="1">{text_cell("A1", "name")}</row>'))
    assert sheet.head == ["name"]


def test_a_cell_in_the_last_row_of_the_last_column_takes_no_memory():
    cells = f'<row r="1">{text_cell("A1", "name")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "cannot be read" in refused("far.xlsx", sheet_xml(cells))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_a_workbook_that_unpacks_to_gigabytes_is_given_up():
    text = "x" * 2_000
    bomb = sheet_xml("".join(f'<row r="{at}">{text_cell(f"A{at}", text)}</row>' for at in range(1, 200_000)))
    assert len(bomb) < reading.MOST_BYTES
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused("bomb.xlsx", bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700_000


def test_a_zip_that_unpacks_to_too_much():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (reading.MOST_BYTES + 1))
    assert "unpacks to more" in refused("bomb.zip", buffer.getvalue())


def test_too_many_cells_and_columns(monkeypatch):
    monkeypatch.setattr(reading, "MOST_CELLS", 1_000)
    assert "cells" in refused("wide.csv", b"a,b\n" + b"1,2\n" * 600)
    assert "500 columns" in refused("wide.csv", ",".join(f"c{at}" for at in range(600)).encode() + b"\n1\n")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("long.csv", b"name\n" + b"x" * 40_000 + b"\n", "longer than 32,767"),
        ("open.csv", b'name\n"' + b"x\n" * 100_000, "longer than 32,767"),
        ("half.xlsx", b"PK\x03\x04half", "cannot be read"),
        ("half.zip", b"PK\x03\x04half", "cannot be unpacked"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        ("bytes.csv", b"name\n\xff\xff\xff\xff\n", "neither UTF-8 nor GB18030"),
        ("utf16.csv", b"\xff\xfea\x00\x00\xd8", "damaged"),
    ],
)
def test_broken_files_are_refused_with_a_sentence(name, content, sentence):
    assert sentence in refused(name, content)


def test_an_entity_that_grows_is_not_followed():
    entities = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
    content = sheet_xml(f'<row r="1">{text_cell("A1", "&e9;")}</row>', doctype)
    try:
        [*sheets] = reading.read_bytes("laughs.xlsx", content)
    except ValidationError:
        return
    assert all(len(cell) < 1_000 for sheet in sheets for cell in sheet.head)


def test_nuls_and_blank_characters_do_not_reach_the_database(db):
    assert run("accounts", "name,city\n\x00Ac\x00me\x00,\ufeff Bonn\u3000\n") == (1, 0, 0, 0)
    account = rows(Account).get()
    assert (account.name, account.city) == ("Acme", "Bonn")


def test_columns_of_one_name_are_all_kept():
    [sheet] = reading.read_bytes("a.csv", b"name,name,city\nA,B,C\n")
    assert sheet.rows == [(2, {"name": "A", "name (2)": "B", "city": "C"})]


def test_a_formula_of_a_workbook_is_its_value_and_a_text_stays_a_text(db):
    formula = '<c r="A2"><f>1+1</f><v>2</v></c>'
    cells = f'<row r="1">{text_cell("A1", "name")}{text_cell("B1", "notes")}</row>'
    cells += f'<row r="2">{formula}{text_cell("B2", "=HYPERLINK(1)")}</row>'
    assert run("accounts", sheet_xml(cells), name="f.xlsx") == (1, 0, 0, 0)
    account = rows(Account).get()
    assert (account.name, account.notes) == ("2", "=HYPERLINK(1)")


def test_every_naughty_string_is_kept_as_it_is_or_refused(db, test_data):
    naughty = [one for one in json.loads((test_data / "nasty/blns.json").read_text(encoding="utf-8")) if one]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["外部ID", "客户名称", "备注"])
    writer.writerows([at, f"N{at}", one] for at, one in enumerate(naughty))
    new, _changed, _same, bad = run("accounts", buffer.getvalue())
    assert (new, bad) == (len(naughty), 0)
    kept = dict(rows(Account).values_list("name", "notes"))
    for at, one in enumerate(naughty):
        assert kept[f"N{at}"] == reading.clean(one)
    assert run("accounts", buffer.getvalue()) == (0, 0, len(naughty), 0)


def test_naughty_strings_everywhere_break_nothing(db, test_data):
    naughty = [one for one in json.loads((test_data / "nasty/blns.json").read_text(encoding="utf-8")) if one]
    for kind in ("members", "accounts", "products"):
        head = {"members": "工号,姓名,部门,入职日期,手机,邮箱,状态"}.get(
            kind, "编码,客户名称,产品名称,负责人,价格,币种,网址"
        )
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(head.split(","))
        writer.writerows([one] * 7 for one in naughty)
        new, changed, same, bad = run(kind, buffer.getvalue())
        assert new + changed + same + bad == sum(1 for one in naughty if reading.clean(one))


def test_formulas_come_back_as_text(ops, test_data, django_capture_on_commit_callbacks):
    payloads = (test_data / "nasty/csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["name", "employees"], *([one, "many"] for one in payloads if one)])
    client, batch = upload(ops, "accounts", buffer.getvalue())
    answer = b"".join(client.get(reverse("import_errors", args=[batch.pk])).streaming_content).decode()
    lines = list(csv.reader(io.StringIO(answer.removeprefix("\ufeff"))))
    assert len(lines) > 4
    assert not any(cell.startswith(FORMULA_STARTS) for line in lines for cell in line)
    _client, again = upload(ops, "accounts", answer.replace(",many,", ",5,"))
    assert again.counts[0]["new"] == len(lines) - 1, [again.problem, *map(str, rows(ImportIssue).filter(batch=again))]
    done = commit(client, again, django_capture_on_commit_callbacks)
    assert (done.status, done.problem) == ("done", "")
    assert {one.name for one in rows(Account)} == {one.strip() for one in payloads if one}


def test_every_broken_workbook_is_refused_or_read(ops, test_data):
    files = sorted((test_data / "nasty/xlsx").glob("*.xlsx"))
    assert files
    for file in files:
        _client, batch = upload(ops, "accounts", file.read_bytes(), file.name)
        assert batch is None or batch.problem, file.name
    assert not rows(Account).exists()
