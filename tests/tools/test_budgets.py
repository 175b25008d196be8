import ast

import pytest

from tools import budgets


def function(lines: int) -> str:
    return "def long():\n" + "    pass\n" * (lines - 1)


@pytest.fixture
def tree(tmp_path):
    def write(text: str, name: str = "src/muster/crm/deal.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_function_may_have_thirty_lines(tree):
    assert budgets.measure(tree(function(30))) == {}
    assert budgets.measure(tree(function(31))) == {"src/muster/crm/deal.py::long": 31}


def test_docstrings_and_inner_functions_do_not_count(tree):
    text = 'def outer():\n    """Why.\n\n    And more.\n    """\n    def inner():\n        pass\n    return inner\n'
    assert dict(budgets.functions(ast.parse(text))) == {"outer": 2, "outer.inner": 2}


def test_methods_are_named_by_their_class():
    assert [name for name, _ in budgets.functions(ast.parse("class A:\n    def b(self):\n        pass\n"))] == ["A.b"]


def test_files_have_a_budget_and_migrations_none(tree):
    assert budgets.measure(tree("x = 1\n" * 401)) == {"src/muster/crm/deal.py": 401}
    root = tree("x = 1\n", "src/muster/crm/deal.py")
    tree("x = 1\n" * 401, "src/muster/crm/migrations/0001_initial.py")
    assert budgets.measure(root) == {}


@pytest.mark.parametrize(
    ("over", "allowed", "expected"),
    [
        ({"a.py::f": 31}, {}, ["a.py::f: 31 lines, at most 30"]),
        ({"a.py::f": 35}, {"a.py::f": 35}, []),
        ({"a.py::f": 36}, {"a.py::f": 35}, ["a.py::f: 36 lines, at most 35"]),
        ({"a.py::f": 61}, {"a.py::f": 61}, ["a.py::f: 61 lines, never more than 60"]),
        ({"a.py": 601}, {"a.py": 601}, ["a.py: 601 lines, never more than 600"]),
        ({"a.py::f": 34}, {"a.py::f": 35}, ["a.py::f: smaller than budgets.json says; run tools/budgets.py shrink"]),
        ({}, {"gone.py": 450}, ["gone.py: smaller than budgets.json says; run tools/budgets.py shrink"]),
    ],
)
def test_the_ratchet(over, allowed, expected):
    assert list(budgets.complaints(over, allowed)) == expected


def test_shrinking_never_raises_and_never_adds():
    assert budgets.shrunk({"a": 40, "b": 33, "new": 50}, {"a": 35, "b": 36, "gone": 31}) == {"a": 35, "b": 33}
