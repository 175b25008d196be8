from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.models import ApiToken, Role, RoleAssignment, User
from muster.core.forms import ActorForm, VerbForm


class UserForm(ActorForm):
    class Meta:
        model = User
        fields = ["username", "name", "email", "language"]


class RoleForm(ActorForm):
    class Meta:
        model = Role
        fields = ["key", "name", "name_zh", "about"]
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}


class CopyRoleForm(VerbForm):
    key = forms.SlugField(label=_("key"))
    name = forms.CharField(label=_("name"), max_length=100)


class GiveRoleForm(ActorForm):
    class Meta:
        model = RoleAssignment
        fields = ["user", "role", "valid_from", "valid_to"]
        labels = {"user": _("user"), "role": _("role")}


def token_choices() -> list[tuple[str, Any]]:
    """Whole rooms, and reading only: what programs are given in practice. The API takes finer patterns."""
    rooms = sorted({name.split(".")[0] for name in permissions.known()})
    return [("*.view", _("Read everything I may see")), *((f"{room}.*", f"{room}.*") for room in rooms)]


class TokenForm(ActorForm):
    scopes = forms.MultipleChoiceField(
        label=_("permissions"),
        choices=token_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The token can never do more than you can."),
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes", "expires_at"]
