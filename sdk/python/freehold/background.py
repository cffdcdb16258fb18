"""Work that no caller waits for, on a few threads that end when there is none and never hold the process."""

import queue
import threading
from collections.abc import Callable

_IDLE = 10.0  # seconds until a thread without work ends


class Background:
    def __init__(self, most_threads: int):
        self._most_threads = most_threads
        self.after_fork()

    def after_fork(self) -> None:
        """Threads and their work are the parent's."""
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._threads = 0
        self._idle = 0

    def submit(self, work: Callable[[], None]) -> None:
        self._work.put(work)
        with self._lock:
            if self._idle >= self._work.qsize() or self._threads >= self._most_threads:
                return
            self._threads += 1
        threading.Thread(target=self._run, name="freehold-background", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            try:
                work = self._work.get(timeout=_IDLE)
            except queue.Empty:
                work = None
            with self._lock:
                self._idle -= 1
                if work is None:
                    self._threads -= 1
                    return
            work()
