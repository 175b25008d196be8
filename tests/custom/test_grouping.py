"""Lists in groups by the firm's own fields: choices in their order, yes and no, with sums; only what one sees."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.access.actions.custom_field import custom_fields
from muster.crm.actions.deal import deals
from tests.custom.helpers import again, browser, choices, field
from tests.factories import make_account, make_deal, make_member, operator

pytestmark = pytest.mark.django_db
ASKED = "/deals/?col=name&col=amount"


@pytest.fixture
def sold():
    """Wang has two large deals and one without a size; Far, whom Wang does not see, has one."""
    wang, far = make_member("Wang", role="rep"), make_member("Far", role="rep")
    size = field("size", "choice", choices=choices("small", "large"))
    field("key", "bool")
    for owner, amount, values in (
        (wang, 100_00, {"size": "large", "key": True}),
        (wang, 250_50, {"size": "large", "key": False}),
        (wang, 70_00, {"size": "small"}),
        (wang, 5_00, {}),
        (far, 999_00, {"size": "large", "key": True}),
    ):
        deal = make_deal(owner, account=make_account(owner), amount=amount)
        deals.edit(operator, again(deal), **{f"custom.{key}": value for key, value in values.items()})
    return {"wang": wang, "far": far, "size": size}


def groups(client, by: str, more: str = ""):
    found = client.get(f"{ASKED}&group={by}{more}").context["groups"]
    return [(one["label"], one["count"], [sums for sums in one["cells"] if sums]) for one in found]


def test_by_a_choice_in_the_order_of_the_choices_with_sums(sold):
    client = browser(sold["wang"])
    assert groups(client, "custom.size") == [
        ("Small", 1, [["¥70.00"]]),
        ("Large", 2, [["¥350.50"]]),
        ("Without", 1, [["¥5.00"]]),
    ]


def test_by_yes_and_no(sold):
    assert groups(browser(sold["wang"]), "custom.key") == [
        ("No", 1, [["¥250.50"]]),
        ("Yes", 1, [["¥100.00"]]),
        ("Without", 2, [["¥75.00"]]),
    ]


@pytest.mark.parametrize(("by", "counts"), [("custom.size", [1, 2, 1]), ("custom.key", [1, 1, 2])])
def test_the_rows_of_a_group_are_those_that_were_counted(sold, by, counts):
    client = browser(sold["wang"])
    found = client.get(f"{ASKED}&group={by}").context["groups"]
    assert [one["count"] for one in found] == counts
    for one in found:
        rows = client.get(one["url"]).context["rows"]
        assert len(rows) == one["count"], one
    assert client.get(f"{ASKED}&group={by}&within=nonsense").status_code == 400


def test_filters_hold_and_a_retired_choice_keeps_its_name(sold):
    kept = [{**one, "retired": one["key"] == "large"} for one in choices("small", "large")]
    custom_fields.edit(operator, again(sold["size"]), choices=kept)
    client = browser(sold["wang"])
    assert groups(client, "custom.size", "&custom.key=1") == [("Large", 1, [["¥100.00"]])]


def test_what_is_secret_or_of_another_kind_groups_nothing(sold):
    field("hush", "choice", choices=choices("a", "b"), sensitive=True)
    field("note")
    client = browser(sold["wang"])
    for key in ("custom.hush", "custom.note", "custom.none"):
        assert client.get(f"{ASKED}&group={key}").status_code == 400
    offered = client.get(ASKED).content.decode()
    assert "group=custom.size" in offered
    assert "group=custom.hush" not in offered


def test_a_group_more_costs_no_question_more(sold):
    client = browser(sold["wang"])
    client.get(f"{ASKED}&group=custom.size")
    with CaptureQueriesContext(connection) as first:
        client.get(f"{ASKED}&group=custom.key")
    with CaptureQueriesContext(connection) as second:
        client.get(f"{ASKED}&group=custom.size")
    assert len(second) <= len(first)


def test_fields_called_like_words_of_the_database(sold):
    field("in", "choice", choices=choices("a", "b"))
    deal = make_deal(sold["wang"], account=make_account(sold["wang"]), amount=1_00)
    deals.edit(operator, again(deal), **{"custom.in": "a"})
    assert groups(browser(sold["wang"]), "custom.in")[0] == ("A", 1, [["¥1.00"]])
