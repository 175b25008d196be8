"""Where the crm room shows itself."""

from muster.crm.slots import belongs, leads, records  # noqa: F401
