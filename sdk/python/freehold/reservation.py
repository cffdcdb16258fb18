"""Units held for work that takes a while: they count against the limit until it is known how many of them
were used."""

import uuid
from collections.abc import Callable, Mapping
from urllib.parse import quote

from .errors import Unavailable
from .options import BufferedUsage
from .types import Reservation
from .usage import usage_of
from .wire import Api


class Hold:
    """As a context manager it gives back what was not committed:

        with freehold.reserve(tenant, meter, 100) as hold:
            hold.commit(work())
    """

    def __init__(self, meter: str, quantity: int):
        self.meter = meter
        self.quantity = quantity
        self.reservation: Reservation | None = None  # None when the hold is by policy: Freehold was away
        self._state = "held"

    @property
    def state(self) -> str:
        return self.reservation["state"] if self.reservation else self._state

    def commit(self, quantity: int | None = None) -> None:
        """Counts `quantity` of the units, all by default, and gives the others back."""
        raise NotImplementedError

    def release(self) -> None:
        """Gives all units back; after a commit it does nothing."""
        raise NotImplementedError

    def __enter__(self) -> "Hold":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class ServerHold(Hold):
    def __init__(self, api: Api, path: str, held: Reservation):
        super().__init__(held["meter"], held["quantity"])
        self._api = api
        self._path = f"{path}/{held['id']}"
        self.reservation = held

    def commit(self, quantity: int | None = None) -> None:
        body = {"quantity": self.quantity if quantity is None else quantity}
        self.reservation = self._api.call("POST", f"{self._path}/commitment", body, idempotency_key=str(uuid.uuid4()))

    def release(self) -> None:
        if self.state == "held":
            self.reservation = self._api.call("DELETE", self._path, idempotency_key=str(uuid.uuid4()))


class AssumedHold(Hold):
    def __init__(self, tenant: str, meter: str, quantity: int, count_later: Callable[[BufferedUsage], object]):
        super().__init__(meter, quantity)
        self._tenant = tenant
        self._count_later = count_later

    def commit(self, quantity: int | None = None) -> None:
        if self._state != "held":
            return
        self._state = "committed"
        used = self.quantity if quantity is None else quantity
        if used > 0:
            self._count_later(usage_of(self._tenant, self.meter, used, None))

    def release(self) -> None:
        if self._state == "held":
            self._state = "released"


def reserve(
    api: Api,
    policies: Mapping[str, str],
    count_later: Callable[[BufferedUsage], object],
    wanted: BufferedUsage,
    expires_in: int,
) -> Hold:
    """Raises LimitReached; Unavailable unless the meter's policy is `allow`."""
    path = f"/api/v1/tenants/{quote(wanted.tenant_id, safe='')}/reservations"
    key = wanted.idempotency_key
    body = {"meter": wanted.meter, "quantity": wanted.quantity, "idempotency_key": key, "expires_in": expires_in}
    try:
        return ServerHold(api, path, api.call("POST", path, body, idempotency_key=key))
    except Unavailable:
        if policies.get(wanted.meter) != "allow":
            raise
        return AssumedHold(wanted.tenant_id, wanted.meter, wanted.quantity, count_later)
