"""Every number has a page, and the example on the page is what the product computes."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from muster.activities.models import Call, CheckIn
from muster.core.periods import Period
from muster.crm.actions.credit import Credit, split_deal
from muster.crm.actions.deal import lose_deal, win_deal
from muster.crm.actions.rivals import rivals
from muster.crm.models import AccountScore, Competitor, Contact, LossReason, Pool, PoolStay, StageChange
from muster.metrics.metric import metric, metrics
from muster.metrics.report import report
from muster.people.models import Member
from muster.reporting.models import Report, ReportTemplate
from tests.factories import make_account, make_activity, make_contact, make_deal, stage
from tests.metrics import papers
from tests.metrics.conftest import OPERATOR

PAGES = Path(__file__).parents[2] / "docs" / "metrics"
SHOWN = sorted(key for key, one in metrics().items() if not one.hidden)
QUARTER = Period(dt.date(2026, 1, 1), dt.date(2026, 4, 1))


def tables(key: str) -> list[list[dict[str, str]]]:
    found, head = [], None
    for line in (PAGES / f"{key}.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells
            found.append([])
        elif not line.startswith("|---"):
            found[-1].append(dict(zip(head, cells, strict=True)))
    return found


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def minor(text: str) -> int | None:
    return int(Decimal(text) * 100) if text else None


def value(unit: str, text: str) -> int | float | None:
    if not text:
        return None
    return minor(text) if unit == "money" else float(text)


def entered(make, key: str):
    """Something entered at a moment of the firm's clock."""

    def written(firm, row: dict[str, str]) -> None:
        made = make(firm.members[row["owner"]], row[key])
        at = timezone.make_aware(dt.datetime.fromisoformat(row["entered"]))
        type(made).objects.unscoped("tests").filter(pk=made.pk).update(created_at=at)

    return written


def contact(owner: Member, name: str) -> Contact:
    return make_contact(make_account(owner), name)


def step(firm, row: dict[str, str]) -> None:
    deal = make_deal(firm.members[row["owner"]])
    before = stage(row["from"]) if row["from"] else None
    StageChange(deal=deal, from_stage=before, to_stage=stage(row["to"]), changed_on=day(row["changed_on"])).save()


def travelled(firm, row: dict[str, str]) -> None:
    """The way of a deal as “new 2026-01-05, offer 2026-01-15”."""
    deal, before = make_deal(firm.members[row["owner"]]), None
    for part in row["way"].split(", "):
        key, on = part.split()
        at = stage(key)
        StageChange(deal=deal, from_stage=before, to_stage=at, changed_on=day(on)).save()
        deal.stage, deal.status, before = at, at.kind, at
    deal.closed_on = None if deal.status == "open" else day(on)
    deal.save()


def reported(firm, row: dict[str, str]) -> None:
    due, sent = day(row["report due_on"]), row["state"] == "sent"
    template = ReportTemplate(name="Daily", kind="day")
    template.save()
    moments = {"due_at": timezone.now(), "sent_at": timezone.now() if sent else None}
    Report(
        template=template,
        kind="day",
        member=firm.members[row["member"]],
        starts_on=due,
        due_on=due,
        state=row["state"],
        is_late=row["late"] == "yes",
        **moments,
    ).save()


def checked_in(firm, row: dict[str, str]) -> None:
    on, member = day(row["came_on"]), firm.members[row["member"]]
    visit = make_activity(member, on, kind="visit")
    CheckIn(activity=visit, member=member, on=on, in_at=timezone.now(), verdict=row["verdict"]).save()


def credited(firm, row: dict[str, str]) -> None:
    """A deal won with a split as “ann 60, bob 40, +eve 20”."""
    deal = make_deal(firm.members[row["member"]], amount=minor(row["amount"]), currency=row["currency"])
    shares = []
    for part in filter(None, row["split"].split(", ")):
        name, share = part.lstrip("+").split()
        kind = "overlay" if part.startswith("+") else "revenue"
        shares.append(Credit(firm.members[name], int(Decimal(share) * 100), kind))
    split_deal(OPERATOR, deal, shares=shares)
    win_deal(OPERATOR, deal, on=day(row["won_on"]))


def ended(firm, row: dict[str, str]) -> None:
    """A deal that ended, with competitors as “alpha, beta!”: who won it has a mark."""
    deal, winner = make_deal(firm.members[row["member"]]), None
    for name in filter(None, row["rivals"].split(", ")):
        known, _made = Competitor.objects.unscoped("test").get_or_create(name=name.rstrip("!"))
        rival = rivals.create(OPERATOR, deal=deal, competitor=known)
        winner = rival if name.endswith("!") else winner
    if row["ended"] == "won":
        win_deal(OPERATOR, deal, on=day(row["closed_on"]))
        return
    reason = LossReason.objects.unscoped("test").first()
    lose_deal(OPERATOR, deal, reason=reason, on=day(row["closed_on"]), winner=winner, nobody=winner is None)


def called(firm, row: dict[str, str]) -> None:
    on, member = day(row["called_on"]), firm.members[row["member"]]
    said = {"direction": row["direction"], "result": row["result"], "seconds": int(row["seconds"] or 0)}
    Call(activity=make_activity(member, on), member=member, on=on, **said).save()


def scored(firm, row: dict[str, str]) -> None:
    owner = firm.members[row["member"]]
    said = {"filled": int(row["known"]), "asked": int(row["asked"]), "percent": 0, "valid_from": day(row["since"])}
    AccountScore(account=make_account(owner), owner=owner, valid_to=day(row["until"]), **said).save()


def lay(firm, row: dict[str, str]) -> None:
    former, new = firm.members[row["former"]], firm.members.get(row["new"])
    pool, _made = Pool.objects.unscoped("test").get_or_create(name="Pool")
    said = {
        "came_by": row["came by"],
        "came_on": day(row["came"]),
        "left_by": row["left by"],
        "left_on": day(row["left"]),
    }
    said |= {"came_at": timezone.now(), "left_at": timezone.now() if row["left"] else None}
    kept = {"pool": pool, "kind": "crm.account", "object_id": PoolStay.objects.unscoped("test").count(), "name": "A"}
    PoolStay(former_owner=former, new_owner=new, **kept, **said).save()


# The head by which a table is known, and how a line of it is written down.
MORE = {
    "account": entered(make_account, "account"),
    "contact": entered(contact, "contact"),
    "changed_on": step,
    "way": travelled,
    "report due_on": reported,
    "verdict": checked_in,
    "split": credited,
    "rivals": ended,
    "called_on": called,
    "known": scored,
    "came by": lay,
}


def write(firm, row: dict[str, str]) -> None:
    if {"total", "invoiced", "received", "due"} & set(row):
        papers.write(firm, row)
    elif more := next((one for head, one in MORE.items() if head in row and "kind" not in row), None):
        more(firm, row)
    elif "amount" in row:
        firm.deal(
            row["member"],
            row["status"],
            minor(row["amount"]),
            currency=row["currency"],
            opened_on=day(row["opened_on"]),
            closed_on=day(row["closed_on"]),
        )
    elif "hired_on" in row:
        rows = Member.objects.unscoped("tests").filter(pk=firm.members[row["member"]].pk)
        rows.update(hired_on=day(row["hired_on"]), left_on=day(row["left_on"]))
    elif "lead" in row:
        days = {key: day(row[key]) for key in ("came_on", "closed_on", "first_response_on")}
        firm.lead(row["member"], row["lead"], response_minutes=int(row["response_minutes"] or 0) or None, **days)
    elif "kind" in row:
        firm.activity(row["member"], row["kind"], day(row["done_on"]), row["account"])
    else:
        firm.task(row["member"], day(row["due_on"]), day(row["done_on"]))


def test_every_number_has_a_page():
    assert sorted(page.stem for page in PAGES.glob("*.md") if page.stem != "README") == SHOWN


@pytest.mark.parametrize("key", SHOWN)
def test_the_example_on_the_page_is_right(firm, key):
    source, result = tables(key)
    for row in source:
        write(firm, row)
    one = metric(key)
    answer = report(key, OPERATOR, QUARTER, "member")
    rows = {row["key"]: (row["value"], row["n"]) for row in answer["rows"]}
    for line in result[:-1]:
        assert rows[line["member"]] == (value(one.unit, line["value"]), int(line["rows"])), line
    assert answer["total"] == value(one.unit, result[-1]["value"])
    whole = [row for row in rows.values() if row[1]]
    assert sum(n for _value, n in whole) == int(result[-1]["rows"])


@pytest.mark.parametrize("key", SHOWN)
def test_the_page_names_unit_and_version(key):
    text = (PAGES / f"{key}.md").read_text()
    assert f"`{key}`, in {metric(key).unit}, version {metric(key).version}." in text
