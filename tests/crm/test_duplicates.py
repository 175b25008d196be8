"""Is there one like it already? What is alike, what a viewer is told of what he does not see, and asking to join."""

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError

from muster.access.action import Refused
from muster.access.models import Event
from muster.access.scope import NotVisible
from muster.core import alike
from muster.crm.actions import duplicates
from muster.crm.actions.account import accounts, contacts
from muster.crm.actions.duplicates import look
from muster.crm.actions.joining import accept_join, ask_to_join, decline_join
from muster.crm.actions.lead import leads
from muster.crm.actions.marking import fill_marks
from muster.crm.forms.records import AccountForm
from muster.crm.models import Account, Contact, DuplicateCheck, JoinRequest, Lead
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events, shown
from tests.factories import actor_of, make_account, make_contact

pytestmark = pytest.mark.django_db
NAME = "上海樱宁精密机械有限公司"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("樱宁科技股份有限公司", "樱宁科技有限公司"),
        ("樱宁（北京）科技有限公司", "樱宁科技"),
        ("ＡＢＣ　贸易有限公司", "abc贸易公司"),
        ("Acme Trading Co., Ltd.", "ACME TRADING INC"),
        ("Acme (Shanghai) Limited", "acme"),
    ],
)
def test_names_that_are_one_company(one, other):
    assert alike.company(one) == alike.company(other)


def test_what_is_nothing_but_a_form_stays_itself():
    assert alike.company("有限公司") == "有限公司"


@pytest.mark.parametrize(
    "text", ["13812345678", "+86 138 1234 5678", "138-1234-5678", "００８６13812345678", "8613812345678"]
)
def test_one_phone_in_many_spellings(text):
    assert alike.phone(text) == "+8613812345678"


def test_a_number_in_its_usual_form_is_what_the_library_reads(monkeypatch):
    texts = [f"{head}2345678" for head in range(1300, 1900, 7)]
    texts += [f"0{area}{dash}{local}" for area in ("10", "21", "311", "571", "852", "999") for dash in ("", "-")
              for local in ("2345678", "8765432", "23456789", "81234567")]  # fmt: skip
    said = [alike.phone(text) for text in texts]
    assert all(said)
    monkeypatch.setattr(alike, "PLAIN", re.compile(r"(?!)"))
    assert [alike.phone(text) for text in texts] == said


def test_an_extension_is_another_phone():
    assert alike.phone("021-12345678转801") == alike.phone("(021) 12345678-801") == "+862112345678;801"
    assert alike.phone("call me") == ""
    assert alike.shown_phone("+8613812345678") == "138 1234 5678"


def test_a_credit_code_checks_itself():
    assert alike.code(" 91350100M000100y43 ") == "91350100M000100Y43"
    assert alike.code("91350100M000100Y44") == ""


def found(member, model=Account, **said):
    return look(actor_of(member), model, said)


def test_the_same_and_the_similar_name_are_found_and_others_not(firm):
    same, near = make_account(firm.wang, NAME), make_account(firm.wang, "上海樱宁机械")
    make_account(firm.wang, "北京百济神州生物")
    hits = found(firm.wang, name="樱宁（上海）精密机械有限公司").hits
    assert [one.row for one in hits] == [same]
    hits = found(firm.wang, name="上海樱宁精密机械股份有限公司").hits
    assert [(one.row, one.is_same) for one in hits] == [(same, True), (near, False)]


def test_phone_mail_domain_and_code_are_found(firm):
    account = make_account(
        firm.wang, "A", phone="021-12345678", website="https://www.yingning.com", credit_code="91350100M000100Y43"
    )
    contact = make_contact(account, "李雷", phone="13812345678", email="lilei@yingning.com")
    assert found(firm.wang, phone="(021) 1234 5678").hits[0].by == ("phone",)
    assert found(firm.wang, website="http://yingning.com/about").hits[0].by == ("domain",)
    assert found(firm.wang, code="91350100M000100Y43").hits[0].is_same
    assert found(firm.wang, Contact, phone="+86 138 1234 5678").hits[0].row == contact
    assert found(firm.wang, Lead, email="LILEI@yingning.com").hits[0].by == ("domain", "mail")
    assert found(firm.wang, Contact, email="other@qq.com").hits == ()


def test_a_customer_of_somebody_else_is_told_masked(firm):
    make_account(firm.other, NAME, last_activity_on=dt.date(2026, 6, 3), city="上海")
    (hit,) = found(firm.wang, name=NAME).hits
    assert (hit.row, hit.owner, hit.days, hit.by) == (None, "Z*", 12, ())


def test_nothing_of_it_is_in_page_and_answer(firm, login):
    foreign = make_account(firm.other, NAME, phone="021-12345678", city="杭州")
    make_contact(foreign, "韩梅梅", phone="13812345678", email="hmm@yingning.com")
    client = login(firm.wang)
    page = client.post("/duplicates/lead/", {"company": "樱宁上海精密机械", "phone": "13812345678"}).content.decode()
    sent = {"name": NAME, "phone": "13812345678"}
    answer = client.post("/api/v1/duplicates/lead/check", json.dumps(sent), content_type="application/json")
    assert answer.status_code == 200, answer.content
    for text in (page, answer.content.decode()):
        assert "Z*" in text
        for secret in (NAME, "杭州", "韩梅梅", "hmm@", "Zhao", f"/customers/{foreign.pk}", "12345678"):
            assert secret not in text
    hits = answer.json()["hits"]
    assert [(one["id"], one["name"], one["by"]) for one in hits] == [(None, "", [])]


def test_meeting_a_record_of_others_is_in_its_trail_once_a_day(firm):
    foreign = make_account(firm.other, NAME)
    for _at in range(3):
        found(firm.wang, name=NAME)
    events = Event.objects.unscoped("tests").filter(action="crm.duplicatecheck.met")
    assert [(one.object_id, one.actor_member_id) for one in events] == [(foreign.pk, firm.wang.pk)]


def test_who_fishes_is_told_no_more(firm, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_MET", 2)
    names = ["北京百济神州", "深圳鹏程电子", "苏州仁谷生物"]
    for name in names:
        make_account(firm.other, name)
    answers = [found(firm.wang, name=name) for name in names]
    assert [(len(one.hits), one.is_limited) for one in answers] == [(1, False), (1, False), (0, True)]
    assert len(found(firm.wang, name=names[0]).hits) == 1  # what was met today may be met again
    assert Event.objects.unscoped("tests").filter(action="crm.duplicatecheck.limit").count() == 1
    assert len(DuplicateCheck.objects.unscoped("tests").get(member=firm.wang).met) == 2
    own = make_account(firm.wang, names[2])
    assert [one.row for one in found(firm.wang, name=names[2]).hits] == [own]


def test_on_saving_a_reason_is_asked_for_and_kept(firm, login):
    make_account(firm.other, NAME)
    client = login(firm.wang)
    answer = client.post("/customers/new/", {"name": NAME, "level": "normal"})
    assert answer.status_code == 422
    assert "If yours is another one" in answer.content.decode()
    assert Account.objects.unscoped("tests").count() == 1
    answer = client.post("/customers/new/", {"name": NAME, "level": "normal", "double_reason": "Another plant"})
    assert answer.status_code == 302
    event = Event.objects.unscoped("tests").get(action="crm.account.double")
    assert event.context["reason"] == "Another plant"


def test_similar_names_are_shown_and_stop_nobody(firm, login):
    make_account(firm.other, "上海樱宁机械")
    assert login(firm.wang).post("/customers/new/", {"name": NAME, "level": "normal"}).status_code == 302


def test_without_the_right_no_reason_helps(firm):
    make_account(firm.wang, NAME)
    actor = actor_of(firm.wang)
    actor.grants.pop("crm.account.double")
    form = AccountForm({"name": NAME, "level": "normal", "double_reason": "Because"}, actor=actor)
    assert not form.is_valid()
    assert "work with that one" in str(form.errors)


def test_leads_are_compared_with_customers_and_open_leads(firm):
    account = make_account(firm.wang, NAME)
    lead = leads.create(actor_of(firm.wang), name="李雷", company="樱宁精密机械上海")
    assert {one.row for one in found(firm.wang, Lead, name=NAME).hits} >= {account}
    assert {one.row for one in found(firm.wang, Account, name="樱宁精密机械（上海）").hits} >= {lead}


def test_records_from_before_are_filled_in_passing(firm):
    account = make_account(firm.wang, NAME, phone="021-12345678")
    Account.objects.unscoped("tests").update(match_name=None, match_phone=None)
    assert found(firm.wang, phone="021-12345678").hits == ()
    assert (fill_marks(), fill_marks()) == (1, 0)
    assert found(firm.wang, phone="021-12345678").hits[0].row == account


def test_a_record_changed_by_one_field_is_found_by_it(firm):
    account = make_account(firm.wang, "Old name")
    accounts.edit(actor_of(firm.wang), account, name=NAME)
    assert found(firm.wang, name=NAME).hits[0].row == account


def test_phones_leave_no_readable_trace_beside_the_guarded_field(firm):
    contact = contacts.create(actor_of(firm.wang), account=make_account(firm.wang), name="X", phone="13812345678")
    kept = Contact.objects.unscoped("tests").values("match_phone", "match_mail").get(pk=contact.pk)
    assert "12345678" not in kept["match_phone"]
    assert len(kept["match_phone"]) == 32
    event = Event.objects.unscoped("tests").filter(action="crm.contact.create").latest("pk")
    assert not [key for key in event.changes if key.startswith("match_")]


# -- asking to join ----------------------------------------------------------------------------------------------------


def token_for(member) -> str:
    return found(member, name=NAME).hits[0].token


def test_the_owner_lets_somebody_in(firm):
    account = make_account(firm.other, NAME)
    request = ask_to_join(actor_of(firm.wang), token=token_for(firm.wang), note="I know the buyer")
    assert ask_to_join(actor_of(firm.wang), token=token_for(firm.wang)).pk == request.pk
    assert not JoinRequest.objects.visible_to(actor_of(firm.wang)).exists()
    with pytest.raises(NotVisible):
        accept_join(actor_of(firm.li), request)
    accept_join(actor_of(firm.other), request, part="Expert")
    assert Account.objects.visible_to(actor_of(firm.wang)).filter(pk=account.pk).exists()
    with pytest.raises(ValidationError, match="answered already"):
        decline_join(actor_of(firm.other), request)
    read_events()
    told = Notification.objects.unscoped("tests").filter(user=firm.wang.user).select_related("event")
    assert [one["title"] for one in shown(told, actor_of(firm.wang)) if "team" in one["title"]] == [
        f"You are on the team of {NAME} now"
    ]


def test_the_owner_declines_and_tells_nothing(firm):
    make_account(firm.other, NAME)
    request = ask_to_join(actor_of(firm.wang), token=token_for(firm.wang))
    decline_join(actor_of(firm.other), request, answer="Ours")
    read_events()
    told = Notification.objects.unscoped("tests").filter(user=firm.wang.user).select_related("event")
    titles = [one["title"] for one in shown(told, actor_of(firm.wang))]
    assert "Your request to join a customer's team was declined" in titles
    assert NAME not in str(titles)
    assert not Account.objects.visible_to(actor_of(firm.wang)).exists()


def test_a_handle_serves_only_whom_it_was_given_to(firm):
    make_account(firm.other, NAME)
    with pytest.raises(Refused, match="too old"):
        ask_to_join(actor_of(firm.li), token=token_for(firm.wang))
    with pytest.raises(Refused, match="too old"):
        ask_to_join(actor_of(firm.wang), token="made up")


def test_the_pages_of_asking_and_answering(firm, login):
    account = make_account(firm.other, NAME)
    client = login(firm.wang)
    token = token_for(firm.wang)
    assert client.get("/join/", {"token": token}).status_code == 200
    assert client.post("/join/", {"token": token, "note": "Please"}).status_code == 302
    page = login(firm.other).get(f"/customers/{account.pk}/").content.decode()
    assert "Please" in page
    assert "Asks to join" in page
    pk = JoinRequest.objects.unscoped("tests").get().pk
    assert login(firm.li).post(f"/join/{pk}/accept/").status_code == 404
    assert login(firm.other).post(f"/join/{pk}/accept/").status_code == 302
    assert client.get(f"/customers/{account.pk}/").status_code == 200
