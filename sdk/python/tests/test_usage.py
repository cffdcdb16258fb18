"""Usage is decided once, told once and never lost while the process lives."""

import contextlib
import io
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from freehold import Unavailable

from .support import METER, Case

PATH = "/api/v1/usage_events"


def keys_of(request):
    return [event["idempotency_key"] for event in request["body"]["events"]]


class Usage(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()
        self.freehold = self.client(self.fake)

    def used(self):
        return self.fake.usedOf(self.tenant, METER)

    def test_a_lost_answer_is_asked_for_again_under_the_same_key_and_counted_once(self):
        self.fake.fail(PATH, {"lose": True})
        decision = self.freehold.consume(self.tenant, METER, 5)
        self.assertEqual((decision.allowed, decision.duplicate, self.used()), (True, True, 5))
        first, second = self.fake.asked(PATH)
        self.assertEqual(keys_of(first), keys_of(second))

    def test_what_freehold_cannot_decide_now_is_told_again_and_a_question_is_answered_by_policy(self):
        denying = self.client(self.fake, meters={METER: "deny"})
        self.fake.meteringAway(True)
        self.assertIsInstance(self.refusal(lambda: self.freehold.consume(self.tenant, METER)), Unavailable)
        decision = denying.consume(self.tenant, METER)
        self.assertEqual((decision.allowed, decision.assumed), (False, True))
        for _ in range(3):
            self.freehold.record(self.tenant, METER)
        self.until(lambda: len(self.fake.asked(PATH)) > 3)
        self.fake.meteringAway(False)
        self.assertTrue(self.freehold.flush(20))
        self.assertEqual(self.used(), 3)

    def test_what_is_called_while_others_are_on_their_way_goes_together(self):
        self.fake.fail(PATH, {"delay": 300}, 4)
        together = Barrier(100)

        def consume(_):
            together.wait()
            return self.freehold.consume(self.tenant, METER)

        with ThreadPoolExecutor(100) as threads:
            decisions = list(threads.map(consume, range(100)))
        self.assertTrue(all(each.allowed for each in decisions))
        self.assertEqual(self.used(), 100)
        self.assertLessEqual(len(self.fake.asked(PATH)), 9)
        self.assertLessEqual(max(each["alongside"] for each in self.fake.asked(PATH)), 3)

    def test_retry_after_is_waited_for(self):
        self.fake.fail(PATH, {"status": 429, "headers": {"retry-after": "1"}})
        self.freehold.consume(self.tenant, METER)
        first, second = self.fake.asked(PATH)
        self.assertGreaterEqual(second["at"] - first["at"], 990)

    def test_when_freehold_is_away_the_policy_answers_and_what_it_allowed_is_counted_later_once(self):
        allowing = self.client(self.fake, timeout=0.2, meters={METER: "allow"})
        denying = self.client(self.fake, timeout=0.2, meters={METER: "deny"})
        without = self.client(self.fake, timeout=0.2)
        self.fake.fail(PATH, {"lose": True})
        self.fake.fail(PATH, {"hang": True}, None)  # counted the first time, and nobody knows
        yes, no = allowing.consume(self.tenant, METER), denying.consume(self.tenant, METER)
        self.assertEqual((yes.allowed, yes.assumed, yes.used), (True, True, None))
        self.assertEqual((no.allowed, no.assumed), (False, True))
        self.assertIsInstance(self.refusal(lambda: without.consume(self.tenant, METER)), Unavailable)
        self.fake.heal()
        self.assertTrue(allowing.flush(20))
        self.assertEqual(self.used(), 1)

    def test_while_freehold_is_away_only_the_first_waits(self):
        freehold = self.client(self.fake, timeout=0.3, meters={METER: "deny"})
        self.fake.fail(PATH, {"hang": True}, None)
        begin = time.monotonic()
        with ThreadPoolExecutor(50) as threads:
            list(threads.map(lambda _: freehold.consume(self.tenant, METER), range(1000)))
        self.assertLess(time.monotonic() - begin, 1.2)

    def test_what_is_recorded_goes_out_within_a_second_or_at_once_when_five_hundred_wait(self):
        begin = time.monotonic()
        self.freehold.record(self.tenant, METER, 2)
        self.until(lambda: self.used() == 2, within=1.5)
        self.assertGreater(time.monotonic() - begin, 0.5)
        for _ in range(1100):
            self.freehold.record(self.tenant, METER)
        self.until(lambda: self.used() == 1102, within=1.5)
        self.assertTrue(all(len(keys_of(each)) <= 500 for each in self.fake.asked(PATH)))

    def test_many_threads_lose_nothing(self):
        with ThreadPoolExecutor(20) as threads:
            list(threads.map(lambda _: self.freehold.record(self.tenant, METER), range(5000)))
        self.assertTrue(self.freehold.flush(20))
        self.assertEqual(self.used(), 5000)

    def test_what_could_not_be_told_is_told_again_under_the_same_keys(self):
        told = []
        freehold = self.client(self.fake, on_error=lambda error: told.append(error.code))
        for fault in ({"status": 503}, {"lose": True}, {"garble": True}):
            self.fake.fail(PATH, fault)
        for _ in range(10):
            freehold.record(self.tenant, METER)
        self.assertTrue(freehold.flush(20))
        requests = self.fake.asked(PATH)
        self.assertGreaterEqual(len(requests), 4)
        self.assertEqual(len({tuple(keys_of(each)) for each in requests}), 1)
        self.assertEqual(self.used(), 10)
        self.assertEqual(told, ["unexpected_answer"])  # the others passed within one call

    def test_a_full_buffer_says_so_and_keeps_what_it_has(self):
        lost = []
        freehold = self.client(self.fake, max_buffered=3, on_buffer_full=lambda event: lost.append(event.quantity))
        self.assertEqual([freehold.record(self.tenant, METER, i) for i in (1, 2, 3, 4)], [True, True, True, False])
        self.assertEqual(lost, [4])
        self.assertTrue(freehold.flush(20))
        self.assertEqual(self.used(), 6)

    def test_recorded_usage_that_is_not_counted_is_said(self):
        refused = []

        def note(told):
            refused.append((told.event.quantity, told.answer["code"] if told.answer else told.error.code))

        freehold = self.client(self.fake, on_refused=note)
        free = self.fake.tenant("free")
        for meter, quantity in ((METER, 99), (METER, 7), ("documents.clicks", 3), ("spoils.all", 4), (METER, 1)):
            freehold.record(free, meter, quantity)
        self.assertTrue(freehold.flush(20))
        self.until(lambda: len(refused) == 3)
        self.assertEqual(sorted(refused), [(3, "unknown_meter"), (4, "bad_request"), (7, "limit_reached")])
        self.assertEqual(self.fake.usedOf(free, METER), 100)

    def test_closing_sends_what_waits_and_hands_back_what_it_could_not(self):
        self.freehold.record(self.tenant, METER)
        self.assertEqual(self.freehold.close(), [])
        self.assertEqual(self.used(), 1)
        self.assertFalse(self.freehold.record(self.tenant, METER))
        other = self.client(self.fake)
        self.fake.away()
        other.record(self.tenant, METER, 7, key="k7")
        [unsent] = other.close(0.1)
        self.assertEqual((unsent.quantity, unsent.idempotency_key), (7, "k7"))

    def test_a_hook_that_raises_harms_nobody(self):
        def raising(error):
            raise RuntimeError("of the product")

        freehold = self.client(self.fake, on_error=raising)
        self.fake.fail(PATH, {"garble": True})
        with contextlib.redirect_stderr(io.StringIO()) as said:
            freehold.record(self.tenant, METER)
            self.assertTrue(freehold.flush(20))
        self.assertIn("Freehold's hook on_error raised", said.getvalue())
        self.assertIn("of the product", said.getvalue())

    def test_a_key_has_1_to_200_bytes(self):
        for key in ("", "k" * 201, "ä" * 101):
            for work in (self.freehold.record, self.freehold.consume, self.freehold.reserve):
                self.assertIsInstance(self.refusal(lambda: work(self.tenant, METER, 1, key=key)), ValueError)
        self.assertTrue(self.freehold.consume(self.tenant, METER, 1, key="ä" * 100).allowed)

    def test_a_quantity_is_a_whole_number_above_zero(self):
        for quantity in (0, -1, 1.5, float("nan"), 10**10, "3", True):
            for work in (self.freehold.record, self.freehold.consume, self.freehold.reserve):
                self.assertIsInstance(self.refusal(lambda: work(self.tenant, METER, quantity)), ValueError)

    def test_when_freehold_is_away_a_hold_is_refused_or_by_policy_assumed_and_counted_later(self):
        refusing = self.client(self.fake, timeout=0.2)
        allowing = self.client(self.fake, timeout=0.2, meters={METER: "allow"})
        self.fake.away()
        self.assertIsInstance(self.refusal(lambda: refusing.reserve(self.tenant, METER, 5)), Unavailable)
        used, unused = allowing.reserve(self.tenant, METER, 5), allowing.reserve(self.tenant, METER, 50)
        self.assertIsNone(used.reservation)
        used.commit(4)
        used.commit(4)
        with unused:
            pass
        unused.commit()
        self.fake.back()
        self.assertTrue(allowing.flush(20))
        self.assertEqual(self.used(), 4)

    def test_a_hold_whose_work_failed_gives_its_units_back(self):
        free = self.fake.tenant("free")
        with self.assertRaises(ZeroDivisionError):
            with self.freehold.reserve(free, METER, 100):
                1 / 0
        self.assertTrue(self.freehold.consume(free, METER, 100).allowed)


if __name__ == "__main__":
    unittest.main()
