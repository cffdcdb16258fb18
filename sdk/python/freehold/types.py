"""The resources of Freehold's API as they are on the wire, named after the schemas of its OpenAPI
document. Nothing else of this package says what an answer looks like."""

import datetime
from typing import Any, Literal, NotRequired, TypedDict

# `full`; `grace`: a payment failed, all still works; `limited`: read-only; `none`: locked.
Access = Literal["full", "grace", "limited", "none"]


class MeterAllowance(TypedDict):
    """How much of a meter a tenant may use and had used when the version was made."""

    limit: int | None  # None: unlimited
    used: int
    period_start: str
    period_end: str


class Entitlements(TypedDict):
    """What a tenant may do: every declared feature, limit and meter."""

    object: Literal["entitlements"]
    tenant_id: str
    version: int  # grows with each change
    plan: str
    plan_name: str
    access: Access
    features: dict[str, bool]
    limits: dict[str, int | None]  # None: unlimited
    meters: dict[str, MeterAllowance]
    next_change_at: str | None  # when a trial or an override ends by itself, by the clock that heartbeats tell
    upgrade_url: str


class Upgrade(TypedDict):
    """What would allow what was refused: the cheapest plan that has it, and where to get it."""

    plan: str
    price: str
    url: str


class FieldError(TypedDict):
    field: str
    message: str


class Problem(TypedDict):
    """An error (RFC 9457). `code` is stable; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: NotRequired[list[FieldError]]
    upgrade: NotRequired[Upgrade]
    request_id: NotRequired[str]


class Actor(TypedDict):
    sub: str


class Assertion(TypedDict):
    """Who is asking, as Freehold answers it. All but these members is in the claims as well."""

    object: Literal["assertion"]
    assertion: str  # the claims, signed
    expires_at: str


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


class UsageEvent(TypedDict):
    """The answer to one event of usage."""

    object: Literal["usage_event"]
    tenant_id: str
    meter: str
    idempotency_key: str
    allowed: bool
    duplicate: NotRequired[bool]  # the same key came before; it was counted then
    used: NotRequired[int]
    limit: NotRequired[int | None]
    resets_at: NotRequired[str]
    code: NotRequired[str]  # why not: limit_reached, unknown_meter, unknown_tenant, invalid, metering_unavailable
    detail: NotRequired[str]
    upgrade: NotRequired[Upgrade]


class Reservation(TypedDict):
    """Units that are held for a tenant until they are committed, released or expired."""

    object: Literal["reservation"]
    id: str
    meter: str
    quantity: int
    state: Literal["held", "committed", "released", "expired"]
    expires_at: str


class Event(TypedDict):
    """Something that happened. `cursor` is its place in the order of all events."""

    object: Literal["event"]
    id: str
    cursor: str
    type: str
    tenant_id: str
    occurred_at: str
    data: dict[str, Any]


class EventList(TypedDict):
    object: Literal["list"]
    data: list[Event]
    has_more: bool
    next_cursor: str | None


class TakenEvent(TypedDict):
    """An event of the product's own that was taken. Its cursor comes with the feed."""

    object: Literal["event"]
    id: str
    type: str


class AuditEvent(TypedDict):
    """What was written into the audit log."""

    object: Literal["audit_event"]
    id: str
    action: str


def time_of(text: str) -> float:
    """A point in time of the wire, in seconds since 1970."""
    return datetime.datetime.fromisoformat(text).timestamp()
