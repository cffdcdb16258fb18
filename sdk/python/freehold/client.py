"""The client: one for each process."""

import atexit
import os
import signal
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .background import Background
from .connection import Stop
from .errors import FreeholdError, no_answer
from .feed import Wanted, events
from .gates import Gates, Snapshot
from .identity import Identity
from .keys import PublicKeys
from .options import BufferedUsage, RefusedUsage, settings_of
from .recorder import Recorder
from .reservation import Hold, reserve
from .snapshots import Snapshots
from .types import AuditEvent, Event, TakenEvent
from .usage import Decision, Usage, usage_of
from .verify import Verifier
from .wire import Api, with_query

_BACKGROUND_THREADS = 8


class Freehold:
    """Freehold for a product: who is asking, may they, how much, what happened.

    Safe to share between threads. A forked process goes on with it: it begins connections and threads of
    its own, knows what its parent knew, and leaves to the parent what the parent had recorded.
    """

    def __init__(
        self,
        url: str | None = None,
        product_key: str | None = None,
        *,
        issuer: str | None = None,
        audience: str | None = None,
        return_to: str | None = None,
        timeout: float = 5.0,
        stale_after: float = 1.0,
        max_tenants: int = 10_000,
        max_buffered: int = 10_000,
        features: Mapping[str, str] | None = None,
        meters: Mapping[str, str] | None = None,
        on_error: Callable[[FreeholdError], None] | None = None,
        on_refused: Callable[[RefusedUsage], None] | None = None,
        on_buffer_full: Callable[[BufferedUsage], None] | None = None,
        flush_on_sigterm: bool = False,
    ):
        """Connects to nothing: that comes with the first call that needs it. The arguments are explained in
        the README; times are in seconds."""
        self._settings = settings_of(
            url, product_key, issuer, audience,
            return_to=return_to, timeout=timeout, stale_after=stale_after, max_tenants=max_tenants,
            max_buffered=max_buffered, features=features or {}, meters=meters or {}, on_error=on_error,
            on_refused=on_refused, on_buffer_full=on_buffer_full, flush_on_sigterm=flush_on_sigterm,
        )  # fmt: skip
        settings = self._settings
        self._background = Background(_BACKGROUND_THREADS)
        self._api = Api(settings.url, settings.product_key, settings.timeout)
        self._keys = PublicKeys(self._api, self._background)
        self._snapshots = Snapshots(self._api, settings, self._background)
        self._verifier = Verifier(
            self._api, self._keys, self._snapshots, settings.issuer, settings.audience, self.login_url
        )
        self._recorder = Recorder(self._api, settings)
        self._usage = Usage(self._api, settings.meters, self._recorder.record)
        self._stop = Stop()
        _clients.add(self)
        if flush_on_sigterm:
            _exit_on_sigterm()

    def verify(
        self,
        request: Any,
        *,
        tenant: str | None = None,
        permission: str | None = None,
        feature: str | None = None,
        path: str | None = None,
    ) -> Identity:
        """Who is asking, of a WSGI environ, a mapping of headers or a request of Flask, Django or Starlette.
        `path` is the request's, where it does not say it itself. Raises NotSignedIn, Forbidden, or Unavailable."""
        return self._verifier.verify(request, path, {"tenant": tenant, "permission": permission, "feature": feature})

    def login_url(self, *, return_to: str | None = None, state: str | None = None) -> str:
        """Where a person logs in; they come back to `return_to?tenant=<slug>&state=<state>`."""
        return self._link_to("/login", return_to, state)

    def select_url(self, *, return_to: str | None = None, state: str | None = None) -> str:
        """Where a person chooses another workspace and comes back."""
        return self._link_to("/select", return_to, state)

    def logout_url(self, *, return_to: str | None = None) -> str:
        return self._link_to("/logout", return_to, None)

    def gates(self, tenant: str) -> Gates:
        """The gates of a tenant (`tenant_…`), which answer without a wait and may be kept."""
        return self._snapshots.gates(tenant)

    def is_enabled(self, tenant: str, feature: str) -> bool:
        return self.gates(tenant).is_enabled(feature)

    def limit(self, tenant: str, key: str) -> int | None:
        """None: unlimited."""
        return self.gates(tenant).limit(key)

    def snapshot(self, tenant: str) -> Snapshot:
        return self.gates(tenant).snapshot()

    def consume(self, tenant: str, meter: str, quantity: int = 1, *, key: str | None = None) -> Decision:
        """Asks before a use. With the same `key`, the same use: it is counted once."""
        return self._usage.consume(usage_of(tenant, meter, quantity, key))

    def record(self, tenant: str, meter: str, quantity: int = 1, *, key: str | None = None) -> bool:
        """Tells a use that has happened; it is sent later. False when it could not be kept."""
        return self._recorder.record(usage_of(tenant, meter, quantity, key))

    def flush(self, timeout: float | None = None) -> bool:
        """Whether all that was recorded has been told, in time."""
        return self._recorder.flush(timeout)

    def reserve(
        self, tenant: str, meter: str, quantity: int = 1, *, expires_in: int = 60, key: str | None = None
    ) -> Hold:
        """Holds units for so many seconds, 1 to 3600. Raises LimitReached."""
        wanted = usage_of(tenant, meter, quantity, key)
        return reserve(self._api, self._settings.meters, self._recorder.record, wanted, expires_in)

    def events(
        self,
        *,
        after: str | None = None,
        types: Sequence[str] | None = None,
        tenant: str | None = None,
        poll_every: float | None = None,
        follow: bool = True,
    ) -> Iterator[Event]:
        """Every event after the cursor `after`, or from the oldest that is kept: at least once and without a
        gap; keep the cursor of what you have handled. Ends when the client is closed. Raises FreeholdError:
        `cursor_expired` for one that is older than 90 days."""
        wanted = Wanted(after, types, tenant, poll_every, follow)
        return events(self._api, wanted, self._stop, self._settings.on_error)

    def audit(self, tenant: str, event: Mapping[str, Any], *, key: str | None = None) -> AuditEvent:
        """Writes into the tenant's audit log: action (product.…), target_type and target_id, and perhaps user_id,
        target_name and changes."""
        made: AuditEvent = self._post(tenant, "audit_events", event, key)
        return made

    def track(self, tenant: str, event: Mapping[str, Any], *, key: str | None = None) -> TakenEvent:
        """Tells an event of the product's own, for the feed and for analytics: type (product.…), user_id, data."""
        made: TakenEvent = self._post(tenant, "events", event, key)
        return made

    def close(self, timeout: float | None = None) -> list[BufferedUsage]:
        """Sends what was recorded, ends all streams, and returns the usage that could not be sent within
        `timeout` seconds (the client's by default): empty when all is well."""
        _clients.discard(self)
        self._stop.set()
        self._snapshots.close()
        unsent = self._recorder.close(self._settings.timeout if timeout is None else timeout)
        self._api.close()
        return unsent

    def __enter__(self) -> "Freehold":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _post(self, tenant: str, items: str, body: Mapping[str, Any], key: str | None) -> Any:
        path = f"/api/v1/tenants/{quote(tenant, safe='')}/{items}"
        return self._api.call("POST", path, dict(body), idempotency_key=key or str(uuid.uuid4()))

    def _link_to(self, path: str, return_to: str | None, state: str | None) -> str:
        return with_query(self._settings.issuer + path, return_to=return_to or self._settings.return_to, state=state)

    def _after_fork(self) -> None:
        parts: list[Any] = [self._background, self._api, self._keys, self._snapshots]
        parts += [self._verifier, self._recorder, self._usage]
        for part in parts:
            part.after_fork()
        self._stop.abandon()
        self._stop = Stop()

    def _at_exit(self) -> None:
        unsent = self.close()
        if unsent:
            self._settings.on_error(no_answer(f"{len(unsent)} recorded events could not be sent before the end."))


_clients: set[Freehold] = set()  # those that are not closed


def _in_child() -> None:
    for client in list(_clients):
        client._after_fork()


def _at_exit() -> None:
    for client in list(_clients):
        client._at_exit()


# SIGTERM ends the interpreter as sys.exit does, so that what is to happen at its end happens.
def _exit_on_sigterm() -> None:
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


os.register_at_fork(after_in_child=_in_child)
atexit.register(_at_exit)
