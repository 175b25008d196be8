"""Where the crm room shows itself."""

from muster.crm.slots import pool, records  # noqa: F401
