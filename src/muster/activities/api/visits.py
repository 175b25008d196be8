"""Visits on the spot over the API. A photo is sent to the visit as an attachment."""

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb
from muster.activities.actions.visit import check_in, check_out, correct_check_in, give_consent, withdraw_consent
from muster.activities.forms.visits import CheckInForm, CheckOutLaterForm, ConsentForm, CorrectForm
from muster.activities.models import AccountPoint, CheckIn, LocationConsent
from muster.core.listings import Filter, rows_of

RESOURCES = [
    Resource(
        "check-ins",
        rows_of(
            CheckIn,
            Filter("member", "member", kind="number", lookup="member_id"),
            Filter("activity", "visit", kind="number", lookup="activity_id"),
            Filter("verdict", "verdict", kind="text"),
            related=("member", "activity"),
        ),
        CheckInForm,
        Crud(create=check_in),
        (
            Verb("leave", check_out, "activities.checkin.leave", CheckOutLaterForm, "Check out"),
            Verb("correct", correct_check_in, "activities.checkin.correct", CorrectForm, "Correct the times"),
        ),
    ),
    Resource(
        "account-points",
        rows_of(AccountPoint, Filter("account", "account", kind="number", lookup="account_id"), related=("account",)),
    ),
    Resource(
        "location-consents",
        rows_of(LocationConsent, related=("member",)),
        ConsentForm,
        Crud(create=give_consent),
        (Verb("withdraw", withdraw_consent, "activities.locationconsent.withdraw", summary="Withdraw it"),),
    ),
]
