"""Chinese names as people type them: 张三 is found by zhangsan, zhang san and zs."""

import os
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

MOST_READINGS = 4


@cache
def _pypinyin() -> Any:
    """Its phrases, by which 重庆 is read chongqing, take half a second and 45 MB: a process that writes no Chinese name
    goes without."""
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    return import_module("pypinyin")


def has_han(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in text)


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[str, ...]:
    """Pinyin of TEXT without tones, each as 'zhang san'. A first character with several readings (曾: zeng, ceng)
    gives each,
    because libraries guess surnames wrong and a surname is what people search by."""
    if not has_han(text):
        return ()
    rest = _syllables(text[1:])
    found = [" ".join(_syllables(text)), *(" ".join([head, *rest]) for head in _heads(text[0]))]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def _heads(char: str) -> list[str]:
    lib = _pypinyin()
    return list(lib.pinyin(char, style=lib.Style.NORMAL, heteronym=True)[0][:MOST_READINGS])


def _syllables(text: str) -> list[str]:
    """What `lazy_pinyin` says of TEXT, with each of its words read once: many names are made of few words."""
    return [one for word in _pypinyin().core.seg(text) for one in _syllables_of(word)]


@lru_cache(maxsize=16_384)
def _syllables_of(word: str) -> tuple[str, ...]:
    return tuple(_pypinyin().lazy_pinyin([word]))


def sort_key(text: str) -> str:
    """Order names as a Chinese directory does: by pinyin; Latin names by themselves."""
    return text.lower() if text.isascii() else " ".join(_syllables(text)).lower()


def search_text(parts: list[str]) -> str:
    """One lower-case line with each part and, for Chinese, its pinyin joined and its initials."""
    words: list[str] = []
    for part in filter(None, parts):
        words.append(part.lower())
        for reading in readings(part):
            syllables = reading.split()
            words += ["".join(syllables), "".join(syllable[0] for syllable in syllables)]
    return " ".join(dict.fromkeys(words))


def initials(name: str) -> str:
    """What an avatar shows: the last two characters of a Chinese name, else the letters of first and last word."""
    if has_han(name):
        return name[-2:]
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
