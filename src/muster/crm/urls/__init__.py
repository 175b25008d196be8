"""Addresses of the crm room."""

from muster.crm.urls import records

urlpatterns = [*records.urlpatterns]
