from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "muster.activities"
    label = "activities"
