"""`muster serve`: web server and worker in one process tree, as small as it gets."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

GRACE_SECONDS = 20
# Told the process groups of the children, a line for each change; when the lines end, however we died, it ends them.
WATCH = f"""
exec 2>/dev/null
while read -r line; do groups=$line; done
[ "$groups" ] || exit 0
kill -s TERM -- $groups
for second in {" ".join(map(str, range(GRACE_SECONDS)))}; do
    for one in $groups; do kill -s 0 -- "$one" && break; done || exit
    sleep 1
done
kill -s KILL -- $groups
"""


class Command(BaseCommand):
    help = "Serve the product, and do its background work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="web processes")
        parser.add_argument(
            "--no-worker", action="store_true", help="no background work here: muster worker does it elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        commands = {"web": web_command(options["host"], options["port"], options["workers"])}
        if not options["no_worker"]:
            commands["worker"] = [sys.executable, "-m", "muster.web", "worker"]
        self.stdout.write(f"Muster serves on http://{options['host']}:{options['port']}/")
        self.stdout.flush()
        Tree(commands).run()


def web_command(host: str, port: int, workers: int) -> list[str]:
    granian = str(Path(sys.executable).with_name("granian"))
    size = ["--workers", str(workers), "--blocking-threads", "4", "--backlog", "1024"]
    return [granian, "--interface", "wsgi", "--host", host, "--port", str(port), *size, "muster.web.wsgi:application"]


def begun(command: list[str]) -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C reaches only the parent, which ends its children gently."""
    lean = {"MALLOC_ARENA_MAX": "2", **os.environ}  # glibc else keeps a heap per thread, tens of MB of nothing
    return subprocess.Popen(command, start_new_session=True, env=lean)  # noqa: S603 - our own commands


class Tree:
    """Processes that live and end together, even if the first of them is killed; another one that dies is started
    again."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands, self.stopping = commands, False
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.watch = subprocess.Popen(["/bin/sh", "-c", WATCH], stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603

    def run(self) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, self.stop)
        for name in self.commands:
            self.begin(name)
        while not self.stopping:
            time.sleep(0.5)
            self.revive()
        self.end()

    def begin(self, name: str) -> None:
        self.processes[name] = begun(self.commands[name])
        self.tell(*(-process.pid for process in self.processes.values()))

    def tell(self, *groups: int) -> None:
        """GROUPS, negative as kill has them, are what the watch has to end after us."""
        with suppress(BrokenPipeError):  # it was killed: we serve on
            self.watch.stdin.write(f"{' '.join(map(str, groups))}\n".encode())  # type: ignore[union-attr]
            self.watch.stdin.flush()  # type: ignore[union-attr]

    def revive(self) -> None:
        for name, process in list(self.processes.items()):
            if process.poll() is not None and not self.stopping:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # what it left behind must not serve on
                time.sleep(1)  # a process that dies at once must not spin
                self.begin(name)

    def stop(self, *_signal: object) -> None:
        self.stopping = True

    def end(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self.tell()
