"""Tables as Ibis sees them. A name that begins with `scoped_` is not a table of the database: when the query runs it
stands for the
rows of the model that the viewer may see, so the rule for rows is written once, in the policies."""

from functools import lru_cache
from typing import Any

import ibis
from django.db import models

from muster.activities.models import Activity
from muster.core.fields import Sensitive
from muster.crm.models import Account, AccountScore, Allocation, Contact, Contract, Deal, Instalment, Invoice, Receipt

SCOPED = "scoped_"

# Of whose rows one may ask by customer, and over which link.
OF_CUSTOMER: dict[Any, str] = {
    Account: "pk",
    AccountScore: "account",
    Activity: "account",
    Allocation: "contract__account",
    Contact: "account",
    Contract: "account",
    Deal: "account",
    Instalment: "contract__account",
    Invoice: "account",
    Receipt: "account",
}

_KINDS: list[tuple[type[models.Field[Any, Any]], str]] = [
    (models.BooleanField, "boolean"),
    (models.DateTimeField, "timestamp"),
    (models.DateField, "date"),
    (models.IntegerField, "int64"),
    (models.ForeignKey, "int64"),
    (models.CharField, "string"),
]


@lru_cache
def columns(model: type[models.Model]) -> dict[str, str]:
    """The columns a metric may use, with their Ibis types. Sensitive and free-text columns are none of them."""
    found: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        kind = next((kind for cls, kind in _KINDS if isinstance(field, cls)), None)
        if kind and field.column and not isinstance(field, Sensitive):
            found[field.column] = kind
    return found


@lru_cache
def scoped(model: type[models.Model]) -> Any:
    """The rows of MODEL that the viewer may see and that are not archived."""
    return ibis.table(columns(model), name=SCOPED + model._meta.db_table)


@lru_cache
def structure(model: type[models.Model]) -> Any:
    """All rows of a table that says only where people stand; used to group, never shown."""
    return ibis.table(columns(model), name=model._meta.db_table)
