"""The pictures of the user guides, taken from the demo company in both languages.

    MUSTER_DEMO=1 DATABASE_URL=… .venv/bin/muster seed > logins.txt   # and serve it
    .venv/bin/python tools/pictures.py http://127.0.0.1:8000 logins.txt [name …]

Chinese ones go to docs/images, English ones to docs/images/en. A picture is who looks, where, and what is clicked on
the way there.
"""

import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
IMAGES = {"zh-CN": ROOT / "docs/images", "en-US": ROOT / "docs/images/en"}
COLOURS = 128
REP = "/people/?q=BC0009"  # the representative whose login the seed prints
ROW = "main table tbody a >> nth=0"

# name: (who looks, address, what is clicked, what is scrolled to, width, height)
PICTURES: dict[str, tuple[str, str, tuple[str, ...], str, int, int]] = {
    "member": ("manager", REP, (ROW,), "", 1440, 900),
    "member-work": ("manager", REP, (ROW, "a[href='?tab=work']"), "", 1280, 800),
    "member-changes": ("hr", REP, (ROW, "a[href='?tab=changes']"), "", 1280, 800),
    "member-documents": ("hr", REP, (ROW, "a[href='?tab=documents']"), "", 1280, 800),
    "mentors": ("manager", REP, (ROW, "a[href='?tab=growth']"), "#panel-mentors", 1280, 620),
    "growth": ("manager", REP, (ROW, "a[href='?tab=growth']"), ".tabs", 1280, 800),
    "chart": ("director", "/people/chart/", (), "", 1440, 900),
    "draft": ("director", "/people/drafts/", (ROW,), "", 1280, 800),
    "headcount": ("director", "/people/headcount/", (), "", 1200, 750),
    "audit": ("salesops", "/people/audits/", (ROW,), "", 1280, 800),
    "sheet": ("manager", "/people/audits/sheet/", ("main table a[href$='/sheet/'] >> nth=0",), "", 1280, 800),
    "quality": ("salesops", "/people/audits/quality/", (), "", 1280, 800),
    "skills": ("manager", "/people/skills/", (), "", 1280, 700),
    "handover": ("director", "/people/handovers/?status=done", (ROW,), "", 1200, 750),
    "handover-plan": ("director", "/people/handovers/?status=draft", (ROW,), "", 1200, 750),
    "handover-tell": ("director", "/people/handovers/?status=draft", (ROW, "main a[href$='/tell/']"), "", 1000, 720),
    "my-details": ("rep", "/people/me/", (), "", 1000, 720),
}


def logins(path: str) -> dict[str, tuple[str, str]]:
    """Role → (name, password), as the seed prints them."""
    lines = [line.split() for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return {line[0]: (line[1], line[2]) for line in lines if len(line) == 4 and line[1].startswith("bc")}


def page_of(browser: Any, url: str, language: str, login: tuple[str, str], size: tuple[int, int]) -> Any:
    context = browser.new_context(
        base_url=url, locale=language, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", login[0])
    page.fill("input[name=password]", login[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    return page


def take(page: Any, address: str, clicks: tuple[str, ...], scroll: str) -> bytes:
    page.goto(address)
    for selector in clicks:
        page.wait_for_load_state("networkidle")
        page.click(selector)
    page.wait_for_load_state("networkidle")
    if scroll:
        page.eval_on_selector(scroll, "node => node.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(1200)  # charts draw themselves
    found: bytes = page.screenshot()
    return found


def main(url: str, path: str, *names: str) -> None:
    known = logins(path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in names or PICTURES:
            role, address, clicks, scroll, *size = PICTURES[name]
            for language, folder in IMAGES.items():
                page = page_of(browser, url, language, known[role], (size[0], size[1]))
                image = Image.open(io.BytesIO(take(page, address, clicks, scroll)))
                folder.mkdir(exist_ok=True)
                image.convert("RGB").quantize(COLOURS).save(folder / f"{name}.png", optimize=True)
                page.context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
