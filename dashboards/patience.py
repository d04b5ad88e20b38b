"""A worker of gunicorn's with threads that does not wait for its clients for ever.

A thread reads a request and writes its answer at the pace of whoever asked: a few connections that
send a letter now and then, or read none, would keep every thread for themselves. So each has until
a deadline: one for its head, one for the whole of it. What is too slow is cut off, and nobody else
notices. (A request that computes too long is `dashboards.limits.Deadline`.)
"""

import os
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

BOTH = 2
"""`socket.SHUT_RDWR`: a module of the site's has nothing to connect to anybody with."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """`gunicorn --worker-class dashboards.patience.Worker`."""

    HEAD, WHOLE = 10.0, 180.0
    """Seconds in which a request has to be told, and in which it has to be over."""

    def init_process(self) -> None:
        self.until: dict[Any, float] = {}
        threading.Thread(target=self.look, daemon=True).start()
        super().init_process()

    def run(self) -> None:
        """Until it is told to end; then the process ends as it stands. It holds nothing but memory,
        and taken apart, DuckDB's bindings list on stderr whatever threads still hold."""
        code: Any = 0
        try:
            super().run()
        except SystemExit as told:
            code = told.code
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)

    def handle(self, conn: Any) -> Any:
        """One request of a connection, in a thread of the pool."""
        self.until[conn] = time.monotonic() + self.HEAD
        try:
            return super().handle(conn)
        finally:
            self.until.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The same, once its head is read."""
        self.until[conn] = time.monotonic() + self.WHOLE
        return super().handle_request(req, conn)

    def look(self) -> None:
        """Cut off who is too slow: the thread that waits for it gets an error, and is free."""
        while True:
            time.sleep(min(1.0, self.HEAD / 4))
            now = time.monotonic()
            for conn in [one for one, until in list(self.until.items()) if until < now]:
                with suppress(OSError):
                    conn.sock.shutdown(BOTH)
