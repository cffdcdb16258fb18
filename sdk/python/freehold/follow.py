"""A stream of server-sent events that does not end: it connects again by itself and goes on after the
last message that was received."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .backoff import full_jitter
from .connection import Stop, connect
from .errors import FreeholdError, Unavailable, unexpected
from .event_stream import Message
from .wire import Api

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 15.0


@dataclass(frozen=True)
class StreamMessage:
    event: str
    data: str
    id: str | None
    resumed: bool  # whether this connection goes on where another one stopped


@dataclass(frozen=True)
class Stream:
    api: Api
    path: str
    stop: Stop
    quiet: float  # seconds without a byte after which the connection counts as broken
    gives_up: bool  # raises what another attempt cannot mend: a refused key, a cursor that is too old
    ready_is_place: bool  # whether a new connection, once `ready`, has nothing of the past to tell
    on_break: Callable[[FreeholdError], None]  # told of each break; the stream goes on


def follow(stream: Stream) -> Iterator[StreamMessage]:
    """Messages until it is stopped.

    The place to go on from is the id of the last message. On a connection that goes on where another one
    stopped, `ready` comes before the messages that were missed, so its cursor is not one. `reset` makes
    the connection a new one.
    """
    cursor: str | None = None
    retry = _FIRST_WAIT
    attempt = 0

    def on_retry(wished: float) -> None:
        nonlocal retry
        retry = wished

    while not stream.stop.is_set():
        resumed = cursor is not None
        wait = 0.0
        try:
            headers = stream.api.headers() | ({"Last-Event-ID": cursor} if cursor is not None else {})
            for message in connect(stream.api, stream.path, headers, stream.quiet, stream.stop, on_retry):
                attempt = 0
                if message.event == "reset":
                    cursor, resumed = None, False
                place = _place_after(message, stream.ready_is_place and not resumed)
                cursor = cursor if place is None else place
                yield StreamMessage(message.event, message.data, message.id, resumed)
        except FreeholdError as error:
            if stream.stop.is_set():
                return
            if stream.gives_up and not isinstance(error, Unavailable):
                raise
            stream.on_break(error)
            wait = error.retry_after or 0.0
        stream.stop.wait(wait + full_jitter(attempt, retry, _LONGEST_WAIT))
        attempt += 1


def _place_after(message: Message, ready_is_place: bool) -> str | None:
    if message.event != "ready":
        return message.id
    return message.id or data_of(message).get("cursor") if ready_is_place else None


def data_of(message: Message | StreamMessage) -> dict[str, Any]:
    """The JSON object that a message carries."""
    try:
        data = json.loads(message.data)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise unexpected(f"The stream sent a message {message.event} that is not a JSON object.")
    return data
