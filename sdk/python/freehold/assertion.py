"""Reads an assertion of who is asking: a JWS in compact form, signed with ES256 by one of Freehold's
keys. Strict (RFC 8725): whatever could be read in two ways is refused."""

import base64
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .p256 import PublicKey

_LONGEST = 8 * 1024
_SKEW = 60  # seconds that Freehold's clock may be ahead of ours
_HEADERS_THAT_NAME_ANOTHER_KEY = ("crit", "jku", "jwk", "x5u", "x5c")


class Refused(Exception):
    """Why an assertion does not hold. The reason is for a log, not for the visitor."""


@dataclass(frozen=True)
class Expected:
    issuer: str
    audience: str
    now: float  # seconds since 1970


def read_assertion(text: str, find: Callable[[str], PublicKey | None], expected: Expected) -> dict[str, Any]:
    """The claims of the assertion. Raises Refused, or what `find` raises."""
    if len(text) > _LONGEST:
        raise Refused("it is longer than 8 KiB")
    parts = text.split(".")
    if len(parts) != 3:
        raise Refused("it does not have three parts")
    header, payload, signature = map(decode, parts)
    key = find(_key_name_in(header))
    if key is None:
        raise Refused("no key of Freehold has its name")
    if not key.verify(text.rpartition(".")[0].encode(), signature):
        raise Refused("its signature does not hold")
    return _held_to(expected, payload)


def claims_in(text: str) -> dict[str, Any]:
    """The claims of an assertion that Freehold itself has handed over. Raises Refused when it is none."""
    claims = parse_object(decode((text.split(".") + [""])[1]))
    if claims is None or not _has_shape(claims):
        raise Refused("a claim is not of its type")
    return claims


def decode(part: str) -> bytes:
    """Base64url in its one form: no padding, no other letters, no bits left over."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", part, re.ASCII) or len(part) % 4 == 1:
        raise Refused("a part is not base64url")
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise Refused("a part is not base64url")
    return data


def _key_name_in(data: bytes) -> str:
    header = parse_object(data)
    if header is None:
        raise Refused("its header is no JSON object, or names a member twice")
    if header.get("alg") != "ES256":
        raise Refused("its algorithm is not ES256")
    if header.get("typ") != "at+jwt":
        raise Refused("its type is not at+jwt")
    for name in _HEADERS_THAT_NAME_ANOTHER_KEY:
        if name in header:
            raise Refused(f"its header has {name}")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise Refused("it names no key")
    return kid


def _held_to(expected: Expected, data: bytes) -> dict[str, Any]:
    claims = parse_object(data)
    if claims is None:
        raise Refused("its claims are no JSON object, or name a member twice")
    audience = claims.get("aud")
    if claims.get("iss") != expected.issuer:
        raise Refused("it is from another issuer")
    if audience != expected.audience and not (isinstance(audience, list) and expected.audience in audience):
        raise Refused("it is for another audience")
    exp, iat, nbf = map(_time_of, (claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)))
    if expected.now >= exp:
        raise Refused("it has expired")
    if max(iat, nbf) > expected.now + _SKEW:
        raise Refused("it is from the future")
    if not _has_shape(claims):
        raise Refused("a claim is not of its type")
    return claims


def _time_of(value: Any) -> float:
    if _is_whole(value) or (isinstance(value, float) and math.isfinite(value)):
        return value  # type: ignore[no-any-return]
    raise Refused("it has no times")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _has_shape(claims: dict[str, Any]) -> bool:
    texts = ("tenant_id", "tenant_slug", "role", "sid", "email", "name")
    permissions, version = claims.get("permissions", []), claims.get("ent", 0)
    return (
        isinstance(claims.get("sub"), str)
        and claims["sub"] != ""
        and _is_whole(version)
        and all(isinstance(claims.get(name, ""), str) for name in texts)
        and isinstance(permissions, list)
        and all(isinstance(each, str) for each in permissions)
    )


def parse_object(data: bytes) -> dict[str, Any] | None:
    """The JSON object that the bytes are; None when they are none, or name a member twice."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_without_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")
