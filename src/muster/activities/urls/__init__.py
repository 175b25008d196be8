"""Addresses of the activities room."""

from muster.activities.urls import comments, records

urlpatterns = [
    *records.urlpatterns,
    *comments.urlpatterns,
]
