"""The address of a customer in parts."""

import pytest

from muster.crm.actions.account import accounts
from muster.crm.models import Account
from tests.factories import actor_of, make_account

pytestmark = pytest.mark.django_db


def kept(name: str) -> Account:
    return Account.objects.unscoped("tests").get(name=name)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("江苏", "苏州", "工业园区", "星湖街1号", "215000"), "江苏苏州工业园区星湖街1号 215000"),
        (("上海", "上海", "徐汇区", "虹漕路461号", ""), "上海徐汇区虹漕路461号"),
        (("Bayern", "München", "", "Marienplatz 1", "80331"), "Marienplatz 1, München, Bayern, 80331"),
        (("", "", "", "", ""), ""),
    ],
)
def test_an_address_is_written_as_on_a_letter(parts, said):
    names = ("province", "city", "district", "address", "postcode")
    assert Account(**dict(zip(names, parts, strict=True))).full_address == said


def test_the_form_suggests_provinces_and_asks_for_a_right_postcode(firm, login):
    client = login(firm.wang)
    page = client.get("/customers/new/").text
    assert '<datalist id="id_province-list"><option value="北京">' in page
    said = {"name": "Acme", "level": "normal", "currency": "CNY", "province": "江苏", "district": "工业园区"}
    refused = client.post("/customers/new/", {**said, "postcode": "21_5000"})
    assert "A postcode is of digits" in refused.text
    client.post("/customers/new/", {**said, "postcode": " sw1a 1aa "})
    row = kept("Acme")
    assert (row.province, row.district, row.postcode) == ("江苏", "工业园区", "SW1A 1AA")
    assert "江苏工业园区" in client.get(row.get_absolute_url()).text


def test_the_list_narrows_and_groups_by_province_and_city(firm, login):
    make_account(firm.wang, "A", province="江苏", city="苏州")
    make_account(firm.wang, "B", province="江苏", city="南京")
    make_account(firm.li, "C", province="浙江", city="杭州")
    client = login(firm.wang)
    found = client.get("/api/v1/accounts?province=江苏").json()["items"]
    assert {(one["name"], one["province"], one["city"]) for one in found} == {
        ("A", "江苏", "苏州"),
        ("B", "江苏", "南京"),
    }
    assert "浙江" not in client.get("/customers/?menu=province").text, "only what one sees is offered"
    groups = client.get("/customers/?group=city").text
    assert "苏州" in groups
    assert "杭州" not in groups
    assert client.get("/customers/?group=province&within=江苏").status_code == 200
    assert client.get("/customers/?group=name").status_code == 400


def test_parts_are_imported(firm):
    from tests.integrations.test_tables import run

    assert run("accounts", "客户名称,省份,所在城市,区县,详细地址,邮编\nAcme,江苏,苏州,虎丘区,科技城1号,215000\n") == (
        1,
        0,
        0,
        0,
    )
    assert kept("Acme").full_address == "江苏苏州虎丘区科技城1号 215000"


def test_a_form_that_says_nothing_of_the_parts_leaves_them(firm):
    row = make_account(firm.wang, "A", province="江苏", postcode="215000")
    accounts.edit(actor_of(firm.wang), row, city="苏州")
    assert (kept("A").province, kept("A").postcode) == ("江苏", "215000")
