"""Where visits on the spot show themselves, and what is held of members in them."""

from django.utils.translation import gettext_lazy as _

from muster.activities.models import AccountPoint, CheckIn, LocationConsent
from muster.core import commands, nav
from muster.crm.actions.belongs import Belonging, register
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

nav.register(nav.Item("day", _("Visits"), "map-pin", "visit_day", "activities.checkin.view", 35))
commands.register(commands.Command(_("Check in"), "map-pin", "visit_here", "activities.checkin.create"))
register(Belonging(AccountPoint, {"crm.account": "account"}, _("Places"), once=("name",), order=85))

_STAYS = _("A record of the firm: it stays, under the number of the member.")
_VISITS = (
    Line("To show that customers were visited", "证明拜访了客户", basis="interest", months=0),
    Line("To compare with where the customer is", "与客户位置核对", "position", basis="consent", months=6),
)
_COLUMNS = ("id", "on", "in_at", "out_at", "position", "datum", "accuracy", "distance", "verdict", "reason")
hold_on(Part("check_ins", CheckIn, _("Check-ins"), _VISITS, _COLUMNS, link="member", stays=_STAYS, order=123))
_CONSENT = (Line("To prove the consent", "证明已取得同意", basis="interest", months=0),)
hold_on(
    Part(
        "location_consents",
        LocationConsent,
        _("Consents to positions"),
        _CONSENT,
        ("given_at", "withdrawn_at"),
        link="member",
        stays=_("Kept to prove that the member had agreed."),
        order=124,
    )
)
