"""Who sees which rows of the crm room."""

from muster.crm.policies import (  # noqa: F401
    contract,
    pool,
    records,
)
