"""What a product may say when it makes its client, checked and with defaults."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import FreeholdError
from .types import UsageEvent


@dataclass(frozen=True)
class BufferedUsage:
    """One use, as it is told to Freehold."""

    tenant_id: str
    meter: str
    quantity: int
    idempotency_key: str


@dataclass(frozen=True)
class RefusedUsage:
    """Usage that was recorded and will not be counted."""

    event: BufferedUsage
    answer: UsageEvent | None = None  # None when it was refused with its whole request
    error: FreeholdError | None = None


@dataclass(frozen=True)
class Settings:
    url: str
    product_key: str | None
    issuer: str
    audience: str
    return_to: str | None
    timeout: float
    stale_after: float
    max_tenants: int
    max_buffered: int
    features: Mapping[str, str]
    meters: Mapping[str, str]
    on_error: Callable[[FreeholdError], None]
    on_refused: Callable[[RefusedUsage], None]
    on_buffer_full: Callable[[BufferedUsage], None]
    flush_on_sigterm: bool


def settings_of(
    url: str | None,
    product_key: str | None,
    issuer: str | None,
    audience: str | None,
    **rest: Any,
) -> Settings:
    """Raises ValueError that names what is wrong."""
    url = _address("url", url or os.environ.get("FREEHOLD_URL") or "http://localhost:8080")
    issuer = _address("issuer", issuer or url)
    for name in ("timeout", "stale_after", "max_tenants", "max_buffered"):
        if not rest[name] > 0:
            raise ValueError(f"{name} is not above zero: {rest[name]}")
    _check_policies("features", rest["features"], ("last_known", "off", "on"))
    _check_policies("meters", rest["meters"], ("allow", "deny"))
    for name in ("on_error", "on_refused", "on_buffer_full"):
        rest[name] = _guarded(name, rest[name])
    if product_key is None:
        product_key = os.environ.get("FREEHOLD_PRODUCT_KEY")
    return Settings(url, product_key, issuer, audience or issuer, **rest)


def _address(name: str, text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(f"{name} is no http address: {text}")
    return text.rstrip("/")


def _check_policies(name: str, policies: Mapping[str, str], known: tuple[str, ...]) -> None:
    for key, policy in policies.items():
        if policy not in known:
            raise ValueError(f"{name}[{key!r}] is {policy!r}; it can be {', '.join(known)}")


def _guarded(name: str, hook: Callable[[Any], None] | None) -> Callable[[Any], None]:
    """A hook that raises must not end what called it."""

    def guarded(told: Any) -> None:
        if hook is None:
            return
        try:
            hook(told)
        except Exception:
            print(f"Freehold's hook {name} raised:\n{traceback.format_exc()}", file=sys.stderr)

    return guarded
