"""The Chinese catalogues, one per app, without GNU gettext.

messages.py update [app …]   collect texts from Python and templates, keep what is translated, drop what is gone
messages.py compile [app …]  write the .mo files Django reads
messages.py check [app …]    every text translated, placeholders kept, nothing formatted first, no bare text in pages
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
# Where the context, the singular and the plural stand in each call.
SINGULAR, PLURAL, CONTEXT, CONTEXT_PLURAL = (None, 0, None), (None, 0, 1), (0, 1, None), (0, 1, 2)
CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), SINGULAR),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), CONTEXT_PLURAL),
}
SHOWN_ARGUMENTS = {"label", "help_text", "verbose_name", "verbose_name_plural"}
SHOWN_ATTRIBUTES = {"title", "placeholder", "aria-label", "alt", "label", "hint", "empty", "data-confirm"}
# Names and abbreviations that Chinese writes in Latin letters.
LATIN = set(
    re.findall(
        r"\w+",
        "API App CRM CSV Ctrl Esc Enter Excel HTML HTTP HTTPS ID IP JSON MCP Muster OIDC OK OpenID Connect PDF PIN QR"
        " SCIM SQL SSO TOTP URL USB UTC WebAuthn Webhook XLSX ZIP English PostgreSQL SQLite Redis iCal KPI USD CNY",
    )
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<![%\w])%[sdr]|\{\w*\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{2,}")
SENTENCE = re.compile(r"""["'`][A-Z][a-z]+ [a-z]+[^"'`<>]*["'`]""")


class Text(NamedTuple):
    context: str | None
    singular: str
    plural: str | None


def apps(names: list[str]) -> list[Path]:
    found = sorted(path.parent for path in (ROOT / "src/muster").glob("*/__init__.py"))
    return [app for app in found if not names or app.name in names]


def python_files(app: Path) -> list[Path]:
    return [path for path in sorted(app.rglob("*.py")) if "migrations" not in path.parts]


def templates(app: Path) -> list[Path]:
    return sorted(path for path in (app / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, tuple[int | None, int, int | None]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CALLS:
                yield node, CALLS[name]


def literal(call: ast.Call, place: int | None) -> str | None:
    node = call.args[place] if place is not None and place < len(call.args) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def python_texts(source: str) -> Iterator[Text]:
    for call, (context, singular, plural) in calls(ast.parse(source)):
        text = literal(call, singular)
        if text:
            yield Text(literal(call, context), text, literal(call, plural))


def template_texts(source: str) -> Iterator[Text]:
    pythonic = re.sub(r"(?m)^\s+", "", templatize(source))
    # An attribute such as :label="_('Won')" is an expression to cotton, but plain text to Django's own reader.
    pythonic += "\n" + "\n".join(
        found for value in re.findall(r'\s:[\w.-]+="([^"]*)"', source) for found in re.findall(r"_\('[^']+'\)", value)
    )
    keywords = {**DEFAULT_KEYWORDS, "_": None}
    for _line, name, found, _comments in extract_python(io.BytesIO(pythonic.encode()), list(keywords), (), {}):
        context, singular, plural = CALLS[name]
        parts = [found] if isinstance(found, str) else list(found)
        yield Text(*(None if place is None else parts[place] for place in (context, singular, plural)))


def texts(app: Path) -> list[Text]:
    found: dict[tuple[str | None, str], Text] = {}
    for read, paths in ((python_texts, python_files(app)), (template_texts, templates(app))):
        for path in paths:
            for text in read(path.read_text(encoding="utf-8")):
                key = text.context, text.singular
                if key not in found or text.plural:
                    found[key] = text
    return sorted(found.values(), key=lambda text: (text.singular, text.context or ""))


def po_path(app: Path) -> Path:
    return app / f"locale/{LOCALE}/LC_MESSAGES/django.po"


def load(app: Path) -> Catalog:
    path = po_path(app)
    return read_po(path.open("rb"), locale=LOCALE, ignore_obsolete=True) if path.exists() else Catalog(locale=LOCALE)


def translation(catalog: Catalog, text: Text) -> str:
    """The Chinese of TEXT: the language has one form, which serves singular and plural."""
    message = catalog.get(text.singular, text.context)
    string = message.string if message else ""
    return string if isinstance(string, str) else string[0]


def update(app: Path) -> None:
    found, old = texts(app), load(app)
    if not found:
        return
    new = Catalog(locale=LOCALE)
    for text in found:
        string = translation(old, text)
        if text.plural:
            new.add((text.singular, text.plural), (string,), context=text.context)
        else:
            new.add(text.singular, string, context=text.context)
    body = io.BytesIO()
    write_po(body, new, width=120, no_location=True, omit_header=True)
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(HEADER.encode() + body.getvalue().strip() + b"\n")


def compile_catalogue(app: Path) -> None:
    path = po_path(app)
    if path.exists():
        with path.with_suffix(".mo").open("wb") as out:
            write_mo(out, load(app))


def untranslated_latin(text: Text, chinese: str) -> bool:
    def words(string: str) -> set[str]:
        return set(WORD.findall(PLACEHOLDER.sub("", re.sub(r"<[^>]*>", "", string))))

    return not HAN.search(chinese) and bool(words(text.singular)) and not words(chinese) <= LATIN


def catalogue_complaints(app: Path) -> Iterator[str]:
    catalog, found = load(app), texts(app)
    for text in found:
        chinese = translation(catalog, text)
        if not chinese:
            yield f"{app.name}: no translation of {text.singular!r}"
        elif sorted(PLACEHOLDER.findall(text.plural or text.singular)) != sorted(PLACEHOLDER.findall(chinese)):
            yield f"{app.name}: other placeholders in {chinese!r} than in {text.singular!r}"
        elif untranslated_latin(text, chinese):
            yield f"{app.name}: {chinese!r} is not Chinese"
    wanted = {(text.context, text.singular) for text in found}
    for message in catalog:
        singular = message.id if isinstance(message.id, str) else message.id[0]
        if singular and (message.context, singular) not in wanted:
            yield f"{app.name}: nothing says {singular!r} any more; run tools/messages.py update {app.name}"


def disagreements(some: list[Path]) -> Iterator[str]:
    """Django merges all catalogues, so two translations of one text would show by the order of the apps."""
    seen: dict[tuple[str | None, str], tuple[str, str]] = {}
    for app in some:
        catalog = load(app)
        for text in texts(app):
            chinese = translation(catalog, text)
            first, theirs = seen.setdefault((text.context, text.singular), (app.name, chinese))
            if chinese and theirs and chinese != theirs:
                yield f"{app.name}: {text.singular!r} is {chinese!r} here but {theirs!r} in {first}"


def python_complaints(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call, (_, singular, _) in calls(tree):
        if singular >= len(call.args):
            continue
        node, where = call.args[singular], f"{path.relative_to(ROOT)}:{call.lineno}"
        formatted = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        if isinstance(node, ast.JoinedStr | ast.BinOp) or formatted:
            yield f"{where}: put together before it is translated; translate the whole, then fill in"
        elif len(re.findall(r"(?<!%)%[sdr]|\{\}", literal(call, singular) or "")) > 1:
            yield f"{where}: placeholders need names, languages order them differently"
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in SHOWN_ARGUMENTS and isinstance(node.value, ast.Constant):
            shown = node.value.value
            if isinstance(shown, str) and WORD.search(shown):
                yield f"{path.relative_to(ROOT)}:{node.value.lineno}: {shown!r} is shown but not translated"


class BareText(HTMLParser):
    """Collects what a reader would see in a template whose template tags have been taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.silent: list[str] = []

    def note(self, text: str | None) -> None:
        stripped = re.sub(r"Muster|点将|&\w+;", "", text or "").strip()
        if WORD.search(stripped) or HAN.search(stripped):
            self.found.append((self.getpos()[0], " ".join(stripped.split())))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "code", "kbd", "pre", "c-vars"}:
            self.silent.append(tag)
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES:
                self.note(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            self.silent.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.note(data)


def bare_texts(source: str) -> list[tuple[int, str]]:
    silent = r"\{%\s*(comment|blocktrans(?:late)?)\b.*?\{%\s*end\1\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}"
    plain = re.sub(silent, lambda found: "\n" * found[0].count("\n"), source, flags=re.DOTALL)
    reader = BareText()
    reader.feed(plain)
    reader.close()
    return reader.found


def typescript_complaints(path: Path) -> Iterator[str]:
    """Islands get their words from the page; only errors for developers may be written there."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        code = line.split("//")[0]
        if not re.search(r"\b(throw|console)\b", code) and (HAN.search(code) or SENTENCE.search(code)):
            yield f"{path.relative_to(ROOT)}:{number}: text belongs on the page, not in TypeScript"


def complaints(some: list[Path]) -> Iterator[str]:
    for app in some:
        yield from catalogue_complaints(app)
        for path in python_files(app):
            yield from python_complaints(path)
        for path in templates(app):
            for line, text in bare_texts(path.read_text(encoding="utf-8")):
                yield f"{path.relative_to(ROOT)}:{line}: {text!r} is shown but not translated"
    for path in sorted((ROOT / "frontend").rglob("*.ts")):
        yield from typescript_complaints(path)
    yield from disagreements(apps([]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("update", "compile", "check"))
    parser.add_argument("app", nargs="*")
    options = parser.parse_args()
    some = apps(options.app)
    if options.task == "check":
        found = list(complaints(some))
        print("\n".join(found) or "Every text is translated.")
        return 1 if found else 0
    for app in some:
        (update if options.task == "update" else compile_catalogue)(app)
    return 0


if __name__ == "__main__":
    sys.exit(main())
