"""Addresses of the activities room."""

from muster.activities.urls import attachments, calls, comments, mail, records, visits

urlpatterns = [
    *records.urlpatterns,
    *attachments.urlpatterns,
    *comments.urlpatterns,
    *visits.urlpatterns,
    *calls.urlpatterns,
    *mail.urlpatterns,
]
