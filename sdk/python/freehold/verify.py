"""Who is asking: from the assertion that a proxy put on the request, checked here without a call; or
else from Freehold, which is shown the visitor's own cookie or key."""

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from .assertion import Expected, Refused, claims_in, read_assertion
from .errors import Forbidden, FreeholdError, NotSignedIn, facts_of, unexpected
from .flights import Flights
from .identity import Identity, identity_of
from .keys import PublicKeys
from .memory import Memory
from .snapshots import Snapshots
from .types import time_of
from .visitor import Visitor, visitor_of
from .wire import Api, with_query

_LONGEST_MEMORY = 5.0  # of an answer of Freehold's
_LONGEST_ASSERTION = 60.0  # is believed so long without being checked again
_MOST_REMEMBERED = 10_000

Required = Mapping[str, str | None]


class Verifier:
    def __init__(
        self,
        api: Api,
        keys: PublicKeys,
        snapshots: Snapshots,
        issuer: str,
        audience: str,
        login_url: Callable[[], str],
    ):
        self._api = api
        self._keys = keys
        self._snapshots = snapshots
        self._issuer = issuer
        self._audience = audience
        self._login_url = login_url
        self._read: Memory[Identity] = Memory(_MOST_REMEMBERED)
        self._answered: Memory[Identity] = Memory(_MOST_REMEMBERED)
        self._asking: Flights[Identity] = Flights()

    def after_fork(self) -> None:
        self._asking.after_fork()
        self._read.after_fork()
        self._answered.after_fork()

    def verify(self, request: Any, path: str | None, required: Required) -> Identity:
        """Raises NotSignedIn, Forbidden, or Unavailable."""
        visitor = visitor_of(request, path)
        if visitor.assertion is not None:
            identity = self._identity_in(visitor.assertion)
            self._check(identity, **required)
            return identity
        if visitor.cookie is not None or visitor.authorization is not None:
            return self._remembered(visitor, required)
        raise NotSignedIn("unauthenticated", "Nobody is signed in.", self._login_url())

    # Checking a signature takes a millisecond in Python, so what held is believed until it expires.
    def _identity_in(self, assertion: str) -> Identity:
        name = hashlib.sha256(assertion.encode("utf-8", "replace")).digest()
        known = self._read.get(name)
        if known is not None:
            return known
        now = time.time()
        try:
            claims = read_assertion(assertion, self._keys.find, Expected(self._issuer, self._audience, now))
        except Refused as refused:
            detail = f"The assertion does not hold: {refused}."
            raise NotSignedIn("invalid_assertion", detail, self._login_url()) from None
        identity = identity_of(claims)
        self._read.keep(name, identity, min(claims["exp"], now + _LONGEST_ASSERTION))
        return identity

    # The assertion names the version that it saw, so that a plan just bought counts at once.
    def _check(self, identity: Identity, tenant: str | None, permission: str | None, feature: str | None) -> None:
        if tenant is not None and tenant not in (identity.tenant, identity.tenant_slug):
            place = identity.tenant_slug or "no workspace"
            raise _forbidden("not_a_member", f"This visitor is signed in to {place}, not to {tenant}.")
        if permission is not None and not identity.can(permission):
            role = identity.role or "of nobody"
            raise _forbidden("forbidden", f"The role {role} does not have the permission {permission}.")
        if feature is None:
            return
        if identity.tenant is None:
            raise _forbidden("not_a_member", "This visitor has not chosen a workspace.")
        gates = self._snapshots.gates(identity.tenant, identity.entitlement_version)
        if not gates.is_enabled(feature):
            raise _forbidden("not_in_plan", f"The workspace's plan does not include {feature}.")

    # The answer to one credential is kept for five seconds, and many at once ask one time.
    def _remembered(self, visitor: Visitor, required: Required) -> Identity:
        name = _name_of(visitor, required)
        known = self._answered.get(name)
        if known is not None:
            return known
        return self._asking.run(name, lambda: self._ask(name, visitor, required))

    def _ask(self, name: bytes, visitor: Visitor, required: Required) -> Identity:
        headers = {"X-Forwarded-Uri": visitor.path}
        if visitor.cookie is not None:
            headers["Cookie"] = visitor.cookie
        if visitor.authorization is not None:
            headers["Authorization"] = visitor.authorization
        try:
            path = with_query("/api/v1/auth/verify", **required)
            answer = self._api.call("GET", path, headers=headers, anonymous=True)
        except FreeholdError as error:
            raise self._as_visitors(error) from error
        try:
            identity = identity_of(claims_in(answer["assertion"]))
        except Refused as refused:
            raise unexpected(f"Freehold's assertion does not hold: {refused}.") from None
        self._answered.keep(name, identity, min(time_of(answer["expires_at"]), time.time() + _LONGEST_MEMORY))
        return identity

    def _as_visitors(self, error: FreeholdError) -> FreeholdError:
        if isinstance(error, NotSignedIn):
            return error
        if error.status == 401:
            return NotSignedIn(error.code, error.detail, self._login_url(), **facts_of(error))
        if error.status == 403:
            return Forbidden(error.code, error.detail, **facts_of(error))
        return error


def _forbidden(code: str, detail: str) -> Forbidden:
    return Forbidden(code, detail, status=403)


# Without a named tenant the path may choose it, so its beginning is part of the question.
def _name_of(visitor: Visitor, required: Required) -> bytes:
    chosen = re.match("/t/[^/?]+", visitor.path) if required["tenant"] is None else None
    place = chosen.group() if chosen else None
    question = [visitor.cookie, visitor.authorization, place, *required.values()]
    return hashlib.sha256(json.dumps(question).encode()).digest()
