"""Chinese names as people type them: 张三 is found by zhangsan, zhang san and zs."""

import os
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

MOST_READINGS = 4
# Surnames that are read otherwise than the word, as people are called and looked for.
COMPOUND = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "单于": "chan yu",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "乐正": "yue zheng",
    "令狐": "ling hu",
    "皇甫": "huang fu",
    "鲜于": "xian yu",
    "夏侯": "xia hou",
    "宰父": "zai fu",
    "亓官": "qi guan",
    "拓跋": "tuo ba",
    "颛孙": "zhuan sun",
    "呼延": "hu yan",
    "闾丘": "lv qiu",
    "濮阳": "pu yang",
    "谷梁": "gu liang",
}
SINGLE = {
    "曾": "zeng",
    "单": "shan",
    "查": "zha",
    "区": "ou",
    "仇": "qiu",
    "解": "xie",
    "朴": "piao",
    "覃": "qin",
    "翟": "zhai",
    "任": "ren",
    "华": "hua",
    "盖": "ge",
    "缪": "miao",
    "乐": "yue",
    "尉": "wei",
    "冼": "xian",
    "员": "yun",
    "召": "shao",
    "秘": "bi",
    "折": "she",
    "繁": "po",
    "种": "chong",
    "祭": "zhai",
    "那": "na",
    "燕": "yan",
    "宁": "ning",
    "贲": "ben",
    "哈": "ha",
    "黑": "he",
    "褚": "chu",
    "晁": "chao",
    "隗": "wei",
    "句": "gou",
    "宓": "mi",
    "洗": "xian",
    "逄": "pang",
    "殷": "yin",
    "纪": "ji",
    "车": "che",
    "石": "shi",
    "沈": "shen",
    "阚": "kan",
    "郇": "xun",
    "都": "du",
    "撒": "sa",
    "葛": "ge",
    "卜": "bu",
    "应": "ying",
}


@cache
def _pypinyin() -> Any:
    """Its phrases, by which 重庆 is read chongqing, take half a second and 45 MB: a process that writes no Chinese name
    goes without."""
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    return import_module("pypinyin")


def has_han(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in text)


def _as_surname(text: str) -> str:
    """TEXT read as the name of a person whose surname is known to be read otherwise; '' where it begins with none."""
    for table, length in ((COMPOUND, 2), (SINGLE, 1)):
        if said := table.get(text[:length]):
            return " ".join([said, *_syllables(text[length:])])
    return ""


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[str, ...]:
    """Pinyin of TEXT without tones, each as 'zhang san'. A first character with several readings (曾: zeng, ceng)
    gives each,
    because libraries guess surnames wrong and a surname is what people search by."""
    if not has_han(text):
        return ()
    rest = _syllables(text[1:])
    read = [" ".join([head, *rest]) for head in _heads(text[0])]
    return tuple(dict.fromkeys(filter(None, [" ".join(_syllables(text)), _as_surname(text), *read])))


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


def person_key(name: str, reading: str = "") -> str:
    """As `sort_key` for a person: by READING where somebody says how the name is read, else with the surname read as a
    surname: 单雄信 stands at shan, not dan."""
    if reading.strip():
        return " ".join(reading.lower().split())
    return (_as_surname(name) if has_han(name[:1]) else "") or sort_key(name)


def said_as(reading: str) -> list[str]:
    """What somebody is found by whose name is read like that: 'zeng xiao hong' by zengxiaohong and zxh."""
    syllables = reading.lower().split()
    return ["".join(syllables), "".join(one[0] for one in syllables)] if syllables else []


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
