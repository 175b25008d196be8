from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel, ScopedQuerySet
from muster.core.links import record_url


class UserManager(DjangoUserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Libraries for login look users up before there is anybody whose eyes could be used, so this one manager is
    open. A user row holds nothing but the login; our own pages say visible_to(actor) here as everywhere."""

    use_in_migrations = False

    def get_queryset(self) -> ScopedQuerySet:
        rows: ScopedQuerySet = super().get_queryset()
        return rows.unscoped("login")

    def get_by_natural_key(self, username: str) -> "User":
        user: User = self.get(username=username)
        return user

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, ScopedModel):
    """A login. The employment record is people.Member, which may outlive it."""

    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("display name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    theme = models.CharField(
        _("theme"),
        max_length=5,
        default="auto",
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                "email",
                condition=~models.Q(email=""),
                name="user_email_unique",
                violation_error_message=_("This e-mail already belongs to a user."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_absolute_url(self) -> str:
        return record_url("user_detail", self.pk)

    def get_full_name(self) -> str:
        return str(self)
