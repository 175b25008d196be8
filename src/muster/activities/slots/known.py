"""Where it is said what hangs on one person."""

from django.utils.translation import gettext_lazy as _

from muster.core import nav, slots

JUDGE = "people.member.performance"

nav.register(nav.Item("people", _("Hangs on one person"), "user-exclamation", "bus_factor", JUDGE, 28))
slots.register(
    slots.Slot("people.member", "known", _("Only this person"), "known_panel", JUDGE, "side", 40, "user-exclamation")
)
