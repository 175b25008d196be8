"""Addresses of the activities room."""

from muster.activities.urls import attachments, comments, records, visits

urlpatterns = [
    *records.urlpatterns,
    *comments.urlpatterns,
    *attachments.urlpatterns,
    *visits.urlpatterns,
]
