"""Addresses of the calendar."""

from muster.access.routes import PUBLIC, route
from muster.activities.views import appointment, calendar, calendar_file, calendar_move

ROW, FEED = "activities.appointment", "activities.calendarfeed"

urlpatterns = [
    route("calendar/", calendar.calendar, name="calendar", permission=f"{ROW}.view"),
    route("calendar/move/", calendar_move.calendar_move, name="calendar_move", permission=f"{ROW}.edit"),
    route("calendar/times/", calendar.calendar_times, name="calendar_times", permission=f"{ROW}.busy"),
    route("calendar/file/", calendar_file.calendar_file, name="calendar_file", permission=f"{ROW}.take"),
    route("calendar/addresses/", calendar_file.calendar_feeds, name="calendar_feeds", permission=f"{FEED}.create"),
    route(
        "calendar/addresses/<int:pk>/archive/",
        calendar_file.calendar_feed_archive,
        name="calendar_feed_archive",
        permission=f"{FEED}.archive",
    ),
    route("calendar/feed/<str:token>.ics", calendar_file.calendar_feed, name="calendar_feed", permission=PUBLIC),
    route("appointments/new/", appointment.appointment_create, name="appointment_create", permission=f"{ROW}.create"),
    route(
        "appointments/<int:pk>/", appointment.appointment_detail, name="appointment_detail", permission=f"{ROW}.view"
    ),
    route(
        "appointments/<int:pk>/edit/", appointment.appointment_edit, name="appointment_edit", permission=f"{ROW}.edit"
    ),
    route(
        "appointments/<int:pk>/cancel/",
        appointment.appointment_cancel,
        name="appointment_cancel",
        permission=f"{ROW}.cancel",
    ),
    route(
        "appointments/<int:pk>/answer/",
        appointment.appointment_answer,
        name="appointment_answer",
        permission="activities.guest.answer",
    ),
    route(
        "appointments/<int:pk>/file/", appointment.appointment_file, name="appointment_file", permission=f"{ROW}.view"
    ),
]
