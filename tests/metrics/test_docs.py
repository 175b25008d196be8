"""Every number has a page, and the example on the page is what the product computes."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from muster.core.periods import Period
from muster.metrics.metric import metric, metrics
from muster.metrics.report import report
from muster.people.models import Member
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


def write(firm, row: dict[str, str]) -> None:
    if {"total", "invoiced", "received", "due"} & set(row):
        papers.write(firm, row)
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
