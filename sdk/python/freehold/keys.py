"""Freehold's public keys, as a JWK set. They are asked for again after five minutes, and when an
assertion names one that is not among them: at most every thirty seconds, so that invented names cause
no flood. While Freehold is away the keys stay."""

import threading
import time
from typing import Any

from .assertion import Refused, decode
from .background import Background
from .errors import FreeholdError
from .p256 import PublicKey
from .wire import Api

_FRESH_FOR = 300.0
_BETWEEN_SEARCHES = 30.0
_BETWEEN_FAILURES = 1.0


class PublicKeys:
    def __init__(self, api: Api, background: Background):
        self._api = api
        self._background = background
        self._keys: dict[str, PublicKey] = {}
        self._fresh_until = 0.0
        self._search_after = 0.0
        self._failure: tuple[FreeholdError, float] | None = None
        self._lock = threading.Lock()

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def find(self, name: str) -> PublicKey | None:
        """The key of this name; None when Freehold has none. Raises Unavailable when it cannot be asked."""
        keys = self._keys
        now = time.monotonic()
        if name in keys:
            if now >= self._fresh_until:
                self._fresh_until = now + _BETWEEN_FAILURES
                self._background.submit(self._refresh)
            return keys[name]
        with self._lock:
            if keys is not self._keys:
                return self._keys.get(name)  # another thread has just asked
            if keys and now < self._search_after:
                return None
            if keys:
                self._search_after = now + _BETWEEN_SEARCHES
            self._load()
        return self._keys.get(name)

    def _refresh(self) -> None:
        try:
            with self._lock:
                self._load()
        except FreeholdError:
            pass  # the old keys are good enough while Freehold is away

    def _load(self) -> None:
        if self._failure and time.monotonic() < self._failure[1]:
            raise self._failure[0]
        try:
            found = self._api.call("GET", "/.well-known/jwks.json", anonymous=True)
        except FreeholdError as error:
            self._failure = (error, time.monotonic() + _BETWEEN_FAILURES)
            raise
        self._keys = dict(filter(None, map(_import_key, found["keys"])))
        self._fresh_until = time.monotonic() + _FRESH_FOR
        self._failure = None


# None for what is no key for ES256; the others still count.
def _import_key(jwk: dict[str, Any]) -> tuple[str, PublicKey] | None:
    fixed = {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig"}
    if any(jwk.get(name, value if name in ("alg", "use") else None) != value for name, value in fixed.items()):
        return None
    if not isinstance(jwk.get("kid"), str):
        return None
    try:
        return jwk["kid"], PublicKey(decode(jwk["x"]), decode(jwk["y"]))
    except (KeyError, TypeError, ValueError, Refused):
        return None
