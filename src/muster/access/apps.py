from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "muster.access"
    label = "access"
    verbose_name = _("Users and rights")

    def ready(self) -> None:
        import muster.access.actions.bulk
        import muster.access.actions.list_export
        import muster.access.actions.saved_view  # noqa: F401 - a worker that opens no page must know its permissions too
        from muster.access.roles import ensure_builtin_roles

        post_migrate.connect(ensure_builtin_roles, sender=self)
