"""Addresses of the crm room."""

from muster.crm.urls import (
    completeness,
    contract,
    credit,
    double,
    leads,
    merges,
    pool,
    price_books,
    records,
    rivals,
    snooze,
    stage_rules,
    stakeholders,
)

urlpatterns = [
    *records.urlpatterns,
    *completeness.urlpatterns,
    *contract.urlpatterns,
    *credit.urlpatterns,
    *double.urlpatterns,
    *leads.urlpatterns,
    *merges.urlpatterns,
    *pool.urlpatterns,
    *price_books.urlpatterns,
    *rivals.urlpatterns,
    *snooze.urlpatterns,
    *stage_rules.urlpatterns,
    *stakeholders.urlpatterns,
]
