"""Who we are on paper, and the terms of all contracts."""

from typing import Any

from django.conf import settings

from muster.access.crud import crud
from muster.crm.models import Letterhead

letterheads = crud(Letterhead)


def letterhead() -> Letterhead:
    row: Letterhead | None = Letterhead.objects.unscoped("what stands on a paper").order_by("pk").first()
    return row or Letterhead(title=settings.COMPANY_NAME)


def ensure_letterhead(**_kwargs: Any) -> None:
    """The one row there is, after a migration."""
    if not Letterhead.objects.unscoped("what stands on a paper").exists():
        letterhead().save()
