"""Analyses: each reader his own numbers, totals that are counted and not added up, rows behind every number."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from factories import actor_of, make_account, make_activity, make_deal
from python_calamine import CalamineWorkbook

from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.deal import lose_deal, win_deal
from muster.crm.models import LossReason
from muster.integrations.mail import send_due as send_mails
from muster.integrations.notifications import read_events
from muster.reporting.actions.analysis import analyses, send_due, send_to, stop_mail, subscribe
from muster.reporting.models import Analysis, AnalysisIssue, AnalysisMail
from muster.reporting.queries.pivot import ALL, Pivot

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
MORNING = dt.datetime(2026, 6, 22, 1, tzinfo=dt.UTC)  # 09:00 in Shanghai, of the next Monday


@pytest.fixture
def work(firm):
    """Wang won 500 and lost one in May, won 300 in June; Li won 200 in June; Zhao, elsewhere, won 900."""
    reason = LossReason.objects.unscoped("test").first()
    for owner, on, amount in (
        (firm.wang, dt.date(2026, 5, 4), 500_00),
        (firm.wang, TODAY, 300_00),
        (firm.li, TODAY, 200_00),
        (firm.other, TODAY, 900_00),
    ):
        deal = make_deal(owner, amount=amount, opened_on=on, account=make_account(owner, f"Of {owner} {on}"))
        win_deal(actor_of(owner), deal, on=on)
    lost = make_deal(firm.wang, amount=100_00, opened_on=dt.date(2026, 5, 4))
    lose_deal(actor_of(firm.wang), lost, reason=reason, on=dt.date(2026, 5, 5))


@pytest.fixture
def post(firm, settings):
    """Mail is on, and the two who get some have an address."""
    settings.MAIL_IS_ON, settings.PUBLIC_URL = True, "https://muster.example"
    for member in (firm.boss, firm.wang):
        member.work_email = f"{member.pk}@example.com"
        member.save()
        member.user.language = "en"
        member.user.save()


def made(member, **more):
    values = {
        "name": "Won",
        "metrics": ["revenue_won", "win_rate"],
        "rows": "member",
        "columns": "month",
        "period": "quarter",
        "share": "everybody",
    }
    return analyses.create(actor_of(member), **{**values, **more})


def sheet_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def value(pivot, key, row, column=ALL):
    one = next(one for one in pivot.metrics if one.key == key)
    rows = {label: group for group, label in pivot.rows.names.items()} | {ALL: ALL}
    columns = {label: group for group, label in pivot.columns.names.items()} | {ALL: ALL}
    return pivot.cell(one, rows[row], columns[column]).value


def test_totals_are_counted_and_not_added_up(firm, work):
    pivot = Pivot(actor_of(firm.chief), made(firm.chief))
    assert value(pivot, "revenue_won", "Wang", "May 2026") == 500_00
    assert value(pivot, "revenue_won", "Wang") == 800_00
    assert value(pivot, "revenue_won", ALL, "June 2026") == 1_400_00
    assert value(pivot, "revenue_won", ALL) == 1_900_00
    assert [float(value(pivot, "win_rate", "Wang", month) or 0) for month in ("May 2026", "June 2026")] == [0.5, 1]
    assert value(pivot, "win_rate", "Wang") == pytest.approx(2 / 3)
    assert value(pivot, "win_rate", ALL) == pytest.approx(4 / 5)


def test_a_customer_touched_in_two_ways_counts_once_in_the_total(firm):
    account = make_account(firm.wang, "Acme")
    for kind in ("call", "call", "visit"):
        make_activity(firm.wang, TODAY, kind, account=account)
    row = made(firm.wang, metrics=["accounts_touched"], columns="kind", share="nobody")
    pivot = Pivot(actor_of(firm.wang), row)
    assert [value(pivot, "accounts_touched", "Wang", kind) for kind in ("Call", "Visit", ALL)] == [1, 1, 1]


def test_everybody_sees_his_own_numbers_in_a_shared_one(firm, work, login):
    row = made(firm.chief)
    assert value(Pivot(actor_of(firm.boss), row), "revenue_won", ALL) == 1_000_00
    assert value(Pivot(actor_of(firm.wang), row), "revenue_won", ALL) == 800_00
    page = login(firm.wang).get(row.get_absolute_url()).content.decode()
    assert "The numbers are yours" in page
    assert "¥800" in page
    assert "1,900" not in page


def test_numbers_that_a_role_does_not_read_are_left_out_and_said(firm, work, login):
    row = made(firm.chief, metrics=["revenue_won", "headcount"], columns="")
    from factories import make_member

    person = make_member("Hire", role="hr")
    pivot = Pivot(actor_of(person), row)
    assert (pivot.keys, pivot.hidden) == (("headcount",), 1)
    page = login(person).get(row.get_absolute_url()).content.decode()
    assert "1 of its numbers are not shown" in page
    assert "Revenue won" not in page.partition("pivot")[2]
    with pytest.raises(ValidationError, match="There is no number"):
        made(person, name="Mine", metrics=["revenue_won"], columns="")


def test_each_number_opens_the_rows_it_counts(firm, work, login):
    client = login(firm.chief)
    for asked in (
        {"metrics": ["deals_won"], "columns": "month"},
        {"metrics": ["deals_won"], "columns": "unit"},
        {"metrics": ["deals_won"], "rows": "unit", "columns": "product_id"},
        {"metrics": ["deals_won"], "rows": "month", "columns": "", "unit": firm.north},
    ):
        pivot = Pivot(actor_of(firm.chief), made(firm.chief, name=str(asked)[:80], **asked))
        one = pivot.metrics[0]
        for pair in [*pivot.pairs(), *((row, ALL) for row in pivot.rows.groups), (ALL, ALL)]:
            cell, href = pivot.cell(one, *pair), pivot.href(one, *pair)
            if cell.n and href:
                found = client.get(href)
                assert found.status_code == 200, href
                assert found.context["page"]["total"] == cell.value, (asked, pair, href)
        assert value(pivot, "deals_won", ALL) in (3, 4)


def test_it_stands_beside_the_period_before(firm, work, login):
    row = made(firm.chief, metrics=["revenue_won"], columns="", period="month", compare=True)
    pivot = Pivot(actor_of(firm.chief), row)
    assert pivot.before[next(iter(pivot.rows.groups)), ALL]("revenue_won").value == 0
    page = login(firm.chief).get(row.get_absolute_url()).content.decode()
    assert "+180%" in page  # 1,400 beside 500
    assert "before: ¥500" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"metrics": []}, "Choose one to 6 numbers"),
        ({"metrics": ["nonsense"]}, "There is no number"),
        ({"columns": "member"}, "cannot both be the same"),
        ({"rows": "week"}, "both be time"),
        ({"metrics": ["headcount"], "columns": "product_id"}, "cannot be broken down by “Product”"),
        ({"columns": "day", "period": "year"}, "That would be 365 steps, and 36 fit"),
        ({"period": "one fine day"}, "is not a period"),
        ({"where": {"competitor_id": 1}}, "cannot be broken down by “Competitor”"),
        ({"where": {"salary": 1}}, "There is no “salary” to choose"),
    ],
)
def test_what_makes_no_table_is_refused_in_a_sentence(firm, asked, said):
    with pytest.raises(ValidationError, match=said):
        made(firm.chief, **asked)
    assert not Analysis.objects.unscoped("test").exists()


def test_a_preview_keeps_nothing(firm, work, login):
    client = login(firm.wang)
    asked = {"metrics": ["revenue_won"], "rows": "member", "columns": "month", "period": "quarter"}
    asked |= {"chart": "bar", "totals": "on"}
    page = client.post("/analyses/preview/", asked).content.decode()
    assert "¥800" in page
    assert (
        "cannot both be the same" in client.post("/analyses/preview/", {**asked, "columns": "member"}).content.decode()
    )
    assert client.post("/analyses/new/", {**asked, "name": "Mine", "share": "nobody"}).status_code == 302
    assert Analysis.objects.unscoped("test").get().columns == "month"


def test_who_may_see_change_and_share(firm, work, login):
    own = made(firm.wang, share="nobody")
    for stranger in (firm.boss, firm.chief, firm.ops):
        assert login(stranger).get(own.get_absolute_url()).status_code == 404
    team = made(firm.boss, share="unit")
    assert login(firm.li).get(team.get_absolute_url()).status_code == 200
    assert login(firm.other).get(team.get_absolute_url()).status_code == 404
    with pytest.raises(Forbidden):
        analyses.edit(actor_of(firm.li), team, name="Taken")
    with pytest.raises(NotVisible):
        analyses.archive(actor_of(firm.other), team)
    with pytest.raises(ValidationError, match="for managers"):
        made(firm.wang, name="Another", share="everybody")


def test_by_mail_each_gets_his_own_numbers_once_and_on_working_days(firm, work, post):
    row = made(firm.chief, columns="", period="quarter")
    subscribe(actor_of(firm.boss), row, kind="week", send_at=dt.time(8, 30))
    send_to(actor_of(firm.chief), row, member=firm.wang, kind="week", send_at=dt.time(8, 30))
    assert send_due(MORNING - dt.timedelta(days=1)) == 0  # Sunday
    assert [send_due(MORNING) for _again in range(2)] == [2, 0]
    issues = AnalysisIssue.objects.unscoped("test").order_by("member")
    kept = {str(one.member): one.numbers[0]["value"] for one in issues}
    assert kept == {"Chen Boss": 1_000_00, "Wang": 800_00}
    read_events()
    send_mails(MORNING + dt.timedelta(days=3))
    (wang,) = [one for one in mail.outbox if f"{firm.wang.pk}@" in one.to[0]]
    assert len(mail.outbox) == 2
    assert wang.subject == "Won: Revenue won ¥800 · Win rate 66.7%"


def test_the_mail_of_a_leader_carries_the_table(firm, work, post):
    row = made(firm.chief, columns="")
    subscribe(actor_of(firm.boss), row, kind="day", send_at=dt.time(8, 30))
    send_due(MORNING)
    read_events()
    send_mails(MORNING + dt.timedelta(days=3))
    name, content, _kind = mail.outbox[0].attachments[0]
    lines = sheet_of(content)
    assert name == f"analysis-{row.pk}.xlsx"
    assert ["Wang", 800, 0.6667] in [line[:3] for line in lines]
    assert not any("Zhao" in str(line) for line in lines)
    assert f"{firm.boss.user} may see" in str(lines[-1])
    assert Event.objects.unscoped("test").filter(action="reporting.analysis.export").count() == 1


def test_who_sees_it_no_more_gets_it_no_more(firm, work):
    row = made(firm.boss, share="unit")
    with pytest.raises(ValidationError, match="does not see this analysis"):
        send_to(actor_of(firm.boss), row, member=firm.other, kind="day", send_at=dt.time(9))
    send_to(actor_of(firm.boss), row, member=firm.wang, kind="day", send_at=dt.time(8, 30))
    analyses.edit(actor_of(firm.boss), row, share="nobody")
    assert send_due(MORNING) == 0
    analyses.edit(actor_of(firm.boss), row, share="unit")
    stop_mail(actor_of(firm.wang), AnalysisMail.objects.unscoped("test").get())
    assert send_due(MORNING) == 0


def test_a_file_says_whose_numbers_it_holds_and_is_in_the_trail(firm, work, login):
    row = made(firm.chief)
    client = login(firm.boss)
    page = client.get(row.get_absolute_url())
    assert "format=xlsx" in page.content.decode()
    answer = client.get(f"{row.get_absolute_url()}?format=xlsx")
    lines = sheet_of(b"".join(answer))
    assert lines[0][:3] == ["Member", "April 2026 · Revenue won (CNY)", "April 2026 · Win rate"]
    assert f"{firm.boss.user} may see" in str(lines[-1])
    event = Event.objects.unscoped("test").get(action="reporting.analysis.export")
    assert (event.object_id, event.context["format"]) == (row.pk, "xlsx")


def test_the_api_says_the_same(firm, work, login):
    row = made(firm.chief)
    found = login(firm.wang).get(f"/api/v1/analyses/{row.pk}/numbers").json()
    assert [one["label"] for one in found["columns"][:-1]] == ["April 2026", "May 2026", "June 2026"]
    assert found["values"]["revenue_won"][-1] == [0, 500_00, 300_00, 800_00]
    assert found["values"]["win_rate"][-1][-1] == 0.6667
    sent = {"name": "By API", "metrics": ["deals_won"], "rows": "unit", "where": {"stage_id": "x"}}
    sent |= {"period": "month", "chart": "line", "share": "nobody"}
    refused = login(firm.wang).post("/api/v1/analyses", sent, content_type="application/json")
    assert refused.status_code == 422
    sent["where"] = {}
    made_now = login(firm.wang).post("/api/v1/analyses", sent, content_type="application/json")
    assert made_now.status_code == 201, made_now.content
