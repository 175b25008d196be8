"""Addresses of the activities room."""

from muster.activities.urls import attachments, comments, records, visits

urlpatterns = [
    *records.urlpatterns,
    *attachments.urlpatterns,
    *comments.urlpatterns,
    *visits.urlpatterns,
]
