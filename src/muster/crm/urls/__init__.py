"""Addresses of the crm room."""

from muster.crm.urls import double, leads, merges, records

urlpatterns = [*records.urlpatterns, *leads.urlpatterns, *double.urlpatterns, *merges.urlpatterns]
