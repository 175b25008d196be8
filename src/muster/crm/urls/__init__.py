"""Addresses of the crm room."""

from muster.crm.urls import pool, records

urlpatterns = [*records.urlpatterns, *pool.urlpatterns]
