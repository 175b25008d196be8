"""Who sees which rows of the crm room."""

from muster.crm.policies import pool, records  # noqa: F401
