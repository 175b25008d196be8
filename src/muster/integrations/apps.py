from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "muster.integrations"
    label = "integrations"
    verbose_name = _("Imports and notices")

    def ready(self) -> None:
        from muster.integrations.signs import register

        register()
