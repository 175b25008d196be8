"""Addresses of the activities room."""

from muster.activities.urls import attachments, calendar, calls, comments, known, mail, records, visits

urlpatterns = [
    *calendar.urlpatterns,
    *records.urlpatterns,
    *attachments.urlpatterns,
    *comments.urlpatterns,
    *known.urlpatterns,
    *visits.urlpatterns,
    *calls.urlpatterns,
    *mail.urlpatterns,
]
