from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "muster.crm"
    label = "crm"
    verbose_name = _("Customers and deals")

    def ready(self) -> None:
        from muster.crm.actions.completeness import ensure_weights
        from muster.crm.actions.lead import ensure_lead_setup
        from muster.crm.actions.paper import ensure_letterhead
        from muster.crm.actions.setup import ensure_default_setup
        from muster.crm.listings import bulk  # noqa: F401 - what lists let one change for many

        post_migrate.connect(ensure_default_setup, sender=self)
        post_migrate.connect(ensure_lead_setup, sender=self)
        post_migrate.connect(ensure_weights, sender=self)
        post_migrate.connect(ensure_letterhead, sender=self)
