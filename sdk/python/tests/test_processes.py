"""What happens when a process ends or divides: nothing that was recorded is lost or told twice, nothing
holds a process back, and a child works as its parent does."""

import os
import signal
import subprocess
import sys
import time
import traceback
import unittest
from pathlib import Path

from .support import FEATURE, METER, Case

PACKAGE = str(Path(__file__).parents[1])


class Ends(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()

    def product(self, lines):
        """Runs a product of these lines, which may use `freehold`, `tenant` and `meter`."""
        program = f"from freehold import Freehold\ntenant, meter = {self.tenant!r}, {METER!r}\n{lines}"
        environment = {
            "PYTHONPATH": PACKAGE, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1",
            "FREEHOLD_URL": self.fake.url, "FREEHOLD_PRODUCT_KEY": self.fake.product_key,
        }  # fmt: skip
        return subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)

    def said(self, product):
        said, _ = product.communicate(timeout=20)
        return said

    def test_a_product_that_ends_by_itself_tells_what_it_recorded(self):
        product = self.product("freehold = Freehold()\nfor _ in range(30): freehold.record(tenant, meter)")
        self.assertEqual((self.said(product), product.returncode), ("", 0))
        self.assertEqual(self.fake.usedOf(self.tenant, METER), 30)

    def test_a_client_that_nobody_holds_any_more_tells_what_it_recorded(self):
        self.said(self.product("Freehold().record(tenant, meter, 3)"))
        self.assertEqual(self.fake.usedOf(self.tenant, METER), 3)

    def test_a_product_that_is_told_to_end_tells_what_it_recorded_if_it_wants_to(self):
        product = self.product(
            "import time\nfreehold = Freehold(flush_on_sigterm=True)\nfreehold.record(tenant, meter, 7)\n"
            "print('ready', flush=True)\ntime.sleep(60)"
        )
        self.assertEqual(product.stdout.readline(), "ready\n")
        product.send_signal(signal.SIGTERM)
        self.said(product)
        self.assertEqual((product.returncode, self.fake.usedOf(self.tenant, METER)), (128 + signal.SIGTERM, 7))

    def test_the_stream_of_entitlements_does_not_keep_a_process_alive(self):
        begin = time.monotonic()
        product = self.product(f"print(Freehold().is_enabled(tenant, {FEATURE!r}))")
        self.assertEqual(self.said(product), "True\n")
        self.assertLess(time.monotonic() - begin, 4)

    def test_when_freehold_is_away_a_process_ends_all_the_same_and_says_what_it_could_not_tell(self):
        self.fake.away()
        product = self.product(
            "freehold = Freehold(timeout=0.3, on_error=lambda error: print(error.detail))\n"
            "freehold.record(tenant, meter)"
        )
        self.assertIn("1 recorded events could not be sent before the end.\n", self.said(product))
        self.assertEqual(product.returncode, 0)


class Divides(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()
        self.freehold = self.client(self.fake)

    def in_child(self, work):
        """Whether `work` held in a forked child."""
        child = os.fork()
        if child == 0:
            verdict = 1
            try:
                verdict = 0 if work() else 2
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(verdict)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) == 0

    def test_what_was_recorded_is_told_by_the_parent_alone(self):
        self.freehold.record(self.tenant, METER, 5)

        def work():
            self.freehold.record(self.tenant, METER, 100)
            return self.freehold.close() == []

        self.assertTrue(self.in_child(work))
        self.assertTrue(self.freehold.flush(20))
        self.assertEqual(self.fake.usedOf(self.tenant, METER), 105)
        events = [event for each in self.fake.asked("/api/v1/usage_events") for event in each["body"]["events"]]
        self.assertEqual(sorted(event["quantity"] for event in events), [5, 100])

    def test_a_child_has_a_stream_of_its_own_and_gates_got_before_it_see_changes(self):
        gates = self.freehold.gates(self.tenant)

        def work():
            assert gates.is_enabled(FEATURE), "the parent's knowledge"
            self.freehold.gates(self.tenant)
            self.until(lambda: not gates.stale)
            self.fake.changePlan(self.tenant, "free")
            self.until(lambda: not gates.is_enabled(FEATURE), within=1)
            return True

        self.assertTrue(self.in_child(work))
        self.until(lambda: not gates.is_enabled(FEATURE), within=1)
        self.assertEqual(len(self.fake.asked("/api/v1/entitlements/stream")), 2)

    def test_gates_alone_are_enough_for_a_child_to_begin(self):
        gates = self.freehold.gates(self.tenant)

        def work():
            self.until(lambda: not gates.stale)
            return True

        self.assertTrue(self.in_child(work))

    def test_connections_are_not_shared_with_a_child(self):
        self.freehold.consume(self.tenant, METER)

        def work():
            return all(self.freehold.consume(self.tenant, METER).allowed for _ in range(20))

        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if work() else 1)
            finally:
                os._exit(2)
        self.assertTrue(work())
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertEqual(self.fake.usedOf(self.tenant, METER), 41)

    def test_a_child_holds_no_connection_of_its_parent(self):
        self.freehold.gates(self.tenant)
        self.freehold.consume(self.tenant, METER)
        of_parent = open_sockets()
        self.assertEqual(len(of_parent), 2)
        self.assertTrue(self.in_child(lambda: not open_sockets() & of_parent))


def open_sockets():
    paths = map("/proc/self/fd/{}".format, os.listdir("/proc/self/fd"))
    return {os.readlink(path) for path in paths if os.path.lexists(path) and os.readlink(path).startswith("socket:")}


if __name__ == "__main__":
    unittest.main()
