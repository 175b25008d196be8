"""The worker of a queue in Redis: it does each task in its own process. RQ's usual worker forks for each task, and a
fork of a process with threads (ours keeps time in some) may wait for ever for a lock that another thread held."""

import threading
from typing import Any

from django.db import close_old_connections
from rq import SimpleWorker

from muster.core.jobs.lease import BEAT

SILENT = 90  # seconds without a sign of life after which RQ gives a task to somebody else


class OneProcess(SimpleWorker):
    def get_heartbeat_ttl(self, job: Any, working_time: float = 0.0) -> int:
        return SILENT

    def perform_job(self, job: Any, queue: Any, execution: Any) -> bool:
        """Do the task, and say meanwhile that we are alive."""
        done = threading.Event()
        sign = threading.Thread(target=self._beat, args=(done, job, execution), daemon=True)
        sign.start()
        close_old_connections()
        try:
            return bool(super().perform_job(job, queue, execution))
        finally:
            done.set()
            sign.join()

    def _beat(self, done: threading.Event, job: Any, execution: Any) -> None:
        while not done.wait(BEAT):
            try:
                self.maintain_heartbeats(job, execution)
            except Exception:  # Redis away for a moment is no reason to stop
                self.log.exception("No sign of life could be given.")
