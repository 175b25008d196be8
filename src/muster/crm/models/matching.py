from typing import Any, ClassVar

from django.db import models

from muster.core import alike
from muster.core.alike import MARKS
from muster.core.doubts import MailDoubt
from muster.core.models import Searchable


def _mark() -> models.CharField[Any, Any]:
    """Empty where not filled yet, so that a table of a million rows gets the column in no time."""
    return models.CharField(max_length=200, null=True, blank=True, editable=False)


class Matched(Searchable):
    """A record that is compared with others before a new one is made. What it is compared by stands beside it in one
    form; of phone and mail, which not everybody may read, a keyed mark."""

    match_name = _mark()
    match_phone = _mark()
    match_mail = _mark()
    match_domain = _mark()
    matched_by: ClassVar[dict[str, str]] = {}  # name, phone, email, website → the field that holds it

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *MARKS}
        super().save(*args, **kwargs)

    def fill_search(self) -> None:
        super().fill_search()
        said = {key: str(self.__dict__.get(name) or "") for key, name in self.matched_by.items()}
        for key, value in marks(said).items():
            setattr(self, key, value)


class Reachable(MailDoubt, Matched):
    """A person with an e-mail address: another address is not doubted any more."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "mail_doubt_on", "mail_doubt_why"}
        super().save(*args, **kwargs)

    def fill_search(self) -> None:
        before = self.match_mail
        super().fill_search()
        if before != self.match_mail:
            self.believe()


def marks(said: dict[str, str]) -> dict[str, str]:
    """What SAID (name, phone, email, website) is compared by. A name is never without one: that would mean `not filled
    yet`."""
    email, website = said.get("email", ""), said.get("website", "")
    return {
        "match_name": alike.company(said.get("name", ""))[:200],
        "match_phone": alike.mark(alike.phone(said.get("phone", ""))),
        "match_mail": alike.mark(email.strip().casefold()),
        "match_domain": (alike.domain(email) or alike.domain(website))[:200],
    }
