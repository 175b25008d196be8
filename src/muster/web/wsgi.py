"""What the web server runs: the product, and before it the static files, which need no Django."""

import gc
import os
import re
from importlib import import_module
from threading import Thread
from typing import Any

from django.contrib.staticfiles.finders import get_finders
from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.web.settings")
COLLECT_AFTER = 5_000  # new objects; a page makes some ten thousand
HASHED = re.compile(r"/assets/.+-[A-Za-z0-9_-]{8}\.(js|css|woff2?|svg)$")  # Vite's own content hashes


def _with_files(product: Any) -> ServeStatic:
    def never_changes(_path: str, url: str) -> bool:
        return bool(HASHED.search(url))

    def headers(found: Any, _path: str, _url: str) -> None:
        found["X-Content-Type-Options"] = "nosniff"

    served = ServeStatic(product, immutable_file_test=never_changes, add_headers_function=headers)
    for finder in get_finders():
        for storage in finder.storages.values():  # type: ignore[attr-defined]
            served.add_files(storage.location, prefix="static/")
    return served


def _warm() -> None:
    """The first page of a process would wait for all addresses to be read, the first dashboard seconds for its
    questions to be compiled. What is in memory then stays for good: the collector need not look through it again in the
    middle of every large page."""
    import_module("muster.web.urls")  # not before Django is ready
    import_module("muster.metrics.queries").compile_blocks()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


application = _with_files(get_wsgi_application())
Thread(target=_warm, daemon=True).start()
