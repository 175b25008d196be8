"""A firm's own fields: how they are defined, asked for, found by, told of, retired; what is refused with a sentence."""

import io

import pytest
import python_calamine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from muster.access.action import Conflict
from muster.access.actions.custom_field import MOST_CHOICES, MOST_FIELDS, custom_fields, place_field
from muster.access.models import CustomField, Event, FieldRule, Role
from muster.access.scope import Forbidden
from muster.activities.models import Activity
from muster.core.custom import patterns
from muster.crm.actions.account import accounts
from muster.crm.actions.deal import deals
from muster.crm.models import Deal
from muster.integrations.importing.sources import source_for
from muster.people.actions.member import members
from tests.custom.helpers import again, allow, api, body, browser, choices, field
from tests.custom.test_round_trips import bring
from tests.factories import actor_of, make_account, make_activity, make_deal, operator

pytestmark = pytest.mark.django_db


def put(row, **values):
    return deals.edit(operator, again(row), **{f"custom.{key}": value for key, value in values.items()})


def sentence(caught) -> str:
    return " ".join(caught.value.messages)


def listed(client, query: str) -> set[str]:
    html = body(client.get(f"/deals/?{query}"))
    return {name for name in ("Cold store", "Warm store", "Old store") if f">{name}</a>" in html}


# -- definitions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "1st", "Vehicle", "two__lines", "dash-ed", "end_", "x" * 41, "车", "a b"])
def test_a_key_that_programs_could_not_use_is_refused(firm, key):
    with pytest.raises(ValidationError):
        field(key, name="Any")
    assert not CustomField.objects.unscoped("tests").exists()


@pytest.mark.parametrize("key", ["in", "contains", "isnull", "exact", "id", "date", "x"])
def test_words_of_the_database_are_keys_like_others(firm, key):
    field(key)
    warm = make_deal(firm.wang, name="Warm store")
    put(firm.deal, **{key: "Blue"})
    put(warm, **{key: "Red"})
    client = browser(firm.wang)
    assert listed(client, f"custom.{key}=blu") == {"Cold store"}
    assert listed(client, f"sort=custom.{key}&col=name&col=custom.{key}") == {"Cold store", "Warm store"}


def test_a_hundred_fields_and_five_hundred_choices_are_the_most(firm):
    CustomField.objects.bulk_create(
        CustomField(record="crm.deal", key=f"f{at}", name=f"F{at}", position_no=at) for at in range(MOST_FIELDS)
    )
    with pytest.raises(ValidationError, match="100 fields are in use"):
        field("more")
    one = CustomField.objects.unscoped("tests").get(key="f7")
    custom_fields.archive(operator, one)
    field("more")
    with pytest.raises(ValidationError, match="100 fields are in use"):
        custom_fields.restore(operator, again(one))
    with pytest.raises(ValidationError, match="1 to 500 entries"):
        field("many", "choice", record="crm.account", choices=choices(*(f"c{at}" for at in range(MOST_CHOICES + 1))))
    assert browser(firm.wang).get("/deals/new/").content.count(b'name="custom.') == MOST_FIELDS


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("text", {"most": "501"}, "At most 500 characters"),
        ("whole", {"least": "9", "most": "3"}, "upper bound is below"),
        ("date", {"least": "soon"}, "is not a date"),
        ("text", {"pattern": "([A-Z]"}, "is no pattern"),
        ("choice", {"choices": []}, "1 to 500 entries"),
        ("choice", {"choices": [*choices("a"), *choices("a")]}, "once only"),
        ("choice", {"choices": [{"key": "a", "name": "One, two"}]}, "no comma"),
        ("text", {"unique": True, "sensitive": True}, "cannot be held to once"),
        ("text", {"kinds": ["level:giant"]}, "is not offered here"),
        ("decimal", {"places": 7}, "At most 6 decimals"),
    ],
)
def test_a_definition_that_cannot_hold_is_refused_with_a_sentence(firm, kind, more, said):
    with pytest.raises(ValidationError) as caught:
        field("x", kind, **more)
    assert said in sentence(caught)
    assert not CustomField.objects.unscoped("tests").exists()


@pytest.mark.parametrize("told", ["(a+)+$", "(a|a)*b", "a*a*a*b", r"(\w)\1", "(?=a+)b", "((a{1,99})*)*", "(" * 400])
def test_a_pattern_that_could_keep_a_machine_busy_is_refused(told):
    with pytest.raises(ValidationError):
        patterns.check(told)


@pytest.mark.parametrize("told", [r"[A-Z]{2}\d{6}", r"\d{4}-\d+", "(AB|CD)-[0-9]*", "粤[A-Z]·.{5}", ""])
def test_patterns_of_numbers_and_plates_are_taken(told):
    patterns.check(told)


def test_how_values_are_kept_is_fixed_while_there_are_any(firm):
    one = field("floor", "whole")
    put(firm.deal, floor=3)
    with pytest.raises(ValidationError, match="Records hold values of this field"):
        custom_fields.edit(operator, one, type="text")
    with pytest.raises(ValidationError, match="Records hold values"):
        custom_fields.edit(operator, again(one), sensitive=True)
    with pytest.raises(ValidationError, match="stays as it is"):
        custom_fields.edit(operator, again(one), key="level")
    custom_fields.edit(operator, again(one), name="Storey")
    assert (again(one).label, again(one).type, again(firm.deal).custom) == ("Storey", "whole", {"floor": 3})
    put(firm.deal, floor=None)
    custom_fields.edit(operator, again(one), type="text")
    assert again(one).type == "text"


def test_a_retired_field_is_gone_everywhere_and_comes_back_with_its_values(firm):
    one = field("floor", "whole")
    put(firm.deal, floor=3)
    custom_fields.archive(operator, again(one))
    client, call = browser(firm.wang), api(firm.wang)
    assert "Floor" not in body(client.get(f"/deals/{firm.deal.pk}/")) + body(client.get("/deals/"))
    assert call("GET", f"deals/{firm.deal.pk}").json()["custom"] == {}
    assert call("GET", "deals?custom.floor=3").status_code == 400
    assert call("PATCH", f"deals/{firm.deal.pk}", custom={"floor": 4}).status_code == 422
    custom_fields.restore(operator, again(one))
    assert again(firm.deal).custom == {"floor": 3}
    assert call("GET", f"deals/{firm.deal.pk}").json()["custom"] == {"floor": 3}


def test_a_choice_taken_away_stays_where_it_is_and_is_chosen_by_nobody(firm):
    one = field("rival", "choice", choices=choices("haier", "midea", "gree"))
    put(firm.deal, rival="gree")
    custom_fields.edit(operator, again(one), choices=choices("midea", "haier"))
    assert [(each["key"], bool(each.get("retired"))) for each in again(one).choices] == [
        ("midea", False),
        ("haier", False),
        ("gree", True),
    ]
    put(firm.deal, rival="gree")
    page = body(browser(firm.wang).get(f"/deals/{firm.deal.pk}/edit/"))
    assert '<option value="gree" selected' in page, "who edits something else keeps it"
    assert '"gree"' not in body(browser(firm.wang).get("/deals/new/"))
    other = make_deal(firm.wang)
    with pytest.raises(ValidationError, match="no longer chosen"):
        put(other, rival="gree")
    assert again(other).custom is None


def test_fields_stand_in_the_order_that_somebody_chose(firm):
    first, second = field("one"), field("two")
    place_field(operator, again(second), up=True)
    page = body(browser(firm.wang).get("/deals/new/"))
    assert page.index("custom.two") < page.index("custom.one")
    client = browser(firm.ops)
    assert client.post(f"/settings/fields/{first.pk}/place/").status_code == 302
    page = body(browser(firm.wang).get("/deals/new/"))
    assert page.index("custom.one") < page.index("custom.two")


def test_only_operations_and_the_administrator_define_fields(firm):
    sent = {"record": "crm.deal", "type": "choice", "key": "rival", "name": "Rival", "choices": "a | Ha\nb | Mi | 美的"}
    for member in (firm.wang, firm.boss):
        assert browser(member).get("/settings/fields/").status_code == 403
        assert browser(member).post("/settings/fields/new/", sent).status_code == 403
    assert not CustomField.objects.unscoped("tests").exists()
    assert browser(firm.ops).post("/settings/fields/new/", sent).status_code == 302
    made = CustomField.objects.unscoped("tests").get()
    assert made.choices[1] == {"key": "b", "name": "Mi", "name_zh": "美的"}
    shown = body(browser(firm.admin).get("/settings/fields/?record=crm.deal"))
    assert "custom.rival" in shown
    assert "<option" in shown, "the preview asks"
    answer = api(firm.ops)("POST", "custom_fields", record="crm.deal", type="date", key="due", name="Due")
    assert answer.status_code == 201, answer.content
    assert api(firm.wang)("GET", "custom_fields").status_code == 403


# -- values ----------------------------------------------------------------------------------------------------------


def test_bounds_patterns_and_once_only_are_sentences_on_the_page_and_over_http(firm):
    field("plate", pattern="[A-Z]{2}-[0-9]{3}", help_text="Two letters, three digits.", unique=True)
    field("floor", "whole", least="-2", most="40", required=True)
    client, call = browser(firm.wang), api(firm.wang)
    sent = {"name": "Cold store", "amount": "100", "currency": "CNY"}
    wrong = client.post(f"/deals/{firm.deal.pk}/edit/", {**sent, "custom.plate": "x", "custom.floor": "41"})
    assert wrong.status_code == 422
    page = body(wrong)
    assert "is not written as asked for here. Two letters, three digits." in page
    assert "“41” is too large: at most 40." in page
    assert client.post(f"/deals/{firm.deal.pk}/edit/", sent).status_code == 422, "it must be filled in"
    assert again(firm.deal).custom is None
    assert call("PATCH", f"deals/{firm.deal.pk}", custom={"floor": 5}).status_code == 200
    put(firm.deal, plate="AB-123")
    other = make_deal(firm.wang)
    answer = call("PATCH", f"deals/{other.pk}", custom={"plate": "AB-123"})
    assert answer.status_code == 422
    assert "stands on another record already" in answer.json()["detail"]
    assert again(other).custom is None
    assert call("PATCH", f"deals/{firm.deal.pk}", custom={"plate": "AB-123"}).status_code == 200, "one's own stays"
    assert call("POST", "deals", name="New", custom={"plate": "CD-456"}).status_code == 422, "the floor is missing"


def test_amounts_go_in_minor_units_over_http_and_in_units_on_the_page(firm):
    field("rent", "money", currency="CNY")
    call = api(firm.wang)
    assert call("PATCH", f"deals/{firm.deal.pk}", custom={"rent": 123_450}).json()["custom"] == {"rent": 123_450}
    assert 'value="1234.50"' in body(browser(firm.wang).get(f"/deals/{firm.deal.pk}/edit/"))
    assert "¥1,234.50" in body(browser(firm.wang).get(f"/deals/{firm.deal.pk}/"))
    for wrong in ("1234.50", 12.5, True, [1], {"a": 1}):
        assert call("PATCH", f"deals/{firm.deal.pk}", custom={"rent": wrong}).status_code == 422
    assert again(firm.deal).custom == {"rent": 123_450}
    assert call("PATCH", f"deals/{firm.deal.pk}", custom={"rent": None}).json()["custom"] == {"rent": None}
    assert call("PATCH", f"deals/{firm.deal.pk}", custom={"nothing": 1}).status_code == 422


def test_lists_are_narrowed_and_sorted_by_every_type(firm):
    warm, old = make_deal(firm.wang, name="Warm store"), make_deal(firm.wang, name="Old store")
    field("floor", "whole")
    field("due", "date")
    field("rent", "money")
    field("tags", "choices", choices=choices("cool", "cooler"))
    field("rival", "choice", choices=choices("haier", "midea"))
    field("signed", "bool")
    field("backer", "member")
    put(firm.deal, floor=9, due="2026-03-01", rent=100_00, tags=["cool"], rival="haier", signed=True)
    put(firm.deal, backer=firm.boss.pk)
    put(warm, floor=10, due="2026-04-01", rent=2_000_00, tags=["cooler"], rival="midea", signed=False)
    client, call = browser(firm.wang), api(firm.wang)
    found = {
        "custom.floor=9": {"Cold store"},
        "custom.floor=9..": {"Cold store", "Warm store"},
        "custom.floor=..9": {"Cold store"},
        "custom.due=2026-03-15..2026-04-01": {"Warm store"},
        "custom.rent=..100": {"Cold store"},
        "custom.tags=cool": {"Cold store"},
        "custom.rival=midea": {"Warm store"},
        "custom.signed=1": {"Cold store"},
        "custom.signed=0": {"Warm store"},
        f"custom.backer={firm.boss.pk}": {"Cold store"},
    }
    for query, names in found.items():
        assert listed(client, query) == names, query
        assert {one["name"] for one in call("GET", f"deals?{query}").json()["items"]} == names, query
    for wrong in ("custom.floor=many", "custom.due=1..2", "custom.signed=perhaps", "custom.backer=x"):
        assert client.get(f"/deals/?{wrong}").status_code == 400, wrong
    for key in ("floor", "due", "rent"):
        order, cursor = [], ""
        while True:  # page by page: the keyset goes through the values and through none
            page = call("GET", f"deals?sort=-custom.{key}&limit=1&cursor={cursor}").json()
            order += [one["name"] for one in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        assert order == ["Warm store", "Cold store", old.name], key
    assert client.get("/deals/?sort=custom.signed").status_code == 400


def test_a_list_costs_the_same_however_many_rows_name_members(firm):
    field("backer", "member")
    client = browser(firm.boss)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert "Chen Boss" in body(client.get("/deals/?col=name&col=custom.backer"))
        return len(found)

    put(firm.deal, backer=firm.boss.pk)
    queries()
    few = queries()
    for _number in range(20):
        put(make_deal(firm.wang), backer=firm.boss.pk)
    assert queries() == few


def test_two_edits_of_different_fields_merge_and_of_the_same_one_ask(firm):
    field("floor", "whole")
    field("rival")
    version = again(firm.deal).version
    actor = actor_of(firm.wang)
    deals.edit(actor, again(firm.deal), version=version, **{"custom.floor": 1})
    deals.edit(actor, again(firm.deal), version=version, **{"custom.floor": None, "custom.rival": "Gree"})
    assert again(firm.deal).custom == {"floor": 1, "rival": "Gree"}, "the floor was left as it was"
    with pytest.raises(Conflict) as caught:
        deals.edit(actor, again(firm.deal), version=version, **{"custom.floor": 2})
    assert caught.value.fields == {"custom.floor": (None, 1, 2)}
    sent = {"name": "Cold store", "amount": "100", "currency": "CNY", "version": version, "custom.floor": "2"}
    answer = browser(firm.wang).post(f"/deals/{firm.deal.pk}/edit/", sent)
    assert answer.status_code == 409
    assert 'data-field="custom.floor" value="1"' in body(answer)
    assert again(firm.deal).custom["floor"] == 1


def test_the_trail_tells_each_field_before_and_after(firm):
    field("floor", "whole")
    field("backer", "member", name="Backer")
    put(firm.deal, floor=1, backer=firm.boss.pk)
    put(firm.deal, floor=2)
    told = Event.objects.unscoped("tests").filter(model="crm.deal").order_by("id").values_list("changes", flat=True)
    assert list(told) == [
        {"custom.floor": [None, 1], "custom.backer": [None, firm.boss.pk]},
        {"custom.floor": [1, 2]},
    ]
    line = body(browser(firm.wang).get(f"/deals/{firm.deal.pk}/timeline/"))
    assert "Floor: 1 → 2" in line
    assert "Backer: – → Chen Boss" in line


# -- kinds of records ------------------------------------------------------------------------------------------------


def test_each_kind_of_follow_up_asks_for_its_own(firm):
    field("room", record="activities.activity", kinds=["kind:visit"], required=True)
    field("shelf", record="activities.activity", kinds=["kind:visit", "account.level:key"])
    field("anything", record="activities.activity")
    client, key = browser(firm.wang), make_account(firm.wang, level="key")

    def asked(query: str) -> list[str]:
        page = body(client.get(f"/activities/new/?{query}"))
        return [one for one in ("room", "shelf", "anything") if f'name="custom.{one}"' in page]

    assert asked("kind=call") == ["anything"]
    assert asked("kind=visit") == ["room", "anything"]
    assert asked(f"kind=visit&account={key.pk}") == ["room", "shelf", "anything"]
    sent = {"kind": "visit", "subject": "Walked through", "account": key.pk, "status": "done"}
    assert client.post("/activities/new/", sent).status_code == 422
    assert not Activity.objects.unscoped("tests").exists()
    assert client.post("/activities/new/", {**sent, "custom.room": "B2", "custom.shelf": "Top"}).status_code in (
        204,
        302,
    )
    assert Activity.objects.unscoped("tests").get().custom == {"room": "B2", "shelf": "Top"}
    call = api(firm.wang)
    answer = call("POST", "activities", kind="call", status="done", subject="Rang", custom={"room": "B2"})
    assert answer.status_code == 422
    assert "only for" in answer.json()["detail"]
    assert call("POST", "activities", kind="call", status="done", subject="Rang").status_code == 201


def test_customers_of_a_level_have_their_own_fields(firm):
    field("credit", "money", record="crm.account", kinds=["level:key"])
    with pytest.raises(ValidationError, match="only for: Level: Key account"):
        accounts.edit(operator, again(firm.account), **{"custom.credit": 5_00})
    accounts.edit(operator, again(firm.account), level="key", **{"custom.credit": 5_00})
    assert again(firm.account).custom == {"credit": 5_00}
    page = body(browser(firm.wang).get(f"/customers/{firm.account.pk}/edit/"))
    assert "custom.credit" in page
    assert 'hx-trigger="change from:[name=level]"' in page


# -- sensitive fields ------------------------------------------------------------------------------------------------


def test_levels_of_roles_hold_on_page_list_export_and_api(firm):
    field("extra", sensitive=True, name="Secret terms")
    put(firm.deal, extra="Discount 37 percent")
    allow("rep", "masked")
    allow("manager", "read")
    allow("salesops", "write")
    seen = {firm.wang: "Dis************cent", firm.boss: "Discount 37 percent", firm.ops: "Discount 37 percent"}
    for member, said in seen.items():
        client = browser(member)
        places = (f"/deals/{firm.deal.pk}/", "/deals/?col=name&col=custom.extra")
        assert all(said in body(client.get(one)) for one in places), member
        assert api(member)("GET", f"deals/{firm.deal.pk}").json()["custom"] == {"extra": said}
        may_write = member is firm.ops
        assert ('name="custom.extra"' in body(client.get(f"/deals/{firm.deal.pk}/edit/"))) == may_write
        answer = api(member)("PATCH", f"deals/{firm.deal.pk}", custom={"extra": "New"})
        assert answer.status_code == (200 if may_write else 403)
    for member in (firm.boss, firm.ops):
        assert api(member)("GET", "deals?custom.extra=New").status_code == 400, "what is encrypted is no filter"
    assert "New" not in str(again(firm.deal).custom)
    with pytest.raises(Forbidden):
        deals.edit(actor_of(firm.boss), again(firm.deal), **{"custom.extra": "Else"})
    told = Event.objects.unscoped("tests").filter(changes__has_key="custom.extra").values_list("changes", flat=True)
    assert all(one["custom.extra"][1] == "•••" for one in told)


def test_the_administrator_rules_over_added_fields_like_over_all_sensitive_ones(firm):
    field("extra", sensitive=True, name="Secret terms")
    role = Role.objects.unscoped("tests").get(key="manager")
    client = browser(firm.admin)
    assert "Secret terms" in body(client.get(f"/settings/roles/{role.pk}/"))
    sent = {"part": "fields", "field:crm.deal|custom.extra|own_reports": "read"}
    assert client.post(f"/settings/roles/{role.pk}/", sent).status_code == 302
    rule = FieldRule.objects.unscoped("tests").get(role=role)
    assert (rule.model, rule.field, rule.scope, rule.level) == ("crm.deal", "custom.extra", "own_reports", "read")


def test_a_rule_for_ones_own_shows_ones_own_alone(firm):
    field("extra", sensitive=True)
    foreign = make_deal(firm.boss, name="Warm store")
    put(firm.deal, extra="Mine alone")
    put(foreign, extra="His alone")
    allow("manager", "read", scope="own")
    page = body(browser(firm.boss).get("/deals/?col=name&col=custom.extra"))
    assert "His alone" in page
    assert "Mine alone" not in page


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_file_fills_in_fields_by_label_name_or_key_and_says_what_is_wrong(firm):
    field("floor", "whole", name="Storey", name_zh="楼层", most="40")
    field("plate", name="Plate", unique=True)
    field("rival", "choice", name="Rival", choices=choices("haier", "midea"), required=True)
    put(firm.deal, plate="A1")
    told = bring(
        firm.ops,
        "Deal name,Account,楼层,custom.plate,Rival\n"
        "One,Harbour Foods,12,B2,Midea\n"
        "Two,Harbour Foods,41,B3,Haier\n"
        "Three,Harbour Foods,,A1,Haier\n"
        "Four,Harbour Foods,,B2,Haier\n"
        "Five,Harbour Foods,,,\n"
        "Cold store,Harbour Foods,7,,\n",
    )
    assert (told["new"], told["changed"], told["wrong"]) == (1, 1, 4)
    assert [one for one in told["said"] if "too large: at most 40" in one]
    assert len([one for one in told["said"] if "stands on another record already" in one]) == 2
    assert [one for one in told["said"] if "Rival is empty" in one]
    made = Deal.objects.unscoped("tests").get(name="One")
    assert made.custom == {"floor": 12, "plate": "B2", "rival": "midea"}
    assert again(firm.deal).custom == {"plate": "A1", "floor": 7}, "an empty cell changes nothing"
    last = Event.objects.unscoped("tests").filter(object_id=firm.deal.pk, model="crm.deal").latest("id")
    assert last.changes == {"custom.floor": [None, 7]}
    again_told = bring(firm.ops, "Deal name,Account,Storey\nCold store,Harbour Foods,7\n")
    assert (again_told["same"], again_told["wrong"]) == (1, 0)


def test_the_template_and_the_mapping_name_the_fields_of_the_firm(firm):
    field("floor", "whole", name="Storey")
    file = browser(firm.ops).get(reverse("import_template", args=["deals"])).content
    book = python_calamine.load_workbook(io.BytesIO(file))
    assert "Storey" in book.get_sheet_by_index(0).to_python()[1]
    found = source_for("deals", actor_of(firm.ops))
    assert "custom.floor" in found.tables["deals"]
    assert found.labels["custom.floor"] == "Storey"


# -- other places ----------------------------------------------------------------------------------------------------


def test_history_of_a_member_and_an_activity_page_show_them(firm):
    field("vehicle", record="people.member", name="Vehicle")
    field("room", record="activities.activity", name="Room")
    members.edit(operator, again(firm.wang), **{"custom.vehicle": "粤B·12345"})
    page = body(browser(firm.boss).get(f"{firm.wang.get_absolute_url()}?tab=history"))
    assert "Vehicle: 粤B·12345" in page
    activity = make_activity(firm.wang, subject="Visit")
    activity.custom = {"room": "B2"}
    activity.save()
    assert "B2" in body(browser(firm.wang).get(f"/activities/{activity.pk}/"))


@given(st.lists(st.sampled_from(["haier", "midea", "gree"]), max_size=4), st.integers(-5, 5) | st.none())
def test_editing_one_field_never_touches_another(firm, tags, floor):
    CustomField.objects.unscoped("tests").delete()
    field("tags", "choices", choices=choices("haier", "midea", "gree"))
    field("floor", "whole")
    deal = make_deal(firm.wang)
    put(deal, tags=tags)
    put(deal, floor=floor)
    kept = again(deal).custom or {}
    assert sorted(kept.get("tags", [])) == sorted(set(tags))
    assert kept.get("floor") == floor
