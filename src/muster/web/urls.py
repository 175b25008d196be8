"""Every room's addresses, one under another."""

from importlib.util import find_spec

from django.urls import include, path

from muster.web import api, shell_urls

ROOMS = ["access", "people", "crm", "activities", "metrics", "reporting", "integrations"]

urlpatterns = [
    *shell_urls.urlpatterns,
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls()),
    *(path("", include(f"muster.{room}.urls")) for room in ROOMS if find_spec(f"muster.{room}.urls")),
]

handler404 = "muster.web.views.errors.not_found"
handler403 = "muster.web.views.errors.forbidden"
handler500 = "muster.web.views.errors.broken"
