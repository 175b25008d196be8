"""What other systems say about members, as signs on their audit sheets."""

import datetime as dt

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.integrations.models import Delivery, DirectoryChange, DirectoryRun
from muster.people.models import Member
from muster.people.sheets import Sign, provide

WITHIN = dt.timedelta(days=30)


def _mail(members: list[int]) -> dict[int, str]:
    """Whose last mail of ours did not arrive."""
    ended = (Delivery.State.SENT, Delivery.State.FAILED)
    rows = Delivery.objects.unscoped("audit sheet").filter(
        user__member__in=members, bot=None, state__in=ended, due_at__gte=timezone.now() - WITHIN
    )
    last = rows.order_by().values("user__member").annotate(last=Max("pk")).values("last")
    failed = rows.filter(pk__in=last, state=Delivery.State.FAILED).values_list("user__member", "error")
    doubts = Member.objects.unscoped("audit sheet").filter(pk__in=members).exclude(mail_doubt_on=None)
    said = dict(doubts.values_list("pk", "mail_doubt_why"))
    return {
        pk: _("The last mail came back: %(error)s") % {"error": error or "–"} for pk, error in [*failed, *said.items()]
    }


def _directory(members: list[int]) -> dict[int, str]:
    """Whom the last comparison with a directory found to stand otherwise there, and nobody decided yet."""
    runs = DirectoryRun.objects.unscoped("audit sheet").order_by().values("connection").annotate(last=Max("pk"))
    rows = DirectoryChange.objects.unscoped("audit sheet").filter(
        run__in=runs.values("last"), member__in=members, outcome=DirectoryChange.Outcome.WAITING
    )
    rows = rows.exclude(kind=DirectoryChange.Kind.FOUND).select_related("run__connection")
    return {
        one.member_id or 0: _("%(directory)s says otherwise: %(kind)s.")
        % {"directory": one.run.connection, "kind": one.get_kind_display()}
        for one in rows
    }


def register() -> None:
    provide(Sign("mail", gettext_lazy("Mail"), "mail-x", _mail, 40))
    provide(Sign("directory", gettext_lazy("Directory"), "address-book", _directory, 45))
