"""The events of Freehold as an iterator that does not break."""

import time
import unittest
from itertools import islice
from threading import Thread

from freehold import Unavailable

from .support import Case

STREAM = "/api/v1/events/stream"


class Feed(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()
        self.freehold = self.client(self.fake)

    def emit(self, count, begin=0):
        return [self.fake.emit("report.opened", self.tenant, {"i": i}) for i in range(begin, begin + count)]

    def reading(self, count, **options):
        """A list that a thread fills with what comes, and that thread."""
        taken = []
        client = options.pop("client", self.freehold)
        thread = Thread(target=lambda: taken.extend(e["data"]["i"] for e in islice(client.events(**options), count)))
        thread.start()
        self.addCleanup(thread.join, 20)
        return taken, thread

    def take(self, count, **options):
        return [event["data"]["i"] for event in islice(self.freehold.events(**options), count)]

    def test_a_stream_that_breaks_goes_on_after_the_last_event(self):
        self.emit(2)
        events = self.freehold.events()
        self.assertEqual([next(events)["data"]["i"] for _ in range(2)], [0, 1])
        self.fake.fail(STREAM, {"status": 503})
        self.fake.cut()
        self.emit(2, begin=2)
        self.assertEqual([next(events)["data"]["i"] for _ in range(2)], [2, 3])
        self.assertTrue(self.fake.asked(STREAM)[-1]["headers"]["last-event-id"].endswith(".2"))
        events.close()

    def test_what_comes_twice_is_given_once(self):
        [first, second] = self.emit(2)
        self.fake.emit("report.opened", self.tenant, {"i": 2})
        self.fake.repeat(first["cursor"])
        self.assertEqual(self.take(3), [0, 1, 2])

    def test_only_the_types_and_the_tenant_that_were_asked_for_come(self):
        other = self.fake.tenant()
        told = ("plan.changed", self.tenant), ("member.added", other), ("member.removed", self.tenant)
        for i, (kind, of) in enumerate([*told, ("tenant.created", self.tenant)]):
            self.fake.emit(kind, of, {"i": i})
        self.assertEqual(self.take(2, types=["member.*", "tenant.created"], tenant=self.tenant), [2, 3])

    def test_where_no_stream_can_be_had_pages_are_asked_for_over_an_outage(self):
        self.emit(250)
        client = self.client(self.fake, timeout=0.1)
        taken, thread = self.reading(252, poll_every=0.02, client=client)
        self.until(lambda: len(self.fake.asked("/api/v1/events")) > 3)
        self.emit(1, begin=250)
        self.fake.away()
        self.assertIsInstance(self.refusal(lambda: next(client.events(follow=False))), Unavailable)
        self.emit(1, begin=251)
        self.fake.back()
        thread.join(20)
        self.assertEqual(taken, list(range(252)))
        self.assertEqual(self.fake.asked(STREAM), [])

    def test_a_slow_reader_loses_nothing(self):
        self.emit(20)
        seen = []
        for event in self.freehold.events():
            seen.append(event["data"]["i"])
            if len(seen) == 3:
                self.fake.cut()
            time.sleep(0.01)
            if len(seen) == 20:
                break
        self.assertEqual(seen, list(range(20)))

    def test_a_stream_that_is_cut_before_its_first_event_begins_where_it_began(self):
        first = self.emit(4)[0]
        self.fake.slow(True)
        taken, thread = self.reading(3, after=first["cursor"])
        self.until(lambda: len(self.fake.asked(STREAM)) == 1)
        self.fake.slow(False)
        self.fake.cut()
        thread.join(20)
        self.assertEqual(taken, [1, 2, 3])

    def test_a_cursor_that_is_too_old_is_an_error_as_a_stream_and_as_pages(self):
        first = self.emit(3)[0]
        self.fake.expire(3)
        for options in ({}, {"follow": False}):
            error = self.refusal(lambda: self.take(1, after=first["cursor"], **options))
            self.assertEqual(error.code, "cursor_expired")

    def test_closing_the_client_ends_every_iteration(self):
        self.emit(1)
        streamed, one = self.reading(100)
        paged, two = self.reading(100, poll_every=30)
        self.until(lambda: len(self.fake.asked("/api/v1/events")) == 2)
        self.freehold.close()
        for thread in (one, two):
            thread.join(5)
            self.assertFalse(thread.is_alive())
        self.assertEqual((paged, self.take(1)), ([0], []))
        self.assertIn(streamed, ([0], []))


if __name__ == "__main__":
    unittest.main()
