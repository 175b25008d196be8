from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "muster.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from muster.people.actions.checklist import ensure_default_templates
        from muster.people.actions.detail import ensure_default_rules
        from muster.people.actions.privacy import ensure_register
        from muster.people.actions.skill import ensure_default_categories
        from muster.people.records import bulk  # noqa: F401 - what the directory lets one change for many

        post_migrate.connect(ensure_default_templates, sender=self)
        post_migrate.connect(ensure_default_categories, sender=self)
        post_migrate.connect(ensure_default_rules, sender=self)
        post_migrate.connect(ensure_register, sender=self)
