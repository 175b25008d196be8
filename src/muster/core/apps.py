from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "muster.core"
    label = "core"

    def ready(self) -> None:
        # Each room fills the registries by these files; here, because core comes first and imports none of them by
        # name.
        autodiscover_modules("policies", "actions", "listings", "slots", "tasks", "checks")
        from muster.core.indexes import weigh
        from muster.core.search import mend

        if connection.vendor == "postgresql":
            from muster.core import arrays

            arrays.register()
        post_migrate.connect(mend, sender=self)
        post_migrate.connect(weigh, sender=self)
