"""Who sees which rows of the crm room."""

from muster.crm.policies import records  # noqa: F401
