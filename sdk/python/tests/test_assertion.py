"""Assertions are checked without a call, and whatever does not hold is refused with its reason."""

import unittest
from concurrent.futures import ThreadPoolExecutor

from freehold import Unavailable

from .support import FEATURE, Case


class Assertions(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()
        visitor = self.fake.visitor(self.tenant)
        self.cookie, self.user = visitor["cookie"], visitor["user"]
        self.freehold = self.client(self.fake)

    def headers(self, **changes):
        return {"Freehold-Assertion": self.fake.assertion(self.cookie, changes)}

    def test_an_assertion_says_who_asks_without_a_call_to_freehold(self):
        headers = self.headers(act={"sub": "staff_1"})
        identity = self.freehold.verify(headers)
        self.freehold.verify(headers)
        self.assertEqual(
            (identity.user, identity.tenant, identity.tenant_slug, identity.role, identity.email, identity.name),
            (self.user, self.tenant, "acme-1", "admin", "ada@example.com", "Ada"),
        )
        self.assertEqual((identity.impersonated_by, identity.entitlement_version), ("staff_1", 1))
        self.assertTrue(identity.can("documents:read"))
        self.assertFalse(identity.can("billing:manage"))
        self.assertEqual([each["path"] for each in self.fake.asked("/")], ["/.well-known/jwks.json"])

    def test_each_forgery_is_refused_with_its_reason(self):
        table = self.fake.forgeries(self.cookie)
        self.assertGreaterEqual(len(table), 60)
        for name, token, reason in table:
            with self.subTest(name):
                error = self.refusal(lambda: self.freehold.verify({"Freehold-Assertion": token}))
                said = (type(error).__name__, error.code, error.detail)
                self.assertEqual(said, ("NotSignedIn", "invalid_assertion", f"The assertion does not hold: {reason}."))

    def test_what_is_unusual_and_holds_is_taken(self):
        now = self.fake.claimsOf({})["iat"]
        for changes in (
            {"aud": self.fake.audience},
            {"aud": ["https://other.example", self.fake.audience]},
            {"iat": now + 55, "exp": now + 115},
            {"colour": {"of": ["green", {"of": "green"}]}},
            {"exp": now + 60.5},
        ):
            with self.subTest(str(changes)):
                self.assertEqual(self.freehold.verify(self.headers(**changes)).user, self.user)

    def test_an_assertion_that_was_checked_is_not_believed_after_it_expired(self):
        now = self.fake.claimsOf({})["iat"]
        headers = self.headers(exp=now + 2)
        self.freehold.verify(headers)
        self.until(lambda: self._is_refused(headers), within=4)

    def _is_refused(self, headers):
        try:
            self.freehold.verify(headers)
        except Exception as error:
            return error.code == "invalid_assertion"

    def test_a_request_that_carries_two_assertions_carries_none_that_holds(self):
        good = self.headers()["Freehold-Assertion"]
        environ = {"REQUEST_METHOD": "GET", "HTTP_FREEHOLD_ASSERTION": f"{good},{good}"}
        scope = {"type": "http", "asgi": {}, "path": "/", "headers": [(b"freehold-assertion", good.encode())] * 2}
        for request in (environ, scope):
            self.assertEqual(self.refusal(lambda: self.freehold.verify(request)).code, "invalid_assertion")

    def test_a_new_key_is_fetched_when_an_assertion_names_it_and_invented_names_cause_no_flood(self):
        self.freehold.verify(self.headers())
        self.fake.addKey()
        later = [self.headers(jti=str(i)) for i in range(20)]
        with ThreadPoolExecutor(20) as threads:
            self.assertEqual({each.user for each in threads.map(self.freehold.verify, later)}, {self.user})
        unknown = [token for name, token, _ in self.fake.forgeries(self.cookie) if name == "an unknown key"][0]
        for _ in range(50):
            error = self.refusal(lambda: self.freehold.verify({"Freehold-Assertion": unknown}))
            self.assertEqual(error.code, "invalid_assertion")
        self.assertEqual(len(self.fake.asked("/.well-known")), 2)

    def test_keys_that_are_not_for_es256_are_left_out_and_the_others_count(self):
        for jwk in ({"kty": "RSA"}, {"x": "AA"}, {"use": "enc"}, {"kid": 7}, {"crv": "P-384"}, {"y": 1}, {"x": "+/"}):
            self.fake.addKey({"jwk": jwk})
        self.assertEqual(self.freehold.verify(self.headers()).user, self.user)

    def test_while_freehold_is_away_its_keys_stay_and_without_any_nobody_is_let_in(self):
        headers = self.headers()
        self.fake.away()
        stranger = self.client(self.fake, timeout=0.3)
        self.assertIsInstance(self.refusal(lambda: stranger.verify(headers)), Unavailable)
        self.fake.back()
        self.freehold.verify(headers)
        self.fake.away()
        self.assertEqual(self.freehold.verify(self.headers(jti="another")).user, self.user)

    def test_what_an_assertion_must_allow_is_checked_here(self):
        def outcome(headers, **required):
            try:
                self.freehold.verify(headers, **required)
            except Exception as error:
                return f"{type(error).__name__} {error.code}"
            return "welcome"

        headers = self.headers()
        self.assertEqual(outcome(headers, tenant=self.tenant), "welcome")
        self.assertEqual(outcome(headers, tenant="acme-1", permission="documents:write"), "welcome")
        self.assertEqual(outcome(headers, tenant="other"), "Forbidden not_a_member")
        self.assertEqual(outcome(headers, permission="billing:manage"), "Forbidden forbidden")
        self.assertEqual(outcome(headers, feature=FEATURE), "welcome")
        self.fake.changePlan(self.tenant, "free")
        self.assertEqual(outcome(self.headers(ent=2), feature=FEATURE), "Forbidden not_in_plan")


if __name__ == "__main__":
    unittest.main()
