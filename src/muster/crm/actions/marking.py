"""What records are compared by, for those written before there was such a thing."""

from typing import Any

from muster.core.alike import MARKS
from muster.crm.models import Account, Contact, Lead
from muster.crm.models.matching import marks

AT_ONCE = 2_000


def fill_marks() -> int:
    """Fill some; how many. Nothing is left to do once none is without."""
    count, kinds = 0, [Account, Contact, Lead]
    for model in kinds:
        of: Any = model
        rows = list(of.objects.unscoped("marks of older records").filter(match_name=None).order_by("pk")[:AT_ONCE])
        for row in rows:
            said = {key: str(row.__dict__.get(name) or "") for key, name in of.matched_by.items()}
            for name, value in marks(said).items():
                setattr(row, name, value)
        of.objects.unscoped("marks of older records").bulk_update(rows, MARKS, batch_size=200)
        count += len(rows)
    return count
