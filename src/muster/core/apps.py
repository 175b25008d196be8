from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "muster.core"
    label = "core"

    def ready(self) -> None:
        # Each room fills the registries by these files; here, because core comes first and imports none of them by
        # name.
        autodiscover_modules("policies", "actions", "listings", "slots", "tasks", "checks")
