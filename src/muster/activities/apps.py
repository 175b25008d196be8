from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "muster.activities"
    label = "activities"
    verbose_name = _("Activities and tasks")

    def ready(self) -> None:
        from muster.activities.mending import DESK
        from muster.activities.queries import last_activity
        from muster.people.freshness import provide_last_activity
        from muster.people.sheets import provide_desk

        provide_last_activity(last_activity())
        provide_desk(DESK)
