"""What an import stumbled over as a file: the rows that were refused as they came, with what is wrong, to mend and
import again."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from muster.core.exports import csv_lines
from muster.integrations.models import ImportIssue


def error_lines(issues: Iterable[ImportIssue], head: list[str] | None = None) -> Iterator[str]:
    """Lines of a CSV. Of one table with the columns HEAD: each row that was refused once, as it came, with what is
    wrong at the end. Of several tables: everything, with its sheet and row in front."""
    return _of_table(issues, head) if head else _of_tables(issues)


def _of_table(issues: Iterable[ImportIssue], head: list[str]) -> Iterator[str]:
    rows: dict[tuple[str, int | None], list[ImportIssue]] = {}
    for one in issues:
        if one.kind == ImportIssue.Kind.REFUSED:
            rows.setdefault((one.sheet, one.row_no), []).append(one)
    lines = ([*(ones[0].values.get(key, "") for key in head), " ".join(map(str, ones))] for ones in rows.values())
    return csv_lines([*head, _("what is wrong")], lines)


def _of_tables(issues: Iterable[ImportIssue]) -> Iterator[str]:
    found = list(issues)
    columns = list(dict.fromkeys(key for one in found for key in one.values))
    head = [_("sheet"), _("row"), _("kind"), _("what is wrong"), *columns]
    rows = (
        [one.sheet, one.row_no, str(one.get_kind_display()), str(one), *(one.values.get(key, "") for key in columns)]
        for one in found
    )
    return csv_lines(head, rows)
