"""One's own mailbox: how it stands, trying it, reading it at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.access.models import Grant
from muster.access.pages import done
from muster.access.scope import Scope, visible_or_404
from muster.activities.models import Mailbox, MailSkip
from muster.core.http import Request
from muster.core.jobs.run import start
from muster.integrations.mailboxes.trying import try_mailbox
from muster.integrations.tasks import read_mailbox

MOST_SKIPS = 20
READ = "activities.mail.view"


def mailbox(request: Request) -> HttpResponse:
    actor = request.actor
    row = Mailbox.objects.visible_to(actor).filter(member=actor.member_id or 0).first()
    skips = MailSkip.objects.visible_to(actor).filter(mailbox=row)[:MOST_SKIPS] if row else []
    return render(request, "integrations/mailbox.html", {"row": row, "skips": skips, "readers": _readers()})


def _readers() -> list[str]:
    """Roles that read mail of others: everybody may know who can read his."""
    rows = Grant.objects.unscoped("who reads mail of others").filter(permission=READ, role__archived_at=None)
    return sorted({str(one.role) for one in rows.exclude(scope=Scope.OWN).select_related("role")})


@require_POST
def mailbox_try(request: Request, pk: int) -> HttpResponse:
    """Each thing that works or does not, in a sentence."""
    row = visible_or_404(Mailbox, request.actor, "member", pk=pk)
    found: list[Any] = try_mailbox(request.actor, row)
    for one in found[1:]:
        messages.add_message(request, messages.SUCCESS if one.good else messages.ERROR, one.sentence)
    first = found[0]
    level = messages.SUCCESS if first.good else messages.ERROR
    return done(request, reverse("mailbox"), first.sentence, go=True, level=level)


@require_POST
def mailbox_read(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Mailbox, request.actor, pk=pk)
    start(read_mailbox, {"pk": row.pk}, user=request.user, about=row.address)
    return done(request, reverse("mailbox"), _("New mail is being read: it stands here in a moment."), go=True)
