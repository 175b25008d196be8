"""Where the crm room shows itself."""

from muster.crm.slots import contract, records  # noqa: F401
