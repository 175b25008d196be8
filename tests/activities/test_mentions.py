"""@name in comments, notes and visits: who may see the record is told, once, and nobody else is offered or told."""

import pytest
from factories import actor_of, make_account, make_activity

from muster.activities.actions.activity import activities, log_activity
from muster.activities.models import Comment
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(firm):
    """A note of Wang's that his manager sees and Zhao does not."""
    return make_activity(firm.wang, kind="note", account=make_account(firm.wang))


def told(member):
    read_events()
    rows = Notification.objects.unscoped("test").filter(user=member.user)
    said = [one["title"].partition(" ")[2] for one in shown(rows, actor_of(member))]  # without who did it
    return [one for one in said if "changed where" not in one]


def test_only_who_may_see_the_record_is_offered(firm, note, login):
    client = login(firm.wang)
    url = f"/comments/activities.activity/{note.pk}/mentionable/"
    assert [one["text"] for one in client.get(url, {"q": "Chen"}).json()["results"]] == ["Chen Boss"]
    assert [one["text"] for one in client.get(url).json()["results"]] == ["Chen Boss", "Ops"]  # nothing typed yet
    assert client.get(url, {"q": "Zhao"}).json()["results"] == []
    assert client.get(url, {"q": "Wang"}).json()["results"] == []  # not oneself
    assert login(firm.other).get(url).status_code == 404


def test_the_api_refuses_to_mention_who_may_not_see_it(firm, note, login):
    body = {
        "model": "activities.activity",
        "object_id": note.pk,
        "kind": "comment",
        "body": "Please look",
        "mentions": [firm.other.pk],
    }
    said = login(firm.wang).post("/api/v1/comments", body, content_type="application/json")
    assert said.status_code == 422
    assert "Cannot be mentioned here: Zhao may not see this record" in said.content.decode()
    assert not Comment.objects.unscoped("test").exists()
    said = login(firm.wang).post(
        "/api/v1/comments", {**body, "mentions": [firm.boss.pk]}, content_type="application/json"
    )
    assert said.status_code == 201
    assert Comment.objects.unscoped("test").get().mentions == [firm.boss.pk]
    assert told(firm.boss) == ["commented: Please look"]


def test_a_mention_in_a_note_tells_once(firm):
    account = make_account(firm.wang, "Orient")
    note = log_activity(actor_of(firm.wang), kind="note", subject="Prices", body="Prices", account=account)
    assert told(firm.boss) == []
    activities.edit(actor_of(firm.wang), note, body="@Chen Boss 请看报价 @Zhao")
    assert told(firm.boss) == ["mentions you: Prices"]
    assert told(firm.other) == []  # he may not see it
    activities.edit(actor_of(firm.wang), note, body="@Chen Boss 请看报价，改了一个数 @Zhao")
    assert len(told(firm.boss)) == 1


def test_who_writes_is_not_told_and_who_lost_sight_neither(firm):
    account = make_account(firm.wang)
    log_activity(actor_of(firm.wang), kind="visit", subject="At Orient", body="@Wang @Li", account=account)
    assert told(firm.wang) == []
    assert told(firm.li) == []
    shared = make_account(firm.wang, team=(firm.li,))
    log_activity(actor_of(firm.wang), kind="visit", subject="Together", body="@Li", account=shared)
    assert told(firm.li) == ["mentions you: Together"]
