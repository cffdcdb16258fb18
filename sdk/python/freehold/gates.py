"""The answers for one tenant, from memory and without a wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from .errors import FreeholdError, no_answer
from .types import Access, Entitlements, MeterAllowance

if TYPE_CHECKING:
    from .snapshots import Entry, Snapshots

Value = TypeVar("Value")


class Snapshot(Entitlements):
    stale: bool  # no heartbeat for a second: this may be out of date


class Gates:
    """Always of the present: a change of plan is seen within a second by gates that were got before it,
    so they may be kept as long as the client, and shared by threads."""

    def __init__(self, snapshots: Snapshots, entry: Entry):
        self._snapshots = snapshots
        self._entry = entry

    @property
    def tenant(self) -> str:
        return self._entry.tenant

    @property
    def stale(self) -> bool:
        return self._snapshots.is_stale(self._now())

    def is_enabled(self, feature: str) -> bool:
        """Raises FreeholdError `unknown_feature` for a key that nobody declared: a misspelling is not a no."""
        entry = self._now()
        is_stale = self._snapshots.is_stale(entry)
        known = entry.entitlements
        value = known["features"].get(feature) if known else False
        if value is None:
            raise _unknown("feature", feature)
        policy = self._snapshots.settings.features.get(feature) if is_stale else None
        return value if policy in (None, "last_known") else policy == "on"

    def limit(self, key: str) -> int | None:
        """None: unlimited. Raises Unavailable while nothing is known of the tenant."""
        return _member_of(self.snapshot()["limits"], "limit", key)

    def meter(self, key: str) -> MeterAllowance:
        """As of the snapshot: what was used since is not in it. Only `consume` decides."""
        return _member_of(self.snapshot()["meters"], "meter", key)

    @property
    def access(self) -> Access:
        return self.snapshot()["access"]

    def snapshot(self) -> Snapshot:
        """Raises Unavailable while nothing is known of the tenant."""
        entry = self._now()
        is_stale = self._snapshots.is_stale(entry)
        known = entry.entitlements
        if known is None:
            raise no_answer(f"Nothing is known of {entry.tenant} yet.")
        return {**known, "stale": is_stale}  # type: ignore[misc]

    def _now(self) -> Entry:
        if not self._entry.kept:
            self._entry = self._snapshots.kept(self._entry)
        return self._entry


def _member_of(members: Mapping[str, Value], what: str, key: str) -> Value:
    if key not in members:
        raise _unknown(what, key)
    return members[key]


def _unknown(what: str, key: str) -> FreeholdError:
    return FreeholdError(f"unknown_{what}", f"Freehold has no {what} {key}.")
