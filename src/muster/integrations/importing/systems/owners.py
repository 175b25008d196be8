"""Who the owners of another system are here: as said on the review page, else by mail, phone, number or name."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError

from muster.access.scope import Actor
from muster.integrations.importing.lookups import Directory
from muster.integrations.importing.sentences import Wrong

KEYS = ("employee_no", "email", "phone", "name")


def known_owners(actor: Actor, said: dict[str, str]) -> None:
    """Raises ValidationError where somebody in SAID is no member, or could be several."""
    directory, words = Directory(actor), set(filter(None, said.values()))
    directory.load("member", words)
    problems = []
    for word in sorted(words):
        try:
            directory.find("member", word)
        except Wrong as wrong:
            problems.append(str(wrong))
    if problems:
        raise ValidationError(problems)


class Owners:
    """SAID: owner there -> member here in words, or "" to leave his records to the queue. USERS: who they are there."""

    def __init__(self, directory: Directory, said: dict[str, str], users: dict[str, dict[str, str]]) -> None:
        self.directory, self.said, self.users = directory, said, users
        self.seen: Counter[str] = Counter()

    def load(self, named: set[str]) -> None:
        words = {word for one in named for word in self._words(one)}
        self.directory.load("member", words)

    def _words(self, name: str) -> list[str]:
        if name in self.said:
            return [self.said[name]] if self.said[name] else []
        user = self.users.get(name, {})
        return [*(user[key] for key in KEYS if user.get(key)), name]

    def find(self, name: str) -> Any:
        """The member as a Ref, or None."""
        self.seen[name] += 1
        return self._find(name)

    def _find(self, name: str) -> Any:
        for word in self._words(name):
            try:
                return self.directory.find("member", word)
            except Wrong:
                continue
        return None

    def review(self) -> dict[str, dict[str, Any]]:
        """Each owner with his name there, how many records he has, and who he is here."""
        found = {}
        for name, count in self.seen.most_common():
            ref, user = self._find(name), self.users.get(name, {})
            here = self.directory.rows["member"][ref.pk] if ref is not None else None
            shown = " ".join(filter(None, (user.get("name"), user.get("email")))) or name
            found[name] = {"name": shown, "count": count, "here": here.employee_no if here else ""}
        return found
