"""Addresses of the crm room."""

from muster.crm.urls import contract, pool, records

urlpatterns = [*records.urlpatterns, *contract.urlpatterns, *pool.urlpatterns]
