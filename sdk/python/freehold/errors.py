"""What the SDK raises. Every error has a stable `code`; what came from Freehold has its request id."""

import email.utils
import json
import time
from collections.abc import Callable
from typing import Any

from .types import FieldError, Upgrade


class FreeholdError(Exception):
    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int = 0,
        errors: list[FieldError] | None = None,
        upgrade: Upgrade | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail  # a sentence for people
        self.status = status  # of the HTTP answer; 0 when there was none
        self.errors = errors or []
        self.upgrade = upgrade
        self.request_id = request_id
        self.retry_after = retry_after  # seconds

    def __str__(self) -> str:
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{self.detail} ({self.code}{request})"


class Unavailable(FreeholdError):
    """Freehold could not be asked, in time and with all retries: no decision was had."""


class NotSignedIn(FreeholdError):
    """Nobody is signed in, or what says so does not hold (`code` is `invalid_assertion`)."""

    def __init__(self, code: str, detail: str, login_url: str, **facts: Any):
        facts["status"] = 401
        super().__init__(code, detail, **facts)
        self.login_url = login_url  # where to send a person to log in


class Forbidden(FreeholdError):
    """Signed in, and not allowed: `forbidden`, `not_a_member` or `not_in_plan`."""


class LimitReached(FreeholdError):
    """The plan's limit is reached; `upgrade` says what would help."""


def no_answer(detail: str) -> Unavailable:
    return Unavailable("unavailable", detail)


def unexpected(detail: str, status: int = 200) -> FreeholdError:
    return FreeholdError("unexpected_answer", detail, status=status)


def facts_of(error: FreeholdError) -> dict[str, Any]:
    """For another error about the same answer."""
    names = ("status", "errors", "upgrade", "request_id", "retry_after")
    return {name: getattr(error, name) for name in names}


def error_of(status: int, header: Callable[[str], str | None], text: bytes) -> FreeholdError:
    """The error that an answer of 300 and above stands for."""
    problem = _problem_in(text)
    code = problem.get("code", f"http_{status}")
    detail = problem.get("detail", f"Freehold answered {status}.")
    facts: dict[str, Any] = {
        "status": status,
        "errors": problem.get("errors"),
        "upgrade": problem.get("upgrade"),
        "request_id": problem.get("request_id") or header("Request-Id"),
        "retry_after": _seconds_of(header("Retry-After")),
    }
    login_url = header("Freehold-Login-Url") if status == 401 else None
    if login_url:
        return NotSignedIn(code, detail, login_url, **facts)
    if code == "limit_reached":
        return LimitReached(code, detail, **facts)
    kind = Unavailable if _may_pass(status) else FreeholdError
    return kind(code, detail, **facts)


# What another attempt may mend: too slow, too many, out of order, restarting.
def _may_pass(status: int) -> bool:
    return status in (408, 429) or status >= 500


def _problem_in(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _seconds_of(value: str | None) -> float | None:
    if value is None:
        return None
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
