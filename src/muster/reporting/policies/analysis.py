"""An analysis is its maker's and of whom he shares it with; what it says, each reader's own rights say. By mail each
gets what is his."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.models import SavedView
from muster.access.scope import Actor, Policy, Scope, nothing, register, units_over
from muster.reporting.models import Analysis, AnalysisIssue, AnalysisMail

SEE = ("reporting.analysis.view", "reporting.analysis.export", "reporting.analysis.subscribe")

for _name, _label in [
    ("reporting.analysis.view", _("See analyses")),
    ("reporting.analysis.share", _("Share analyses with everybody")),
    ("reporting.analysis.export", _("Export analyses")),
    ("reporting.analysismail.view", _("See who gets analyses by mail")),
]:
    permissions.register(_name, _label)
permissions.register_event("reporting.analysisissue.send", _("Analysis sent by mail"))


@register
class AnalysisPolicy(Policy):
    """One's own; to see, also what is shared with one. What somebody keeps for himself is for nobody else, whatever a
    role says."""

    model = Analysis
    owner = None
    user = "user_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if not scopes:
            return nothing()
        own = Q(user=actor.user_id) if actor.user_id else nothing()
        shared = Q(share=SavedView.Share.EVERYBODY)
        if permission in SEE:
            return own | shared | Q(share=SavedView.Share.UNIT, shared_unit__in=units_over(actor))
        return own | shared if Scope.ALL in scopes else own


@register
class AnalysisMailPolicy(Policy):
    """Whoever gets it, and whose analysis it is."""

    model = AnalysisMail
    owner = "member_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        if actor.system or not actor.has(permission):
            return super().rows(actor, permission)
        return Q(member=actor.member_id or 0) | Q(analysis__user=actor.user_id or 0)


@register
class AnalysisIssuePolicy(Policy):
    model = AnalysisIssue
    owner = "member_id"
    permission = "reporting.analysis.view"

    def rows(self, actor: Actor, permission: str) -> Q:
        """One's own, of an analysis that is still to be seen."""
        if actor.system or not actor.has(permission):
            return super().rows(actor, permission)
        return Q(member=actor.member_id or 0) & Q(analysis__in=Analysis.objects.visible_to(actor))
