from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "muster.reporting"
    label = "reporting"
    verbose_name = _("Reports and briefings")

    def ready(self) -> None:
        from muster.reporting.actions.template import ensure_default_templates

        post_migrate.connect(ensure_default_templates, sender=self)
