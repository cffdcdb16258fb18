"""The resources of Freehold's API as they are on the wire: written from its OpenAPI document, here under
the names that this package has for them. Only the claims of an assertion are said by hand, because they
travel inside of a token."""

import datetime
from typing import Literal, NotRequired, TypedDict

from .api_types import (
    Assertion as Assertion,
    Entitlements as Entitlements,
    Event as Event,
    EventList as EventList,
    FieldError as FieldError,
    MeterAllowance as MeterAllowance,
    Problem as Problem,
    Reservation as Reservation,
    Upgrade as Upgrade,
    UsageEvent as UsageEvent,
    WrittenAuditEvent as AuditEvent,
    WrittenEvent as TakenEvent,
)

# `full`; `grace`: a payment failed, all still works; `limited`: read-only; `none`: locked.
Access = Literal["full", "grace", "limited", "none"]


class Actor(TypedDict):
    sub: str


class AssertionClaims(TypedDict):
    """The claims of an assertion."""

    iss: str
    aud: str | list[str]
    sub: str  # user_…, or key_… of an API key
    client_id: str
    iat: int
    exp: int
    jti: str
    tenant_id: NotRequired[str]
    org_id: NotRequired[str]
    tenant_slug: NotRequired[str]
    role: NotRequired[str]
    permissions: NotRequired[list[str]]
    sid: NotRequired[str]  # the session, unless it is an API key's call
    email: NotRequired[str]
    name: NotRequired[str]
    ent: NotRequired[int]  # the version of the tenant's entitlements
    act: NotRequired[Actor]  # the member of staff who acts as this person


def time_of(text: str) -> float:
    """A point in time of the wire, in seconds since 1970."""
    return datetime.datetime.fromisoformat(text).timestamp()
