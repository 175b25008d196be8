"""What was known of customers half a year ago, and how it became more."""

import datetime as dt

from django.db.models import F

from muster.core.periods import today
from muster.crm.actions.completeness import rescore_all
from muster.crm.models import AccountScore
from muster.web.seed.people import Company

STEPS = (200, 120, 60)  # days ago
LESS = (30, 18, 8)  # points of a hundred that were not known then


def tell_completeness(firm: Company) -> None:
    """Each customer became more complete in a few steps, by this and that."""
    rescore_all()
    now = AccountScore.objects.unscoped("seed").filter(valid_to=None)
    rows: list[AccountScore] = []
    for one in now:
        days = [today() - dt.timedelta(days=step - firm.random.randint(0, 40)) for step in STEPS]
        for at, less in enumerate(LESS):
            filled = max(0, one.filled - firm.random.choice((0, less, less)))
            end = days[at + 1] if at + 1 < len(days) else one.valid_from
            said = {"filled": filled, "asked": one.asked, "percent": round(100 * filled / one.asked)}
            rows.append(
                AccountScore(
                    account_id=one.account_id, owner_id=one.owner_id, valid_from=days[at], valid_to=end, **said
                )
            )
    AccountScore.objects.bulk_create(rows, batch_size=1_000)
    AccountScore.objects.unscoped("seed").filter(valid_to=F("valid_from")).delete()
