"""What tenants may do, in memory. A tenant is loaded when it is first asked for; from then on the
stream of entitlements, which a thread reads, keeps it fresh. When Freehold is away the last known state
stays.

A *generation* begins with each connection that does not go on where another stopped: changes may have
been missed before it, so what was loaded in an older generation is loaded again on its next use. Within
a generation the stream tells every change that somebody makes; what changes because its time has come
(`next_change_at`) is loaded when a heartbeat says that it has.
"""

import math
import re
import threading
import time
from collections import OrderedDict

from .background import Background
from .connection import Stop
from .errors import FreeholdError, Unavailable, no_answer
from .flights import Flights
from .follow import Stream, StreamMessage, data_of, follow
from .gates import Gates
from .options import Settings
from .types import Entitlements, time_of
from .wire import Api

_MOST_LOADS = 8
_FIRST_CONNECTION = 1.0  # how long a first use waits for the stream
_QUIET = 5.0  # without a byte: ten heartbeats missed
_AFTER_FAILURE = 1.0  # no load is tried before
_BETWEEN_LOADS = 1.0  # of a tenant whose change is due and does not come
_WITHOUT_STREAM = 5.0  # how old a state may get while the stream is broken

Failure = tuple[FreeholdError, float]  # and until when it is given for an answer


class Entry:
    """A tenant that is kept. What is read without the lock is replaced as a whole."""

    def __init__(self, tenant: str):
        self.tenant = tenant
        self.entitlements: Entitlements | None = None
        self.generation = -1
        self.loaded_at = 0.0
        self.changes_at = math.inf  # when a trial or the like ends by itself, and when it was loaded,
        self.loaded_time = -math.inf  # in Freehold's time
        self.failure: Failure | None = None
        self.kept = True  # not pushed out by others yet


class Snapshots:
    def __init__(self, api: Api, settings: Settings, background: Background):
        self.settings = settings
        self._api = api
        self._background = background
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._generation = 0
        self._time = -math.inf  # Freehold's, by its last heartbeat: its days may pass quicker than ours
        self._stop = Stop()
        self._away: Failure | None = None
        self._is_closed = False
        self.after_fork()

    def after_fork(self) -> None:
        """The stream is the parent's: the child begins its own, and until then knows what the parent knew."""
        self._stop.abandon()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(_MOST_LOADS)
        self._stop = Stop()
        self._connected = threading.Event()
        self._thread: threading.Thread | None = None
        self._heard_at = 0.0
        self._loading: Flights[None] = Flights()
        self._generation += 1

    def gates(self, tenant: str, version: int = 0) -> Gates:
        """The gates of a tenant, of this version at least if there is one. When Freehold is away they go by
        the last known state and by policy. Raises FreeholdError for an unknown tenant or a refused key."""
        entry = self._entry_of(tenant)
        known = entry.entitlements["version"] if entry.entitlements else -1
        if self._is_old(entry) or known < version:
            try:
                self._load(entry)
            except Unavailable:
                pass
        return Gates(self, entry)

    def is_stale(self, entry: Entry) -> bool:
        """Whether the entry may be out of date; if so, it is loaded anew behind the caller's back."""
        now = time.monotonic()
        is_old = self._is_old(entry)
        if not is_old and now - self._heard_at <= self.settings.stale_after:
            return False
        is_due = is_old or now - entry.loaded_at > _WITHOUT_STREAM
        if is_due and entry.tenant not in self._loading and not self._is_closed and not self._failure_of(entry):
            self._background.submit(lambda: self._reload(entry))
        return True

    def kept(self, entry: Entry) -> Entry:
        """An entry that is kept, for one that may have been pushed out."""
        with self._lock:
            other = self._entries.get(entry.tenant)
            if other is not None:
                return other
            entry.kept = True
            entry.generation = -1
            self._keep(entry)
            return entry

    def close(self) -> None:
        self._is_closed = True
        self._stop.set()

    def _is_old(self, entry: Entry) -> bool:
        if entry.generation != self._generation:
            return True
        if entry.changes_at > self._time:
            return False
        # What was due when it was loaded is not asked for without a pause.
        return entry.loaded_time < entry.changes_at or time.monotonic() - entry.loaded_at > _BETWEEN_LOADS

    def _entry_of(self, tenant: str) -> Entry:
        with self._lock:
            entry = self._entries.get(tenant)
            if entry is not None:
                self._entries.move_to_end(tenant)
                return entry
            if not re.fullmatch(r"tenant_\w+", tenant, re.ASCII):
                raise FreeholdError("invalid_tenant", f"{tenant} is not the id of a tenant (tenant_…).")
            entry = Entry(tenant)
            self._keep(entry)
            return entry

    def _keep(self, entry: Entry) -> None:
        self._entries[entry.tenant] = entry
        if len(self._entries) > self.settings.max_tenants:
            _, oldest = self._entries.popitem(last=False)
            oldest.kept = False

    def _failure_of(self, entry: Entry) -> FreeholdError | None:
        now = time.monotonic()
        for failure in (entry.failure, self._away):
            if failure is not None and now < failure[1]:
                return failure[0]
        return None

    def _reload(self, entry: Entry) -> None:
        try:
            self._load(entry)
        except FreeholdError:
            pass  # it is remembered, and the state stays stale

    # One load of a tenant at a time, which the others wait for; for a second after a failure, none.
    def _load(self, entry: Entry) -> None:
        failure = self._failure_of(entry)
        if failure is not None:
            raise failure
        self._loading.run(entry.tenant, lambda: self._fetch(entry))

    def _fetch(self, entry: Entry) -> None:
        self._connect()
        with self._slots:
            failure = self._failure_of(entry)
            if failure is not None:
                raise failure
            generation = self._generation
            try:
                found = self._api.call("GET", f"/api/v1/tenants/{entry.tenant}/entitlements")
            except FreeholdError as error:
                self._note(entry, error)
                raise
            self._take(entry, found, generation)
            self._away = None

    # The stream may have told a later version while this one was on its way.
    def _take(self, entry: Entry, entitlements: Entitlements, generation: int) -> None:
        with self._lock:
            known = entry.entitlements
            if known and entry.generation >= generation and known["version"] > entitlements["version"]:
                return
            entry.entitlements = entitlements
            entry.generation = generation
            entry.loaded_at = time.monotonic()
            entry.loaded_time = self._time
            due = entitlements["next_change_at"]
            entry.changes_at = math.inf if due is None else time_of(due)
            entry.failure = None

    def _note(self, entry: Entry, error: FreeholdError) -> None:
        failure = error, time.monotonic() + _AFTER_FAILURE
        if isinstance(error, Unavailable):
            self._away = failure
            return
        entry.failure = failure
        if error.status == 404:
            entry.entitlements = None

    # Waits a little for the stream, so that what is loaded belongs to its generation.
    def _connect(self) -> None:
        with self._lock:
            if self._is_closed:
                raise no_answer("This client is closed.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._read, name="freehold-stream", daemon=True)
                self._thread.start()
        self._connected.wait(_FIRST_CONNECTION)

    def _read(self) -> None:
        stop, connected = self._stop, self._connected

        def on_break(error: FreeholdError) -> None:
            connected.set()
            self.settings.on_error(error)

        path = "/api/v1/entitlements/stream"
        stream = Stream(self._api, path, stop, _QUIET, gives_up=False, ready_is_place=True, on_break=on_break)
        for message in follow(stream):
            try:
                self._hear(message)
            except (FreeholdError, KeyError, TypeError) as error:
                self._generation += 1  # whatever it told is loaded instead
                self.settings.on_error(error if isinstance(error, FreeholdError) else no_answer(repr(error)))
            if message.event == "ready":
                connected.set()

    # On a connection that goes on, the changes that were missed come after `ready`, and then a heartbeat.
    def _hear(self, message: StreamMessage) -> None:
        begins = message.event == "ready" and not message.resumed
        if begins:
            self._generation += 1
        if begins or message.event == "heartbeat":
            self._heard_at = time.monotonic()
        if message.event == "heartbeat":
            self._time = time_of(data_of(message)["at"])
        if message.event != "entitlements":
            return
        entitlements: Entitlements = data_of(message)  # type: ignore[assignment]
        entry = self._entries.get(entitlements["tenant_id"])
        if entry is not None:
            self._take(entry, entitlements, self._generation)
