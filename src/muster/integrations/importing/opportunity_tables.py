"""The four tables of the source “sales opportunities”, known by their columns."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muster.integrations.importing.reading import Sheet

TABLES = {
    "accounts": ["account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"],
    "products": ["product", "series", "sales_price"],
    "sales_teams": ["sales_agent", "manager", "regional_office"],
    "sales_pipeline": [
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    ],
}


def find_tables(sheets: list[Sheet], tables: dict[str, list[str]] | None = None) -> dict[str, Sheet]:
    """The tables of a source, known by their columns, whatever the files are called. ValidationError names what is
    missing."""
    found = {}
    for name, columns in (tables or TABLES).items():
        fitting = [sheet for sheet in sheets if set(columns) <= set(sheet.head)]
        if fitting:
            found[name] = fitting[0]
            continue
        near = max(sheets, key=lambda one: len(set(columns) & set(one.head)), default=None)
        missing = [column for column in columns if near is None or column not in near.head]
        raise ValidationError(
            _("The table “%(table)s” is missing. It needs the columns %(columns)s; not found: %(missing)s."),
            params={"table": name, "columns": ", ".join(columns), "missing": ", ".join(missing)},
        )
    return found
