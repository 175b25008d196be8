"""Where the crm room shows itself."""

from muster.crm.slots import records  # noqa: F401
