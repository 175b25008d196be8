"""Addresses of the crm room."""

from muster.crm.urls import double, leads, merges, records, stakeholders

urlpatterns = [
    *records.urlpatterns,
    *leads.urlpatterns,
    *double.urlpatterns,
    *merges.urlpatterns,
    *stakeholders.urlpatterns,
]
