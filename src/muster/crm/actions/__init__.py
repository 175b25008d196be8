from muster.crm.actions import (
    account,
    conversion,
    deal,
    duplicates,
    joining,
    ladder,
    lead,
    merging,
    routing,
    setup,
    stakeholder,
)

__all__ = [
    "account",
    "conversion",
    "deal",
    "duplicates",
    "joining",
    "ladder",
    "lead",
    "merging",
    "routing",
    "setup",
    "stakeholder",
]
