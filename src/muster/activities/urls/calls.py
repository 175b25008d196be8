"""Addresses of calls and their recordings."""

from muster.access.routes import route
from muster.activities.views import call

CALL, RECORDING = "activities.call", "activities.recording"

urlpatterns = [
    route("calls/new/", call.call_log, name="call_log", permission=f"{CALL}.create"),
    route("calls/<int:pk>/edit/", call.call_edit, name="call_edit", permission=f"{CALL}.edit"),
    route("calls/<int:pk>/recording/", call.recording_add, name="recording_add", permission=f"{RECORDING}.create"),
    route("recordings/<int:pk>/", call.recording_file, name="recording_file", permission=f"{RECORDING}.listen"),
    route("recordings/<int:pk>/erase/", call.recording_erase, name="recording_erase", permission=f"{RECORDING}.erase"),
    route("activities/<int:pk>/call/", call.call_panel, name="call_panel", permission=f"{CALL}.view"),
    route("activities/<int:pk>/call/new/", call.call_add, name="call_add", permission=f"{CALL}.create"),
]
