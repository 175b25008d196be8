"""What an import stumbled over as a file: the refused rows as they came, with what is wrong, to mend and import
again."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from muster.core.exports import csv_lines
from muster.integrations.models import ImportIssue


def error_lines(issues: Iterable[ImportIssue]) -> Iterator[str]:
    """Lines of a CSV: sheet, row, kind, what is wrong, then the row's own columns."""
    found = list(issues)
    columns = list(dict.fromkeys(key for one in found for key in one.values))
    head = [_("sheet"), _("row"), _("kind"), _("what is wrong"), *columns]
    rows = (
        [one.sheet, one.row_no, str(one.get_kind_display()), one.message, *(one.values.get(key, "") for key in columns)]
        for one in found
    )
    return csv_lines(head, rows)
