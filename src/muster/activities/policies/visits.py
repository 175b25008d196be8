"""Who was where is told to the member and to who leads him, and to nobody else who sees the visit."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.activities.models import AccountPoint, CheckIn, LocationConsent

for _name, _label in [
    ("activities.checkin.view", _("See check-ins")),
    ("activities.accountpoint.view", _("See where customers are")),
    ("activities.locationconsent.view", _("See consents to positions")),
]:
    permissions.register(_name, _label)


@register
class CheckInPolicy(Policy):
    model = CheckIn
    owner = "member_id"


@register
class LocationConsentPolicy(Policy):
    model = LocationConsent
    owner = "member_id"


@register
class AccountPointPolicy(Policy):
    model = AccountPoint
    owner = None
    parent = "account"
