"""Business cards, as phones and mail programs write them, become contacts or leads."""

import pytest
from django.core.exceptions import ValidationError

from muster.crm.models import Contact, Lead
from muster.integrations.importing import reading
from tests.factories import make_account
from tests.integrations.test_tables import rows, run, wrong


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:赵;伟;;;\r\nFN:赵伟\r\nORG:上海公司;采购部\r\nTITLE:采购\r\n 总监\r\n"
    "TEL;TYPE=WORK:021-5555\r\nitem1.TEL;type=CELL:13900139000\r\nEMAIL;TYPE=INTERNET:zhao@example.com\r\n"
    "NOTE:one\\, two\\nthree\r\nUID:u-1\r\nEND:VCARD\r\n"
)


def cells(name: str, content: bytes) -> list[dict[str, str]]:
    [sheet] = reading.read_bytes(name, content)
    return [row for _number, row in sheet.rows]


def test_a_card_becomes_a_contact_of_its_company_and_twice_is_the_same(db):
    account = make_account(name="上海公司")
    assert run("contacts", CARD, name="card.vcf") == (1, 0, 0, 0)
    contact = rows(Contact).get()
    assert (contact.account, contact.name, contact.title) == (account, "赵伟", "采购总监")
    assert (contact.phone, contact.email, contact.notes) == ("13900139000", "zhao@example.com", "one, two\nthree")
    assert run("contacts", CARD, name="card.vcf") == (0, 0, 1, 0)


def test_a_card_becomes_a_lead_where_its_company_is_no_customer(db):
    assert run("leads", CARD, name="card.vcf") == (1, 0, 0, 0)
    assert rows(Lead).get().company == "上海公司"


def test_a_contact_of_an_unknown_company_is_refused_with_a_sentence(db, tmp_path):
    from tests.integrations.test_tables import plan

    [issue] = [one for one in plan("contacts", CARD, name="card.vcf").issues if one.kind == "refused"]
    assert "“上海公司” is no account that you see here" in str(issue)
    assert wrong is not None


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("John_Doe_ANDROID.vcf", 6, {}),
        ("John_Doe_BLACK_BERRY.vcf", 1, {"name": "John Doe", "company": "Acme Solutions"}),
        ("John_Doe_GMAIL.vcf", 1, {"name": "Mr. John Richter, James Doe Sr.", "phone": "905-555-1234"}),
        ("John_Doe_IPHONE.vcf", 1, {"company": "IBM", "title": "Money Counter"}),
        ("John_Doe_MAC_ADDRESS_BOOK.vcf", 1, {"name": "Mr. John Richter,James Doe Sr."}),
        ("John_Doe_MS_OUTLOOK.vcf", 1, {"name": "Mr. John Richter James Doe Sr.", "company": "IBM"}),
        ("fullcontact.vcf", 1, {"company": "Organization1", "title": "Title1"}),
        ("gmail-list.vcf", 3, {"name": "Arnold Smith"}),
        ("issue114.vcf", 1, {"name": "Dummy, Dummy", "external id": "8b574c60-fd7f-4e99-b584-c5db131ae687"}),
        ("outlook-2007.vcf", 1, {"name": "Mr. Michael Angstadt Jr.", "company": "TheCompany"}),
        ("rfc2426-example.vcf", 2, {"name": "Frank Dawson", "company": "Lotus Development Corporation"}),
        ("thunderbird-MoreFunctionsForAddressBook-extension.vcf", 1, {"name": "John Doe", "title": "TheTitle"}),
    ],
)
def test_cards_of_real_programs(test_data, name, count, first):
    found = cells(name, (test_data / "calendar_mail/ez-vcard" / name).read_bytes())
    assert len(found) == count
    assert {key: found[0][key] for key in first} == first


def test_quoted_printable_names_are_read(test_data):
    found = cells("a.vcf", (test_data / "calendar_mail/ez-vcard/John_Doe_ANDROID.vcf").read_bytes())
    assert any("Ñ Ñ Ñ" in one["name"] for one in found)


@pytest.mark.parametrize("text", ["", "BEGIN:VCARD\nFN:Half\n", "hello\nworld\n", "END:VCARD\n"])
def test_what_is_no_whole_card_is_said(text):
    with pytest.raises(ValidationError, match="holds no whole business card"):
        reading.read_bytes("card.vcf", text.encode())
