"""The crm room over the API."""

from muster.crm.api import records, snooze

RESOURCES = [*records.RESOURCES, *snooze.RESOURCES]
