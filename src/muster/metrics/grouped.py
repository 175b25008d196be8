"""What tables of deals are grouped by: the names of the groups, and the address of the rows behind a number."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.core.periods import Period
from muster.metrics.display import rows_url
from muster.metrics.report import (
    Names,
    competitor_names,
    member_names,
    product_names,
    reason_names,
    source_names,
)
from muster.people.models import Member

PERFORMANCE = "people.member.performance"
BY: dict[str, Any] = {
    "member": _("Member"),
    "product": _("Product"),
    "source": _("Source"),
    "reason": _("Reason"),
    "competitor": _("Competitor"),
}
NAMES: dict[str, Names] = {
    "member": member_names,
    "product": product_names,
    "source": source_names,
    "reason": reason_names,
    "competitor": competitor_names,
}


class Links:
    """Addresses of the rows behind the numbers of one table. QUERY: of which people, as the address says it."""

    def __init__(self, actor: Actor, period: Period, by: str, query: str = "") -> None:
        self.actor, self.period, self.by, self.query = actor, period, by, query
        self.open: set[int] | None = None

    def know(self, groups: list[Any]) -> None:
        """Of members only those whose numbers the viewer may see can be opened."""
        if self.by == "member":
            people = Member.objects.visible_to(self.actor, PERFORMANCE).filter(pk__in=groups)
            self.open = set(people.values_list("pk", flat=True))

    def to(self, key: str, group: Any, **more: Any) -> str:
        """The rows behind KEY of GROUP; empty where the viewer may not open them."""
        if self.open is not None and group not in self.open:
            return ""
        asked = {self.by: "" if group is None else group} if self.by else {}
        return rows_url(key, self.period, "" if self.by == "member" else self.query, **asked, **more)
