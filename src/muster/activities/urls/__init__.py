"""Addresses of the activities room."""

from muster.activities.urls import attachments, calendar, comments, records, visits

urlpatterns = [
    *calendar.urlpatterns,
    *records.urlpatterns,
    *attachments.urlpatterns,
    *comments.urlpatterns,
    *visits.urlpatterns,
]
