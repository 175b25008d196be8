from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "muster.integrations"
    label = "integrations"
    verbose_name = _("Imports and notices")

    def ready(self) -> None:
        from muster.access.login import provide_match
        from muster.integrations import signs
        from muster.integrations.wecom.members import user_of

        signs.register()
        provide_match("wecom", user_of)
