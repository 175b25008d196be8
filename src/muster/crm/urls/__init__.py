"""Addresses of the crm room."""

from muster.crm.urls import contract, double, leads, merges, pool, records, snooze, stage_rules, stakeholders

urlpatterns = [
    *records.urlpatterns,
    *contract.urlpatterns,
    *double.urlpatterns,
    *leads.urlpatterns,
    *merges.urlpatterns,
    *pool.urlpatterns,
    *snooze.urlpatterns,
    *stage_rules.urlpatterns,
    *stakeholders.urlpatterns,
]
