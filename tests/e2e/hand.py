"""What a journey costs: counted while it is walked, and compared with what docs/journeys.md says."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

DOC = Path(__file__).parents[2] / "docs" / "journeys.md"
ROW = re.compile(r"^\| (?P<name>[^|]+?) \| [^|]* \| (?P<taps>\d+) \| (?P<fields>\d+) \|", re.MULTILINE)


class Hand:
    """The hand of somebody who uses PAGE: every tap and every field filled in is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.fields = page, 0, 0

    def tap(self, what: Locator | str, **more: Any) -> None:
        self.taps += 1
        self._found(what).click(**more)

    def fill(self, what: Locator | str, text: str) -> None:
        self.fields += 1
        self._found(what).fill(text)

    def _found(self, what: Locator | str) -> Locator:
        return self.page.locator(what).first if isinstance(what, str) else what

    def cost(self, name: str) -> None:
        """The journey called NAME is as short as the page about journeys promises."""
        promised = {row["name"]: (int(row["taps"]), int(row["fields"])) for row in ROW.finditer(DOC.read_text("utf-8"))}
        assert (self.taps, self.fields) == promised[name], name
