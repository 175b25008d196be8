"""Users: who may log in."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.actions.user import activate_user, deactivate_user, invite_user, users
from muster.access.forms import UserForm
from muster.access.listings import USERS
from muster.access.models import RoleAssignment, User
from muster.access.pages import act_page, create_page, done, edit_page, list_page
from muster.access.scope import visible_or_404
from muster.core.http import Request

user_list = list_page(USERS)
user_create = create_page(UserForm, users.create, title=gettext_lazy("New user"))
user_edit = edit_page(UserForm, users.edit, "access.user.edit")
user_deactivate = act_page(
    User,
    deactivate_user,
    title=gettext_lazy("Stop this login"),
    text=gettext_lazy("Sessions and API tokens end at once. What the person did stays on record."),
    danger=True,
)
user_activate = act_page(User, activate_user, title=gettext_lazy("Allow this login again"))


def user_detail(request: Request, pk: int) -> HttpResponse:
    user = visible_or_404(User, request.actor, pk=pk)
    held = RoleAssignment.objects.visible_to(request.actor).filter(user=user).select_related("role").order_by("-id")
    return render(request, "access/user_detail.html", {"person": user, "held": held[:50]})


@require_POST
def user_invite(request: Request, pk: int) -> HttpResponse:
    """A link, shown once, by which the user chooses a password. It dies on use and after some days."""
    user = visible_or_404(User, request.actor, pk=pk)
    try:
        invite_user(request.actor, user)
    except ValidationError as error:
        return done(request, user.get_absolute_url(), " ".join(error.messages), level=messages.ERROR)
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    context = {"person": user, "link": request.build_absolute_uri(path)}
    return render(request, "access/user_invite.html", context)
