"""Who sees which rows of the crm room."""

from muster.crm.policies import contract, records  # noqa: F401
