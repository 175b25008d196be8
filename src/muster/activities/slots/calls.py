"""Where calls show themselves, and what is held of members in them."""

from django.utils.translation import gettext_lazy as _

from muster.activities.models import Call, Recording
from muster.core import commands
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

commands.register(commands.Command(_("Log a call"), "phone", "call_log", "activities.call.create"))

_STAYS = _("A record of the firm: it stays, under the number of the member.")
_CALLS = (Line("To know how calls with customers went", "记录与客户的通话情况", basis="interest", months=0),)
_SAID = (
    Line(
        "To listen again to what was agreed, with the consent of whoever is heard",
        "经同意后留存通话录音",
        basis="consent",
        months=6,
    ),
)
_CALL_COLUMNS = ("id", "on", "direction", "result", "seconds")
_RECORDING_COLUMNS = ("id", "consent_by", "consent_at", "consent_how", "keep_until", "erased_at")
hold_on(Part("calls", Call, _("Calls"), _CALLS, _CALL_COLUMNS, link="member", stays=_STAYS, order=125))
hold_on(Part("recordings", Recording, _("Recordings"), _SAID, _RECORDING_COLUMNS, link="member", whole=True, order=124))
