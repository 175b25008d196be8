"""What is owed on reports: to read those of one's people, to send one's own."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from muster.access.scope import Actor
from muster.people.models import Member
from muster.people.owed import May, Owed, provide
from muster.reporting.models import Report


@provide
def to_read(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    rows = Report.objects.visible_to(actor).filter(reviewer=actor.member_id, state=Report.State.SENT, seen_at=None)
    rows = rows if actor.member_id == member.pk else rows.filter(member=member.pk)
    n = rows.count()
    if n:
        said = ngettext("%(n)s report to read", "%(n)s reports to read", n) % {"n": n}
        yield Owed(said, rows.order_by("-pk")[0].get_absolute_url() if n == 1 else reverse("report_list"), "report")


@provide
def to_send(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    if actor.member_id != member.pk:
        return
    rows = Report.objects.visible_to(actor).filter(member=member.pk, state=Report.State.DRAFT)
    n = rows.filter(due_at__lt=timezone.now()).count()
    if n:
        said = ngettext("%(n)s report is overdue", "%(n)s reports are overdue", n) % {"n": n}
        yield Owed(said, reverse("report_list"), "report", True)
