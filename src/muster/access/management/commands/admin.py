"""`muster admin NAME`: an administrator for an installation that nobody can administer yet."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.urls import reverse

from muster.access.action import add_event
from muster.access.models import Role, RoleAssignment, User
from muster.access.scope import Actor


class Command(BaseCommand):
    help = "Make NAME a system administrator and print the link by which a password is chosen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument("--email", default="")

    @transaction.atomic
    def handle(self, *args: Any, name: str, email: str, **options: Any) -> None:
        user = User.objects.filter(username=name).first() or User.objects.create_user(name, email=email)
        role = Role.objects.unscoped("first administrator").get(key="sysadmin")
        RoleAssignment.objects.unscoped("first administrator").get_or_create(user=user, role=role, valid_from=None)
        add_event(Actor.operator("muster admin"), "access.roleassignment.create", user, {"role": [None, role.key]})
        key = default_token_generator.make_token(user)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
        self.stdout.write(f"{name} chooses a password at {path}")
