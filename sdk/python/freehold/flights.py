"""Work that many threads want at once is done by one of them; the others wait for its end."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from .errors import FreeholdError, no_answer

Result = TypeVar("Result")


class Flights(Generic[Result]):
    def __init__(self) -> None:
        self.after_fork()

    def after_fork(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[Hashable, Future[Result]] = {}

    def __contains__(self, name: Hashable) -> bool:
        return name in self._flying

    def run(self, name: Hashable, work: Callable[[], Result]) -> Result:
        """The result of `work`, or of the one of this name that is being done. Raises what it raises."""
        own: Future[Result] = Future()
        with self._lock:
            flying = self._flying.setdefault(name, own)
        if flying is not own:
            return flying.result()
        try:
            own.set_result(work())
        except BaseException as error:
            own.set_exception(error if isinstance(error, FreeholdError) else no_answer("The call was interrupted."))
            raise
        finally:
            with self._lock:
                self._flying.pop(name, None)
        return own.result()
