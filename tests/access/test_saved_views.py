"""A list as somebody set it up, kept under a name, shared with whom he likes."""

from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override

from muster.access.actions.saved_view import saved_views, use_view
from muster.access.actors import actor_for
from muster.access.models import SavedView, ViewUse
from tests.factories import make_deal, make_member, make_unit


@pytest.fixture
def team(db):
    north = make_unit("North")
    east = make_unit("East", parent=north)
    other = make_unit("South")
    boss = make_member("Boss", unit=north, role="manager")
    return {
        "boss": boss,
        "rep": make_member("Rep", manager=boss, unit=east),
        "far": make_member("Far", unit=other),
    }


def eyes(member):
    return actor_for(member.user)


def browser(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def keep(member, name="Big ones", query="amount_from=5000&sort=-amount", **fields):
    return saved_views.create(eyes(member), name=name, path="/deals/", query=query, **fields)


def test_a_view_is_saved_from_a_list_and_found_in_its_menu(team):
    client = browser(team["rep"])
    page = client.get("/deals/?sort=-amount&col=name&col=amount").content.decode()
    new = "/views/new/?" + urlencode({"path": "/deals/", "query": "sort=-amount&col=name%2Camount"})
    assert new.replace("&", "&amp;") in page
    answer = client.post(
        new, {"name": "By amount", "share": "nobody", "path": "/deals/", "query": "sort=-amount&col=name,amount"}
    )
    view = SavedView.objects.unscoped("tests").get()
    assert answer["Location"] == f"/deals/?sort=-amount&col=name%2Camount&saved={view.pk}"
    assert "By amount" in client.get(answer["Location"]).content.decode()
    assert "By amount" not in client.get("/customers/").content.decode(), "another list has its own views"


def test_each_reader_of_a_shared_view_sees_his_own_rows(team):
    make_deal(team["rep"], amount=900_000, name="Of the rep")
    make_deal(team["far"], amount=900_000, name="Of somebody far")
    view = keep(team["boss"], share="everybody")
    page = browser(team["far"]).get(view.get_absolute_url()).content.decode()
    assert "Of somebody far" in page
    assert "Of the rep" not in page


@pytest.mark.parametrize(
    ("share", "seen_by"), [("nobody", {"boss"}), ("unit", {"boss", "rep"}), ("everybody", {"boss", "rep", "far"})]
)
def test_a_view_is_seen_by_those_it_is_shared_with(team, share, seen_by):
    keep(team["boss"], share=share)
    assert {name for name, one in team.items() if SavedView.objects.visible_to(eyes(one)).exists()} == seen_by


def test_what_is_private_is_hidden_from_administrators_too(team):
    keep(team["rep"])
    admin = make_member("Admin", role="sysadmin")
    assert not SavedView.objects.visible_to(eyes(admin)).exists()


def test_a_list_opens_with_the_view_one_chose_and_with_one_only(team):
    first, second = keep(team["rep"], "First", opens=True), keep(team["rep"], "Second", "sort=name", opens=True)
    first.refresh_from_db()
    assert not first.opens
    client = browser(team["rep"])
    assert client.get("/deals/")["Location"] == second.get_absolute_url()
    assert client.get("/deals/?saved=0").status_code == 200, "and all of it on demand"
    assert browser(team["boss"]).get("/deals/").status_code == 200, "nobody else's list opens so"


def test_a_view_of_somebody_else_is_used_and_not_changed(team):
    view = keep(team["boss"], share="everybody")
    client = browser(team["rep"])
    assert client.get(f"/views/{view.pk}/edit/").status_code == 403
    assert client.post(f"/views/{view.pk}/keep/?query=sort%3Dname").status_code == 403
    view.refresh_from_db()
    assert view.query == "amount_from=5000&sort=-amount"


def test_changed_filters_are_kept_with_one_button(team):
    view = keep(team["rep"])
    client = browser(team["rep"])
    assert "/keep/" not in client.get(view.get_absolute_url()).content.decode()
    assert (
        f"/views/{view.pk}/keep/?query=sort%3Dname" in client.get(f"/deals/?sort=name&saved={view.pk}").content.decode()
    )
    client.post(f"/views/{view.pk}/keep/?query=sort%3Dname%26cursor%3Dx")
    view.refresh_from_db()
    assert view.query == "sort=name", "and never where one was in the pages"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"path": "/nowhere/"}, "There is no list at “/nowhere/”."),
        ({"path": "/"}, "There is no list at “/”."),
        ({"path": "https://example.com/"}, "There is no list at “https://example.com/”."),
        ({"path": "/settings/users/"}, "There is no list at “/settings/users/”."),
        ({"query": "amount_from=much"}, "“much” is not an amount: write for example 1234.50."),
        ({"query": "sort=nonsense"}, "There is no column “nonsense”."),
        ({"share": "everybody"}, "Sharing with everybody is for managers: share it with your unit."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(team, fields, sentence):
    given = {"name": "X", "path": "/deals/", "query": "", **fields}
    with pytest.raises(ValidationError) as refused:
        saved_views.create(eyes(team["rep"]), **given)
    assert sentence in refused.value.messages
    assert not SavedView.objects.unscoped("tests").exists()


def test_two_views_of_a_list_have_two_names(team):
    keep(team["rep"])
    with pytest.raises(ValidationError, match="choose another name"):
        keep(team["rep"])
    keep(team["boss"])


def test_a_view_that_was_put_away_is_gone_from_the_menu(team):
    view = keep(team["rep"])
    saved_views.archive(eyes(team["rep"]), view)
    page = browser(team["rep"]).get("/deals/").content.decode()
    assert "Big ones" not in page


def menu(member, path="/deals/") -> list[str]:
    return [one.name for one in browser(member).get(f"{path}?saved=0").context["listing"].views]


def test_each_reader_has_an_order_and_a_first_view_of_his_own(team):
    first, shared = keep(team["rep"], "First", opens=True), keep(team["boss"], "Of the team", share="unit")
    keep(team["boss"], "For all", share="everybody")
    assert menu(team["rep"]) == ["First", "For all", "Of the team"]
    client = browser(team["rep"])
    client.post(f"/views/{shared.pk}/up/")
    assert menu(team["rep"]) == ["First", "Of the team", "For all"]
    assert menu(team["boss"]) == ["For all", "Of the team"], "nobody else's menu"
    client.post(f"/views/{shared.pk}/opens/")
    assert client.get("/deals/")["Location"] == shared.get_absolute_url()
    assert browser(team["boss"]).get("/deals/").status_code == 200
    first.refresh_from_db()
    assert not first.opens
    client.post(f"/views/{shared.pk}/opens/")
    assert client.get("/deals/").status_code == 200, "and no more"
    client.post(f"/views/{first.pk}/opens/")
    saved_views.edit(eyes(team["rep"]), first, opens=False)
    assert client.get("/deals/").status_code == 200
    saved_views.edit(eyes(team["rep"]), first, opens=True)
    assert client.get("/deals/")["Location"] == first.get_absolute_url()


def test_what_is_not_shared_with_one_cannot_be_used(team):
    view = keep(team["boss"])
    client = browser(team["rep"])
    assert client.post(f"/views/{view.pk}/opens/").status_code == 404
    assert client.post(f"/views/{view.pk}/up/").status_code == 404
    use_view(eyes(team["boss"]), view, opens=True)
    assert not ViewUse.objects.visible_to(eyes(make_member("Admin", role="sysadmin"))).exists()


def test_a_shared_view_is_copied_and_the_copy_is_ones_own(team):
    view = keep(team["boss"], share="everybody")
    client = browser(team["rep"])
    page = client.get(view.get_absolute_url())
    url = page.context["listing"].view["copy_url"]
    form = client.get(url).context["form"]
    given = {name: form[name].value() or "" for name in ("path", "query")}
    client.post("/views/new/", {**given, "name": "Mine", "share": "nobody"})
    copy = SavedView.objects.unscoped("tests").get(name="Mine")
    assert (copy.user_id, copy.query) == (team["rep"].user_id, view.query)


def test_a_view_keeps_its_groups_and_drops_columns_its_reader_does_not_know(team):
    view = keep(team["boss"], share="everybody", query="group=owner&col=name,amount,c_gone&sort=-amount")
    assert view.query == "group=owner&col=name%2Camount%2Cc_gone&sort=-amount"
    SavedView.objects.unscoped("tests").filter(pk=view.pk).update(query="col=name,c_gone&sort=c_gone&group=c_gone")
    page = browser(team["rep"]).get(f"/deals/?col=name,c_gone&sort=c_gone&group=c_gone&saved={view.pk}")
    assert page.status_code == 200
    assert [one["key"] for one in page.context["listing"].columns if one["visible"]] == ["name"]
    assert browser(team["rep"]).get("/deals/?sort=c_gone").status_code == 400, "typed by hand it is refused"
    with override("en"), pytest.raises(ValidationError, match="cannot be grouped by"):
        keep(team["rep"], "Wrong", query="group=next_step")


def test_the_board_has_views_of_its_own(team):
    make_deal(team["rep"], amount=900_000, name="Large")
    make_deal(team["rep"], amount=100, name="Small")
    client = browser(team["rep"])
    page = client.get("/deals/board/?amount_from=5000").content.decode()
    new = "/views/new/?" + urlencode({"path": "/deals/board/", "query": "amount_from=5000"})
    assert new.replace("&", "&amp;") in page
    view = saved_views.create(
        eyes(team["rep"]), name="Large ones", path="/deals/board/", query="amount_from=5000", opens=True
    )
    assert client.get("/deals/board/")["Location"] == view.get_absolute_url()
    shown = client.get(view.get_absolute_url())
    assert "Large ones" in shown.content.decode()
    assert [(one["count"], one["total"]) for one in shown.context["lanes"] if one["count"]] == [(1, "¥9,000")]
    assert "Large ones" not in client.get("/deals/").content.decode()
    assert client.get("/deals/board/?saved=0").status_code == 200
