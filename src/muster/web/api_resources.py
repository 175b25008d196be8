"""Which records the API serves, room by room."""

from importlib import import_module
from importlib.util import find_spec

from muster.access.resources import Resource

ROOMS = ["access", "people", "crm", "activities", "reporting", "integrations"]

RESOURCES: list[Resource] = [
    resource
    for room in ROOMS
    if find_spec(f"muster.{room}.api")
    for resource in import_module(f"muster.{room}.api").RESOURCES
]
