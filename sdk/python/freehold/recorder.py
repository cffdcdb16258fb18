"""Usage that has happened and is told later. Events wait in memory and go out together, from a thread:
each second, when 500 wait, when the client is closed and when the interpreter ends. What fails goes out
again under the same keys, so that nothing is lost while the process lives and nothing is counted twice.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from itertools import islice

from .backoff import full_jitter
from .errors import FreeholdError, Unavailable, no_answer
from .options import BufferedUsage, RefusedUsage, Settings
from .usage import MOST_EVENTS, is_postponed, send_usage
from .wire import Api

_FLUSH_EVERY = 1.0
_FIRST_RETRY = 0.25
_LONGEST_RETRY = 15.0


class Recorder:
    def __init__(self, api: Api, settings: Settings):
        self._api = api
        self._settings = settings
        self._is_closed = False
        self.after_fork()

    def after_fork(self) -> None:
        """What waits is the parent's, and the parent tells it."""
        self._changed = threading.Condition(threading.RLock())
        self._buffer: deque[BufferedUsage] = deque()
        self._is_urgent = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def record(self, event: BufferedUsage) -> bool:
        """False when the buffer is full or the client closed: the event is not kept."""
        with self._changed:
            is_kept = not self._is_closed and len(self._buffer) < self._settings.max_buffered
            if is_kept:
                self._buffer.append(event)
                self._start()
                if len(self._buffer) in (1, MOST_EVENTS):
                    self._changed.notify_all()
        if not is_kept:
            self._settings.on_buffer_full(event)
        return is_kept

    def flush(self, timeout: float | None = None) -> bool:
        """Whether the buffer became empty in time; without a time it waits until it is."""
        with self._changed:
            self._is_urgent = bool(self._buffer)
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._buffer, timeout)

    def close(self, timeout: float) -> list[BufferedUsage]:
        """Flushes for so long at most; what could not be sent."""
        self._is_closed = True
        self.flush(timeout)
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
            unsent = list(self._buffer)
            self._buffer.clear()
        return unsent

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="freehold-usage", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        stop = self._stop
        while not stop.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._buffer or stop.is_set())
                self._changed.wait_for(self._is_due, _FLUSH_EVERY)
            self._send_all(stop)

    def _is_due(self) -> bool:
        return self._is_urgent or len(self._buffer) >= MOST_EVENTS or self._stop.is_set()

    # An event leaves the buffer when it is answered.
    def _send_all(self, stop: threading.Event) -> None:
        attempt = 0
        while self._buffer and not stop.is_set():
            try:
                self._send(list(islice(self._buffer, MOST_EVENTS)), stop)
                attempt = 0
            except FreeholdError as error:
                if stop.is_set():
                    return
                self._settings.on_error(error)
                stop.wait(full_jitter(attempt, _FIRST_RETRY, _LONGEST_RETRY) + (error.retry_after or 0))
                attempt += 1
        with self._changed:
            self._is_urgent = False

    # A request that is refused as such is halved until the event is alone that spoils it.
    def _send(self, events: list[BufferedUsage], stop: threading.Event) -> None:
        try:
            answers = send_usage(self._api, events, stop=stop)
        except FreeholdError as error:
            if isinstance(error, Unavailable) or error.status not in (400, 413, 422):
                raise
            if len(events) > 1:
                return self._send(events[: (len(events) + 1) // 2], stop)
            self._drop(1, stop)
            return self._settings.on_refused(RefusedUsage(events[0], error=error))
        postponed = [event for event, answer in zip(events, answers) if is_postponed(answer)]
        self._drop(len(events), stop, postponed)
        for event, answer in zip(events, answers):
            if not answer["allowed"] and not is_postponed(answer):
                self._settings.on_refused(RefusedUsage(event, answer=answer))
        if postponed:
            raise no_answer("Freehold could not decide every event.")

    def _drop(self, count: int, stop: threading.Event, postponed: Sequence[BufferedUsage] = ()) -> None:
        with self._changed:
            if stop.is_set():
                return  # what waited was handed back
            for _ in range(count):
                self._buffer.popleft()
            self._buffer.extendleft(reversed(postponed))
            self._changed.notify_all()
