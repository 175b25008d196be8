"""Where the reporting room shows itself."""

from muster.reporting.slots import report  # noqa: F401
