"""Chinese names are found and ordered as people read them."""

import subprocess
import sys

import pytest
from pypinyin import lazy_pinyin

from muster.core.names import person_key, search_text, sort_key


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("重庆分公司", "chongqingfengongsi"),
        ("长沙", "changsha"),
        ("厦门", "xiamen"),
        ("曾小红", "zengxiaohong"),
        ("单雄信", "shanxiongxin"),
        ("解珍", "xiezhen"),
        ("仇英", "qiuying"),
        ("欧阳正文", "ouyangzhengwen"),
        ("音乐家", "yinyuejia"),
        ("万俟咏", "moqiyong"),
        ("尉迟恭", "yuchigong"),
        ("单于明", "chanyuming"),
        ("查良镛", "zhaliangyong"),
    ],
)
def test_a_name_is_found_by_the_way_it_is_read(name, said):
    assert said in search_text([name]).split()


def test_names_stand_in_the_order_of_their_reading():
    assert sorted(["Zoe Li", "张三", "重庆", "anna", "李四"], key=sort_key) == [
        "anna",
        "重庆",
        "李四",
        "张三",
        "Zoe Li",
    ]


@pytest.mark.parametrize(
    ("name", "stands_at"),
    [
        *(
            ("曾小红", "zeng"),
            ("单雄信", "shan"),
            ("查良镛", "zha"),
            ("区志强", "ou"),
            ("仇英", "qiu"),
            ("解珍", "xie"),
        ),
        *(
            ("解珍", "xie"),
            ("朴志勋", "piao"),
            ("覃勇", "qin"),
            ("翟天", "zhai"),
            ("万俟咏", "mo qi"),
            ("尉迟恭", "yu chi"),
        ),
        *(("单于明", "chan yu"), ("欧阳锋", "ou yang"), ("Anna", "anna"), ("古丽·买买提", "gu li")),
    ],
)
def test_people_stand_at_their_surname_as_it_is_read(name, stands_at):
    assert person_key(name).startswith(stands_at)


def test_what_somebody_says_of_his_name_goes_before_what_is_guessed():
    assert person_key("覃勇", "Tan  Yong") == "tan yong"


def test_the_readings_are_loaded_where_a_chinese_name_is_written_and_nowhere_else():
    """They take 45 MB in every process."""
    asked = (
        "import sys; from muster.core.names import search_text, sort_key; "
        "search_text(['Anna']); sort_key('Anna'); print('pypinyin' in sys.modules); "
        "search_text(['张三']); print('pypinyin' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "True"]


def test_a_name_read_word_by_word_is_read_as_the_library_reads_it():
    """Words are kept; the reading of the whole is that of the library, with what is no Chinese left as it is."""
    for text in ("重庆长江银行", "行长长沙", "ABC物流（上海）有限公司 2号", "曾乐乐", "😀重要"):
        assert sort_key(text) == " ".join(lazy_pinyin(text)).lower()
