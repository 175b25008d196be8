"""The sum of the parts is the whole; amounts in capitals say what the figures say."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core.money import in_capitals, rounded
from muster.core.shares import split

AMOUNTS = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)
SECTION = {"仟": 1000, "佰": 100, "拾": 10}


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_to_the_whole_and_lie_within_one_unit_of_their_share(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(abs(part - Fraction(total * one, whole)) < 1 for part, one in zip(parts, weights, strict=True))


@given(AMOUNTS, WEIGHTS)
def test_what_is_taken_back_is_the_negative_of_what_was_given(total, weights):
    assert [-one for one in split(total, weights)] == split(-total, weights)


def test_a_hundred_in_thirds_loses_no_cent():
    assert split(100_00, [1, 1, 1]) == [33_34, 33_33, 33_33]
    assert split(1_00, [Decimal("33.3"), Decimal("66.7")]) == [33, 67]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_divide_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="above zero"):
        split(1, weights)


def test_half_goes_to_the_even_neighbour():
    assert [rounded(Fraction(one, 2)) for one in (1, 3, -1, -3, 5)] == [0, 2, 0, -2, 2]


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (50, "人民币伍角整"),
        (1_05, "人民币壹元零伍分"),
        (10_50, "人民币壹拾元伍角整"),
        (1005_30, "人民币壹仟零伍元叁角整"),
        (1_6409_02, "人民币壹万陆仟肆佰零玖元零贰分"),
        (107000_53, "人民币壹拾万柒仟元伍角叁分"),
        (6007_14, "人民币陆仟零柒元壹角肆分"),
        (1_0000_0001_00, "人民币壹亿零壹元整"),
        (1_0001_0000_00, "人民币壹亿零壹万元整"),
        (-2000_00, "人民币负贰仟元整"),
    ],
)
def test_amounts_in_capitals(minor, text):
    assert in_capitals(minor, "CNY") == text


def test_other_currencies_have_no_capitals():
    assert in_capitals(100, "USD") == ""


def read(text: str) -> int:
    """What a person reads who knows the characters and nothing of how they were made."""
    for unit, step in (("亿", 10**8), ("万", 10**4)):
        if unit in text:
            over, _unit, rest = text.rpartition(unit)
            return read(over) * step + read(rest)
    digits = {one: at for at, one in enumerate("零壹贰叁肆伍陆柒捌玖")}
    parts = re.findall(r"([壹贰叁肆伍陆柒捌玖])([仟佰拾]?)", text)
    return sum(digits[digit] * SECTION.get(unit, 1) for digit, unit in parts)


@given(st.integers(1, 2**63 - 1))
def test_whoever_reads_the_capitals_finds_the_amount(minor):
    text = in_capitals(minor, "CNY").removeprefix("人民币")
    assert "零零" not in text
    assert text.endswith("整") is (minor % 10 == 0)
    found = re.fullmatch(r"(?:(.*)元)?零?(?:(.)角)?零?(?:(.)分)?整?", text)
    yuan, tens, ones = (read(part) if part else 0 for part in found.groups())
    assert yuan * 100 + tens * 10 + ones == minor
