"""Roles: what they may do, and who holds them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access import queries
from muster.access.actions.role import copy_role, end_role, give_role, roles, set_field_rules, set_grants
from muster.access.forms import CopyRoleForm, GiveRoleForm, RoleForm
from muster.access.listings import ROLES
from muster.access.models import Role, RoleAssignment
from muster.access.pages import act_page, create_page, done, edit_page, list_page
from muster.access.scope import LEVELS, Scope, visible_or_404
from muster.core.http import Request

role_list = list_page(ROLES)
role_create = create_page(RoleForm, roles.create, title=gettext_lazy("New role"))
role_edit = edit_page(RoleForm, roles.edit, "access.role.edit")
role_copy = act_page(
    Role,
    copy_role,
    title=gettext_lazy("Copy this role"),
    text=gettext_lazy("The copy has the same grants and field rules; change it from there."),
    form_class=CopyRoleForm,
)
role_give = create_page(GiveRoleForm, give_role, title=gettext_lazy("Give a role"))
role_end = act_page(RoleAssignment, end_role, title=gettext_lazy("Take this role away"), danger=True)


def role_detail(request: Request, pk: int) -> HttpResponse:
    """A role's grants and field rules, to read and, with the permission, to change in one go."""
    role = visible_or_404(Role, request.actor, pk=pk)
    if request.method == "POST":
        return _save(request, role)
    held = RoleAssignment.objects.visible_to(request.actor).filter(queries.held_now(), role=role).select_related("user")
    context = {
        "role": role,
        "rooms": queries.grant_matrix(role),
        "fields": queries.field_matrix(role),
        "scopes": Scope.choices,
        "levels": [(level, label) for level, label in zip(LEVELS, level_labels(), strict=True)],
        "held": held.order_by("user__name")[:200],
        "may_grant": request.actor.has("access.role.grant"),
    }
    return render(request, "access/role_detail.html", context)


def level_labels() -> list[str]:
    return [_("Hidden"), _("Masked"), _("Read"), _("Write")]


def _save(request: Request, role: Role) -> HttpResponse:
    try:
        if request.POST.get("part") == "fields":
            chosen = [(key[6:].split("|"), level) for key, level in request.POST.items() if key.startswith("field:")]
            rules = [(*parts, level) for parts, level in chosen if level and len(parts) == 3]
            set_field_rules(request.actor, role, rules=rules)
        else:
            scopes = {key[6:]: value for key, value in request.POST.items() if key.startswith("grant:")}
            set_grants(request.actor, role, scopes=scopes)
    except ValidationError as error:
        return done(request, role.get_absolute_url(), " ".join(error.messages), level=messages.ERROR)
    return done(request, role.get_absolute_url(), _("Saved: %(name)s") % {"name": role}, go=True)
