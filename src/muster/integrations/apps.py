from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "muster.integrations"
    label = "integrations"
