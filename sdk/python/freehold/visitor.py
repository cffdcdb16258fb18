"""What a request says of its visitor, whichever kind of request it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


_IN_ADDRESSES = "".join(map(chr, range(0x21, 0x7F)))  # what needs no coding there, or is coded already


@dataclass(frozen=True)
class Visitor:
    assertion: str | None
    cookie: str | None  # Freehold's cookies only: the product's own are none of its business
    authorization: str | None
    path: str  # and query


def visitor_of(request: Any, path: str | None) -> Visitor:
    """Of a WSGI environ, an ASGI scope, a mapping of headers, or an object that has one of them:
    `environ` (Flask), `META` (Django), `scope` (Starlette), `headers` (others)."""
    if not _is_wsgi(request) and not _is_asgi(request):
        for name in ("environ", "META", "scope", "headers"):
            if hasattr(request, name):
                return visitor_of(getattr(request, name), path)
    headers = _headers_of(request)
    return Visitor(
        assertion=headers.get("freehold-assertion"),
        cookie=_own_cookies(headers.get("cookie", "")),
        authorization=_own_key(headers.get("authorization", "")),
        path=quote(path, safe=_IN_ADDRESSES) if path else _path_of(request),
    )


def _is_wsgi(request: Any) -> bool:
    return isinstance(request, Mapping) and "REQUEST_METHOD" in request


def _is_asgi(request: Any) -> bool:
    return isinstance(request, Mapping) and "asgi" in request and "headers" in request


def _headers_of(request: Any) -> dict[str, str]:
    if _is_wsgi(request):
        pairs = ((name[5:].replace("_", "-"), value) for name, value in request.items() if name.startswith("HTTP_"))
    elif _is_asgi(request):
        pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in request["headers"])
    else:
        pairs = request.items()
    return _joined(pairs)


# Two headers of one name are joined, so that a second assertion makes both invalid.
def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _own_cookies(header: str) -> str | None:
    pairs = (pair.strip() for pair in header.split(";"))
    return "; ".join(pair for pair in pairs if re.match("(__Host-)?fh_", pair) and _sendable(pair)) or None


# An API key of Freehold's: a token of the product's own is none of its business either.
def _own_key(header: str) -> str | None:
    return _sendable(header) if re.match("Bearer fh_", header, re.IGNORECASE) else None


# What no header may hold says nothing.
def _sendable(value: str) -> str | None:
    return value if re.fullmatch("[\\x20-\\x7e]+", value) else None


def _path_of(request: Any) -> str:
    if _is_wsgi(request):
        path = (request.get("SCRIPT_NAME", "") + request.get("PATH_INFO", "")).encode("latin-1", "replace")
        query = request.get("QUERY_STRING", "")
    elif _is_asgi(request):
        path, query = request["path"].encode(), request.get("query_string", b"").decode("latin-1")
    else:
        return "/"
    return (quote(path) or "/") + (f"?{quote(query, safe=_IN_ADDRESSES)}" if query else "")
