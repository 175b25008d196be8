"""Reports belong to their authors; what is sent is seen by the line over the author and by whom it was sent to."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, register
from muster.reporting.models import Report, ReportContent, ReportExemption, ReportRound, ReportTemplate

FOLLOW, READ = "reporting.report.follow", "reporting.report.read"
SENT = Q(state=Report.State.SENT)

for _name, _label in [
    ("reporting.report.view", _("See reports")),
    (FOLLOW, _("See who has sent reports")),
    ("reporting.report.export", _("Export who has sent reports")),
    ("reporting.report.edit", _("Write reports")),
    ("reporting.reportcontent.view", _("Read what reports say")),
    ("reporting.reportexemption.view", _("See who is exempt from reports")),
    ("reporting.reporttemplate.view", _("See report templates")),
    ("reporting.teamday.view", _("See the day of one's people")),
]:
    permissions.register(_name, _label)
for _name, _label in [
    ("reporting.report.remind", _("Reminder of a report")),
    ("reporting.report.overdue", _("Report overdue")),
    ("reporting.reportround.missing", _("Reports missing")),
]:
    permissions.register_event(_name, _label)


@register
class ReportPolicy(Policy):
    """A draft is nobody's business but its author's. FOLLOW shows that there is one, and no page shows more of it."""

    model = Report
    owner = "member_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        found = super().rows(actor, permission)
        if actor.system or not actor.has(permission):
            return found
        to_me = SENT & Q(reviewer=actor.member_id)
        if permission == READ:
            return to_me
        if permission != self.view:
            return found
        return (found & (Q(member=actor.member_id) | SENT)) | to_me

    def counted(self, actor: Actor) -> Q:
        return super().rows(actor, FOLLOW)


@register
class ReportContentPolicy(Policy):
    model = ReportContent
    owner = None
    parent = "report"


class OfFirm(Policy):
    owner = None


@register
class ReportTemplatePolicy(OfFirm):
    model = ReportTemplate


@register
class ReportExemptionPolicy(OfFirm):
    model = ReportExemption


@register
class ReportRoundPolicy(OfFirm):
    """That a period was chased, and nobody's report."""

    model = ReportRound
    permission = "reporting.reporttemplate.view"
