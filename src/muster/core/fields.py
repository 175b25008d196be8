"""Field types of our own: a value that shows itself only to who may see it, and one unreadable at rest."""

from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_name
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.db import models

from muster.core.money import locale

CLEARANCE = "_clearance"
FULL = "full"
OPEN = ("read", "write")  # levels at which the value itself is shown


def mask(value: str) -> str:
    """138****5678: enough to recognise one's own, too little to use. Mail keeps its first letter and domain."""
    if "@" in value:
        name, _at, domain = value.partition("@")
        return f"{name[:1]}***@{domain}"
    if len(value) < 7:
        return value[:1] + "*" * (len(value) - 1)
    return value[:3] + "*" * max(4, len(value) - 7) + value[-4:]


class Guarded:
    """Reads a sensitive value at the level of the row's clearance. A row that came without one (over a foreign key,
    say) shows
    nothing: forgetting to ask for clearance can hide a value, never leak it."""

    def __init__(self, field: models.Field) -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type) -> Any:
        if row is None:
            return self
        if self.field.attname not in row.__dict__:
            row.refresh_from_db(fields=[self.field.attname])
        value = row.__dict__[self.field.attname]
        level = "write" if row._state.adding else clearance(row, self.field.name)
        if level in OPEN or value in (None, ""):
            return value
        return mask(str(value)) if level == "masked" else ("" if isinstance(value, str) else None)

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


def clearance(row: models.Model, field: str) -> str:
    """hidden, masked, read or write."""
    given = row.__dict__.get(CLEARANCE)
    return "write" if given == FULL else "hidden" if given is None else given.get(field, "hidden")


def is_open(row: models.Model, field: str) -> bool:
    """Is the value itself shown, neither hidden nor masked?"""
    return clearance(row, field) in OPEN


class Sensitive(models.Field):
    """Mixin for fields under field rules; see `Guarded`."""

    descriptor_class = Guarded

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__.get(
            self.attname
        )  # the value itself: saving a masked row must not store the mask

    def value_from_object(self, obj: models.Model) -> Any:
        return getattr(obj, self.attname)


class SensitiveCharField(Sensitive, models.CharField):
    pass


class SensitiveEmailField(Sensitive, models.EmailField):
    pass


class SensitiveDateField(Sensitive, models.DateField):
    pass


@lru_cache(maxsize=1)
def cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


class EncryptedCharField(Sensitive, models.TextField):
    """Text encrypted at rest (Fernet: AES-128-CBC with HMAC); the first key encrypts, all keys decrypt. Not
    searchable."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value in (None, "") else cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value in (None, ""):
            return value
        try:
            return cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ValueError(
                f"{self.model._meta.label}.{self.name}: none of the field keys reads this value."
            ) from error


class CurrencyField(models.CharField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("default", default_currency)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """A choice among the currencies in use; typing a code that does not exist is no way to lose money."""
        return forms.ChoiceField(
            label=self.verbose_name, choices=currency_choices, initial=default_currency, required=False
        )


CURRENCIES = [
    "CNY",
    "HKD",
    "TWD",
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "KRW",
    "SGD",
    "AUD",
    "CAD",
    "CHF",
    "THB",
    "MYR",
    "VND",
    "INR",
]


def currency_choices() -> list[tuple[str, str]]:
    codes = dict.fromkeys([default_currency(), *CURRENCIES])
    return [(code, f"{code} {get_currency_name(code, locale=locale())}") for code in codes]


def default_currency() -> str:
    return settings.DEFAULT_CURRENCY
