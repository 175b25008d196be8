"""Money is a whole number of minor units and a currency; never a float, never two currencies in one sum."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from babel.core import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol
from django.conf import settings
from django.utils.translation import get_language, gettext

MOST_MINOR = 2**63 - 1
TEN_THOUSAND = 10_000
HUNDRED_MILLION = 100_000_000


def locale() -> Locale:
    return _locale(get_language() or "en")


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def scale(currency: str) -> int:
    """How many minor units make one unit: 100 for CNY, 1 for JPY."""
    return int(10 ** get_currency_precision(currency))


def major(minor: int, currency: str) -> Decimal:
    return Decimal(minor) / scale(currency)


def to_minor(text: str | int | Decimal, currency: str) -> int:
    """Read an amount in units ('1,234.50', '¥1234.5', '12.5万') as minor units. Raises ValueError with a sentence when
    it is no
    amount, has more decimals than the currency, or is too large: nothing is rounded in silence."""
    raw = str(text).strip().replace(",", "").replace("，", "").replace(" ", "").lstrip("¥￥$€£")
    times = 1
    if raw[-1:] in ("万", "亿"):
        times, raw = (TEN_THOUSAND if raw[-1] == "万" else HUNDRED_MILLION), raw[:-1]
    try:
        value = Decimal(raw) * times * scale(currency)
        if not value.is_finite():
            raise InvalidOperation
    except InvalidOperation as error:
        raise ValueError(gettext("“%(text)s” is not an amount: write for example 1234.50.") % {"text": text}) from error
    if value != value.to_integral_value():
        places = get_currency_precision(currency)
        raise ValueError(
            gettext("“%(text)s” has more than %(places)s decimals, which %(currency)s does not have.")
            % {"text": text, "places": places, "currency": currency}
        )
    if abs(value) > MOST_MINOR:
        raise ValueError(gettext("“%(text)s” is larger than this field can hold.") % {"text": text})
    return int(value)


def rounded(value: Fraction) -> int:
    """VALUE, exact until here, as whole minor units: once, and a half goes to the even neighbour, so that many of them
    neither grow nor shrink. The one rule for all money."""
    return round(value)


def display(minor: int | None, currency: str) -> str:
    """¥1,234.50 as the reader's language writes it; '–' for no amount."""
    return "–" if minor is None else _displayed(minor, currency, get_language() or "en")


@lru_cache(maxsize=4096)
def _displayed(minor: int, currency: str, language: str) -> str:
    text = format_currency(major(minor, currency), currency, locale=_locale(language))
    return text.replace(get_currency_symbol(currency, locale=_locale(language)), symbol(currency))


def short(minor: int | None, currency: str) -> str:
    """For tiles and axes: 123.5 万 and 1.2 亿 where the language counts so, 1.2M elsewhere. Below ten thousand in full
    units."""
    if minor is None:
        return "–"
    value, here = major(minor, currency), locale()
    sign, size = ("-" if value < 0 else ""), abs(value)
    if here.language == "zh":
        steps = [(HUNDRED_MILLION, "亿"), (TEN_THOUSAND, "万")]
    else:
        steps = [(10**9, "B"), (10**6, "M"), (TEN_THOUSAND, "K")]
    for step, unit in steps:
        if size >= step:
            divisor = 1000 if unit == "K" else step
            number = format_decimal((size / divisor).quantize(Decimal("0.1")), format="#,##0.#", locale=here)
            gap = " " if here.language == "zh" else ""
            return f"{sign}{symbol(currency)}{number}{gap}{unit}"
    return f"{sign}{symbol(currency)}{format_decimal(size.quantize(Decimal(1)), locale=here)}"


def symbol(currency: str) -> str:
    """As the reader's language writes it; the firm's own currency without its country: ¥ and not CN¥."""
    found = get_currency_symbol(currency, locale=locale())
    return found[-1] if currency == settings.DEFAULT_CURRENCY and found[-1] in "¥$£€₩₹" else found


_DIGITS, _PLACES = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")


def in_capitals(minor: int, currency: str) -> str:
    """大写金额, as contracts and quotes in yuan must say it: 人民币壹仟零伍元叁角整. Of other currencies ''."""
    if currency != "CNY":
        return ""
    yuan, cents = divmod(abs(minor), 100)
    tens, ones = divmod(cents, 10)
    text = f"{_capital(yuan)}元" if yuan or not cents else ""
    if tens:
        text += f"{_DIGITS[tens]}角"
    if ones:
        text += f"{'零' if yuan and not tens else ''}{_DIGITS[ones]}分"
    return f"人民币{'负' if minor < 0 else ''}{text}{'' if ones else '整'}"


def _capital(number: int) -> str:
    """A whole number in capitals. Where places are skipped one 零 stands for them, however many there are."""
    for step, unit in ((HUNDRED_MILLION, "亿"), (TEN_THOUSAND, "万")):
        if number >= step:
            over, rest = divmod(number, step)
            zero = "零" if rest and rest * 10 < step else ""
            return f"{_capital(over)}{unit}{zero}{_capital(rest) if rest else ''}"
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += f"{'零' if gap and text else ''}{_DIGITS[digit]}{_PLACES[place]}"
        gap = not digit
    return text or _DIGITS[0]
