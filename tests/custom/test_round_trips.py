"""Whatever is kept comes back the same: typed into the form, kept, sent, exported and read in again, for every type."""

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from muster.access.models import CustomField
from muster.core.custom import store, types
from muster.core.custom.types import BIGGEST, Type
from muster.crm.actions.deal import deals
from muster.integrations.importing import columns, reading
from muster.integrations.importing.engine import Run
from muster.integrations.importing.sources import source_for
from tests.custom.helpers import again, allow, api, body, browser, choices, field
from tests.factories import actor_of

COLOURS = choices("red", "green", "deep_blue")
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=30)
ALL = {
    Type.TEXT: LINES,
    Type.LONG: st.lists(LINES, min_size=1, max_size=3).map("\n".join),
    Type.WHOLE: st.integers(-BIGGEST, BIGGEST),
    Type.DECIMAL: st.integers(-BIGGEST, BIGGEST),
    Type.MONEY: st.integers(-BIGGEST, BIGGEST),
    Type.DATE: st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)).map(dt.date.isoformat),
    Type.BOOL: st.booleans(),
    Type.CHOICE: st.sampled_from([one["key"] for one in COLOURS]),
    Type.CHOICES: st.sets(st.sampled_from([one["key"] for one in COLOURS]), min_size=1).map(
        lambda some: [one["key"] for one in COLOURS if one["key"] in some]
    ),
    Type.LINK: st.sampled_from(["https://example.com/a?b=1", "http://北辰.example/x", "https://a.example"]),
    Type.PHONE: st.from_regex(r"\+?[0-9]{3,5}[ -]?[0-9]{3,8}", fullmatch=True),
    Type.EMAIL: st.sampled_from(["a@example.com", "wang.li+x@mail.example.cn"]),
}
VALUES = st.sampled_from(list(ALL)).flatmap(lambda kind: st.tuples(st.just(kind), ALL[kind]))


def spec(kind: str, **more) -> CustomField:
    return CustomField(record="crm.deal", key="x", type=kind, currency="CNY", choices=COLOURS, **more)


@given(VALUES)
@example((Type.MONEY, -1))
@example((Type.DECIMAL, 0))
@example((Type.TEXT, "=1+1"))
def test_what_the_form_shows_is_read_as_what_is_kept(pair):
    kind, value = pair
    one = spec(kind)
    assert types.read(one, types.typed(one, value)) == value


@given(VALUES)
def test_what_the_api_hands_out_is_taken_back_as_what_is_kept(pair):
    kind, value = pair
    one = spec(kind)
    assert types.read(one, types.sent(one, types.as_json(one, value))) == value


@given(st.sampled_from([one for one in Type if one != Type.MEMBER]), st.text(max_size=60))
@example(Type.MONEY, "1e999999999")
@example(Type.DECIMAL, "９" * 17)
@example(Type.WHOLE, "²")
@example(Type.DATE, "2026-02-30")
@example(Type.DATE, "2026-W01-1")
@example(Type.TEXT, "a\x00b")
@example(Type.LINK, "javascript:alert(1)//")
def test_anything_typed_is_read_or_refused_with_a_sentence_and_nothing_is_changed_by_reading_again(kind, text):
    one = spec(kind)
    try:
        value = types.read(one, text)
    except ValidationError as error:
        refused = error.messages
        assert all(refused)
        return
    assert types.read(one, types.typed(one, value)) == value
    assert not str(value).startswith("javascript")


CASES = {
    Type.TEXT: "粤B·12345",
    Type.LONG: "First line\nsecond line",
    Type.WHOLE: -42,
    Type.DECIMAL: 1234,
    Type.MONEY: 1_234_550,
    Type.DATE: "2026-03-31",
    Type.BOOL: False,
    Type.CHOICE: "deep_blue",
    Type.CHOICES: ["red", "deep_blue"],
    Type.LINK: "https://example.com/a?b=1",
    Type.PHONE: "+86 138 0013 8000",
    Type.EMAIL: "a@example.com",
    Type.MEMBER: None,
}


@pytest.mark.parametrize("sensitive", [False, True], ids=["open", "sensitive"])
@pytest.mark.parametrize("kind", list(CASES))
@pytest.mark.django_db
def test_form_record_api_export_and_import_tell_the_same(firm, kind, sensitive):
    options = COLOURS if kind in types.CHOSEN else []
    one = field("extra", kind, name="Extra", name_zh="附加", choices=options, sensitive=sensitive)
    value = firm.boss.pk if kind == Type.MEMBER else CASES[kind]
    if sensitive:
        allow("salesops", "write")
    ops = browser(firm.ops)
    page = ops.get(f"/deals/{firm.deal.pk}/edit/").content.decode()
    assert 'name="custom.extra"' in page
    sent = {"name": "Cold store", "currency": "CNY", "amount": "100", "custom.extra": types.typed(one, value)}
    answer = ops.post(f"/deals/{firm.deal.pk}/edit/", sent)
    assert answer.status_code == 302, answer.content.decode()
    deal = again(firm.deal)
    raw = deal.custom["extra"]
    assert (raw != value) == sensitive, "encrypted at rest, or plain"
    call = api(firm.ops)
    told = call("GET", f"deals/{deal.pk}").json()["custom"]["extra"]
    expected = {"id": value, "name": "Chen Boss"} if kind == Type.MEMBER else types.as_json(one, value)
    assert told == expected

    table = list(csv.DictReader(io.StringIO(body(ops.get("/deals/?format=csv&col=name&col=custom.extra")))))
    cells = {key.capitalize(): text for key, text in table[0].items()}
    assert set(cells) == {"Name", "Extra"}
    deals.edit(actor_of(firm.ops), again(deal), **{"custom.extra": None})
    assert again(deal).custom is None
    carried = bring(
        firm.ops, f'External ID,Deal name,Account,附加\nX1,"Cold store","Harbour Foods","{cells["Extra"]}"\n'
    )
    assert carried["wrong"] == 0, carried
    made = type(deal).objects.unscoped("tests").exclude(pk=deal.pk).get()
    assert types.as_json(one, stored(made)) == types.as_json(one, value)


def stored(deal):
    return store.opened(deal.custom["extra"])


def bring(member, text: str) -> dict:
    sheets = reading.read_bytes("deals.csv", text.encode())
    actor = actor_of(member)
    source = source_for("deals", actor)
    plan = source.plan(sheets, columns.guess(source.tables, sheets, source.spellings), actor)
    run = Run(plan, actor)
    counts = {**run.counts()[0], "said": [str(one) for one in plan.issues]}
    run.commit()
    return counts
