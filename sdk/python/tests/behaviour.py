"""What a product may rely on, whoever is at the other end: a fake in these tests, the program in
`tests/sdk`. The promises are those of the other SDKs."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Thread

from freehold import Forbidden, FreeholdError, LimitReached, NotSignedIn, Unavailable

from .support import FEATURE, METER, Case


class Behaviour(Case):
    def setUp(self):
        self.freehold_world = self.world()
        self.tenant_id = self.freehold_world.tenant("pro")

    def connect(self, **options):
        return self.client(self.freehold_world, **options)


class Visitors(Behaviour):
    def test_a_visitor_is_known_by_the_cookie_of_their_browser(self):
        visitor = self.freehold_world.visitor(self.tenant_id)
        headers = {"Cookie": f"theme=dark; {visitor['cookie']}"}
        identity = self.connect().verify(headers, tenant=self.tenant_id, permission="documents:read", feature=FEATURE)
        self.assertEqual((identity.user, identity.tenant), (visitor["user"], self.tenant_id))
        self.assertTrue(identity.can("documents:read"))

    def test_a_program_is_known_by_its_api_key(self):
        headers = {"Authorization": f"Bearer {self.freehold_world.apiKey(self.tenant_id)}"}
        identity = self.connect().verify(headers)
        self.assertTrue(identity.user.startswith("key_"))
        self.assertEqual(identity.tenant, self.tenant_id)

    def test_who_is_not_signed_in_is_told_where_to_log_in(self):
        freehold = self.connect(return_to="http://localhost:3000/back")
        nobody = self.refusal(lambda: freehold.verify({}))
        self.assertIsInstance(nobody, NotSignedIn)
        place = f"{self.freehold_world.issuer}/login?return_to=http%3A%2F%2Flocalhost%3A3000%2Fback"
        self.assertEqual(nobody.login_url, place)
        stranger = self.refusal(lambda: freehold.verify({"Cookie": "fh_sid=made-up"}, path="/reports"))
        self.assertIsInstance(stranger, NotSignedIn)
        self.assertIn("/login?", stranger.login_url)

    def test_who_may_not_is_told_why(self):
        other = self.freehold_world.tenant("free")
        freehold = self.connect()

        def why(where, **required):
            options = {"role": "viewer", "permissions": ["documents:read"]}
            headers = {"Cookie": self.freehold_world.visitor(where, options)["cookie"]}
            error = self.refusal(lambda: freehold.verify(headers, **required))
            self.assertIsInstance(error, Forbidden)
            return error.code

        self.assertEqual(why(self.tenant_id, tenant=self.tenant_id, permission="documents:write"), "forbidden")
        self.assertEqual(why(self.tenant_id, tenant=other), "not_a_member")
        self.assertEqual(why(other, tenant=other, feature=FEATURE), "not_in_plan")

    def test_who_logs_out_is_out_within_five_seconds(self):
        freehold = self.connect()
        headers = {"Cookie": self.freehold_world.visitor(self.tenant_id)["cookie"]}
        freehold.verify(headers)
        self.freehold_world.logOut(headers["Cookie"])

        def is_out():
            try:
                freehold.verify(headers)
            except NotSignedIn:
                return True

        self.until(is_out, within=6)


class Entitled(Behaviour):
    def test_features_and_limits_are_those_of_the_plan(self):
        freehold = self.connect()
        self.assertTrue(freehold.is_enabled(self.tenant_id, FEATURE))
        self.assertEqual(freehold.limit(self.tenant_id, "documents.documents"), 1000)
        snapshot = freehold.snapshot(self.tenant_id)
        self.assertEqual((snapshot["plan"], snapshot["access"], snapshot["stale"]), ("pro", "full", False))
        self.assertEqual(snapshot["meters"][METER]["limit"], 10_000)

    def test_a_change_of_plan_is_seen_within_a_second_by_gates_got_before_it(self):
        gates = self.connect().gates(self.tenant_id)
        self.assertTrue(gates.is_enabled(FEATURE))
        self.freehold_world.changePlan(self.tenant_id, "free")
        self.until(lambda: not gates.is_enabled(FEATURE), within=1)
        self.assertEqual(gates.limit("documents.documents"), 10)
        self.freehold_world.changePlan(self.tenant_id, "business")
        self.until(lambda: gates.limit("documents.documents") is None, within=1)

    def test_what_nobody_declared_is_no_silent_no(self):
        freehold = self.connect()
        codes = [
            self.refusal(work).code
            for work in (
                lambda: freehold.is_enabled(self.tenant_id, "documents.exprt"),
                lambda: freehold.limit(self.tenant_id, "documents.dcuments"),
                lambda: freehold.is_enabled("acme", FEATURE),
                lambda: freehold.is_enabled("tenant_00000000000000000000000000", FEATURE),
            )
        ]
        self.assertEqual(codes, ["unknown_feature", "unknown_limit", "invalid_tenant", "not_found"])

    def test_a_wrong_product_key_is_said_at_once(self):
        freehold = self.connect(product_key="fh_sk_live_wrong")
        error = self.refusal(lambda: freehold.is_enabled(self.tenant_id, FEATURE))
        self.assertIsInstance(error, FreeholdError)
        self.assertIn(error.status, (401, 403))


class Outages(Behaviour):
    def test_while_freehold_is_away_the_last_known_state_stays_stale_for_all_to_see(self):
        gates = self.connect().gates(self.tenant_id)
        self.assertFalse(gates.stale)
        self.freehold_world.away()
        self.until(lambda: gates.stale, within=2)
        self.assertTrue(gates.is_enabled(FEATURE))
        self.assertEqual(gates.limit("documents.documents"), 1000)
        self.assertTrue(gates.snapshot()["stale"])
        self.freehold_world.back()
        self.until(lambda: not gates.stale, within=20)

    def test_a_feature_that_is_to_be_off_or_on_while_in_doubt_is_so(self):
        off = self.connect(features={FEATURE: "off"}).gates(self.tenant_id)
        on = self.connect(features={FEATURE: "on"}).gates(self.freehold_world.tenant("free"))
        self.until(lambda: not on.is_enabled(FEATURE), within=2)
        self.assertTrue(off.is_enabled(FEATURE))
        self.freehold_world.away()
        self.until(lambda: off.stale and on.stale, within=2)
        self.assertEqual((off.is_enabled(FEATURE), on.is_enabled(FEATURE)), (False, True))

    def test_of_a_tenant_that_was_never_known_features_are_off_unless_policy_says_on(self):
        self.freehold_world.away()
        cautious, generous = self.connect(timeout=0.3), self.connect(timeout=0.3, features={FEATURE: "on"})
        self.assertFalse(cautious.is_enabled(self.tenant_id, FEATURE))
        self.assertTrue(generous.is_enabled(self.tenant_id, FEATURE))
        error = self.refusal(lambda: cautious.limit(self.tenant_id, "documents.documents"))
        self.assertIsInstance(error, Unavailable)
        begin = time.monotonic()
        for _ in range(100):
            cautious.is_enabled(self.tenant_id, FEATURE)
        self.assertLess(time.monotonic() - begin, 0.3, "only the first waits")
        self.freehold_world.back()
        self.until(lambda: cautious.is_enabled(self.tenant_id, FEATURE), within=20)

    def test_what_changed_while_the_line_was_cut_is_seen_when_it_holds_again(self):
        gates = self.connect().gates(self.tenant_id)
        self.freehold_world.away()
        self.freehold_world.changePlan(self.tenant_id, "free")
        self.freehold_world.back()
        self.until(lambda: not gates.is_enabled(FEATURE), within=20)


class Used(Behaviour):
    def test_of_many_at_once_exactly_as_many_pass_as_the_plan_allows(self):
        free = self.freehold_world.tenant("free")
        freehold = self.connect()
        with ThreadPoolExecutor(50) as threads:
            decisions = list(threads.map(lambda _: freehold.consume(free, METER), range(150)))
        allowed = [each for each in decisions if each.allowed]
        refused = next(each for each in decisions if not each.allowed)
        self.assertEqual(len(allowed), 100)
        self.assertEqual((refused.limit, refused.assumed, bool(refused.upgrade["url"])), (100, False, True))
        self.assertEqual(len({each.used for each in allowed}), 100)

    def test_one_key_is_one_use(self):
        freehold = self.connect()
        first = freehold.consume(self.tenant_id, METER, 3, key="report-7")
        again = freehold.consume(self.tenant_id, METER, 3, key="report-7")
        self.assertEqual((first.used, first.duplicate, again.duplicate, again.allowed), (3, False, True, True))
        self.assertEqual(freehold.consume(self.tenant_id, METER).used, 4)

    def test_a_meter_that_nobody_declared_is_an_error(self):
        error = self.refusal(lambda: self.connect().consume(self.tenant_id, "documents.clicks"))
        self.assertEqual(error.code, "unknown_meter")

    def test_recorded_usage_is_counted_once_over_an_outage(self):
        freehold = self.connect()
        for _ in range(700):
            self.assertTrue(freehold.record(self.tenant_id, METER))
        self.freehold_world.cut()
        self.assertTrue(freehold.flush(20))
        self.freehold_world.away()
        for _ in range(50):
            freehold.record(self.tenant_id, METER, 2)
        self.freehold_world.back()
        self.assertTrue(freehold.flush(20))
        self.assertEqual(freehold.consume(self.tenant_id, METER).used, 801)
        self.assertEqual(freehold.close(), [])

    def test_while_freehold_is_away_each_meter_lets_through_or_refuses_as_declared_and_what_passed_is_counted(self):
        through = self.connect(timeout=0.5, meters={METER: "allow"})
        closed = self.connect(timeout=0.5, meters={METER: "deny"})
        undeclared = self.connect(timeout=0.5)
        through.consume(self.tenant_id, METER)
        self.freehold_world.away()
        passed, refused = through.consume(self.tenant_id, METER, 4), closed.consume(self.tenant_id, METER, 4)
        self.assertEqual((passed.allowed, passed.assumed, refused.allowed, refused.assumed), (True, True, False, True))
        self.assertIsInstance(self.refusal(lambda: undeclared.consume(self.tenant_id, METER, 4)), Unavailable)
        self.freehold_world.back()
        self.assertTrue(through.flush(20))

        def counted():
            try:
                return undeclared.consume(self.tenant_id, METER).used == 6
            except Unavailable:
                return False

        self.until(counted)

    def test_held_units_count_until_they_are_committed_or_given_back(self):
        free = self.freehold_world.tenant("free")
        freehold = self.connect()
        with freehold.reserve(free, METER, 60) as hold:
            refused = self.refusal(lambda: freehold.reserve(free, METER, 60))
            self.assertIsInstance(refused, LimitReached)
            self.assertIn("upgrade", refused.upgrade["url"])
            hold.commit(20)
        second = freehold.reserve(free, METER, 60, expires_in=30)
        self.assertEqual((hold.state, second.state), ("committed", "held"))
        second.release()
        second.release()
        self.assertEqual(freehold.consume(free, METER).used, 21)

    def test_the_same_key_holds_the_same_units(self):
        freehold = self.connect()
        one, two = (freehold.reserve(self.tenant_id, METER, 5, key="job-1") for _ in range(2))
        self.assertEqual(one.reservation["id"], two.reservation["id"])


class Told(Behaviour):
    def newest(self, freehold):
        """The cursor of what happened last."""
        cursor = None
        for event in freehold.events(follow=False):
            cursor = event["cursor"]
        return cursor

    def test_events_come_in_order_and_without_a_gap_though_the_line_is_cut_in_the_middle_of_them(self):
        freehold = self.connect()
        begin = self.newest(freehold)
        places = []

        def read():
            for event in freehold.events(after=begin, types=["product.*"], tenant=self.tenant_id):
                places.append(event["data"]["place"])
                if len(places) == 60:
                    return

        reading = Thread(target=read)
        reading.start()
        for place in range(60):
            freehold.track(self.tenant_id, {"type": "product.report_opened", "data": {"place": place}})
            if place % 20 == 10:
                self.freehold_world.cut()
        reading.join(20)
        self.assertEqual(places, list(range(60)))

    def test_events_can_be_asked_for_page_by_page(self):
        freehold = self.connect()
        begin = self.newest(freehold)
        told = [freehold.track(self.tenant_id, {"type": "product.report_shared", "data": {"i": i}})["id"] for i in range(120)]
        paged = freehold.events(after=begin, tenant=self.tenant_id, types=["product.report_shared"], poll_every=0.05)
        self.assertEqual([event["id"] for event in islice(paged, 120)], told)

    def test_an_event_that_cannot_be_taken_says_which_field_is_wrong(self):
        error = self.refusal(lambda: self.connect().track(self.tenant_id, {"type": "no type at all"}))
        self.assertEqual((error.status, error.errors[0]["field"]), (422, "type"))

    def test_what_the_product_did_is_in_the_audit_log(self):
        target = {"target_type": "report", "target_id": "7", "target_name": "March"}
        changes = [{"field": "state", "old_value": "draft", "new_value": "sent"}]
        event = {"action": "product.report_exported", "changes": changes, **target}
        made = self.connect().audit(self.tenant_id, event)
        self.assertEqual((made["object"], made["action"]), ("audit_event", "product.report_exported"))
