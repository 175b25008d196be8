"""Where the crm room shows itself."""

from muster.crm.slots import (  # noqa: F401
    belongs,
    contract,
    deals,
    leads,
    pool,
    records,
    told,
)
