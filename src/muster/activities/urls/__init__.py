"""Addresses of the activities room."""

from muster.activities.urls import attachments, comments, records

urlpatterns = [
    *records.urlpatterns,
    *comments.urlpatterns,
    *attachments.urlpatterns,
]
