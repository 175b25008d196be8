"""Addresses of the activities room."""

from muster.activities.urls import attachments, calls, comments, known, mail, records, visits

urlpatterns = [
    *records.urlpatterns,
    *attachments.urlpatterns,
    *comments.urlpatterns,
    *known.urlpatterns,
    *visits.urlpatterns,
    *calls.urlpatterns,
    *mail.urlpatterns,
]
