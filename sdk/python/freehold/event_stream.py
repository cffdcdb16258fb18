"""The format of server-sent events: bytes in, messages out."""

import codecs
import re
from dataclasses import dataclass

from .errors import unexpected

# A message is a few kilobytes; what never ends must not fill the memory.
_LONGEST_MESSAGE = 4 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    event: str  # `message` when it has no name
    data: str
    id: str | None  # only when this message says so


class EventStreamReader:
    def __init__(self) -> None:
        self.retry: float | None = None  # seconds to wait before connecting again, if the server said so
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._size = 0
        self._begin()

    def read(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete."""
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
        if self._size + len(self._rest) > _LONGEST_MESSAGE:
            raise unexpected("A message of the stream has no end.")
        messages = [self._take(line.removesuffix("\r")) for line in lines]
        return [message for message in messages if message is not None]

    def _begin(self) -> None:
        self._event = ""
        self._data: list[str] = []
        self._id: str | None = None
        self._size = 0

    def _take(self, line: str) -> Message | None:
        if line == "":
            return self._complete()
        self._size += len(line)
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._event = value
        elif field == "id" and "\0" not in value:
            self._id = value
        elif field == "retry" and re.fullmatch("[0-9]{1,6}", value):
            self.retry = int(value) / 1000
        return None

    def _complete(self) -> Message | None:
        message = Message(self._event or "message", "\n".join(self._data), self._id)
        is_empty = not self._data
        self._begin()
        return None if is_empty else message
