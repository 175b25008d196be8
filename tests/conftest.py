"""Settings of the whole suite. Data that nobody here wrote is looked for where MUSTER_TEST_DATA points."""

import os
from pathlib import Path

import pytest
from _pytest.nodeid import NodeId
from django.conf import settings as django_settings
from hypothesis import HealthCheck
from hypothesis import settings as profiles

from muster.core import workdays
from tests import patterns

profiles.register_profile(
    "muster",
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
profiles.load_profile("muster")
# The real one is slow on purpose, a tenth of a second for each login that a test makes.
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def test_data() -> Path:
    """The folder of real data; the test is skipped with the reason where there is none."""
    folder = os.environ.get("MUSTER_TEST_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("MUSTER_TEST_DATA names no folder of real data")
    return Path(folder)


@pytest.fixture(autouse=True)
def jobs_at_once(settings):
    """Background work happens where it is asked for; the tests of jobs themselves say otherwise."""
    settings.METRICS_KEPT = False  # a slow machine must not see old numbers in one test of many
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(autouse=True)
def calendar_as_published():
    """What an earlier test entered into the calendar is gone with its database, and must not be remembered; and no
    page asks for it meanwhile, so that queries are counted alike whatever the minute."""
    workdays.keep({})


@pytest.fixture(scope="session")
def pattern():
    """The migrated database that all others are copied from: a file, or the name of one on the server of this run."""
    url, data = django_settings.DATABASE_URL, django_settings.DATA_DIR
    if not url.startswith("postgres"):
        return patterns.of_sqlite(data)
    name = patterns.pattern_name(url)
    patterns.of_server(url, name, data)
    return name


@pytest.fixture(scope="session")
def django_db_keepdb():
    """Django finds a database that needs no migrating; the fixture below made it and drops it."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, pattern):
    """The test database, as a copy of the pattern."""
    from django.db import connection

    name, url = connection.creation._get_test_db_name(), django_settings.DATABASE_URL
    if url.startswith("postgres"):
        patterns.copied(url, pattern, name)
        yield
        connection.close_pool()
        patterns.on_server(url, "DROP DATABASE {} WITH (FORCE)", name)
    elif connection.creation.is_in_memory_db(name):
        memory = patterns.into_memory(pattern, name)
        yield
        memory.close()
    else:
        patterns.into_file(pattern, Path(name))
        yield


HEAVY = ("test_world", "test_job_run", "test_jobs", "test_seed", "test_fuzz")


def pytest_collection_modifyitems(config, items):
    """What takes long begins first, so that all processes of a run end together; tests of a group stay in one."""
    place = {name: at for at, name in enumerate(HEAVY)}
    items.sort(key=lambda item: place.get(item.path.stem, len(HEAVY)))
    if getattr(config.option, "loadgroup", False):
        name_groups(items)


def name_groups(items):
    """xdist reads the group of a test behind the @ of its id, and writes it to a place where pytest 9.2 no longer
    looks. To go once xdist does that."""
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group and "@" not in item.nodeid:
            item._id = NodeId.parse(f"{item.nodeid}@{group.args[0]}")


def pytest_sessionfinish(session):
    """The pattern on a server ends with the run, and no worker knows when that is."""
    url = django_settings.DATABASE_URL
    if url.startswith("postgres") and "PYTEST_XDIST_WORKER" not in os.environ:
        patterns.on_server(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", patterns.pattern_name(url))
