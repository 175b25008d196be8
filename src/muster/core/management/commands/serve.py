"""`muster serve`: web server and worker in one process tree, as small as it gets."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

GRACE_SECONDS = 20
PARENT_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)


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
    return subprocess.Popen(command, start_new_session=True, env=lean, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509 - our own commands


def _end_with_parent() -> None:
    """Where the kernel can (Linux), a parent that is killed takes its children along; nobody serves on unseen."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGTERM)


class Tree:
    """Processes that live and end together; one that dies is started again."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands, self.stopping = commands, False
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self) -> None:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, self.stop)
        for name, command in self.commands.items():
            self.processes[name] = begun(command)
        while not self.stopping:
            time.sleep(0.5)
            self.revive()
        self.end()

    def revive(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None and not self.stopping:
                time.sleep(1)  # a process that dies at once must not spin
                self.processes[name] = begun(self.commands[name])

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
