"""What the roles may of calendars: everybody who sells keeps his own and learns when colleagues are busy; who leads
reads the appointments of his people that are not private. Also who changes other things for his people changes none of
their appointments: only who invites does."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = str(Scope.OWN), str(Scope.REPORTS), str(Scope.ALL)
_VERBS = ("create", "edit", "archive", "restore", "cancel", "move", "skip", "end", "take", "renew")
_OWN = {
    **{f"activities.appointment.{verb}": OWN for verb in _VERBS},
    **{f"activities.guest.{verb}": OWN for verb in ("view", "create", "archive", "restore", "answer")},
    **{f"activities.calendarfeed.{verb}": OWN for verb in ("view", "create", "archive")},
    "activities.appointment.busy": ALL,
}
GRANTS: dict[str, dict[str, str]] = {
    "rep": {**_OWN, "activities.appointment.view": OWN},
    "manager": {**_OWN, "activities.appointment.view": REPORTS},
    "director": {**_OWN, "activities.appointment.view": ALL},
    "salesops": {**_OWN, "activities.appointment.view": OWN},
}
