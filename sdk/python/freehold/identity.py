"""Who is asking, as a product sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Identity:
    user: str  # user_…, or key_… when an API key asks
    tenant: str | None  # tenant_…; None when the person has not chosen one
    tenant_slug: str | None
    role: str | None
    permissions: frozenset[str]
    session: str | None
    email: str | None
    name: str | None
    impersonated_by: str | None  # the member of staff who acts as this person
    entitlement_version: int  # of the tenant, when this was said

    def can(self, permission: str) -> bool:
        return permission in self.permissions


def identity_of(claims: Mapping[str, Any]) -> Identity:
    actor = claims.get("act")
    return Identity(
        user=claims["sub"],
        tenant=claims.get("tenant_id"),
        tenant_slug=claims.get("tenant_slug"),
        role=claims.get("role"),
        permissions=frozenset(claims.get("permissions") or ()),
        session=claims.get("sid"),
        email=claims.get("email"),
        name=claims.get("name"),
        impersonated_by=actor.get("sub") if isinstance(actor, dict) else None,
        entitlement_version=claims.get("ent") or 0,
    )
