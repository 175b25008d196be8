"""What is typed into a search field, word by word, on either database."""

import pytest
from django.db import connection
from factories import make_account, make_unit

from muster.core import search
from muster.crm.models import Account
from muster.people.models import Member, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    for at, name in enumerate(["张伟", "李张伟强", "欧阳正文", "Anna Zwick", "流水 物华"]):
        Member(name=name, employee_no=f"E{at}07").save()


def members(text: str) -> set[str]:
    return {one.name for one in search.match(Member.objects.unscoped("test"), text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张伟", {"张伟", "李张伟强"}),  # at the beginning, and within
        ("伟强", {"李张伟强"}),
        ("zw", {"张伟", "李张伟强", "欧阳正文", "Anna Zwick"}),  # initials, within initials too, and within a word
        ("ZW", {"张伟", "李张伟强", "欧阳正文", "Anna Zwick"}),
        ("07", {"张伟", "李张伟强", "欧阳正文", "Anna Zwick", "流水 物华"}),
        ("e1", {"李张伟强"}),
        ("张伟 李", {"李张伟强"}),
        ("水物", set()),  # neighbours are not found across a space
        ("伟张", set()),
        ("张", {"张伟", "李张伟强"}),
        ("zhangwei", {"张伟", "李张伟强"}),
        ("__", set()),
        ("%伟", set()),
        ("a_", set()),
    ],
)
def test_two_characters_are_found_wherever_they_stand_beside_each_other(people, text, found):
    assert members(text) == found


def test_two_characters_find_a_record_under_its_new_name_alone(people):
    unit = make_unit("华北物流部")
    units = Unit.objects.unscoped("test")
    assert list(search.match(units, "物流")) == [unit]
    unit.name = "华北仓储部"
    unit.save()
    assert list(search.match(units, "物流")) == []
    assert list(search.match(units, "仓储")) == [unit]
    assert list(search.match(units, "cc")) == [unit]  # two letters, where no index holds them


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its own indexes")
def test_every_index_follows_its_rows_even_after_its_table_was_made_anew():
    def followed() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE %%fts5%%'")
            names = [name for (name,) in cursor.fetchall()]
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            triggers = [name for (name,) in cursor.fetchall()]
        return {name: sum(one[:-2] == name for one in triggers) for name in names}

    assert {"people_member_fts", "crm_account_fts"} <= set(followed())
    assert set(followed().values()) == {3}
    with connection.cursor() as cursor:
        for event in "idu":
            cursor.execute(f"DROP TRIGGER crm_account_fts_{event}")
    account = make_account(name="上海樱宁精密机械有限公司")
    found = search.match(Account.objects.unscoped("test"), "yingning")
    assert list(found) == []
    search.follow_again()
    assert set(followed().values()) == {3}
    assert list(found.all()) == [account]
