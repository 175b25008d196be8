"""What every record has, whatever it is about."""

from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.core import names
from muster.core.jobs.models import Job, JobEffect, Schedule, Worker

__all__ = ["Job", "JobEffect", "Record", "Schedule", "Searchable", "Worker"]


class Record(models.Model):
    """A row with a life: when it came, when it changed, which version it is, whether it is put away."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    named_by: ClassVar[tuple[str, ...]] = ()  # the columns that name it: all that a list reads of a row it only names

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> str:  # noqa: N802 - Django's name; its own hashes every lazy label anew
        if callable(field.choices):
            return super()._get_FIELD_display(field)  # type: ignore[misc]
        value = getattr(self, field.attname)
        return str(_labels(field).get(value, value))


@cache
def _labels(field: Any) -> dict[Any, Any]:
    """The choices of a field, their labels still in no language."""
    return dict(field.flatchoices)


class Searchable(models.Model):
    """A row found by name, pinyin, initials, number. `search_parts` says what it is found by."""

    search_text = models.TextField(default="", editable=False)
    latin_pairs: ClassVar[bool] = False  # two Latin letters, initials mostly, are looked for as often as a name

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_search()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    def search_parts(self) -> list[str]:
        raise NotImplementedError

    def fill_search(self) -> None:
        """Bring `search_text` up to date; `save` does it, bulk writers call it themselves."""
        self.search_text = names.search_text(self.search_parts())


def linked(rows: Any, links: tuple[str, ...], named: tuple[str, ...]) -> Any:
    """ROWS together with those that LINKS lead to; of those that are only NAMED, no more than the name."""
    return rows.select_related(*links).defer(*_beyond_names(rows.model, named)) if links else rows


@cache
def _beyond_names(model: Any, links: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of linked rows that are not needed to name them: they would be most of what a page reads."""
    linked = {link: model._meta.get_field(link).related_model for link in links}
    return tuple(
        f"{link}__{one.name}"
        for link, other in linked.items()
        if (by := getattr(other, "named_by", ()))
        for one in other._meta.concrete_fields
        if one.name not in by and not one.primary_key
    )
