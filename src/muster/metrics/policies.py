"""What may be seen of numbers. Which rows a number counts is decided by the policies of those rows."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions

permissions.register("metrics.dashboard.view", _("See dashboards"))
