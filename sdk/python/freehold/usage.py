"""Usage that Freehold decides before it happens. Calls that come while others are on their way share the
next request, so that a busy product makes few of them."""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from .errors import FreeholdError, Unavailable, no_answer, unexpected
from .options import BufferedUsage
from .types import Upgrade, UsageEvent
from .wire import Api

MOST_EVENTS = 500  # of one request
_MOST_REQUESTS = 4  # at once
_AFTER_FAILURE = 1.0
_LONGEST_KEY = 200  # bytes


@dataclass(frozen=True)
class Decision:
    allowed: bool
    used: int | None = None  # of the period, after this use; None when it is not known
    limit: int | None = None  # None: unlimited, or not known
    resets_at: str | None = None
    duplicate: bool = False  # the same key came before and was counted then
    assumed: bool = False  # by policy, because Freehold could not be asked
    upgrade: Upgrade | None = None  # what would allow it, when the limit is reached


def usage_of(tenant: str, meter: str, quantity: int, key: str | None) -> BufferedUsage:
    """An event with what it lacks. Raises ValueError for a quantity or a key that is never counted."""
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 1 <= quantity <= 1_000_000_000:
        raise ValueError(f"A quantity is a whole number from 1 to 1,000,000,000, not {quantity!r}.")
    if key is None:
        key = str(uuid.uuid4())
    if not 1 <= len(key.encode()) <= _LONGEST_KEY:
        raise ValueError("A key has 1 to 200 bytes.")
    return BufferedUsage(tenant, meter, quantity, key)


def send_usage(
    api: Api,
    events: Sequence[BufferedUsage],
    timeout: float | None = None,
    stop: threading.Event | None = None,
) -> list[UsageEvent]:
    """Sends up to 500 events; their answers in the same order."""
    body = {"events": [asdict(event) for event in events]}
    answer = api.call("POST", "/api/v1/usage_events", body, timeout=timeout, stop=stop)
    data: list[UsageEvent] = answer.get("data", [])
    if len(data) != len(events):
        raise unexpected("Freehold did not answer every event of usage.")
    return data


@dataclass(eq=False)
class _Waiting:
    event: BufferedUsage
    is_sent: bool = False
    answer: UsageEvent | None = None
    error: FreeholdError | None = None


class Usage:
    def __init__(self, api: Api, policies: Mapping[str, str], count_later: Callable[[BufferedUsage], object]):
        self._api = api
        self._policies = policies
        self._count_later = count_later
        self._away: tuple[Unavailable, float] | None = None
        self.after_fork()

    def after_fork(self) -> None:
        self._turn = threading.Condition()
        self._queue: deque[_Waiting] = deque()
        self._requests = 0

    def consume(self, event: BufferedUsage) -> Decision:
        """Raises FreeholdError for an unknown meter or tenant, Unavailable when no policy says what then."""
        try:
            return _decision_of(self._answer_to(event))
        except Unavailable:
            policy = self._policies.get(event.meter)
            if policy is None:
                raise
            if policy == "allow":
                self._count_later(event)  # under the same key: once, even if it was counted
            return Decision(allowed=policy == "allow", assumed=True)

    # A caller sends for all that wait, or waits until another one has sent for it.
    def _answer_to(self, event: BufferedUsage) -> UsageEvent:
        if self._away and time.monotonic() < self._away[1]:
            raise self._away[0]
        own = _Waiting(event)
        with self._turn:
            self._queue.append(own)
        while own.answer is None:
            batch = self._batch_for(own)
            if batch:
                self._send(batch)
            if own.error is not None:
                raise own.error
        return own.answer

    def _batch_for(self, own: _Waiting) -> list[_Waiting]:
        with self._turn:
            while not own.answer and not own.error and (own.is_sent or self._requests >= _MOST_REQUESTS):
                self._turn.wait()
            if own.answer or own.error:
                return []
            batch = [self._queue.popleft() for _ in range(min(MOST_EVENTS, len(self._queue)))]
            for each in batch:
                each.is_sent = True
            self._requests += 1
            return batch

    # When Freehold is away, those in line are not made to wait for the same end, nor is anybody for a second.
    def _send(self, batch: list[_Waiting]) -> None:
        answers: list[UsageEvent] = []
        error: FreeholdError | None = no_answer("The call was interrupted.")
        try:
            answers = send_usage(self._api, [each.event for each in batch])
            error = None
        except FreeholdError as failure:
            error = failure
        finally:
            with self._turn:
                self._requests -= 1
                if isinstance(error, Unavailable):
                    self._away = error, time.monotonic() + _AFTER_FAILURE
                    batch = [*batch, *self._queue]
                    self._queue.clear()
                for place, each in enumerate(batch):
                    each.is_sent = True
                    each.error = error
                    each.answer = None if error else answers[place]
                self._turn.notify_all()


def is_postponed(answer: UsageEvent) -> bool:
    """Not decided: the event may be sent again under its key."""
    return answer.get("code") == "metering_unavailable"


def _decision_of(answer: UsageEvent) -> Decision:
    code = answer.get("code")
    if not answer["allowed"] and code != "limit_reached":
        detail = answer.get("detail") or f"Freehold cannot count this use of {answer['meter']}."
        kind = Unavailable if is_postponed(answer) else FreeholdError
        raise kind(code or "invalid", detail, status=200)
    return Decision(
        allowed=answer["allowed"],
        used=answer.get("used"),
        limit=answer.get("limit"),
        resets_at=answer.get("resets_at"),
        duplicate=answer.get("duplicate", False),
        upgrade=answer.get("upgrade"),
    )
