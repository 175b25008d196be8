"""What a phone keeps for a day, and what it tells later: the times it says, once, and no older than a week."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from muster.activities.actions.visit import check_in, check_out
from muster.activities.models import Activity, Attachment, CheckIn
from tests.factories import actor_of, make_account, make_activity, make_contact, make_deal, make_member


@pytest.fixture
def team(db):
    rep, mate = make_member("Rep"), make_member("Mate")
    account = make_account(rep, "Dongfang")
    make_contact(account, "Ms Li")
    make_deal(rep, account=account, name="Pumps")
    make_deal(rep, account=account, name="Won already", won=dt.date(2026, 3, 2))
    other = make_account(mate, "Of the mate")
    make_contact(other, "Mr Chen")
    plan = make_activity(rep, kind="visit", subject="Review", account=account, status="planned")
    return {"rep": rep, "mate": mate, "account": account, "plan": plan}


def browser(member) -> Client:
    client = Client()
    client.cookies["muster_language"] = "en"
    client.force_login(member.user)
    return client


def test_the_kit_holds_ones_own_choices_of_today_and_nothing_else(team):
    answer = browser(team["rep"]).get("/offline/kit/")
    assert answer["Cache-Control"] == "no-store"
    kit = answer.json()
    named = {key: [one["text"] for one in kit[key]] for key in ("accounts", "contacts", "deals", "plans")}
    assert named == {"accounts": ["Dongfang"], "contacts": ["Ms Li"], "deals": ["Pumps"], "plans": ["Review"]}
    assert (kit["user"], kit["plans"][0]["version"], kit["locates"]) == (team["rep"].user_id, 1, False)
    assert set(kit["accounts"][0]) == {"id", "text"}, "names and keys"
    admin = make_member("Admin", role="sysadmin")
    assert browser(admin).get("/offline/kit/").status_code == 403


def test_the_kit_costs_the_same_however_much_one_has(team, django_assert_max_num_queries):
    client = browser(team["rep"])
    client.get("/offline/kit/")
    with django_assert_max_num_queries(20) as few:
        client.get("/offline/kit/")
    for number in range(10):
        account = make_account(team["rep"], f"A{number}")
        make_contact(account)
        make_deal(team["rep"], account=account)
        make_activity(team["rep"], kind="visit", account=account, status="planned")
    with django_assert_max_num_queries(len(few)):
        client.get("/offline/kit/")


def test_the_page_that_is_kept_holds_nothing_of_anybody(team):
    page = Client().get("/offline/?lang=en").content.decode()
    assert "Entries without a network" in page
    assert 'meta name="user"' not in page
    assert "离线记录" in Client().get("/offline/?lang=zh-hans").content.decode()
    assert Client().get("/offline/?lang=xx").status_code == 200


def test_a_visit_told_later_keeps_the_hours_the_phone_says(team):
    rep, came = actor_of(team["rep"]), timezone.now() - dt.timedelta(hours=3)
    row = check_in(rep, account=team["account"], came_at=came)
    check_out(rep, row, outcome="Interested", left_at=came + dt.timedelta(minutes=40))
    row = CheckIn.objects.unscoped("tests").select_related("activity").get()
    assert (row.in_at, row.minutes, row.activity.outcome, row.activity.minutes) == (came, 40, "Interested", 40)
    assert row.activity.done_at == row.out_at
    assert row.sent_at is not None
    page = browser(team["rep"]).get(f"/activities/{row.activity_id}/visit/").content.decode()
    assert "written down without a network" in page


@pytest.mark.parametrize(
    ("hours", "sentence"), [(-1, "This lies in the future"), (24 * 7 + 1, "older than 7 days and is no longer taken")]
)
def test_what_a_phone_says_has_an_end(team, hours, sentence):
    with pytest.raises(ValidationError, match=sentence):
        check_in(actor_of(team["rep"]), account=team["account"], came_at=timezone.now() - dt.timedelta(hours=hours))
    assert not CheckIn.objects.unscoped("tests").exists()
    assert Activity.objects.unscoped("tests").count() == 1, "nor the visit to it"


def test_the_page_of_check_ins_takes_no_time_from_anybody(team):
    data = {"account": team["account"].pk, "came_at": "2020-01-01T00:00:00Z"}
    browser(team["rep"]).post("/visits/here/", data)
    row = CheckIn.objects.unscoped("tests").get()
    assert row.sent_at is None
    assert timezone.now() - row.in_at < dt.timedelta(minutes=1)


def test_the_same_entry_and_the_same_photo_are_made_once(team, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, came = browser(team["rep"]), (timezone.now() - dt.timedelta(hours=1)).isoformat()
    body = json.dumps({"account": team["account"].pk, "subject": "Samples", "came_at": came})
    sent = [
        client.post("/api/v1/check-ins", body, "application/json", headers={"Idempotency-Key": "k1"})
        for _at in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201]
    row = CheckIn.objects.unscoped("tests").get()
    files = []
    for name, content in (("a.pdf", b"one"), ("a.pdf", b"one"), ("a.pdf", b"two")):
        data = {"model": "activities.activity", "object_id": row.activity_id}
        data["file"] = SimpleUploadedFile(name, b"%PDF-1.4 " + content)
        files.append(client.post("/api/v1/attachments", data, headers={"Idempotency-Key": "k2"}))
    assert [one.status_code for one in files] == [201, 201, 422]
    assert files[0].json()["id"] == files[1].json()["id"]
    assert Attachment.objects.unscoped("tests").count() == 1


def test_a_plan_is_done_when_the_phone_says_and_a_changed_one_gives_both_versions(team):
    client, plan = browser(team["rep"]), team["plan"]
    done = timezone.now() - dt.timedelta(hours=2)
    url = f"/api/v1/activities/{plan.pk}"
    client.patch(url, json.dumps({"outcome": "Next week", "version": 1}), "application/json")
    clash = client.patch(url, json.dumps({"outcome": "Happy", "version": 1}), "application/json")
    assert clash.status_code == 409
    assert clash.json()["errors"]["outcome"] == {"before": "", "theirs": "Next week", "yours": "Happy"}
    assert clash.json()["errors"]["version"] == 2
    body = json.dumps({"done_at": done.isoformat()})
    assert client.post(f"{url}/complete", body, "application/json").status_code == 200
    plan.refresh_from_db()
    assert (plan.status, plan.done_at, plan.outcome) == ("done", done, "Next week")
