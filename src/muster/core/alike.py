"""When two companies, phones or addresses are probably the same: what people type is brought into one form first."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.utils.crypto import salted_hmac

HOME = "CN"
MARKS = ("match_name", "match_phone", "match_mail", "match_domain")  # columns of what records are compared by
BRACKETS = re.compile(r"[(\[【<「『].*?[)\]】>」』]")
FORMS_ZH = re.compile(r"(股份有限公司|有限责任公司|有限公司|责任公司|集团公司|股份公司|分公司|公司|集团|股份)")
FORMS_EN = re.compile(
    r"\b(incorporated|inc|limited|ltd|llc|llp|plc|pte|pty|corporation|corp|company|co|gmbh|ag|sa|srl|bv|kk|group|holdings?)\b"
)
EXTENSION = re.compile(r"\s*(?:转|分机|ext\.?|x|#|-)\s*(\d{1,6})\s*$", re.IGNORECASE)
# Numbers as nearly everybody writes them, which need no library: 13812345678, 021-12345678, 0571-1234567.
PLAIN = re.compile(r"(1[3-8][0-9]{9})|0(10|2[0-9]|[3-9][0-9]{2})-?([2-8][0-9]{6,7})")
# Mail of everybody: says nothing of a company.
FREE_MAIL = frozenset(
    [
        "qq.com",
        "163.com",
        "126.com",
        "yeah.net",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "foxmail.com",
        "139.com",
        "189.cn",
        "21cn.com",
        "aliyun.com",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "gmx.de",
        "web.de",
    ]
)
CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = [3**at % 31 for at in range(17)]


@lru_cache(maxsize=4096)
def company(name: str) -> str:
    """NAME without full width, case, brackets, legal forms and signs: 「樱宁（北京）科技股份有限公司」 → 樱宁科技."""
    text = unicodedata.normalize("NFKC", name).casefold()
    bare = BRACKETS.sub(" ", text)
    for candidate in (FORMS_EN.sub(" ", FORMS_ZH.sub("", bare)), bare, text):
        kept = "".join(char for char in candidate if char.isalnum())
        if len(kept) > 1:
            return kept
    return "".join(text.split())


def phone(text: str) -> str:
    """TEXT as +8613812345678; an extension as +862112345678;801. '' where it is no phone number."""
    if plain := PLAIN.fullmatch(text):
        return f"+86{''.join(filter(None, plain.groups()))}"
    written = unicodedata.normalize("NFKC", text).strip()
    for candidate, extension in _readings(written):
        try:
            number = phonenumbers.parse(candidate, HOME)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            number.extension = None
            said = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return f"{said};{extension}" if extension else said
    return ""


def _readings(written: str) -> list[tuple[str, str]]:
    """The whole as a number, or the end of it as an extension: 021-12345678-801, 021-12345678转801."""
    found = EXTENSION.search(written)
    whole = [(written, "")] if not found or found[0].lstrip()[:1] == "-" else []
    return whole + ([(written[: found.start()], found[1])] if found else [])


def shown_phone(text: str) -> str:
    """TEXT as people write it here: 138 1234 5678, 021 1234 5678 转 801; as typed where it is no phone number."""
    key, _semicolon, extension = phone(text).partition(";")
    if not key:
        return text
    number = phonenumbers.parse(key)
    if not phonenumbers.is_valid_number(number):
        return text
    at_home = phonenumbers.region_code_for_number(number) == HOME
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    said = phonenumbers.format_number(number, style)
    return f"{said} 转 {extension}" if extension else said


def domain(address: str) -> str:
    """The company's domain in a mail or web address; '' where it is one of everybody."""
    text = unicodedata.normalize("NFKC", address).strip().casefold()
    host = text.rpartition("@")[2] if "@" in text else re.sub(r"^\w+://", "", text).partition("/")[0]
    host = host.partition(":")[0].removeprefix("www.")
    return "" if host in FREE_MAIL or "." not in host else host


def code(text: str) -> str:
    """A unified social credit code (GB 32100: 18 characters, the last one checks the others), or ''."""
    said = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(said) != 18 or any(char not in CODE for char in said):
        return ""
    total = sum(CODE.index(char) * weight for char, weight in zip(said, CODE_WEIGHTS, strict=False))
    return said if CODE[-total % 31] == said[17] else ""


def mark(text: str) -> str:
    """A keyed mark of something private: equal for equal texts, and it cannot be read back."""
    if not text:
        return ""
    return salted_hmac("muster.alike", text, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()[:32]


def pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def likeness(one: str, other: str) -> float:
    """0 to 1: twice the neighbouring characters that both have ÷ all of both (Dice)."""
    if one == other:
        return 1.0
    left, right = pairs(one), pairs(other)
    whole = left.total() + right.total()
    return 2 * (left & right).total() / whole if whole else 0.0
