"""PDFs, set by Typst.

    pdf.render("people/audit_result.typ", {"title": _("Result"), "day": row.closed_on}, "zh-hans")

The template lies among the templates of its app and begins with

    #import "/core/templates/core/page.typ": data, sheet
    #show: sheet

`data` is what was handed over. It travels as JSON and never as text of the template, so nothing that somebody typed can
become a command. Fonts are our own: the PDF is the same on every machine, and equal data give equal bytes.
"""

import datetime as dt
import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise

ROOT = Path(__file__).resolve().parent.parent  # a template reads and imports below this and nowhere else
FONTS = ROOT / "core/fonts"
MOST_SECONDS = 120


class NotSet(Exception):
    """Typst could not make the PDF."""


def render(template: str, data: dict[str, Any], language: str) -> bytes:
    """TEMPLATE (app/name.typ) filled with DATA, in LANGUAGE (a code of settings.LANGUAGES). Lazy texts, dates and
    moments in DATA are said in that language; amounts are handed over as text. Raises NotSet where the template is
    wrong or it takes too long, ImproperlyConfigured where the fonts were not built. Costs about 0.4 s and, in a process
    that ends with it, 150 MB; a thousand rows 3 s and 300 MB: longer ones belong into a job."""
    if not FONTS.exists():
        raise ImproperlyConfigured(f"The fonts of PDFs are missing in {FONTS}: run tools/setup.py.")
    with translation.override(language):
        said = json.dumps({"language": language[:2], **data}, default=_said, ensure_ascii=False)
    order = {"template": str(_path(template)), "root": str(ROOT), "fonts": str(FONTS), "data": said}
    command = [sys.executable, "-I", str(Path(__file__).with_name("typeset.py"))]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, nothing typed by anybody
            command, input=json.dumps(order).encode(), capture_output=True, timeout=MOST_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"{template} took more than {MOST_SECONDS} seconds.") from error
    except subprocess.CalledProcessError as error:
        raise NotSet(f"{template}: {error.stderr.decode(errors='replace')[-2000:]}") from error
    return done.stdout


@lru_cache
def _path(template: str) -> Path:
    found = (
        Path(app.path) / "templates" / template for app in apps.get_app_configs() if ROOT in Path(app.path).parents
    )
    path = next((one for one in found if one.is_file()), None)
    if path is None:
        raise FileNotFoundError(template)
    return path


def _said(value: Any) -> str:
    """What JSON does not know, as people read it in the language that is active."""
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"A PDF cannot say a {type(value).__name__}: hand it over as text.")
