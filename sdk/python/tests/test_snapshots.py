"""How a tenant's state gets into memory and stays fresh there."""

import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from freehold import Unavailable

from .support import FEATURE, Case

STREAM = "/api/v1/entitlements/stream"


class Snapshots(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()
        self.freehold = self.client(self.fake)

    def loads(self):
        return len(self.fake.asked("/api/v1/tenants/"))

    def streams(self):
        return self.fake.asked(STREAM)

    def test_a_thousand_first_uses_of_one_tenant_load_it_once(self):
        with ThreadPoolExecutor(50) as threads:
            answers = list(threads.map(lambda _: self.freehold.is_enabled(self.tenant, FEATURE), range(1000)))
        self.assertEqual(answers, [True] * 1000)
        self.assertEqual((self.loads(), len(self.streams())), (1, 1))

    def test_of_a_hundred_tenants_at_most_eight_are_loaded_at_once(self):
        self.fake.fail("/api/v1/tenants/", {"delay": 10}, 100)
        tenants = [self.fake.tenant() for _ in range(100)]
        with ThreadPoolExecutor(50) as threads:
            list(threads.map(self.freehold.gates, tenants))
        most = 1 + max(each["alongside"] for each in self.fake.asked("/api/v1/tenants/"))
        self.assertTrue(1 < most <= 8, most)

    def test_a_broken_stream_goes_on_where_it_stopped_and_nothing_is_loaded_again(self):
        gates = self.freehold.gates(self.tenant)
        self.fake.changePlan(self.tenant, "free")
        self.until(lambda: not gates.is_enabled(FEATURE))
        self.fake.cut()
        self.fake.changePlan(self.tenant, "pro")
        self.until(lambda: gates.is_enabled(FEATURE))
        self.assertEqual(self.loads(), 1)
        self.assertTrue(self.streams()[-1]["headers"]["last-event-id"].endswith(".1"))

    def test_a_stream_that_broke_before_any_change_goes_on_from_where_it_was_ready(self):
        gates = self.freehold.gates(self.tenant)
        self.fake.cut()
        self.fake.changePlan(self.tenant, "free")
        self.until(lambda: not gates.is_enabled(FEATURE))
        self.assertEqual(self.loads(), 1)

    def test_a_stream_that_breaks_again_before_it_told_what_was_missed_tells_it_then(self):
        gates = self.freehold.gates(self.tenant)
        self.fake.away()
        self.fake.changePlan(self.tenant, "free")
        self.fake.slow(True)
        self.fake.back()
        self.until(lambda: len(self.streams()) == 2 and not gates.stale)
        self.fake.slow(False)
        self.fake.cut()
        self.until(lambda: not gates.is_enabled(FEATURE))
        self.assertEqual(self.loads(), 1)

    def test_after_a_reset_each_tenant_is_loaded_again_on_its_next_use(self):
        gates = self.freehold.gates(self.tenant)
        self.fake.changePlan(self.tenant, "free")
        self.until(lambda: not gates.is_enabled(FEATURE))
        self.fake.restore(self.tenant, "pro", 1)
        self.until(lambda: gates.is_enabled(FEATURE))
        self.until(lambda: not gates.stale)
        self.assertEqual((self.loads(), gates.snapshot()["version"]), (2, 1))

    def test_a_change_told_while_the_tenant_is_being_loaded_is_not_undone_by_what_was_loaded(self):
        self.freehold.gates(self.fake.tenant())
        self.fake.fail(f"/api/v1/tenants/{self.tenant}", {"delay": 200})
        with ThreadPoolExecutor(1) as threads:
            loading = threads.submit(self.freehold.is_enabled, self.tenant, FEATURE)
            self.until(lambda: self.loads() == 2)
            self.fake.changePlan(self.tenant, "free")
            self.assertFalse(loading.result())

    def test_a_trial_ends_by_freeholds_clock_though_nobody_does_anything(self):
        gates = self.freehold.gates(self.tenant)
        self.fake.startTrial(self.tenant, 14)
        self.until(lambda: gates.snapshot()["next_change_at"])
        self.fake.advance(13)
        self.until(lambda: not gates.stale)
        self.assertTrue(gates.is_enabled(FEATURE))
        self.fake.advance(2)
        self.until(lambda: not gates.is_enabled(FEATURE), within=1)
        self.until(lambda: not gates.stale)
        self.assertEqual(self.loads(), 2)

    def test_a_server_that_says_nothing_makes_the_state_stale_and_one_that_speaks_again_makes_it_fresh(self):
        gates = self.freehold.gates(self.tenant)
        self.fake.mute(True)
        passed = self.until(lambda: gates.stale)
        self.assertTrue(0.5 < passed < 1.5, passed)
        self.fake.mute(False)
        self.until(lambda: not gates.stale)
        self.assertEqual(len(self.streams()), 1)

    def test_where_no_stream_can_be_had_the_state_is_asked_for_every_five_seconds(self):
        self.fake.fail(STREAM, {"status": 503}, None)
        gates = self.freehold.gates(self.tenant)
        self.assertTrue(gates.is_enabled(FEATURE))
        self.fake.changePlan(self.tenant, "free")
        self.until(lambda: not gates.is_enabled(FEATURE), within=7)
        self.assertTrue(gates.stale)
        self.assertEqual(self.loads(), 2)

    def test_a_message_that_nobody_understands_is_made_up_for_by_loading(self):
        told = []
        gates = self.client(self.fake, on_error=lambda error: told.append(error.code)).gates(self.tenant)
        self.fake.restore(self.tenant, "free", 1, False)
        self.fake.shout('event: entitlements\ndata: {"object":\n\n: a comment\n\nevent: weather\ndata: rain\n\n')
        self.until(lambda: not gates.is_enabled(FEATURE))
        self.assertEqual(told, ["unexpected_answer"])

    def test_the_tenants_asked_for_least_recently_make_room_and_gates_on_them_still_see_changes(self):
        freehold = self.client(self.fake, max_tenants=2)
        gates = freehold.gates(self.tenant)
        for _ in range(2):
            freehold.gates(self.fake.tenant())
        self.fake.changePlan(self.tenant, "free")
        self.until(lambda: not gates.is_enabled(FEATURE))
        self.assertEqual(self.loads(), 4)
        self.fake.changePlan(self.tenant, "pro")
        self.until(lambda: gates.is_enabled(FEATURE))
        self.assertEqual(self.loads(), 4)

    def test_fifty_products_do_not_come_back_all_at_once(self):
        fake = self.world(retry=[1000, 1001])
        tenant = fake.tenant()
        clients = [self.client(fake) for _ in range(50)]
        with ThreadPoolExecutor(50) as threads:
            list(threads.map(lambda client: client.gates(tenant), clients))
        fake.cut()
        self.until(lambda: len(fake.asked(STREAM)) == 100)
        times = [each["at"] for each in fake.asked(STREAM)[50:]]
        fullest = max(sum(begin <= at < begin + 100 for at in times) for begin in times)
        self.assertLessEqual(fullest, 20)

    def test_a_tenant_that_is_gone_is_an_error_however_often_it_is_asked_for_and_one_question(self):
        for _ in range(10):
            error = self.refusal(lambda: self.freehold.is_enabled("tenant_00000000000000000000000000", FEATURE))
            self.assertEqual(error.status, 404)
        self.assertEqual(self.loads(), 1)

    def test_a_check_takes_less_than_five_microseconds(self):
        gates = self.freehold.gates(self.tenant)
        quickest = min(self._time_of(gates) for _ in range(20))
        self.assertLess(quickest, 5e-6)

    def _time_of(self, gates):
        begin = time.perf_counter()
        for _ in range(1000):
            gates.is_enabled(FEATURE)
        return (time.perf_counter() - begin) / 1000

    def test_a_closed_client_says_so(self):
        self.freehold.close()
        error = self.refusal(lambda: self.freehold.limit(self.tenant, "documents.documents"))
        self.assertIsInstance(error, Unavailable)


if __name__ == "__main__":
    unittest.main()
