"""An import taken back: what it changed gets its former values, what it made goes; a large file is checked by a job."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from muster.access.models import Event
from muster.crm.models import Account, Contact, Deal, Product, StageChange
from muster.integrations.actions.importing import undo_import
from muster.integrations.models import ImportBatch, ImportChange
from muster.people.models import Member
from tests.factories import actor_of, make_account, make_contact, make_deal, make_member, make_pipeline, make_unit
from tests.integrations.test_tables import commit, ops, rows, upload

__all__ = ["ops"]


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def carry(ops, django_capture_on_commit_callbacks):
    def run(kind: str, text: str) -> ImportBatch:
        client, batch = upload(ops, kind, text)
        batch = commit(client, batch, django_capture_on_commit_callbacks)
        assert (batch.status, refused(batch)) == ("done", [])
        return batch

    return run


def kept(batch: ImportBatch, kind: str = "kept") -> list[str]:
    return [str(one) for one in batch.issues.unscoped("tests").filter(kind=kind)]


def refused(batch: ImportBatch) -> list[str]:
    return kept(batch, "refused")


def undo(batch: ImportBatch, ops: Member) -> ImportBatch:
    undo_import(actor_of(ops), batch)
    batch.refresh_from_db()
    assert batch.status == "undone"
    return batch


def test_changed_rows_get_their_former_values_and_made_ones_go(ops, carry):
    old = make_account(ops, "Acme", city="Bonn", notes="by hand", annual_revenue=1_000)
    batch = carry("accounts", "name,city,notes,annual revenue,parent company\nAcme,Köln,other,¥99,New\nNew,Ulm,,,\n")
    old.refresh_from_db()
    assert (old.city, old.annual_revenue, old.parent.name) == ("Köln", 9_900, "New")
    undo(batch, ops)
    [left] = rows(Account)
    assert (left.pk, left.city, left.notes, left.annual_revenue) == (old.pk, "Bonn", "by hand", 1_000)
    assert left.parent_id is None
    assert kept(batch) == []
    event = rows(Event).filter(model="crm.account", object_id=old.pk).latest("pk")
    assert (event.action, event.changes["city"], event.context["undone"]) == (
        "crm.account.edit",
        ["Köln", "Bonn"],
        batch.pk,
    )
    assert not rows(ImportChange).exists()


def test_a_field_that_somebody_changed_since_stays_and_is_named(ops, carry):
    account = make_account(ops, "Acme", city="Bonn", notes="before")
    batch = carry("accounts", "name,city,notes\nAcme,Köln,import\n")
    rows(Account).filter(pk=account.pk).update(city="Ulm")
    undo(batch, ops)
    account.refresh_from_db()
    assert (account.city, account.notes) == ("Ulm", "before")
    assert kept(batch) == ["Acme was changed since: city stay as they are."]
    with translation.override("zh-hans"):
        assert kept(batch)[0].startswith("Acme")
        assert "stay" not in kept(batch)[0]


def test_after_undo_the_same_file_can_be_imported_again(ops, carry):
    account = make_account(ops, "Acme", city="Bonn")
    text = "name,city\nAcme,Köln\n"
    undo(carry("accounts", text), ops)
    again = carry("accounts", text)
    assert again.counts[0]["changed"] == 1
    account.refresh_from_db()
    assert account.city == "Köln"


def test_two_imports_are_taken_back_one_after_the_other(ops, carry):
    account = make_account(ops, "Acme", city="Bonn")
    first, second = carry("accounts", "name,city\nAcme,Köln\n"), carry("accounts", "name,city\nAcme,Ulm\n")
    undo(second, ops)
    account.refresh_from_db()
    assert account.city == "Köln"
    undo(first, ops)
    account.refresh_from_db()
    assert account.city == "Bonn"


def test_a_won_deal_is_open_again_and_says_so_in_its_history(ops, carry):
    pipeline = make_pipeline()
    deal = make_deal(ops, name="Renewal", account=make_account(ops, "Acme"))
    was = deal.stage_id
    won = pipeline.stages.unscoped("tests").get(kind="won")
    batch = carry(
        "deals", f"name,account,pipeline,stage,amount,closed on\nRenewal,Acme,test,{won.key},500,2026-06-05\n"
    )
    deal.refresh_from_db()
    assert deal.status == "won"
    undo(batch, ops)
    deal.refresh_from_db()
    assert (deal.status, deal.stage_id, deal.closed_on) == ("open", was, None)
    last = rows(StageChange).filter(deal=deal).latest("pk")
    assert (last.from_stage_id, last.to_stage_id) == (won.pk, was)


def test_stage_and_days_of_a_deal_go_back_together_or_not_at_all(ops, carry):
    make_pipeline()
    deal = make_deal(ops, name="Renewal", account=make_account(ops, "Acme"))
    batch = carry("deals", "name,account,pipeline,stage,amount,closed on\nRenewal,Acme,test,won,500,2026-06-05\n")
    rows(Deal).filter(pk=deal.pk).update(closed_on="2026-06-06")
    undo(batch, ops)
    deal.refresh_from_db()
    assert (deal.status, deal.closed_on.isoformat()) == ("won", "2026-06-06")
    assert "Renewal was changed since" in kept(batch)[0]


def test_contacts_that_went_along_with_their_account_come_back_and_no_others(ops, carry):
    giver, taker = make_member("王芳"), make_member("孙磊")
    account = make_account(giver, "Acme")
    went, his_own = make_contact(account, "A"), make_contact(account, "B")
    rows(Contact).filter(pk=his_own.pk).update(owner=taker)
    batch = carry("accounts", "name,owner\nAcme,孙磊\n")
    assert {one.owner for one in rows(Contact)} == {taker}
    undo(batch, ops)
    for row, owner in ((account, giver), (went, giver), (his_own, taker)):
        row.refresh_from_db()
        assert row.owner == owner


def test_where_a_member_stands_and_a_pool_are_named_to_be_put_right_by_hand(ops, carry):
    make_unit("North")
    make_unit("South")
    member = make_member("A", unit=make_unit("West"))
    batch = carry("members", f"工号,姓名,部门,手机\n{member.employee_no},A,South,13800138000\n")
    undo(batch, ops)
    member = rows(Member).get(pk=member.pk)
    assert member.unit.name == "South"
    assert member.__dict__["phone"] != "13800138000"
    assert kept(batch) == ["A: put right by hand on its page what the import changed: unit."]


def test_private_values_are_given_back_and_stand_nowhere_in_the_open(ops, carry):
    member = make_member("A", phone="13900139000")
    batch = carry("members", f"工号,姓名,手机\n{member.employee_no},A,13800138000\n")
    [change] = rows(ImportChange)
    assert "13900139000" not in change.kept
    assert change.changes["phone"] == ["13900139000", "13800138000"]
    undo(batch, ops)
    assert rows(Member).get(pk=member.pk).__dict__["phone"] == "13900139000"
    assert not rows(Event).filter(changes__icontains="13800138000").exists()


def test_what_was_made_and_changed_since_stops_the_whole_undo(ops, carry):
    account = make_account(ops, "Acme", city="Bonn")
    batch = carry("accounts", "name,city\nAcme,Köln\nNew,Ulm\n")
    rows(Account).filter(name="New").update(version=2)
    with pytest.raises(ValidationError, match="Changed since the import"):
        undo_import(actor_of(ops), batch)
    account.refresh_from_db()
    assert account.city == "Köln"
    assert rows(ImportChange).exists()


def test_naughty_strings_and_formulas_come_back_as_they_were(ops, carry, test_data):
    words = [
        one.replace("\x00", "").strip()
        for one in json.loads((test_data / "nasty/blns.json").read_text(encoding="utf-8"))
    ]
    words += (test_data / "nasty/csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()
    words = [one for one in dict.fromkeys(one.strip() for one in words) if one and len(one) < 10_000]
    for at, word in enumerate(words):
        Product(code=f"P{at}", name=word[:200], list_price=100).save()
    before = dict(rows(Product).values_list("code", "name"))
    batch = carry("products", "code,name\n" + "".join(f"P{at},plain {at}\n" for at in range(len(words))))
    assert rows(Product).get(code="P0").name == "plain 0"
    undo(batch, ops)
    assert dict(rows(Product).values_list("code", "name")) == before


# -- large files -----------------------------------------------------------------------------------------------------


def test_a_large_file_is_checked_by_a_job_and_the_page_shows_how_far(
    ops, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("muster.integrations.actions.importing.AT_ONCE", 2)
    told = []
    with django_capture_on_commit_callbacks() as jobs:
        client, batch = upload(ops, "accounts", "name,employees\nA,5\nB,five\nC,7\n")
    assert (batch.status, batch.counts, batch.total_rows) == ("checking", [], 3)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "Checking what it would do" in page
    assert reverse("import_commit", args=[batch.pk]) not in page
    assert client.get(reverse("import_progress", args=[batch.pk])).status_code == 200
    client.post(reverse("import_commit", args=[batch.pk]))
    assert not rows(Account).exists()
    monkeypatch.setattr(
        "muster.integrations.actions.importing._tell", lambda _pk, done, total: told.append((done, total))
    )
    for one in jobs:
        one()
    batch.refresh_from_db()
    assert batch.status == "checked"
    assert batch.counts == [{"model": "crm.account", "new": 2, "changed": 0, "same": 0, "wrong": 1}]
    assert told == [(3, 3)]
    answer = client.get(reverse("import_progress", args=[batch.pk]))
    assert answer.headers["HX-Redirect"] == batch.get_absolute_url()


def test_a_large_file_without_a_needed_column_says_so_after_the_check(
    ops, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("muster.integrations.actions.importing.AT_ONCE", 0)
    with django_capture_on_commit_callbacks(execute=True):
        _client, batch = upload(ops, "contacts", "姓名,手机\n张三,13800138000\n")
    batch.refresh_from_db()
    assert (batch.status, "account" in batch.problem) == ("checked", True)
