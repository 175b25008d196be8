"""Reading WeCom, DingTalk and Feishu: whole or not at all, whatever their tokens, limits and pages do."""

import datetime as dt

import pytest

from muster.integrations.directory.adapters import read
from muster.integrations.directory.http import Api
from muster.integrations.directory.shape import Access, Failed
from tests.integrations.fake_directories import FAKES, SECRET, Company, Worker, firm

KINDS = sorted(FAKES)


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def waited(monkeypatch):
    """How long was waited for a limit; nobody really waits."""
    seconds: list[float] = []
    monkeypatch.setattr(Api, "wait", staticmethod(lambda one: seconds.append(one) if one >= 0.5 else None))
    return seconds


@pytest.fixture
def serve(waited):
    running = []

    def start(kind: str, company: Company | None = None):
        fake = FAKES[kind](company or firm())
        running.append(fake)
        return fake

    yield start
    for one in running:
        one.close()


def reading(kind, fake, secret=SECRET):
    return read(kind, Access(fake.url, "corp", secret))


def said(found) -> str:
    return " | ".join(str(one) for one in found.notes)


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_firm_is_read(kind, serve):
    found = reading(kind, serve(kind))
    assert {key.removeprefix("od-"): one.name for key, one in found.departments.items()} == {
        "1": "总公司",
        "2": "华东",
        "3": "华南",
    }
    east = next(one for one in found.departments.values() if one.name == "华东")
    assert east.parent.removeprefix("od-") == "1"
    assert sorted(found.people) == ["boss", "li", "wang", "zhang"]
    zhang = found.people["zhang"]
    assert (zhang.name, zhang.title, zhang.given["phone"]) == ("张三", "销售代表", "13800000004")
    assert [one.removeprefix("od-") for one in found.people["li"].departments] == ["3", "2"]  # the main one first
    assert zhang.manager == ("" if kind == "dingtalk" else "wang")
    if kind != "wecom":
        assert (zhang.given["employee_no"], zhang.given["hired_on"]) == ("A4", dt.date(2020, 3, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_in_two_departments_and_a_department_with_two_heads_are_told(kind, serve):
    found = reading(kind, serve(kind))
    assert "李雷 stands in several departments: 华南, 华东. The first is taken." in said(found)
    assert "“华南” has several heads: 李雷, 赵总. The first is taken." in said(found)
    south = next(one for one in found.departments.values() if one.name == "华南")
    assert south.heads == ["li", "boss"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_that_runs_out_midway_is_renewed(kind, serve):
    fake = serve(kind)
    fake.token_lasts = 2
    assert len(reading(kind, fake).people) == 4
    assert fake.tokens >= 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by_status", [False, True])
def test_a_limit_is_waited_for_and_the_question_asked_again(kind, by_status, serve, waited):
    fake = serve(kind)
    fake.busy, fake.http_busy = {3, 4, 6}, by_status
    assert len(reading(kind, fake).people) == 4
    assert waited == [1.0, 5.0, 1.0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_without_end_gives_up_with_a_sentence(kind, serve, waited):
    fake = serve(kind)
    fake.busy = set(range(2, 100))
    with pytest.raises(Failed, match="asked too often"):
        reading(kind, fake)
    assert sum(waited) == 86


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("wecom", '/cgi-bin/user/list?{"access_token": "t1", "department_id": "3"'),
        ("dingtalk", '"cursor": 2, "dept_id": 2'),
        ("feishu", '"page_token": "2"'),
    ],
)
def test_a_page_that_fails_fails_the_whole_and_the_secret_is_not_said(kind, where, serve):
    fake = serve(kind)
    fake.broken = where
    with pytest.raises(Failed, match="refuses: 60011 no privilege for •••") as raised:
        reading(kind, fake)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_secret_is_said_without_saying_it(kind, serve):
    with pytest.raises(Failed, match="Check account, secret") as raised:
        reading(kind, serve(kind), "wrong-one")
    assert "wrong-one" not in str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_not_there_is_said(kind, serve):
    fake = serve(kind)
    access = Access(fake.url, "corp", SECRET)
    fake.close()
    with pytest.raises(Failed):
        read(kind, access)


@pytest.mark.parametrize("kind", ["wecom", "feishu"])
def test_departments_in_a_circle_are_refused(kind, serve):
    company = firm()
    company.departments |= {"8": ("甲", "9", []), "9": ("乙", "8", [])}
    with pytest.raises(Failed, match=r"in a circle: [甲乙] → [甲乙] → [甲乙]"):
        reading(kind, serve(kind, company))


def test_dingtalk_departments_that_lie_in_each_other_are_refused(serve):
    company = firm()
    company.departments["1"] = ("总公司", "3", [])
    with pytest.raises(Failed, match="twice"):
        reading("dingtalk", serve("dingtalk", company))


@pytest.mark.parametrize("kind", KINDS)
def test_a_directory_that_names_nobody_is_not_believed(kind, serve):
    with pytest.raises(Failed, match="names nobody"):
        reading(kind, serve(kind, Company({"1": ("总公司", "0", [])}, [])))


def test_wecom_of_today_tells_no_phone_and_no_mail_and_that_is_said(serve):
    fake = serve("wecom")
    fake.open_fields = False
    found = reading("wecom", fake)
    assert all(not one.given for one in found.people.values())
    assert "WeCom tells no phones and mails to this app" in said(found)


def test_wecom_that_tells_ids_for_names_is_refused(serve):
    company = firm()
    company.people = [Worker("a", "a", ["1"]), Worker("b", "b", ["1"])]
    with pytest.raises(Failed, match="no names to this app"):
        reading("wecom", serve("wecom", company))


@pytest.mark.parametrize("kind", ["wecom", "feishu"])
def test_an_account_that_is_switched_off_is_not_active(kind, serve):
    company = firm()
    company.people[3].active = False
    assert not reading(kind, serve(kind, company)).people["zhang"].active


@pytest.mark.parametrize("address", ["http://example.com", "ftp://example.com", "//example.com", "https://"])
def test_a_secret_goes_over_no_open_line(address):
    with pytest.raises(Failed, match="https"):
        read("wecom", Access(address, "corp", SECRET))


@pytest.mark.parametrize("kind", KINDS)
def test_dozens_of_people_come_page_by_page_each_once(kind, serve):
    company = firm()
    company.people += [Worker(f"p{at}", f"员工{at}", ["2", "3"]) for at in range(31)]
    assert len(reading(kind, serve(kind, company)).people) == 35
