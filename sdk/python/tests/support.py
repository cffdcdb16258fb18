"""What the tests share: worlds with a Freehold that goes wrong on demand, clients that are closed after
the test, and waiting for what is to happen instead of for time to pass.

The worlds live in a program of their own, `sdk/testing/serve.mjs`; or, where FREEHOLD_WORLDS names its
address, in one that somebody else has started.
"""

import atexit
import http.client
import json
import os
import subprocess
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from freehold import Freehold

METER = "documents.api_calls"
FEATURE = "documents.export"
ROOT = Path(__file__).parents[3]


class World:
    """One Freehold. What it can do is said in `sdk/testing/fake.mjs`: `world.changePlan(tenant, "free")`."""

    def __init__(self, **options: Any):
        made = _ask("/", options)
        self._name = made["name"]
        self.url: str = made["url"]
        self.product_key: str = made["productKey"]
        self.issuer: str = made["issuer"]
        self.audience: str = made["audience"]

    def __getattr__(self, deed: str) -> Callable[..., Any]:
        return lambda *arguments: _ask(f"/{self._name}/{deed}", arguments)

    def tenant(self, plan: str = "pro") -> str:
        return self.createTenant({"plan": plan})["id"]


class Case(unittest.TestCase):
    def world(self, **options: Any) -> World:
        world = World(**options)
        self.addCleanup(world.stop)
        return world

    def client(self, world: World, **options: Any) -> Freehold:
        facts = {"url": world.url, "product_key": world.product_key, "issuer": world.issuer, "audience": world.audience}
        client = Freehold(**{**facts, **options})
        self.addCleanup(client.close, 0.001)
        return client

    def refusal(self, work: Callable[[], Any]) -> Any:
        try:
            work()
        except Exception as error:
            return error
        self.fail("it was not refused")

    def until(self, holds: Callable[[], Any], within: float = 5.0) -> float:
        begin = time.monotonic()
        while not holds():
            if time.monotonic() - begin > within:
                self.fail(f"not within {within} s")
            time.sleep(0.005)
        return time.monotonic() - begin


def _ask(path: str, body: Any) -> Any:
    connection = http.client.HTTPConnection(_address(), timeout=60)
    try:
        connection.request("POST", path, json.dumps(body))
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise AssertionError(text.decode())
    return json.loads(text)


_started: list[tuple[subprocess.Popen[str], str]] = []


def _address() -> str:
    if "FREEHOLD_WORLDS" in os.environ:
        return os.environ["FREEHOLD_WORLDS"]
    if not _started:
        node = os.environ.get("FREEHOLD_NODE", str(ROOT / "node_modules/.bin/node"))
        program = subprocess.Popen(
            [node, str(ROOT / "sdk/testing/serve.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(_end, program)
        _started.append((program, f"127.0.0.1:{int(program.stdout.readline())}"))
    return _started[0][1]


def _end(program: subprocess.Popen[str]) -> None:
    program.stdin.close()
    program.wait()
    program.stdout.close()
