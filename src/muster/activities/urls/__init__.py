"""Addresses of the activities room."""

from muster.activities.urls import attachments, comments, known, records, visits

urlpatterns = [
    *records.urlpatterns,
    *attachments.urlpatterns,
    *comments.urlpatterns,
    *known.urlpatterns,
    *visits.urlpatterns,
]
