"""A visitor without an assertion: Freehold is shown their cookie or key, and its answer is remembered for a
few seconds. Requests of every kind say the same."""

import io
import unittest
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from types import SimpleNamespace
from wsgiref.util import setup_testing_defaults

from freehold import Forbidden, NotSignedIn, Unavailable

from .support import Case

PATH = "/api/v1/auth/verify"


class Visitors(Case):
    def setUp(self):
        self.fake = self.world()
        self.tenant = self.fake.tenant()
        self.cookie = self.fake.visitor(self.tenant)["cookie"]
        self.freehold = self.client(self.fake)

    def test_many_requests_of_one_visitor_are_one_question(self):
        requests = [{"Cookie": f"_ga={i}; {self.cookie}"} for i in range(50)]
        with ThreadPoolExecutor(50) as threads:
            users = {each.user for each in threads.map(self.freehold.verify, requests)}
        self.assertEqual(len(users), 1)
        self.assertEqual(len(self.fake.asked(PATH)), 1)
        self.freehold.verify({"cookie": self.cookie}, permission="documents:read")
        self.assertEqual(len(self.fake.asked(PATH)), 2)

    def test_a_refusal_is_not_remembered(self):
        other = self.fake.visitor(self.tenant)["cookie"]
        self.fake.logOut(other)
        for _ in range(2):
            self.assertIsInstance(self.refusal(lambda: self.freehold.verify({"cookie": other})), NotSignedIn)
        self.assertEqual(len(self.fake.asked(PATH)), 2)

    def test_freehold_sees_its_own_cookies_the_path_and_the_key_and_nothing_else_of_the_visitor(self):
        cookies = f"theme=dark; {self.cookie}; session=secret"
        headers = {"Cookie": cookies, "X-Other": "x", "Authorization": f"Bearer {self.fake.apiKey(self.tenant)}"}
        self.freehold.verify(headers, path="/t/acme-1/reports?page=2&q=ü\r\nX: y")
        [seen] = [each["headers"] for each in self.fake.asked(PATH)]
        usual = {"accept", "accept-encoding", "host", "user-agent"}
        self.assertEqual(set(seen) - usual, {"authorization", "cookie", "x-forwarded-uri"})
        self.assertEqual((seen["cookie"], seen["authorization"]), (self.cookie, headers["Authorization"]))
        self.assertEqual(seen["x-forwarded-uri"], "/t/acme-1/reports?page=2&q=%C3%BC%0D%0AX:%20y")

    def test_a_token_of_the_products_own_is_not_shown_to_freehold(self):
        for token in ("Basic YTpi", "Bearer eyJ.e30.x", "fh_ak_live_x"):
            error = self.refusal(lambda: self.freehold.verify({"authorization": token}))
            self.assertIsInstance(error, NotSignedIn)
            self.freehold.verify({"authorization": token, "cookie": self.cookie})
        self.assertEqual([each["headers"].get("authorization") for each in self.fake.asked(PATH)], [None])

    def test_each_kind_of_request_is_understood(self):
        environ = {"HTTP_COOKIE": self.cookie, "PATH_INFO": "/t/acme-1/caf\xc3\xa9\n", "QUERY_STRING": "a=b%20c"}
        setup_testing_defaults(environ)
        pairs = [(b"cookie", self.cookie.encode())]
        scope = {"type": "http", "asgi": {}, "path": "/t/acme-1/café\n", "query_string": b"a=b%20c", "headers": pairs}
        message = Message()
        message["Cookie"] = self.cookie
        requests = {
            "wsgi": environ,
            "asgi": scope,
            "flask": SimpleNamespace(environ=environ, headers={}),
            "django": SimpleNamespace(META=environ, headers={}),
            "starlette": SimpleNamespace(scope=scope, headers={}),
            "a handler of http.server": SimpleNamespace(headers=message, rfile=io.BytesIO()),
            "headers": {"COOKIE": self.cookie},
        }
        paths = {}
        for kind, request in requests.items():
            freehold = self.client(self.fake)
            self.assertEqual(freehold.verify(request).tenant, self.tenant, kind)
            paths[kind] = self.fake.asked(PATH)[-1]["headers"]["x-forwarded-uri"]
        whole = "/t/acme-1/caf%C3%A9%0A?a=b%20c"
        self.assertEqual(list(paths.values()), [whole] * 5 + ["/"] * 2)

    def test_what_no_header_may_hold_is_nobody(self):
        for headers in ({"Cookie": "fh_sid=a\r\nX: y"}, {"Authorization": "Bearer ü"}, {"Cookie": "fh_sid=\0"}):
            self.assertIsInstance(self.refusal(lambda: self.freehold.verify(headers)), NotSignedIn)
        self.assertEqual(self.fake.asked(PATH), [])

    def test_the_workspace_of_the_path_is_part_of_the_question(self):
        self.freehold.verify({"cookie": self.cookie}, path="/t/acme-1/reports")
        self.freehold.verify({"cookie": self.cookie}, path="/t/acme-1/settings")
        error = self.refusal(lambda: self.freehold.verify({"cookie": self.cookie}, path="/t/other/reports"))
        self.assertIsInstance(error, Forbidden)
        self.assertEqual(error.code, "not_a_member")
        self.assertEqual(len(self.fake.asked(PATH)), 2)

    def test_who_is_nobody_costs_no_question(self):
        error = self.refusal(lambda: self.freehold.verify({"cookie": "theme=dark"}))
        said = error.status, error.code, error.login_url
        self.assertEqual(said, (401, "unauthenticated", f"{self.fake.url}/login"))
        self.assertEqual(self.fake.asked("/"), [])

    def test_when_freehold_cannot_be_asked_nobody_is_let_in_and_nobody_is_sent_away(self):
        self.fake.away()
        freehold = self.client(self.fake, timeout=0.2)
        self.assertIsInstance(self.refusal(lambda: freehold.verify({"cookie": self.cookie})), Unavailable)

    def test_the_inner_address_is_asked_and_the_public_one_is_named(self):
        freehold = self.client(
            self.fake, issuer="https://app.example", return_to="https://product.example/back", product_key=""
        )
        back = "return_to=https%3A%2F%2Fproduct.example%2Fback"
        self.assertEqual(freehold.login_url(state="a b"), f"https://app.example/login?{back}&state=a+b")
        self.assertEqual(freehold.logout_url(), f"https://app.example/logout?{back}")
        self.assertEqual(
            freehold.select_url(return_to="https://other.example/"),
            "https://app.example/select?return_to=https%3A%2F%2Fother.example%2F",
        )
        self.assertEqual(freehold.verify({"cookie": self.cookie}).tenant, self.tenant)


if __name__ == "__main__":
    unittest.main()
