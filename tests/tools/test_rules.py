import pytest

from tools import rules


@pytest.fixture
def complain(tmp_path):
    def run(text: str, path: str = "src/muster/crm/views.py") -> list[str]:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        own = [rules.Rule(rule.name, rule.sentence, rule.breaks, dict(rule.excused)) for rule in rules.RULES]
        found = [line for line in rules.complaints(tmp_path, own) if not line.startswith("tools/rules.py")]
        return [line.rsplit("[", 1)[1].rstrip("]") for line in found]

    return run


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("Deal.objects.raw('select 1')", "scope"),
        ("with connection.cursor() as c: pass", "scope"),
        ("connections['default'].cursor()", "scope"),
        ("Deal._base_manager.all()", "scope"),
        ("deal.save()", "writes"),
        ("deal.save(update_fields=['name'])", "writes"),
        ("deal.delete()", "writes"),
        ("Deal.objects.bulk_create(rows)", "writes"),
        ("Deal.objects.create(name='x')", "writes"),
        ("Deal.objects.visible_to(actor).update(amount=1)", "writes"),
        ("Sum('amount')", "totals"),
        ("models.Count('deals')", "totals"),
        ("from muster.people.forms import MemberForm", "screens"),
        ("from muster.people import views", "screens"),
        ("import muster.people.listings", "screens"),
    ],
)
def test_what_a_screen_may_not_do(complain, code, rule):
    assert complain(code) == [rule]


@pytest.mark.parametrize(
    "code",
    [
        "settings.update({'a': 1})",
        "cache.delete('key')",
        "storage.save('name', content)",
        "def save(self, **kw):\n    super().save(**kw)",
        "reader.cursor()",
        "from muster.people.models import Member",
        "from muster.core.listings import Listing",
        "from muster.crm.forms import DealForm",
    ],
)
def test_what_only_looks_like_it(complain, code):
    assert complain(code) == []


def test_writes_belong_in_actions_and_totals_in_queries(complain):
    assert complain("deal.save()", "src/muster/crm/actions/deal.py") == []
    assert complain("Sum('amount')", "src/muster/crm/queries.py") == []
    assert complain("from muster.crm.api import router", "src/muster/web/api.py") == []


def test_an_excuse_nobody_needs_is_an_error(tmp_path):
    (tmp_path / "src/muster").mkdir(parents=True)
    rule = rules.Rule("scope", "leaves", rules.leaves_the_scope, {"src/muster/old.py": "once needed"})
    assert list(rules.complaints(tmp_path, [rule])) == [
        "tools/rules.py: nothing needs the excuse src/muster/old.py any more [scope]"
    ]
