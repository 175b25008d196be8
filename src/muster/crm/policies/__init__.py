"""Who sees which rows of the crm room."""

from muster.crm.policies import (  # noqa: F401  # noqa: F401
    competitors,
    completeness,
    contract,
    credit,
    duplicates,
    leads,
    merges,
    pool,
    price_books,
    records,
    slips,
    snooze,
    stage_rules,
    stakeholders,
)
