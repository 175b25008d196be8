"""Company papers: whom they are for, who has read, asking anew, reminding."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from muster.access.models import Event, Role
from muster.access.scope import Actor, Forbidden
from muster.integrations import notifications
from muster.integrations.models import Notification
from muster.people.actions.lifecycle import plan_leaving
from muster.people.actions.paper import acknowledge, ask_readers, papers, publish_version, remind_readers
from muster.people.models import Member, PaperReading, PaperVersion
from muster.people.queries import to_acknowledge

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = dt.date(2026, 3, 10)
LIST_QUERIES = 5


@pytest.fixture(autouse=True)
def _one_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


def role(key):
    return Role.objects.unscoped("tests").get(key=key).pk


def published(title="Price policy", body="No discount above 20 %.", **fields):
    paper = papers.create(OPERATOR, title=title, **fields)
    publish_version(OPERATOR, paper, body=body)
    return paper


def asked(paper):
    rows = PaperReading.objects.unscoped("tests").filter(edition__paper=paper, edition__is_current=True)
    return {one.member.name: one.read_at is not None for one in rows.select_related("member")}


def waiting(actor):
    return [str(one.edition.paper) for one in to_acknowledge(actor)]


def read(actor, paper, key):
    who = actor(key)
    row = PaperReading.objects.visible_to(who).get(edition__paper=paper, edition__is_current=True, member=who.member_id)
    acknowledge(who, row)


def test_a_paper_is_for_everybody_or_for_units_and_below_and_roles(firm):
    everybody = {"王大伟", "李明", "张三", "曾小红", "赵六", "孙七"}
    assert set(asked(published())) == everybody
    assert set(asked(published(units=[firm.company.pk]))) == everybody
    assert set(asked(published(units=[firm.north.pk]))) == {"李明", "张三", "曾小红"}
    assert set(asked(published(roles=[role("rep"), role("manager")]))) == {"李明", "张三", "曾小红"}
    assert set(asked(published(units=[firm.north.pk], roles=[role("manager")]))) == {"李明"}


def test_the_reader_acknowledges_and_it_goes_from_what_waits(firm, actor, as_role):
    paper = published()
    assert waiting(actor("rep")) == ["Price policy"]
    client = as_role("rep")
    assert "To read and acknowledge" in client.get("/").content.decode()
    page = client.get(reverse("paper_detail", args=[paper.pk])).content.decode()
    assert "No discount above 20 %." in page
    assert "I have read and understood it" in page
    assert client.post(reverse("paper_acknowledge", args=[paper.pk])).status_code == 302
    assert waiting(actor("rep")) == []
    assert "To read and acknowledge" not in client.get("/").content.decode()
    assert asked(paper) == {name: name == "张三" for name in asked(paper)}


def test_nobody_acknowledges_for_another(firm, actor):
    paper = published()
    row = PaperReading.objects.unscoped("tests").get(edition__paper=paper, member=firm.rep)
    with pytest.raises(Forbidden):
        acknowledge(actor("salesops"), row)
    with pytest.raises(ValidationError, match="for himself or herself"):
        acknowledge(OPERATOR, row)
    assert not any(asked(paper).values())


def test_a_new_version_is_asked_of_all_again_and_the_old_reading_stays(firm, actor):
    paper = published()
    read(actor, paper, "rep")
    old = PaperReading.objects.unscoped("tests").get(edition__paper=paper, member=firm.rep)
    publish_version(OPERATOR, paper, body="No discount above 15 %.", changed="15 instead of 20")
    assert waiting(actor("rep")) == ["Price policy"]
    assert asked(paper)["张三"] is False
    old.refresh_from_db()
    assert old.read_at is not None
    late = PaperReading.objects.unscoped("tests").get(edition__number=1, member=firm.peer)
    with pytest.raises(ValidationError, match="newer version"):
        acknowledge(actor("peer"), late)
    numbers = PaperVersion.objects.unscoped("tests").filter(paper=paper).values_list("number", "is_current")
    assert sorted(numbers) == [(1, False), (2, True)]


def test_a_version_needs_words_or_a_file(firm, as_role):
    paper = papers.create(OPERATOR, title="Handbook")
    client, url = as_role("salesops"), reverse("paper_publish", args=[paper.pk])
    answer = client.post(url, {"body": " "})
    assert answer.status_code == 422
    assert "Write the text, or choose a file, or both." in answer.content.decode()
    assert not PaperVersion.objects.unscoped("tests").exists()
    sent = SimpleUploadedFile("handbook.pdf", b"%PDF-1.7 x")
    assert client.post(url, {"upload": sent}).status_code == 302
    row = PaperVersion.objects.unscoped("tests").get()
    file = as_role("rep").get(reverse("paper_file", args=[row.pk]))
    assert file.content == b"%PDF-1.7 x"
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_a_paper_is_hidden_from_who_is_not_asked_to_read_it(firm, as_role):
    paper = published("Bonus rules of managers", roles=[role("manager")])
    row = PaperVersion.objects.unscoped("tests").get()
    for key, sees in [("rep", False), ("peer", False), ("manager", True), ("director", True), ("salesops", True)]:
        client = as_role(key)
        assert ("Bonus rules" in client.get(reverse("paper_list")).content.decode()) is sees, key
        for name, pk in [("paper_detail", paper.pk), ("paper_readers", paper.pk), ("paper_file", row.pk)]:
            status = client.get(reverse(name, args=[pk])).status_code
            assert status == 404 if not sees else status in (200, 302), (key, name)


def test_who_has_read_is_shown_as_far_as_the_line_and_exported(firm, actor, as_role):
    paper = published()
    read(actor, paper, "rep")
    url = reverse("paper_readers", args=[paper.pk])
    mine = as_role("rep").get(url).content.decode()
    assert ("张三" in mine, "曾小红" in mine) == (True, False)
    team = as_role("manager").get(url, {"open": "1"}).content.decode()
    assert ("曾小红" in team, "孙七" in team) == (True, False)
    assert as_role("rep").get(url, {"format": "csv"}).status_code == 403
    firm.peer.name = "=cmd|' /C calc'!A0"
    firm.peer.save()
    text = b"".join(as_role("salesops").get(url, {"format": "csv"}).streaming_content).decode()
    assert "张三" in text
    assert "'=cmd|" in text
    assert ",=cmd|" not in text
    assert Event.objects.unscoped("tests").get(action="people.paperreading.export").context["rows"] == 6


def test_who_comes_is_asked_and_who_goes_is_not_any_more(firm, actor):
    paper = published(units=[firm.north.pk])
    read(actor, paper, "rep")
    people = Member.objects.unscoped("tests")
    people.filter(pk__in=[firm.rep.pk, firm.peer.pk]).update(unit=firm.company)
    people.filter(pk=firm.salesops.pk).update(unit=firm.north)
    assert ask_readers(paper) == 2
    assert ask_readers(paper) == 0
    assert asked(paper) == {"李明": False, "张三": True, "孙七": False}  # what was read stays on record
    plan_leaving(OPERATOR, Member.objects.unscoped("tests").get(pk=firm.salesops.pk), left_on=TODAY)
    ask_readers(paper)
    assert "孙七" not in asked(paper)


def test_reminders_come_before_the_day_on_it_and_weekly_only_to_who_has_not_read(firm, actor):
    paper = published(days=7, units=[firm.north.pk])
    read(actor, paper, "rep")
    said = {}
    for days in range(25):
        remind_readers(TODAY + dt.timedelta(days=days))
        remind_readers(TODAY + dt.timedelta(days=days))
        events = Event.objects.unscoped("tests").filter(action="people.paper.remind").order_by("pk")
        said[days] = events.count()
    assert [day for day in range(1, 25) if said[day] > said[day - 1]] == [4, 7, 14, 21]
    assert all(set(event.context["members"]) == {firm.manager.pk, firm.peer.pk} for event in events)


def test_readers_are_told_by_the_bell(firm, as_role, actor):
    published(units=[firm.north.pk])
    notifications.read_events()
    told = Notification.objects.unscoped("tests").filter(event__action="people.paper.publish")
    assert set(told.values_list("user__member__name", flat=True)) == {"李明", "张三", "曾小红"}
    assert "asks you to read: Price policy" in as_role("rep").get(reverse("notifications")).content.decode()


def test_the_list_costs_the_same_however_many_it_shows(firm, as_role, django_assert_num_queries):
    published()
    client = as_role("manager")
    client.get(reverse("paper_list"))
    for more in (0, 10):
        for at in range(more):
            published(f"Paper {at}")
        with django_assert_num_queries(LIST_QUERIES):
            html = client.get(reverse("paper_list")).content.decode()
        assert "0 / 3" in html


def test_papers_are_made_and_changed_on_the_pages(firm, as_role):
    client = as_role("salesops")
    answer = client.post(reverse("paper_create"), {"title": "Rules", "days": "0"})
    assert answer.status_code == 422
    sent = {"title": "Rules", "title_zh": "规章", "days": "5", "units": [firm.north.pk]}
    assert client.post(reverse("paper_create"), sent).status_code == 302
    paper = client.get(reverse("paper_list")).content.decode()
    assert "Rules" in paper
    assert as_role("manager").get(reverse("paper_create")).status_code == 403
