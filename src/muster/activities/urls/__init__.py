"""Addresses of the activities room."""

from muster.activities.urls import records

urlpatterns = [
    *records.urlpatterns,
]
