"""Who sees which rows of the people room, and how scopes become members."""

from muster.people.policies import approvals, audits, calendar, growth, seats  # noqa: F401
from muster.people.policies.records import PERSONNEL, members_within, units_below, units_over

__all__ = ["PERSONNEL", "members_within", "units_below", "units_over"]
