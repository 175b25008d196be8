"""Proof that the contracts bite: each guard is taken out in turn, and a check that is named must fail.

The checks are small copies of what the suite asks of every surface; a control shows that all pass with every guard in
place.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from ninja.security import apikey

from muster.access import action, actors, crud, middleware, scope, scoped_query
from muster.access.actions import role as roles
from muster.access.actions import user as users
from muster.access.models import ApiToken, Event, Grant, Role, RoleAssignment
from muster.access.scope import Actor, Forbidden, Policy, ScopedQuerySet, ScopeMissing, policies
from muster.crm.actions.account import accounts
from muster.crm.actions.deal import deals
from muster.crm.models import Deal
from muster.people.actions.member import members
from muster.people.models import Member
from tests.contracts.reference import may_see
from tests.contracts.test_rows import own_eyes, restricted, seen_without_a_right, strangers_seen
from tests.contracts.world import Firm, body, client_of
from tests.factories import actor_of, make_user

pytestmark = pytest.mark.django_db


# What must hold. Each raises AssertionError where it does not.


def strangers_are_hidden(_firm: Firm) -> None:
    assert strangers_seen() == []


def no_right_shows_nothing(_firm: Firm) -> None:
    assert seen_without_a_right() == []


def no_canary_leaks(firm: Firm) -> None:
    forbidden = [text for text, (owner, kind) in firm.texts.items() if not may_see("rep", owner, kind)]
    client = client_of(firm.people["rep"])
    strange = {kind: firm.rows["stranger", kind].pk for kind in ("account", "contact", "deal")}
    paths = ["/customers/", "/contacts/", "/deals/", "/activities/", "/tasks/?view=table", "/search/?q=CNRY"]
    paths += [f"/customers/{strange['account']}/", f"/api/v1/deals/{strange['deal']}", "/api/v1/activities"]
    paths += [f"/people/{firm.people['stranger'].pk}/{part}" for part in ("", "private/")]
    for path in paths:
        said = body(client.get(path)).decode()
        assert not [text for text in forbidden if text[:28] in said], path


def sensitive_columns_stay(firm: Firm) -> None:
    try:
        list(Member.objects.visible_to(actor_of(firm.people["rep"])).values("personal_email"))
    except ScopeMissing:
        return
    raise AssertionError("values of a sensitive column left")


def eyes_are_needed(_firm: Firm) -> None:
    for read in (Deal.objects.count, lambda: list(Deal.objects.all()), lambda: str(Deal.objects.all().query)):
        try:
            read()
        except ScopeMissing:
            continue
        raise AssertionError("rows were read without eyes")


def seen_is_not_changed(firm: Firm) -> None:
    """The rep may see every deal now, and still change his own only."""
    Grant(role=Role.objects.unscoped("tests").get(key="rep"), permission="crm.deal.view", scope="all").save()
    client, deal = client_of(firm.people["rep"]), firm.rows["stranger", "deal"]
    version = deal.version
    assert client.get(f"/deals/{deal.pk}/").status_code == 200
    sent = {"content_type": "application/json"}
    answers = [
        client.post(f"/deals/{deal.pk}/archive/").status_code,
        client.post(f"/api/v1/deals/{deal.pk}/archive", "{}", **sent).status_code,
        client.patch(f"/api/v1/deals/{deal.pk}", '{"name": "Mine now"}', **sent).status_code,
    ]
    deal.refresh_from_db()
    assert (answers, deal.version, deal.archived_at) == ([403] * 3, version, None)


def doors_are_shut(firm: Firm) -> None:
    client = client_of(firm.people["admin"])
    assert client.get("/customers/").status_code == client.get("/api/v1/accounts").status_code == 403


def refusals_are_recorded(firm: Firm) -> None:
    def count() -> int:
        return Event.objects.unscoped("tests").filter(action="access.denied").count()

    before, deal = count(), firm.rows["rep", "deal"]
    client_of(firm.people["admin"]).post(f"/deals/{deal.pk}/archive/")
    assert count() == before + 1
    with contextlib.suppress(Forbidden):
        accounts.create(actor_of(firm.people["rep"]), name="A", owner=firm.people["stranger"])
    assert count() == before + 2


def nothing_is_made_for_others(firm: Firm) -> None:
    with refused(Forbidden):
        accounts.create(actor_of(firm.people["rep"]), name="A", owner=firm.people["stranger"])


def nothing_hidden_is_linked(firm: Firm) -> None:
    actor, deal = actor_of(firm.people["rep"]), firm.rows["rep", "deal"]
    with refused(ValidationError):
        deals.edit(actor, deal, account=firm.rows["stranger", "account"])


def masked_fields_are_not_written(firm: Firm) -> None:
    role = Role.objects.unscoped("tests").get(key="rep")
    Grant(role=role, permission="people.member.edit", scope="all").save()
    with refused(Forbidden):
        members.edit(actor_of(firm.people["rep"]), firm.people["stranger"], phone="13900000000")


def tokens_do_what_they_say(firm: Firm) -> None:
    user = firm.people["rep"].user
    assert user is not None
    token, prefix, digest = actors.new_token()
    ApiToken(user=user, name="Robot", prefix=prefix, digest=digest, scopes=["people.*"]).save()
    found = actors.actor_for_token(token)
    assert found is not None
    assert not found.has("crm.deal.view")
    users.end_access(user)
    assert actors.actor_for_token(token) is None


def forms_need_their_token(firm: Firm) -> None:
    client = client_of(firm.people["rep"], enforce_csrf_checks=True)
    deal = firm.rows["rep", "deal"]
    assert client.post(f"/api/v1/deals/{deal.pk}/archive", "{}", "application/json").status_code == 403


def rights_stay_within_bounds(firm: Firm) -> None:
    admin, role = actor_of(firm.people["admin"]), Role.objects.unscoped("tests").get(key="sysadmin")
    me = firm.people["admin"].user
    held = RoleAssignment.objects.unscoped("tests").get(user=me)
    helper = Actor(make_user("helper", role=None).pk, grants={"access.user.*": {"all"}, KEYS[0]: {"all"}})
    with refused(ValidationError):
        roles.give_role(admin, user=me, role=Role.objects.unscoped("tests").get(key="director"))
    with refused(ValidationError):
        roles.set_grants(admin, role, scopes={**dict.fromkeys(KEYS, "all"), "crm.deal.view": "all"})
    with refused(ValidationError):
        roles.give_role(helper, user=firm.people["rep"].user, role=role)
    with refused(ValidationError):
        users.invite_user(helper, me)
    with refused(ValidationError):
        roles.end_role(Actor.operator("tests"), held)


KEYS = roles.KEYS


class refused:  # noqa: N801 - reads like pytest.raises, and fails as a check does
    """`with refused(Error):` fails as a check does where nothing is refused."""

    def __init__(self, error: type[Exception]) -> None:
        self.error = error

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, *_rest: Any) -> bool:
        assert kind is not None, f"{self.error.__name__} was to be raised"
        return issubclass(kind, self.error)


CHECKS = [
    *(strangers_are_hidden, no_right_shows_nothing, no_canary_leaks, sensitive_columns_stay, eyes_are_needed),
    *(seen_is_not_changed, doors_are_shut, refusals_are_recorded, nothing_is_made_for_others),
    *(nothing_hidden_is_linked, masked_fields_are_not_written, tokens_do_what_they_say, forms_need_their_token),
    rights_stay_within_bounds,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.__name__)
def test_with_every_guard_in_place_it_holds(check, firm):
    check(firm)


# What is taken out, and which check must notice.


def nothing_happens(*_args: Any, **_kwargs: Any) -> None:
    pass


def yes(*_args: Any, **_kwargs: Any) -> bool:
    return True


def everything(*_args: Any, **_kwargs: Any) -> Q:
    return Q()


def scopes_without_limits(self: Actor, permission: str) -> frozenset[str]:
    limits, self.limits = self.limits, None
    try:
        return SCOPES(self, permission)
    finally:
        self.limits = limits


def all_rows(self: Any, actor: Actor, permission: str | None = None) -> Any:
    rows = self.unscoped("mutant")
    rows.query.eyes = actor
    return rows


def plain_levels(self: Policy, *_rest: Any) -> dict[str, str]:
    return dict.fromkeys(self.sensitive, "write")


def uncovered(_self: Any, rows: list[Any]) -> None:
    for row in rows:
        row.__dict__[scope.CLEARANCE] = scope.FULL


SCOPES = Actor.scopes
MUTANTS: dict[str, tuple[Any, str, Any, Callable[[Firm], None]]] = {
    "rows of everybody": (ScopedQuerySet, "visible_to", all_rows, no_canary_leaks),
    "all fields readable": (Policy, "levels", plain_levels, no_canary_leaks),
    "field guard off": (ScopedQuerySet, "_clear", uncovered, no_canary_leaks),
    "sensitive values leave": (ScopedQuerySet, "_refuse_sensitive_values", nothing_happens, sensitive_columns_stay),
    "queries without eyes": (scoped_query.ScopedQuery, "guard", nothing_happens, eyes_are_needed),
    "object check gone": (action, "can", yes, seen_is_not_changed),
    "check of what is made gone": (action, "can", yes, nothing_is_made_for_others),
    "every permission held": (Actor, "has", yes, doors_are_shut),
    "no door on pages and API": (Actor, "require", nothing_happens, doors_are_shut),
    "refusals at the door unrecorded": (middleware, "record_denied", nothing_happens, refusals_are_recorded),
    "refusals of actions unrecorded": (action, "record_denied", nothing_happens, refusals_are_recorded),
    "links unchecked": (crud, "check_links", nothing_happens, nothing_hidden_is_linked),
    "levels unchecked": (crud, "check_levels", nothing_happens, masked_fields_are_not_written),
    "limits of tokens ignored": (Actor, "scopes", scopes_without_limits, tokens_do_what_they_say),
    "tokens outlive the login": (users, "end_access", nothing_happens, tokens_do_what_they_say),
    "no token against forged forms": (apikey, "check_csrf", nothing_happens, forms_need_their_token),
    "own rights changed": (roles, "refuse_self", nothing_happens, rights_stay_within_bounds),
    "own role changed": (roles, "refuse_own", nothing_happens, rights_stay_within_bounds),
    "rights beyond one's own": (roles, "refuse_role_beyond", nothing_happens, rights_stay_within_bounds),
    "a stronger login taken over": (users, "refuse_stronger", nothing_happens, rights_stay_within_bounds),
    "the last administrator gone": (roles, "keep_somebody_with_the_keys", nothing_happens, rights_stay_within_bounds),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_guard_taken_out_is_noticed(name, firm, monkeypatch):
    where, attribute, instead, check = MUTANTS[name]
    monkeypatch.setattr(where, attribute, instead)
    with pytest.raises(AssertionError):
        check(firm)


def test_a_policy_that_shows_everything_is_noticed(monkeypatch):
    eyes = own_eyes()
    for model in restricted():
        with monkeypatch.context() as patched:
            patched.setattr(policies()[model].__class__, "rows", everything)
            assert strangers_seen(eyes, [model]) == [model._meta.label]


def test_a_kind_of_record_shown_without_a_right_is_noticed(monkeypatch):
    for model, policy in policies().items():
        with monkeypatch.context() as patched:
            patched.setattr(policy.__class__, "rows", everything)
            assert seen_without_a_right([model]) == [model._meta.label]
