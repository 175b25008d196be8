"""Where the crm room shows itself."""

from muster.crm.slots import (  # noqa: F401
    contract,
    pool,
    records,
)
