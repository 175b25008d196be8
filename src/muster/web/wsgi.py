import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.web.settings")
application = get_wsgi_application()


def _warm() -> None:
    """The first dashboard of a process would wait seconds for its questions to be compiled."""
    from muster.metrics.queries import compile_blocks

    compile_blocks()


Thread(target=_warm, daemon=True).start()
