"""The address of a customer in parts."""

import pytest

from muster.core.places import split_address
from muster.crm.actions.account import accounts
from muster.crm.models import Account, Contact
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


# -- a whole address, pasted ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "province", "city", "district", "street"),
    [
        ("江苏省苏州市虎丘区科技城1号", "江苏", "苏州", "虎丘区", "科技城1号"),
        ("江苏省 苏州市 昆山市 前进中路 1 号", "江苏", "苏州", "昆山市", "前进中路 1 号"),
        ("上海市徐汇区虹漕路461号", "上海", "上海", "徐汇区", "虹漕路461号"),
        ("上海市上海市浦东新区张江路1号", "上海", "上海", "浦东新区", "张江路1号"),
        ("北京市市辖区朝阳区建国路1号", "北京", "北京", "朝阳区", "建国路1号"),
        ("江西省景德镇市昌江区瓷都大道1号", "江西", "景德镇", "昌江区", "瓷都大道1号"),
        ("河南省新乡市牧野区和平路", "河南", "新乡", "牧野区", "和平路"),
        ("河南省新乡市新乡县青龙路", "河南", "新乡", "新乡县", "青龙路"),
        ("福建省福州市鼓楼区东街1号", "福建", "福州", "鼓楼区", "东街1号"),
        ("浙江省台州市路桥区银座街1号", "浙江", "台州", "路桥区", "银座街1号"),
        ("浙江省宁波市镇海区城河路1号", "浙江", "宁波", "镇海区", "城河路1号"),
        ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路1号", "新疆", "伊犁哈萨克自治州", "伊宁市", "解放路1号"),
        ("内蒙古自治区锡林郭勒盟正蓝旗上都镇", "内蒙古", "锡林郭勒盟", "正蓝旗", "上都镇"),
        # no district beyond doubt: it stays in the street
        ("广东省东莞市长安镇社区路1号", "广东", "东莞", "", "长安镇社区路1号"),
        ("江苏省苏州市工业园区星湖街1号", "江苏", "苏州", "", "工业园区星湖街1号"),
        ("四川省成都市高新区天府大道1号", "四川", "成都", "", "高新区天府大道1号"),
        ("吉林省长春市红旗街1号", "吉林", "长春", "", "红旗街1号"),
        ("江苏省苏州市人民市场3号", "江苏", "苏州", "", "人民市场3号"),
        ("广东省人民医院", "广东", "", "", "人民医院"),
    ],
)
def test_a_whole_chinese_address_is_parted_as_far_as_that_is_sure(text, province, city, district, street):
    found = split_address(text)
    assert (found["province"], found["city"], found["district"], found["address"]) == (province, city, district, street)


@pytest.mark.parametrize(
    "text", ["吉林市船营区解放路", "湖北路100号", "海南藏族自治州共和县", "1 Main Street, Springfield", "北京路1号", ""]
)
def test_what_does_not_begin_with_a_province_in_full_is_left_whole(text):
    assert split_address(text) == {}


@pytest.mark.parametrize("text", ["215000 江苏省苏州市虎丘区科技城1号", "江苏省苏州市虎丘区科技城1号，215000"])
def test_its_postcode_is_taken_out(text):
    found = split_address(text)
    assert (found["postcode"], found["district"], found["address"]) == ("215000", "虎丘区", "科技城1号")


def test_a_pasted_address_is_parted_in_the_form_and_over_the_api_and_never_where_a_part_was_typed(firm, login):
    client, whole = login(firm.wang), "江苏省苏州市虎丘区科技城1号"
    said = {"level": "normal", "currency": "CNY"}
    client.post("/customers/new/", {**said, "name": "Pasted", "address": whole})
    assert (kept("Pasted").province, kept("Pasted").city, kept("Pasted").address) == ("江苏", "苏州", "科技城1号")
    client.post("/customers/new/", {**said, "name": "Typed", "city": "无锡", "address": whole})
    assert (kept("Typed").province, kept("Typed").city, kept("Typed").address) == ("", "无锡", whole)
    answer = client.post("/api/v1/accounts", {"name": "Sent", "level": "normal", "address": whole}, "application/json")
    assert (answer.status_code, kept("Sent").district) == (201, "虎丘区")
    row = kept("Typed")
    client.patch(f"/api/v1/accounts/{row.pk}", {"city": ""}, "application/json")
    client.patch(f"/api/v1/accounts/{row.pk}", {"address": whole}, "application/json")
    row = kept("Typed")
    assert whole.replace("省", "").replace("市", "") == row.full_address.replace("省", "").replace("市", "")


def test_a_contact_has_an_address_of_its_own_whose_street_shows_to_who_may_read_phones(firm, login):
    account = make_account(firm.wang, "Acme")
    client = login(firm.wang)
    said = {"name": "Li", "account": account.pk, "address": "上海市徐汇区虹漕路461号 200233"}
    client.post("/contacts/new/", said)
    row = Contact.objects.unscoped("tests").get(name="Li")
    assert (row.province, row.district, row.postcode) == ("上海", "徐汇区", "200233")
    assert "上海徐汇区虹漕路461号 200233" in client.get(row.get_absolute_url()).text
    found = client.get("/api/v1/contacts?city=上海").json()["items"]
    assert [(one["name"], one["address"]) for one in found] == [("Li", "虹漕路461号")]
    file = login(firm.boss).get("/contacts/?format=csv&col=name,address")
    assert "虹漕路461号" in file.getvalue().decode()


def test_addresses_of_contacts_are_imported(firm):
    from tests.integrations.test_tables import run

    make_account(firm.wang, "Acme")
    run("contacts", "姓名,公司名称,省份,所在城市,区县,详细地址,邮编\nLi,Acme,江苏,苏州,虎丘区,科技城1号,215000\n")
    assert Contact.objects.unscoped("tests").get(name="Li").full_address == "江苏苏州虎丘区科技城1号 215000"
