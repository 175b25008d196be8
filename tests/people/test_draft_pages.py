"""The way over the pages: a draft is made, changed by dragging and by forms, looked through, published."""

import datetime as dt

import pytest
from django.urls import reverse

from muster.access.models import Event
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.draft import change_draft, drafts
from muster.people.actions.move import move_member
from muster.people.actions.structure import units
from muster.people.models import Assignment, DraftChange, StructureDraft, VacantSeat

OPERATOR = Actor.operator("test")
pytestmark = pytest.mark.django_db
TOMORROW = today() + dt.timedelta(days=1)
LIST_QUERIES = 5  # of which three say who asks, one which views there are


@pytest.fixture
def south(firm):
    return units.create(OPERATOR, name="华南大区", code="S", parent=firm.company)


@pytest.fixture
def draft(firm):
    return drafts.create(OPERATOR, name="Autumn", effective_on=today() + dt.timedelta(days=30))


def changes():
    return list(DraftChange.objects.unscoped("test").order_by("pk"))


def drop(client, draft, what, to, **more):
    return client.post(reverse("draft_drop", args=[draft.pk]), {"what": what, "to": to, **more})


def test_a_draft_is_made_from_the_chart_of_its_day(firm, as_role):
    client = as_role("salesops")
    day = today() + dt.timedelta(days=30)
    html = client.get(reverse("org_chart"), {"day": str(day)}).content.decode()
    link = f"{reverse('draft_create')}?effective_on={day}"
    assert link in html
    assert f'value="{day}"' in client.get(link).content.decode()
    answer = client.post(link, {"name": "Autumn", "effective_on": str(day)})
    row = StructureDraft.objects.unscoped("test").get()
    assert (row.name, row.author) == ("Autumn", firm.salesops)
    assert answer.url == reverse("draft_detail", args=[row.pk])
    for key in ("rep", "manager", "sysadmin"):
        assert link not in as_role(key).get(reverse("org_chart")).content.decode()
        assert as_role(key).get(answer.url).status_code == 403


def test_dragging_a_person_onto_a_unit_and_onto_a_person(firm, south, draft, as_role):
    client = as_role("salesops")
    answer = drop(client, draft, f"m{firm.rep.pk}", f"u{south.pk}")
    assert answer.json() == {"url": f"{reverse('draft_detail', args=[draft.pk])}?by=unit&focus=m{firm.rep.pk}"}
    assert [(str(one.member), str(one.unit), str(one.manager)) for one in changes()] == [("张三", "华南大区", "李明")]
    drop(client, draft, f"m{firm.rep.pk}", f"m{firm.director.pk}")
    assert [(str(one.unit), str(one.manager)) for one in changes()] == [("总公司", "王大伟")]
    drop(client, draft, f"u{south.pk}", f"u{firm.north.pk}")
    assert [(one.kind, str(one.about), str(one.unit)) for one in changes()][1:] == [
        ("move_unit", "华南大区", "华北大区")
    ]
    html = client.get(reverse("draft_detail", args=[draft.pk])).content.decode()
    assert "unit 华北大区 → 总公司 · manager 李明 → 王大伟" in html
    assert "总公司 → 华北大区" in html


def test_onto_a_unit_means_under_its_head(firm, south, draft, as_role):
    units.edit(OPERATOR, south, head=firm.peer)
    drop(as_role("salesops"), draft, f"m{firm.rep.pk}", f"u{south.pk}")
    assert [str(one.manager) for one in changes()] == ["曾小红"]


def test_a_drop_that_cannot_be_is_a_sentence_and_nothing_is_kept(firm, south, draft, as_role):
    client = as_role("salesops")
    answer = drop(client, draft, f"u{firm.company.pk}", f"u{south.pk}")
    assert answer.status_code == 422
    assert "总公司 → 华南大区 → 总公司" in answer.json()["detail"]
    assert drop(client, draft, f"u{south.pk}", f"m{firm.rep.pk}").status_code == 422
    assert drop(client, draft, "m999999", f"u{south.pk}").status_code == 404
    assert drop(client, draft, "x", "").status_code == 422
    assert changes() == []
    assert drop(as_role("manager"), draft, f"m{firm.rep.pk}", f"u{south.pk}").status_code == 403
    change_draft(OPERATOR, draft, kind="move", member=firm.rep, unit=south, manager=firm.manager)
    stale = drop(client, draft, f"m{firm.rep.pk}", f"m{firm.director.pk}", seen="0")
    assert "Somebody else changed this" in stale.json()["detail"]


def test_the_forms_do_all_that_dragging_does_and_more(firm, south, draft, as_role):
    client = as_role("salesops")

    def post(name, query="", /, **data):
        answer = client.post(f"{reverse(name, args=[draft.pk])}{query}", data)
        assert answer.status_code == 302, answer.content.decode()

    for name in ("draft_move", "draft_new_unit", "draft_seat"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 200
    post("draft_new_unit", name="华中大区", code="", parent=f"u{firm.company.pk}")
    planned = changes()[0]
    post("draft_move", f"?member={firm.rep.pk}", member=firm.rep.pk, unit=f"n{planned.pk}", heads="on")
    post("draft_seat", unit=f"n{planned.pk}", position=firm.position.pk, acting=firm.rep.pk)
    post("draft_unit", f"?unit=u{south.pk}", name="南方大区", parent=f"u{firm.north.pk}")
    post("draft_unit", f"?unit=n{planned.pk}", name="中部大区", parent="top")
    said = {(one.kind, str(one.member or one.about or one.name or one.position)) for one in changes()}
    assert said == {
        ("new_unit", "中部大区"),
        ("move", "张三"),
        ("seat", "Rep"),
        ("rename", "华南大区"),
        ("move_unit", "华南大区"),
    }
    html = client.get(f"{reverse('draft_move', args=[draft.pk])}?member={firm.rep.pk}").content.decode()
    assert "张三 · 中部大区 · 李明" in html
    data = client.get(reverse("draft_data", args=[draft.pk])).json()["nodes"]
    marks = {one["name"]: one["mark_label"] for one in data}
    assert (marks["中部大区"], marks["张三"], marks["南方大区"], marks["曾小红"]) == (
        "new",
        "is changed",
        "is changed",
        "",
    )
    before = client.get(reverse("draft_data", args=[draft.pk]), {"side": "before"}).json()["nodes"]
    assert {one["name"]: one["mark_label"] for one in before}["张三"] == "moves away"
    post("draft_unit", f"?unit=u{south.pk}", name="华南大区", parent=f"u{firm.company.pk}", closes="on")
    assert {one.kind for one in changes()} == {"new_unit", "move", "seat", "close"}
    post("draft_unit", f"?unit=u{south.pk}", name="华南大区", parent=f"u{firm.company.pk}")
    assert {one.kind for one in changes()} == {"new_unit", "move", "seat"}
    refused = client.post(
        f"{reverse('draft_unit', args=[draft.pk])}?unit=u{firm.north.pk}",
        {"name": "北", "parent": f"u{firm.company.pk}", "closes": "on"},
    )
    assert refused.status_code == 422
    assert "cannot be closed" in refused.content.decode()
    assert {one.kind for one in changes()} == {"new_unit", "move", "seat"}, "not even the new name"


def test_effects_and_publishing_over_the_pages(firm, south, draft, as_role):
    client = as_role("director")
    change_draft(OPERATOR, draft, kind="move", member=firm.rep, unit=south, manager=firm.director)
    html = client.get(reverse("draft_effects", args=[draft.pk])).content.decode()
    assert "李明" in html
    assert "华南大区" in html
    page = client.get(reverse("draft_publish", args=[draft.pk])).content.decode()
    assert "cannot be published yet" not in page
    client.post(reverse("draft_publish", args=[draft.pk]))
    assert Assignment.objects.unscoped("test").filter(member=firm.rep, unit=south).count() == 1
    again = client.post(reverse("draft_publish", args=[draft.pk]), follow=True).content.decode()
    assert "published already" in again
    assert Event.objects.unscoped("test").filter(action="people.structuredraft.publish").count() == 1
    assert client.get(reverse("draft_effects", args=[draft.pk])).status_code == 200
    assert "Take out" not in client.get(reverse("draft_detail", args=[draft.pk])).content.decode()


def test_a_conflict_is_shown_kept_or_taken_out(firm, south, draft, as_role):
    client = as_role("salesops")
    change_draft(OPERATOR, draft, kind="move", member=firm.rep, unit=south, manager=firm.director)
    move_member(OPERATOR, firm.rep, manager=firm.peer, valid_from=TOMORROW)
    url = reverse("draft_detail", args=[draft.pk])
    sentence = "张三 has changed meanwhile: was 华北大区 · 李明, is 华北大区 · 曾小红"
    assert sentence in client.get(url).content.decode()
    answer = client.post(reverse("draft_publish", args=[draft.pk]))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    client.post(reverse("draft_keep", args=[changes()[0].pk]))
    assert sentence not in client.get(url).content.decode()
    client.post(reverse("draft_revert", args=[changes()[0].pk]))
    assert changes() == []
    assert client.get(reverse("draft_revert", args=[1])).status_code == 405


def test_a_discarded_draft_can_be_read(firm, south, draft, as_role):
    change_draft(OPERATOR, draft, kind="move", member=firm.rep, unit=south, manager=firm.director)
    client = as_role("salesops")
    client.post(reverse("draft_discard", args=[draft.pk]))
    html = client.get(reverse("draft_detail", args=[draft.pk])).content.decode()
    assert "Discarded" in html
    assert "张三" in html
    assert reverse("draft_publish", args=[draft.pk]) not in html
    answer = client.post(f"{reverse('draft_move', args=[draft.pk])}", {"member": firm.peer.pk, "unit": f"u{south.pk}"})
    assert answer.status_code == 422


def test_the_list_costs_the_same_however_many_it_shows(firm, as_role, django_assert_num_queries):
    client = as_role("salesops")
    for at in range(3):
        drafts.create(OPERATOR, name=f"Plan {at}", effective_on=today())
        client.get(reverse("draft_list"))
        with django_assert_num_queries(LIST_QUERIES):
            assert f"Plan {at}" in client.get(reverse("draft_list")).content.decode()


def test_vacant_seats_stand_on_the_page_of_their_unit(firm, as_role):
    client = as_role("director")
    url = reverse("unit_detail", args=[firm.north.pk])
    seat = {"unit": firm.north.pk, "position": firm.position.pk, "valid_from": str(today()), "acting": firm.peer.pk}
    client.post(reverse("vacancy_create"), seat)
    row = VacantSeat.objects.unscoped("test").get()
    html = client.get(url).content.decode()
    assert "acting: 曾小红" in html
    assert reverse("vacancy_fill", args=[row.pk]) in html
    assert "acting: 曾小红" in as_role("manager").get(url).content.decode()
    assert "acting: 曾小红" not in as_role("rep").get(url).content.decode()
    client.post(reverse("vacancy_fill", args=[row.pk]), {"member": firm.salesops.pk, "valid_from": str(TOMORROW)})
    assert "acting:" not in client.get(url).content.decode()
    rows = Assignment.objects.unscoped("test").filter(member=firm.salesops, valid_from=TOMORROW)
    assert [str(one.unit) for one in rows] == ["华北大区"]


def test_before_a_single_move_one_asks_who_sees_more_or_less(firm, south, as_role):
    client, url = as_role("director"), reverse("member_move", args=[firm.rep.pk])
    move = {"valid_from": str(TOMORROW), "unit": south.pk, "manager": firm.director.pk}
    assert "preview=sight" in client.post(f"{url}?preview=1", move).content.decode()
    html = client.post(f"{url}?preview=sight", move).content.decode()
    assert "李明" in html
    assert "Members" in html
    circle = client.post(f"{url}?preview=sight", {**move, "manager": firm.rep.pk}).content.decode()
    assert "李明" not in circle
    assert as_role("manager").post(f"{url}?preview=sight", move).status_code == 403
    assert not Assignment.objects.unscoped("test").filter(valid_from=TOMORROW).exists()
