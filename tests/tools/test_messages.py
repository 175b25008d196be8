import gettext

import pytest

from tools import messages
from tools.messages import Text

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext, npgettext

A = _("Deal")
B = ngettext("One deal", "%(n)s deals", n) % {"n": n}
C = pgettext("month", "May")
D = npgettext("sales", "win", "wins", 2)
E = _("Long "
      "text")
"""
TEMPLATE = """
  {% translate "Deal" %}
    {% translate "May" context "month" %}
 <c-button label="{% translate 'Won' %}" :hint="_('Press')" /> it's "odd (
{{ value|default:_("none") }}
{% blocktranslate count n=rows|length trimmed %}
  One row
{% plural %}
  {{ n }} rows
{% endblocktranslate %}
{% comment %}{% translate "Hidden" %}{% endcomment %}
"""


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    folder = tmp_path / "src/muster/crm"
    (folder / "templates/crm").mkdir(parents=True)
    (folder / "__init__.py").touch()
    return folder


def translate(app, pairs):
    path = messages.po_path(app)
    text = path.read_text(encoding="utf-8")
    for english, chinese in pairs.items():
        for empty in (f'msgid "{english}"\nmsgstr ""', f'msgid_plural "{english}"\nmsgstr[0] ""'):
            text = text.replace(empty, empty[:-1] + chinese + '"')
    path.write_text(text, encoding="utf-8")


def test_texts_of_python():
    assert set(messages.python_texts(PYTHON)) == {
        Text(None, "Deal", None),
        Text(None, "One deal", "%(n)s deals"),
        Text("month", "May", None),
        Text("sales", "win", "wins"),
        Text(None, "Long text", None),
    }


def test_texts_of_a_template():
    assert set(messages.template_texts(TEMPLATE)) == {
        Text(None, "Deal", None),
        Text("month", "May", None),
        Text(None, "Won", None),
        Text(None, "Press", None),
        Text(None, "none", None),
        Text(None, "One row", "%(n)s rows"),
    }


def test_update_keeps_translations_drops_what_is_gone_and_is_stable(app):
    (app / "models.py").write_text(PYTHON, encoding="utf-8")
    messages.update(app)
    translate(app, {"Deal": "商机", "%(n)s deals": "%(n)s 个商机", "May": "五月"})
    (app / "models.py").write_text(PYTHON.replace('A = _("Deal")', 'A = _("Won")'), encoding="utf-8")
    messages.update(app)
    once = messages.po_path(app).read_text(encoding="utf-8")
    assert "商机" in once
    assert 'msgid "Deal"' not in once
    assert "#:" not in once
    messages.update(app)
    assert messages.po_path(app).read_text(encoding="utf-8") == once


def test_compiled_catalogues_are_read_by_gettext(app):
    (app / "models.py").write_text(PYTHON, encoding="utf-8")
    messages.update(app)
    translate(app, {"Deal": "商机", "%(n)s deals": "%(n)s 个商机", "May": "五月"})
    messages.compile_catalogue(app)
    with messages.po_path(app).with_suffix(".mo").open("rb") as compiled:
        chinese = gettext.GNUTranslations(compiled)
    assert chinese.gettext("Deal") == "商机"
    assert chinese.ngettext("One deal", "%(n)s deals", 1) == "%(n)s 个商机"
    assert chinese.pgettext("month", "May") == "五月"


@pytest.mark.parametrize(
    ("english", "chinese", "complaint"),
    [
        ("Deal", "", "no translation of 'Deal'"),
        ("Hello %(name)s", "你好 %(nom)s", "other placeholders"),
        ("Hello {name}", "你好", "other placeholders"),
        ("Deal", "Deal", "is not Chinese"),
        ("CSV", "CSV", None),
        ("%(a)s: %(b)s", "%(a)s: %(b)s", None),
        ("Sum of <b>%(n)s</b>", "共 <b>%(n)s</b>", None),
    ],
)
def test_what_the_check_says_of_a_translation(app, english, chinese, complaint):
    (app / "models.py").write_text(f"A = _({english!r})", encoding="utf-8")
    messages.update(app)
    translate(app, {english: chinese})
    found = list(messages.catalogue_complaints(app))
    assert [complaint in line for line in found] == ([True] if complaint else [])


def test_a_text_nothing_says_any_more(app):
    (app / "models.py").write_text('A = _("Deal")\nB = _("Won")', encoding="utf-8")
    messages.update(app)
    translate(app, {"Deal": "商机", "Won": "赢单"})
    (app / "models.py").write_text('A = _("Deal")', encoding="utf-8")
    assert list(messages.catalogue_complaints(app)) == [
        "crm: nothing says 'Won' any more; run tools/messages.py update crm"
    ]


def test_two_apps_must_agree(app):
    other = app.parent / "people"
    other.mkdir()
    for folder, chinese in ((app, "名称"), (other, "姓名")):
        (folder / "models.py").write_text('A = _("Name")', encoding="utf-8")
        messages.update(folder)
        translate(folder, {"Name": chinese})
    assert list(messages.disagreements([app, other])) == ["people: 'Name' is '姓名' here but '名称' in crm"]


@pytest.mark.parametrize(
    "code",
    [
        '_(f"Hello {name}")',
        '_("Hello %s" % name)',
        '_("Hello {}".format(name))',
        '_("Hello " + name)',
        'gettext("%s of %s")',
        'CharField(verbose_name="Name")',
    ],
)
def test_python_that_cannot_be_translated(app, code):
    (app / "forms.py").write_text(code, encoding="utf-8")
    assert len(list(messages.python_complaints(app / "forms.py"))) == 1


@pytest.mark.parametrize("code", ['_("Hello %s") % name', "gettext(label)", '_("{a} of {b}")', '_("100%% sure, %s")'])
def test_python_that_can(app, code):
    (app / "forms.py").write_text(code, encoding="utf-8")
    assert list(messages.python_complaints(app / "forms.py")) == []


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>Deals</p>", ["Deals"]),
        ("<p>\n{{ deal }} won\n</p>", ["won"]),
        ('<input placeholder="Search">', ["Search"]),
        ('<c-button label="Save" />', ["Save"]),
        ("<p>商机</p>", ["商机"]),
        ('<p class="card">{% translate "Deals" %}: {{ n }}</p>', []),
        ("{% if a > b %}<b>{{ a }}</b>{% endif %}", []),
        ("{% blocktranslate %}Hello <b>you</b>{% endblocktranslate %}", []),
        ("{# note #}{% comment %}note{% endcomment %}<!-- note -->", []),
        ("<code>muster serve</code> <kbd>Ctrl</kbd> &nbsp; Muster 点将", []),
        ("<script type='application/json'>{\"text\": 1}</script>", []),
    ],
)
def test_bare_text_in_a_template(page, found):
    assert [text for _line, text in messages.bare_texts(page)] == found


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('button.textContent = "Save the deal";', 1),
        ("const label = '保存';", 1),
        ('throw new Error("No such island");', 0),
        ("const key = 'Enter'; // The key itself", 0),
        ("label.textContent = root.dataset.saved;", 0),
    ],
)
def test_text_in_typescript(app, line, count):
    path = messages.ROOT / "island.ts"
    path.write_text(line, encoding="utf-8")
    assert len(list(messages.typescript_complaints(path))) == count
