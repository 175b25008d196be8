"""Commands of the palette: things one can begin from anywhere."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Command:
    label: Any
    icon: str
    url_name: str
    permission: str
    drawer: bool = True
    key: str = ""


_commands: list[Command] = []


def register(command: Command) -> None:
    _commands.append(command)


def commands(actor: Any) -> list[dict[str, Any]]:
    return [
        {"label": str(one.label), "hint": one.key, "icon": one.icon, "url": reverse(one.url_name), "drawer": one.drawer}
        for one in _commands
        if actor.has(one.permission)
    ]
