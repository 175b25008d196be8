from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel

LONGEST_NAME = 80


@dataclass(frozen=True)
class Commentable:
    """A kind of record that people comment on. `owner`: the member whose record it is, who carries out instructions;
    `told`: the members who are told of a comment besides him; `about`: the customer and deal it is about."""

    model: type[ScopedModel]
    owner: Callable[[Any], int | None]
    told: Callable[[Any], Iterable[int]] = lambda _row: ()
    about: Callable[[Any], dict[str, Any]] = lambda _row: {}


_kinds: dict[str, Commentable] = {}


def register_commentable(one: Commentable) -> None:
    _kinds[one.model._meta.label_lower] = one


def commentables() -> dict[str, Commentable]:
    return dict(_kinds)


class Comment(ScopedModel):
    """What somebody said about a record. It is seen by whoever sees the record. An instruction is a comment that became
    a task of the record's owner; a correction is the author's own word on what he reported."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        INSTRUCTION = "instruction", _("Instruction")
        CORRECTION = "correction", _("Correction")

    model = models.CharField(_("kind of record"), max_length=50)
    object_id = models.BigIntegerField(_("number of the record"))
    kind = models.CharField(pgettext_lazy("comment", "kind"), max_length=11, choices=Kind.choices, default=Kind.COMMENT)
    author = models.ForeignKey("people.Member", models.PROTECT, related_name="comments", verbose_name=_("by"))
    body = models.TextField(_("comment"), max_length=2000)
    mentions = models.JSONField(_("who is mentioned"), default=list, blank=True, editable=False)  # member ids
    task = models.ForeignKey(
        "activities.Task",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("task"),
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["model", "object_id", "id"], name="comment_of_record"),
            models.Index(fields=["author", "-id"], name="comment_by_author"),
        ]

    def __str__(self) -> str:
        return Truncator(" ".join(self.body.split())).chars(LONGEST_NAME)

    def get_absolute_url(self) -> str:
        """The record's page: a comment has none of its own."""
        model: Any = _kinds[self.model].model if self.model in _kinds else None
        return f"{model(pk=self.object_id).get_absolute_url()}#comments" if model else "/"

    @property
    def owner_id(self) -> int:
        return self.author_id
