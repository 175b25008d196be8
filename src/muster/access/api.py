"""The access room over HTTP: how custom fields are defined."""

from muster.access.actions.custom_field import custom_fields
from muster.access.forms import CustomFieldForm
from muster.access.listings import CUSTOM_FIELDS
from muster.access.resources import Resource

RESOURCES = [Resource("custom_fields", CUSTOM_FIELDS, CustomFieldForm, custom_fields)]
