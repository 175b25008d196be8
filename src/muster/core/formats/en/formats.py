"""Dates as people write them in English: short."""

DATE_FORMAT = "M j, Y"
MONTH_DAY_FORMAT = "M j"
