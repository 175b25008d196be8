"""`muster metric`: exactly this JSON, as this user may see it."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override


@pytest.fixture
def run(firm, capsys):
    firm.deal("ann", "won", 12_345, closed_on=dt.date(2026, 1, 1))
    firm.deal("eve", "won", 100, closed_on=dt.date(2026, 3, 31))
    firm.deal("eve", "won", 900, closed_on=dt.date(2026, 4, 1))
    firm.deal("bob", "lost", 100, closed_on=dt.date(2026, 2, 1))

    def metric(*words: str):
        call_command("metric", *words, "--from", "2026-01-01", "--to", "2026-04-01", "--json")
        return json.loads(capsys.readouterr().out)

    return metric


def test_by_unit(run):
    assert run("revenue_won", "--by", "unit") == {
        "metric": "revenue_won",
        "unit": "money",
        "rows": [
            {"key": "N", "label": "N", "value": 12_345, "n": 1},
            {"key": "S", "label": "S", "value": 100, "n": 1},
        ],
        "total": 12_445,
    }


def test_a_ratio_by_member_within_what_the_manager_sees(run):
    answer = run("win_rate", "--by", "member", "--as", "manager")
    assert answer["rows"] == [
        {"key": "ANN", "label": "ann", "value": 1.0, "n": 1},
        {"key": "BOB", "label": "bob", "value": 0.0, "n": 1},
        {"key": "MANAGER", "label": "manager", "value": None, "n": 0},
    ]
    assert answer["total"] == 0.5


def test_a_rep_sees_himself_alone(run):
    answer = run("revenue_won", "--by", "member", "--as", "eve")
    assert [(row["key"], row["value"]) for row in answer["rows"]] == [("EVE", 100)]
    assert answer["total"] == 100


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["no_such"], "There is no metric 'no_such'. Known: account_completeness, accounts_new, accounts_touched, "),
        (["revenue_won", "--as", "nobody"], "There is no user called nobody."),
        (["revenue_won", "--by", "colour"], "revenue_won cannot be computed by colour."),
        (["revenue_won", "--from", "2026-01-01"], "Give both --from and --to, or neither."),
        (["revenue_won", "--from", "2026-01-01", "--to", "soon"], "is not a period"),
        (["revenue_won", "--from", "2026-02-01", "--to", "2026-01-01"], "ends (2026-01-01) before it begins"),
    ],
)
def test_a_mistake_is_one_sentence(firm, words, sentence):
    with override("en"), pytest.raises(CommandError) as refused:
        call_command("metric", *words)
    assert sentence in str(refused.value)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
