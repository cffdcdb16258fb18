"""One connection to a stream of server-sent events."""

import http.client
import os
import socket
import threading
from collections.abc import Callable, Iterator

from .errors import FreeholdError, error_of, no_answer, unexpected
from .event_stream import EventStreamReader, Message
from .wire import BREAKS, Api

_CHUNK = 64 * 1024


class Stop:
    """Ends streams from another thread: set once, it breaks what is connected and forbids what is new."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        return self._event.wait(seconds)

    def set(self) -> None:
        with self._lock:
            self._event.set()
            for each in self._sockets:
                _shut(each)

    def abandon(self) -> None:
        """In a forked child: closes its copies of the parent's connections, which the parent goes on with."""
        for each in self._sockets:
            os.close(each.detach())

    def watch(self, connected: socket.socket) -> None:
        with self._lock:
            self._sockets.add(connected)
            if self._event.is_set():
                _shut(connected)

    def forget(self, connected: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(connected)


def connect(
    api: Api,
    path: str,
    headers: dict[str, str],
    quiet: float,
    stop: Stop,
    on_retry: Callable[[float], None],
) -> Iterator[Message]:
    """The messages of one connection until it ends. Nothing for `quiet` seconds breaks it: only the wait
    for the server counts, a reader may take its time. Raises FreeholdError when it cannot be had or breaks."""
    connection = api.connect(quiet)
    try:
        connection.connect()
        connected = connection.sock
    except OSError as error:
        raise _broken(path, error) from error
    try:
        stop.watch(connected)
        connection.request("GET", api.target(path), headers={**headers, "Accept": "text/event-stream"})
        response = _checked(connection.getresponse())
        reader = EventStreamReader()
        while chunk := response.read1(_CHUNK):
            messages = reader.read(chunk)
            if reader.retry is not None:
                on_retry(reader.retry)
            yield from messages
    except BREAKS as error:
        raise _broken(path, error) from error
    finally:
        stop.forget(connected)
        connection.close()


def _checked(response: http.client.HTTPResponse) -> http.client.HTTPResponse:
    if response.status != 200:
        raise error_of(response.status, response.getheader, response.read())
    if not (response.getheader("Content-Type") or "").startswith("text/event-stream"):
        raise unexpected("Freehold answered something that is not an event stream.")
    return response


def _broken(path: str, error: Exception) -> FreeholdError:
    reason = str(error) or type(error).__name__
    return no_answer(f"The stream {path.partition('?')[0]} broke: {reason}.")


def _shut(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is broken already
