"""Settings of the whole suite. Data that nobody here wrote is looked for where MUSTER_TEST_DATA points."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as profiles

profiles.register_profile(
    "muster",
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
profiles.load_profile("muster")


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
