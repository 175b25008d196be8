"""Briefings are set up by who may; each issue is for the leader who got it."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.reporting.models import Briefing, BriefingExclusion, BriefingIssue

permissions.register("reporting.briefing.view", _("See how sales briefings are set up"))
permissions.register("reporting.briefingexclusion.view", _("See who is excluded from briefings"))
permissions.register("reporting.briefingissue.view", _("See one's sales briefings"))
permissions.register_event("reporting.briefingissue.send", _("Sales briefing sent"))


class OfFirm(Policy):
    owner = None


@register
class BriefingPolicy(OfFirm):
    model = Briefing


@register
class BriefingExclusionPolicy(OfFirm):
    model = BriefingExclusion


@register
class BriefingIssuePolicy(Policy):
    model = BriefingIssue
    owner = "member_id"
