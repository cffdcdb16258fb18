"""What happened, in the order in which it was committed: as a stream that goes on after the last event
when it breaks, or page by page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .connection import Stop
from .errors import FreeholdError, Unavailable
from .follow import Stream, data_of, follow
from .types import Event
from .wire import Api, with_query

_QUIET = 15.0
_MOST_REMEMBERED = 1024


@dataclass(frozen=True)
class Wanted:
    after: str | None
    types: Sequence[str] | None
    tenant: str | None
    poll_every: float | None
    follow: bool

    def address(self, path: str, after: str | None, limit: int | None = None) -> str:
        types = ",".join(self.types) if self.types else None
        return with_query(path, after=after, types=types, tenant_id=self.tenant, limit=limit)


def events(api: Api, wanted: Wanted, stop: Stop, on_error: Callable[[FreeholdError], None]) -> Iterator[Event]:
    """An event that comes again within a thousand others is left out."""
    source = _streamed if wanted.follow and wanted.poll_every is None else _paged
    seen: dict[str, None] = {}
    for event in source(api, wanted, stop, on_error):
        if event["id"] in seen:
            continue
        seen[event["id"]] = None
        if len(seen) > _MOST_REMEMBERED:
            del seen[next(iter(seen))]
        yield event


def _streamed(api: Api, wanted: Wanted, stop: Stop, on_error: Callable[[FreeholdError], None]) -> Iterator[Event]:
    path = wanted.address("/api/v1/events/stream", wanted.after)
    stream = Stream(api, path, stop, _QUIET, gives_up=True, ready_is_place=False, on_break=on_error)
    for message in follow(stream):
        if message.id is not None and message.event not in ("ready", "heartbeat"):
            yield data_of(message)  # type: ignore[misc]


def _paged(api: Api, wanted: Wanted, stop: Stop, on_error: Callable[[FreeholdError], None]) -> Iterator[Event]:
    after = wanted.after
    while not stop.is_set():
        try:
            page = api.call("GET", wanted.address("/api/v1/events", after, limit=100))
        except Unavailable as error:
            if not wanted.follow:
                raise
            on_error(error)
            page = {"data": [], "has_more": False, "next_cursor": None}
        yield from page["data"]
        last = page["data"][-1]["cursor"] if page["data"] else None
        after = page["next_cursor"] or last or after
        if page["has_more"]:
            continue
        if not wanted.follow:
            return
        stop.wait(wanted.poll_every or 1.0)
