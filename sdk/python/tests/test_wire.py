"""Calls keep their deadline, are tried again when that is safe, and tell what went wrong."""

import time
import unittest

from freehold import Freehold, Unavailable

from .support import METER, Case

EVENT = {"action": "product.report_exported", "target_type": "report", "target_id": "7"}
PATH = "/api/v1/tenants"


class Calls(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()
        self.freehold = self.client(self.fake)

    def audit(self, client=None):
        return (client or self.freehold).audit(self.tenant, EVENT)

    def test_a_call_that_finds_nobody_in_time_ends_in_time(self):
        self.fake.fail(PATH, {"hang": True})
        begin = time.monotonic()
        error = self.refusal(lambda: self.audit(self.client(self.fake, timeout=0.2)))
        self.assertEqual((type(error), error.status, error.code), (Unavailable, 0, "unavailable"))
        self.assertLess(time.monotonic() - begin, 1)

    def test_what_may_pass_is_tried_again_with_one_idempotency_key(self):
        for fault in ({"status": 502}, {"lose": True}, {"status": 409, "code": "idempotency_key_in_use"}):
            self.fake.fail(PATH, fault)
        self.assertEqual(self.audit()["action"], "product.report_exported")
        keys = [each["headers"]["idempotency-key"] for each in self.fake.asked(PATH)]
        self.assertEqual((len(keys), len(set(keys))), (4, 1))

    def test_what_will_not_pass_is_tried_once(self):
        for status in (400, 403, 404, 409, 410, 422):
            self.fake.fail(PATH, {"status": status})
            error = self.refusal(self.audit)
            self.assertEqual((error.status, error.code), (status, f"fault_{status}"))
            self.assertRegex(str(error), r"^A fault\. \(fault_\d+, request [\w-]+\)$")
        self.assertEqual(len(self.fake.asked(PATH)), 6)

    def test_an_answer_that_would_come_later_than_the_deadline_is_not_waited_for(self):
        self.fake.fail(PATH, {"status": 429, "headers": {"retry-after": "60", "request-id": "req_7"}})
        begin = time.monotonic()
        error = self.refusal(self.audit)
        self.assertEqual((type(error), error.status), (Unavailable, 429))
        self.assertEqual((error.retry_after, error.request_id), (60, "req_7"))
        self.assertLess(time.monotonic() - begin, 1)

    def test_a_redirect_is_not_followed_so_that_a_key_stays_where_it_belongs(self):
        elsewhere = self.world()
        self.fake.fail(PATH, {"status": 307, "headers": {"location": f"{elsewhere.url}{PATH}/t/audit_events"}})
        self.assertEqual(self.refusal(self.audit).status, 307)
        self.assertEqual(elsewhere.asked("/"), [])

    def test_an_answer_that_is_no_json_is_an_error(self):
        self.fake.fail(PATH, {"garble": True})
        self.assertEqual(self.refusal(self.audit).code, "unexpected_answer")

    def test_a_connection_that_was_closed_while_it_was_kept_is_no_error(self):
        for _ in range(5):
            self.audit()
            self.fake.cut()
        self.assertEqual(len(self.fake.asked(PATH)), 5)

    def test_connections_are_kept(self):
        for _ in range(10):
            self.audit()
        self.assertEqual(self.fake.connections(), 1)

    def test_without_a_product_key_what_needs_one_says_so(self):
        freehold = self.client(self.fake, product_key="")
        self.assertEqual(self.refusal(lambda: freehold.consume(self.tenant, METER)).code, "no_product_key")

    def test_arguments_that_make_no_sense_are_refused_by_name(self):
        for arguments, complaint in (
            ({"url": "localhost:8080"}, "url is no http address: localhost:8080"),
            ({"timeout": 0}, "timeout is not above zero: 0"),
            ({"meters": {"a": "maybe"}}, "meters['a'] is 'maybe'; it can be allow, deny"),
            ({"features": {"a": "maybe"}}, "features['a'] is 'maybe'; it can be last_known, off, on"),
        ):
            self.assertEqual(str(self.refusal(lambda: Freehold(**arguments))), complaint)


if __name__ == "__main__":
    unittest.main()
