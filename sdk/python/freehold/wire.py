"""Calls to Freehold's API, over connections that are kept and shared by the threads.

Each call has a deadline that holds for all of its attempts. Every call here may be tried again,
because doing it twice is the same as doing it once: it is a read, or it has an idempotency key, or it
names the one thing that it ends.
"""

import http.client
import json
import ssl
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from .backoff import full_jitter
from .errors import FreeholdError, Unavailable, error_of, no_answer, unexpected
from .version import VERSION

_FIRST_RETRY = 0.1
_LONGEST_RETRY = 2.0
_MOST_IDLE = 16
_CHUNK = 64 * 1024

# What breaks a connection, or means that there is none.
BREAKS = (OSError, http.client.HTTPException)


class Api:
    def __init__(self, url: str, product_key: str | None, timeout: float):
        self.url = url
        self.timeout = timeout
        self._product_key = product_key
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        """Connections are the parent's: the child closes its copies and uses none of them."""
        self._lock = threading.Lock()
        self._drop_idle()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
        anonymous: bool = False,
        timeout: float | None = None,
        stop: threading.Event | None = None,
    ) -> Any:
        """The JSON of the answer. Raises FreeholdError, or Unavailable when the time is up or `stop` is set."""
        sent = {**self.headers(anonymous=anonymous), **(headers or {})}
        if idempotency_key:
            sent["Idempotency-Key"] = idempotency_key
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        ends = time.monotonic() + (self.timeout if timeout is None else timeout)
        for attempt in range(1_000_000):
            try:
                return self._attempt(method, path, body, sent, ends)
            except FreeholdError as error:
                if not isinstance(error, Unavailable) and error.code != "idempotency_key_in_use":
                    raise
                wait = full_jitter(attempt, _FIRST_RETRY, _LONGEST_RETRY) + (error.retry_after or 0)
                if time.monotonic() + wait >= ends or _wait(wait, stop):
                    raise
        raise AssertionError("a deadline passes")

    def headers(self, *, anonymous: bool = False) -> dict[str, str]:
        """What every call carries."""
        headers = {"Accept": "application/json", "User-Agent": f"freehold-sdk-python/{VERSION}"}
        if anonymous:
            return headers
        if not self._product_key:
            detail = "This needs a product key: the argument product_key, or FREEHOLD_PRODUCT_KEY."
            raise FreeholdError("no_product_key", detail)
        return {**headers, "Authorization": f"Bearer {self._product_key}"}

    def connect(self, timeout: float) -> http.client.HTTPConnection:
        """A new connection; the caller opens and closes it."""
        place = urlsplit(self.url)
        if place.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(place.netloc, timeout=timeout, context=context)
        return http.client.HTTPConnection(place.netloc, timeout=timeout)

    def target(self, path: str) -> str:
        return urlsplit(self.url).path + path

    # A kept connection may have been closed by the other side while it was idle: then a new one is used.
    def _attempt(self, method: str, path: str, body: bytes | None, headers: dict[str, str], ends: float) -> Any:
        try:
            connection = self._take_idle()
            if connection is not None:
                try:
                    return self._exchange(connection, method, path, body, headers, ends)
                except TimeoutError:
                    raise
                except (ConnectionError, http.client.BadStatusLine, http.client.IncompleteRead):
                    self._drop_idle()
            return self._exchange(self.connect(_left(ends)), method, path, body, headers, ends)
        except BREAKS as error:
            reason = "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
            raise no_answer(f"{self.url} could not be asked: {reason}.") from error

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        ends: float,
    ) -> Any:
        try:
            connection.timeout = _left(ends)
            if connection.sock is not None:
                connection.sock.settimeout(_left(ends))
            connection.request(method, self.target(path), body, headers)
            response = connection.getresponse()
            text = bytearray()
            while chunk := response.read1(_CHUNK):
                text += chunk
                if connection.sock is not None:
                    connection.sock.settimeout(_left(ends))
            text += response.read()  # nothing; read1 alone does not tell the connection that it is done
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._keep(connection)
        return _answer(response, bytes(text))

    def _take_idle(self) -> http.client.HTTPConnection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def _drop_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    close = _drop_idle


def with_query(path: str, **fields: Any) -> str:
    """`path` with those of the fields that have a value."""
    given = {name: value for name, value in fields.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


# A redirect is never followed: it would carry a key to another place.
def _answer(response: http.client.HTTPResponse, text: bytes) -> Any:
    if response.status >= 300:
        raise error_of(response.status, response.getheader, text)
    try:
        return json.loads(text)
    except ValueError:
        raise unexpected("Freehold answered something that is not JSON.") from None


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


# Whether it was stopped.
def _wait(seconds: float, stop: threading.Event | None) -> bool:
    if stop is not None:
        return stop.wait(seconds)
    time.sleep(seconds)
    return False
