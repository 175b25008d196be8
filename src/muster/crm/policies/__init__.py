"""Who sees which rows of the crm room."""

from muster.crm.policies import records, snooze  # noqa: F401
