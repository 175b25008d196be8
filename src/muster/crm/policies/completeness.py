"""How complete a customer is is seen with him; what things weigh by everybody who sees that."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import AccountScore, CompletenessWeight
from muster.crm.policies.records import OfFirm

permissions.register("crm.accountscore.view", _("See how complete customers are"))
permissions.register("crm.completenessweight.view", _("See weights in the completeness"))


@register
class AccountScorePolicy(Policy):
    model = AccountScore
    parent = "account"


@register
class CompletenessWeightPolicy(OfFirm):
    model = CompletenessWeight
