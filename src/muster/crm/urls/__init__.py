"""Addresses of the crm room."""

from muster.crm.urls import contract, records

urlpatterns = [*records.urlpatterns, *contract.urlpatterns]
