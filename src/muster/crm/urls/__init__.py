"""Addresses of the crm room."""

from muster.crm.urls import records, snooze

urlpatterns = [*records.urlpatterns, *snooze.urlpatterns]
