"""The signed results of audits, and what is noted on audit sheets."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.people.models import AuditReport, SheetNote
from muster.people.policies.records import OfFirm

permissions.register("people.sheetnote.view", _("See what is noted on audit sheets"))
permissions.register_event("people.auditcampaign.signed", _("Result of an audit signed"))
permissions.register_event("people.member.doubted", _("Address doubtful: mail came back"))
permissions.register_event("people.sheetnote.made", _("Noted on an audit sheet"))


@register
class AuditReportPolicy(OfFirm):
    model = AuditReport
    permission = "people.auditcampaign.download"


@register
class SheetNotePolicy(Policy):
    """For who keeps the sheet of the member. The member reads what was noted in the copy of his own data."""

    model = SheetNote
    owner = "member_id"
