"""Fields that a firm adds to its records.

A definition (`access.models.CustomField`; here: a spec) says what a field takes. `types` reads, keeps and shows values,
`store` keeps them on a record: one JSON column, by key, sensitive ones encrypted; `kinds` says which records a field is
for, `inputs` asks for it in forms, `show` puts it into lists, files and answers.
"""

from typing import Any, Protocol

PREFIX = "custom."


class Guide(Protocol):
    """Handed in by `access`, so that core needs no import of it."""

    def known(self, actor: Any, model: Any) -> list[Any]:
        """The fields in use of MODEL that ACTOR may know of, in their order."""

    def writable(self, actor: Any, spec: Any, row: Any) -> bool:
        """May ACTOR write the field on ROW?"""


_guide: list[Guide] = []


def provide(guide: Guide) -> None:
    _guide[:] = [guide]


def known(actor: Any, model: Any) -> list[Any]:
    return _guide[0].known(actor, model) if _guide and hasattr(model, "custom_kinds") else []


def writable(actor: Any, spec: Any, row: Any) -> bool:
    return _guide[0].writable(actor, spec, row)
