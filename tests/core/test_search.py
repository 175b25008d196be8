"""What is typed into a search field, word by word, on either database."""

import pytest
from django.apps import apps
from django.db import connection
from factories import make_member, make_unit

from muster.core import search
from muster.core.indexes import weigh
from muster.core.models import Searchable
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


def test_after_all_migrations_every_searchable_table_still_feeds_its_index():
    """SQLite makes a table anew to add a link, and the triggers of the old one are gone with it."""
    tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, Searchable)}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = {f"{table}_fts_{when}" for table in tables for when in "idu"}
        else:
            cursor.execute("SELECT indexname FROM pg_indexes")
            wanted = {f"{table}_search" for table in tables}
        assert wanted <= {name for (name,) in cursor.fetchall()}
    assert len(tables) > 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("crm_deal", "deal_by_amount"),
        ("crm_deal", "deal_of_owner_by_amount"),
        ("people_member", "member_by_hiring"),
    ],
)
def test_what_lists_are_sorted_by_is_kept_in_order(table, name):
    """SQLite forgets what the model does not know of, once it makes the table anew."""
    with connection.cursor() as cursor:
        assert name in connection.introspection.get_constraints(cursor, table)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_sqlite_is_told_the_size_of_indexes_that_came_with_a_migration():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CREATE INDEX only_here ON people_member (phone)")
        make_unit("U")
        make_member("Wang")
        weigh()
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE idx = 'only_here'")
        assert cursor.fetchone() == (1,)
