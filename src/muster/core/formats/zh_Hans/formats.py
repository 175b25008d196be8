"""Dates as people write them in Chinese: without leading zeros."""

DATE_FORMAT = "Y年n月j日"
MONTH_DAY_FORMAT = "n月j日"
