"""Work of another system as rows of ours: each a task or an activity, done or to come, on what is known here. What a
link names and nobody knows is told and left out, so that no row is lost for it."""

import datetime as dt
import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.activities.models import Activity
from muster.core.periods import today
from muster.integrations.importing import parsing
from muster.integrations.importing.engine import Ref
from muster.integrations.importing.lookups import Directory
from muster.integrations.importing.sentences import Wrong
from muster.integrations.importing.tables import ACTIVITIES
from muster.integrations.importing.worked import Of, alike, customer_of
from muster.integrations.mailboxes.reading import as_text

LINKS = ("deal", "account", "contact", "lead")  # the surest first: what comes later has to be of the same customer
MEANS = {"what": ("account", "deal", "lead"), "who": ("contact", "lead")}
TASK = {"task", "tasks", "todo", "任务", "待办"}
DONE = {"completed", "complete", "done", "held", "closed", "完成", "已完成", "已结束"}
DROPPED = {"canceled", "cancelled", "notheld", "取消", "已取消", "已撤销"}
NEVER = gettext_lazy("This was cancelled and never took place: it is not imported.")
UNKNOWN = gettext_lazy("“%(name)s” is nothing known here, or could be several: the link was left out.")
ELSEWHERE = gettext_lazy("“%(name)s” belongs to another customer: the link was left out.")
NO_KIND = gettext_lazy("“%(name)s” is no kind of activity here: taken as “%(kind)s”.")
MARKUP = re.compile(r"</?(p|div|br|span|b|i|ul|li|a|html)\b[^>]*>", re.IGNORECASE)
LONGEST_TITLE = 200
KIND: Any = ACTIVITIES.column("kind").read
PLAIN = {
    key: key
    for key in ("external_id", "owner", "created_at", "created_by", "account", "contact", "deal", "lead", "outcome")
}


class Doing:
    """Reads the rows of one sheet. DIRECTORY knows all that they may name; OF whose the rows of the same export are."""

    def __init__(self, directory: Directory, of: Of, kind: str, tell: Any) -> None:
        self.directory, self.of, self.default, self.tell = directory, of, kind, tell
        self.strange: set[str] = set()

    def row(self, number: int, said: dict[str, str]) -> tuple[str, dict[str, str]] | None:
        """The table it belongs to, and the row as that wants it; None where it never took place."""
        state = parsing.bare(said.get("state", ""))
        if state in DROPPED:
            self.tell(number, Wrong(NEVER), said)
            return None
        kind = self._kind(said.get("kind", ""))
        row = {ours: said[key] for key, ours in PLAIN.items() if key in said}
        row |= self._linked(number, said)
        text = _plain(said.get("text", ""))
        title, text = _titled(said.get("title", ""), text, kind)
        done = state in DONE or said.get("closed", "").lower() in parsing.TRUE or bool(said.get("completed"))
        if kind == "task":
            return "tasks", row | _task(said, title, text, done)
        return "activities", row | {"kind": kind} | _activity(
            said, title, text, done or bool(said.get("outcome")), kind
        )

    def _kind(self, word: str) -> str:
        bare = parsing.bare(word)
        if not bare or bare in TASK:
            return "task" if bare else self.default
        try:
            return str(KIND(word))
        except Wrong:
            if word not in self.strange:
                self.strange.add(word)
                label = dict(Activity.Kind.choices).get(self.default, gettext_lazy("task"))
                self.tell(None, Wrong(NO_KIND, name=word[: parsing.SHOWN], kind=label), {})
            return self.default

    def _linked(self, number: int, said: dict[str, str]) -> dict[str, str]:
        """What the row names, by link; a word that means several kinds of record is looked for in each."""
        found: dict[str, tuple[str, Ref]] = {}
        for key, links in [*((one, (one,)) for one in LINKS), *MEANS.items()]:
            for word in _words(said.get(key, "")):
                hit = next(((one, ref) for one in links if (ref := self._find(one, word)) is not None), None)
                if hit is None:
                    self.tell(number, Wrong(UNKNOWN, name=word[: parsing.SHOWN]), said)
                else:
                    found.setdefault(hit[0], (word, hit[1]))
        return self._agreed(number, said, found)

    def _find(self, link: str, word: str) -> Ref | None:
        try:
            return self.directory.find(link, word)
        except Wrong:
            return None

    def _agreed(self, number: int, said: dict[str, str], found: dict[str, tuple[str, Ref]]) -> dict[str, str]:
        account, kept = None, dict.fromkeys(LINKS, "")
        for link in LINKS:
            if link not in found:
                continue
            word, ref = found[link]
            own = ref if link == "account" else customer_of(self.directory, self.of, link, ref)
            if own is not None and account is not None and not alike(own, account):
                self.tell(number, Wrong(ELSEWHERE, name=word[: parsing.SHOWN]), said)
                continue
            account, kept[link] = account or own, word
        return kept


def _words(text: str) -> list[str]:
    """Several are told apart by semicolons."""
    return [one.strip() for one in text.split(";") if one.strip()]


def _plain(text: str) -> str:
    return as_text(text).strip() if MARKUP.search(text) else text


def _titled(title: str, text: str, kind: str) -> tuple[str, str]:
    """A title that is short enough, and the text, in which what did not fit stands whole."""
    lines = text.strip().splitlines()
    whole = title or (lines[0].strip() if lines else "") or str(dict(Activity.Kind.choices).get(kind, _("Task")))
    if len(whole) <= LONGEST_TITLE:
        return whole, text
    return whole[: LONGEST_TITLE - 1] + "…", text if whole in text else f"{whole}\n\n{text}".strip()


def _task(said: dict[str, str], title: str, text: str, done: bool) -> dict[str, str]:
    row = {"title": title, "notes": text, "due_on": _day(said.get("due", "") or said.get("starts", ""))}
    row["priority"] = said.get("priority", "")
    if done:
        days = (_day(said.get(key, "")) for key in ("completed", "due", "created_at"))
        row["done_on"] = next((one for one in days if one and one <= today().isoformat()), today().isoformat())
    return {key: one for key, one in row.items() if one}


def _activity(said: dict[str, str], title: str, text: str, done: bool, kind: str) -> dict[str, str]:
    """Done where it is said to be, or where it began before now; else planned."""
    begins = said.get("starts") or said.get("due") or said.get("created_at", "")
    row = {"subject": title, "body": text, "minutes": _minutes(said)}
    row["next_step"] = f"{_('Next contact')}: {said['next']}" if said.get("next") else ""
    at, now = _moment(begins), timezone.now()
    if done or (at is not None and at <= now and not said.get("state")):
        ways = (said.get("completed", ""), begins, said.get("created_at", ""))
        past = (one for one in ways if (moment := _moment(one)) is not None and moment <= now)
        row["done_at"] = next(past, now.isoformat(timespec="minutes") if at is not None else begins)
    else:
        row["planned_at"] = begins
    return {key: one for key, one in row.items() if one}


def _minutes(said: dict[str, str]) -> str:
    """How long it took, as the system counts it."""
    if said.get("minutes"):
        return said["minutes"]
    try:
        if seconds := parsing.whole(said.get("seconds", "")):
            return str(-(-seconds // 60))
    except Wrong:
        return said["seconds"]  # said by the column
    begins, ends = _moment(said.get("starts", "")), _moment(said.get("ends", ""))
    if begins is None or ends is None or not dt.timedelta() < ends - begins < dt.timedelta(days=1):
        return ""
    return str((ends - begins) // dt.timedelta(minutes=1))


def _moment(text: str) -> dt.datetime | None:
    try:
        return parsing.moment(text)
    except Wrong:
        return None


def _day(text: str) -> str:
    """The day of a moment, where the business stands; what is none is said by the column."""
    at = _moment(text)
    return timezone.localtime(at).date().isoformat() if at is not None else text
