"""Words that models and pure functions share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """By what a routing rule picks among those who may have the record."""

    BEST = "best", _("Best fit: skill, territory, load, fairness")
    ROUND_ROBIN = "round_robin", _("In turn")
    WEIGHTED = "weighted", _("In turn, by weight")  # weight 2: two in each cycle, 0.5: skipped every other cycle
    RATIO = "ratio", _("By ratio of the weights")  # at every moment as near to the ratio as whole records can be
    LEAST_LOAD = "least_load", _("Who holds the fewest")
