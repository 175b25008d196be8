"""Loaded once, by the server that the processes of tests are forked from: with Django and all of Muster in memory a
process begins in a few hundredths of a second instead of two seconds. None of it has touched a database or thread."""

import datetime as dt
import os
from importlib import import_module

import django

from muster.core.jobs import lease

# Four seconds instead of three quarters of a minute; no less, or a busy machine looks like a dead one. First of all,
# for others take these figures over when they are loaded.
lease.BEAT, lease.FIRST_WAIT, lease.LEASE = 0.5, 0.3, dt.timedelta(seconds=4)

os.environ["DJANGO_SETTINGS_MODULE"] = "muster.web.settings"
os.environ["REDIS_URL"] = "redis://127.0.0.1:1"  # so that its apps are there for those who want them
django.setup()
for name in ("muster.core.management.commands.worker", "muster.web.urls", "tests.core.slow_jobs"):
    import_module(name)
