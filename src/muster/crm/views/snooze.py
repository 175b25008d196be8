"""Leaving a stale deal alone for a while."""

from django.utils.translation import gettext_lazy

from muster.access.pages import act_page
from muster.crm.actions.snooze import snooze_deal, wake_deal
from muster.crm.forms.snooze import SnoozeForm
from muster.crm.models import Deal

deal_snooze = act_page(
    Deal,
    snooze_deal,
    title=gettext_lazy("Snooze this deal"),
    text=gettext_lazy("It is not listed as stale until then; reason and day are seen by everybody who sees the deal."),
    button=gettext_lazy("Snooze"),
    form_class=SnoozeForm,
)
deal_wake = act_page(
    Deal, wake_deal, title=gettext_lazy("End the snooze"), text=gettext_lazy("The deal is listed as stale again.")
)
