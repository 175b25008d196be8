"""Who sees which rows of the crm room."""

from muster.crm.policies import (  # noqa: F401  # noqa: F401
    contract,
    duplicates,
    leads,
    merges,
    pool,
    records,
    slips,
    snooze,
    stage_rules,
    stakeholders,
)
