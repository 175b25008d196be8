"""Addresses of the shell: search, pickers, palette, preferences, and what the browser asks for by itself."""

from muster.access.routes import EVERYBODY, PUBLIC, route
from muster.web.views import health, pwa, shell, style

urlpatterns = [
    route("search/", shell.search, name="search", permission=EVERYBODY),
    route("palette/", shell.palette, name="palette", permission=EVERYBODY),
    route("lookup/<str:model>/", shell.lookup, name="lookup", permission=EVERYBODY),
    route("preferences/theme/", shell.set_theme, name="set_theme", permission=EVERYBODY),
    route("healthz", health.alive, name="healthz", permission=PUBLIC),
    route("readyz", health.ready, name="readyz", permission=PUBLIC),
    route("sw.js", pwa.service_worker, name="service_worker", permission=PUBLIC),
    route("manifest.webmanifest", pwa.manifest, name="manifest", permission=PUBLIC),
    route("offline/", pwa.offline, name="offline", permission=PUBLIC),
    route("offline/kit/", pwa.offline_kit, name="offline_kit", permission="activities.activity.create"),
    route("ui/", style.style_page, name="style_page", permission=EVERYBODY),
]
