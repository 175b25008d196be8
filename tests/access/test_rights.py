"""Roles and logins on their pages: who may, and what is refused to whom."""

import pytest
from django.test import Client

from muster.access.models import ApiToken, Event, FieldRule, Grant, Role, RoleAssignment, User
from muster.access.roles import ensure_builtin_roles
from tests.access.conftest import make_role
from tests.factories import actor_of, make_member

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence only this test knows"


def held(member) -> set[str]:
    rows = RoleAssignment.objects.unscoped("tests").filter(user=member.user, valid_to=None)
    return set(rows.values_list("role__key", flat=True))


def role(key: str) -> Role:
    return Role.objects.unscoped("tests").get(key=key)


def grants(key: str) -> dict[str, str]:
    return dict(Grant.objects.unscoped("tests").filter(role__key=key).values_list("permission", "scope"))


def give(client, member, key):
    return client.post("/settings/roles/give/", {"user": member.user.pk, "role": role(key).pk})


def take(client, member, key):
    row = RoleAssignment.objects.unscoped("tests").get(user=member.user, role__key=key)
    return client.post(f"/settings/held/{row.pk}/end/", follow=True)


def said(response) -> str:
    return response.content.decode()


PAGES = ["/settings/users/", "/settings/roles/", "/settings/users/new/", "/settings/roles/new/"]


@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_open_the_pages_of_rights(firm, login, page):
    assert login(firm.admin).get(page).status_code == 200
    for other in (firm.manager, firm.rep):
        assert login(other).get(page).status_code == 403


def test_an_administrator_makes_a_login_invites_and_the_link_works_once(firm, login):
    client = login(firm.admin)
    client.post("/settings/users/new/", {"username": "new.one", "name": "New One", "email": "new@example.com"})
    user = User.objects.get(username="new.one")
    assert not user.has_usable_password()
    invitation = said(client.post(f"/settings/users/{user.pk}/invite/"))
    link = invitation.split('value="http://localhost')[1].split('"')[0]
    guest = Client(headers={"host": "localhost"})
    form = guest.get(link, follow=True).redirect_chain[-1][0]
    guest.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    again = Client(headers={"host": "localhost"}).get(link, follow=True)
    assert "password1" not in said(again)
    assert Event.objects.unscoped("tests").filter(action="access.user.invite", object_id=user.pk).count() == 1


def test_an_administrator_gives_and_takes_roles(firm, login):
    client = login(firm.admin)
    give(client, firm.rep, "manager")
    assert held(firm.rep) == {"rep", "manager"}
    take(client, firm.rep, "manager")
    assert held(firm.rep) == {"rep"}


def test_nobody_changes_his_own_rights(firm, login):
    client = login(firm.admin)
    assert "Nobody changes his own rights" in said(give(client, firm.admin, "director"))
    assert "Nobody changes his own rights" in said(take(client, firm.admin, "sysadmin"))
    answer = client.post(f"/settings/roles/{role('sysadmin').pk}/", {"grant:crm.deal.view": "all"}, follow=True)
    assert "another administrator must change it" in said(answer)
    answer = client.post(f"/settings/users/{firm.admin.user.pk}/stop/", follow=True)
    assert "Nobody changes his own rights" in said(answer)
    assert held(firm.admin) == {"sysadmin"}
    assert "crm.deal.view" not in grants("sysadmin")
    assert User.objects.get(pk=firm.admin.user.pk).is_active


def test_the_last_administrator_stays(firm, login):
    """Somebody who may stop logins and take roles, and holds all rights himself but those to give them."""
    everything = {"access.user.*": "all", "access.roleassignment.end": "all", "access.role.*": "all", "*.view": "all"}
    other = make_member("Other")
    RoleAssignment(user=other.user, role=make_role("nearly", everything)).save()
    client = login(firm.admin)
    assert client.post(f"/settings/users/{firm.second.user.pk}/stop/").status_code in (200, 302)
    login(other).post(f"/settings/users/{firm.admin.user.pk}/stop/")
    take(login(other), firm.admin, "sysadmin")
    assert held(firm.admin) == {"sysadmin"}
    assert User.objects.get(pk=firm.admin.user.pk).is_active


def test_an_administrators_role_cannot_lose_its_keys_while_nobody_else_has_them(firm, login):
    outsider = make_member("Outsider")
    RoleAssignment(user=outsider.user, role=make_role("editor", {"access.role.*": "all"})).save()
    answer = login(outsider).post(f"/settings/roles/{role('sysadmin').pk}/", {"grant:crm.deal.view": ""}, follow=True)
    assert "Then nobody could give out rights any more" in said(answer)
    assert grants("sysadmin")["access.*"] == "all"


@pytest.mark.parametrize("key", ["sysadmin", "manager", "director"])
def test_who_is_no_administrator_gives_no_right_that_he_has_not(firm, login, key):
    answer = give(login(firm.helper), firm.rep, key)
    assert "Nobody gives rights beyond his own" in said(answer)
    assert held(firm.rep) == {"rep"}


def test_who_is_no_administrator_gives_what_he_holds_himself(firm, login):
    new = make_member("New", role=None)
    new.user = User.objects.create_user("new")
    new.save()
    give(login(firm.helper), new, "rep")
    assert held(new) == {"rep"}


def test_who_edits_roles_puts_no_right_into_them_that_he_has_not(firm, login):
    RoleAssignment(user=firm.rep.user, role=make_role("editor", {"access.role.*": "all"})).save()
    client, target = login(firm.rep), make_role("target", {"crm.deal.view": "own"})
    wider = client.post(f"/settings/roles/{target.pk}/", {"grant:crm.deal.view": "all"}, follow=True)
    assert "Nobody gives rights beyond his own" in said(wider)
    client.post(f"/settings/roles/{target.pk}/", {"part": "fields", "field:people.member|phone|all": "write"})
    assert not FieldRule.objects.unscoped("tests").filter(role=target).exists()
    copied = client.post(f"/settings/roles/{role('director').pk}/copy/", {"key": "mine", "name": "Mine"})
    assert "Nobody gives rights beyond his own" in said(copied)
    assert not Role.objects.unscoped("tests").filter(key="mine").exists()
    client.post(f"/settings/roles/{target.pk}/", {"grant:crm.deal.view": "own", "grant:crm.deal.edit": "own"})
    assert grants("target") == {"crm.deal.view": "own", "crm.deal.edit": "own"}


def test_a_helper_does_not_come_to_an_administrators_login(firm, login):
    """Neither by an invitation link, nor by another e-mail to which a new password is sent, nor by stopping it."""
    client, user = login(firm.helper), firm.admin.user
    page = f"/settings/users/{user.pk}/"
    answers = [
        client.post(f"{page}invite/", follow=True),
        client.post(f"{page}edit/", {"username": user.username, "name": "x", "email": "mine@example.com"}),
        client.post(f"{page}stop/", follow=True),
    ]
    assert ["Nobody gives rights beyond his own" in said(one) for one in answers] == [True] * 3
    user.refresh_from_db()
    assert (user.email, user.is_active) == ("", True)


def test_a_helper_looks_after_the_login_of_a_rep(firm, login):
    page = f"/settings/users/{firm.rep.user.pk}/"
    assert "Invitation link" in said(login(firm.helper).post(f"{page}invite/"))
    login(firm.helper).post(f"{page}stop/")
    assert not User.objects.get(pk=firm.rep.user.pk).is_active


def token_of(client) -> str:
    made = client.post("/security/tokens/new/", {"name": "Robot", "scopes": ["*.view"]})
    return "mst_" + said(made).split('value="mst_')[1].split('"')[0]


def test_a_stopped_login_ends_its_sessions_and_tokens_at_once(firm, login):
    client = login(firm.rep)
    robot = Client(headers={"host": "localhost", "authorization": f"Bearer {token_of(client)}"})
    assert (client.get("/deals/").status_code, robot.get("/api/v1/deals").status_code) == (200, 200)
    login(firm.admin).post(f"/settings/users/{firm.rep.user.pk}/stop/")
    assert (client.get("/deals/").status_code, robot.get("/api/v1/deals").status_code) == (302, 401)
    login(firm.admin).post(f"/settings/users/{firm.rep.user.pk}/allow/")
    assert (client.get("/deals/").status_code, robot.get("/api/v1/deals").status_code) == (302, 401)
    assert ApiToken.objects.unscoped("tests").get().revoked_at is not None


def test_a_token_is_shown_once_and_does_no_more_than_it_says(firm, login):
    client = login(firm.rep)
    token = token_of(client)
    assert token not in said(client.get("/security/tokens/"))
    robot = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})
    assert robot.post("/api/v1/tasks", {"title": "A", "priority": "normal"}, "application/json").status_code == 403
    assert robot.get("/security/tokens/").status_code == 302


def test_nobody_revokes_or_sees_the_token_of_another_but_an_administrator(firm, login):
    token_of(login(firm.rep))
    token = ApiToken.objects.unscoped("tests").get()
    other = login(firm.manager)
    assert other.post(f"/security/tokens/{token.pk}/revoke/").status_code == 404
    assert "Robot" not in said(other.get("/security/tokens/"))
    admin = login(firm.admin)
    page = said(admin.get("/security/tokens/"))
    assert ("Robot" in page, str(firm.rep.user) in page) == (True, True)
    admin.post(f"/security/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_role_taken_away_counts_on_the_next_request(firm, login):
    client = login(firm.manager)
    assert client.get("/deals/").status_code == 200
    take(login(firm.admin), firm.manager, "manager")
    assert client.get("/deals/").status_code == 403


def test_the_trail_of_rights_is_for_whom_it_concerns(firm, login):
    give(login(firm.admin), firm.rep, "manager")
    assert "Give roles to users" in said(login(firm.admin).get("/audit/?action=access.roleassignment.create"))
    event = Event.objects.unscoped("tests").get(action="access.roleassignment.create")
    assert login(firm.rep).get(f"/audit/{event.pk}/").status_code == 404
    assert login(firm.rep).get("/audit/?format=csv").status_code == 403
    assert login(firm.admin).get("/audit/?format=csv").status_code == 200


def test_a_refused_attempt_is_in_the_trail(firm, login):
    login(firm.rep).post(f"/settings/users/{firm.admin.user.pk}/stop/")
    before = Event.objects.unscoped("tests").filter(action="access.denied").count()
    strange = make_member("Strange")
    login(firm.manager).post(f"/people/{strange.pk}/move/", {"reason": "x"})
    assert Event.objects.unscoped("tests").filter(action="access.denied").count() == before + 1


# What a newer version grants besides.


@pytest.fixture
def newer(monkeypatch):
    """The rep's role of a version to come: one grant and one field rule more."""
    from muster.access import builtin

    rep = next(one for one in builtin.ROLES if one["key"] == "rep")
    monkeypatch.setitem(rep, "grants", {**rep["grants"], "crm.deal.export": "own"})
    monkeypatch.setitem(rep, "fields", [*rep["fields"], ("people.memberprivate", "*", "all", "masked")])


def test_a_new_built_in_grant_reaches_an_installation_and_undoes_nothing(firm, newer):
    Grant.objects.unscoped("tests").filter(role__key="rep", permission="crm.deal.archive").delete()
    Grant.objects.unscoped("tests").filter(role__key="rep", permission="crm.deal.view").update(scope="unit")
    ensure_builtin_roles()
    assert grants("rep")["crm.deal.export"] == "own"
    assert "crm.deal.archive" not in grants("rep"), "what was taken away stays away"
    assert grants("rep")["crm.deal.view"] == "unit", "what was changed stays changed"
    assert FieldRule.objects.unscoped("tests").filter(role__key="rep", level="masked", scope="all").count() == 2
    assert "crm.deal.export" in actor_of(firm.rep).grants


def test_a_new_grant_that_is_taken_away_does_not_come_back(firm, newer):
    ensure_builtin_roles()
    Grant.objects.unscoped("tests").filter(role__key="rep", permission="crm.deal.export").delete()
    ensure_builtin_roles()
    assert "crm.deal.export" not in grants("rep")


def test_a_firms_own_role_of_the_same_name_is_left_alone(firm, monkeypatch):
    from muster.access import builtin

    make_role("jury", {"people.member.view": "own"})
    spec = {"key": "jury", "name": "Jury", "name_zh": "评委", "grants": {"people.member.edit": "all"}, "fields": []}
    monkeypatch.setattr(builtin, "ROLES", [*builtin.ROLES, spec])
    ensure_builtin_roles()
    assert grants("jury") == {"people.member.view": "own"}


def test_the_key_of_a_built_in_role_stays(firm, login):
    answer = login(firm.admin).post(f"/settings/roles/{role('rep').pk}/edit/", {"key": "seller", "name": "Seller"})
    assert "The key of a built-in role stays" in said(answer)
    login(firm.admin).post(f"/settings/roles/{role('rep').pk}/edit/", {"key": "rep", "name": "Seller"})
    assert role("rep").name == "Seller"
