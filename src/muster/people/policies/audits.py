"""The signed results of audits."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import register
from muster.people.models import AuditReport
from muster.people.policies.records import OfFirm

permissions.register_event("people.auditcampaign.signed", _("Result of an audit signed"))


@register
class AuditReportPolicy(OfFirm):
    model = AuditReport
    permission = "people.auditcampaign.download"
