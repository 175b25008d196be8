"""Who sees which rows of the crm room."""

from muster.crm.policies import duplicates, leads, merges, records, stakeholders  # noqa: F401
