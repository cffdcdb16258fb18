"""What was found out lately: at most so many things, each until a time of its own."""

import threading
import time
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    def __init__(self, most: int):
        self._most = most
        self._known: dict[bytes, tuple[Value, float]] = {}
        self.after_fork()

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def get(self, name: bytes) -> Value | None:
        known = self._known.get(name)
        return known[0] if known and time.time() < known[1] else None

    def keep(self, name: bytes, value: Value, until: float) -> None:
        """`until` in seconds since 1970."""
        with self._lock:
            self._known.pop(name, None)
            self._known[name] = value, until
            if len(self._known) > self._most:
                del self._known[next(iter(self._known))]
