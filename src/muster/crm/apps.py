from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CrmConfig(AppConfig):
    name = "muster.crm"
    label = "crm"

    def ready(self) -> None:
        from muster.crm.actions.setup import ensure_default_setup

        post_migrate.connect(ensure_default_setup, sender=self)
