"""Completeness of customers over the API."""

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.crm.actions.completeness import ask_for, weigh
from muster.crm.forms.completeness import AskedForm, WeightForm
from muster.crm.listings.completeness import SCORES
from muster.crm.models import CompletenessWeight

RESOURCES = [
    Resource("account-scores", SCORES),
    Resource(
        "completeness-weights",
        rows_of(CompletenessWeight, Filter("item", "what is asked for", kind="text")),
        AskedForm,
        Crud(create=ask_for),
        (Verb("weigh", weigh, "crm.completenessweight.edit", WeightForm, "Set what it weighs"),),
    ),
]
