"""Signatures on P-256: known answers, and every way in which one can be wrong at its edges."""

import base64
import hashlib
import random
import unittest

from freehold.p256 import (
    G, INFINITY, N, P, PublicKey, add, digits_of, double, is_on_curve, odd_multiples, sum_of_multiples, to_affine
)  # fmt: skip


def multiple(number, point=G):
    """The slow and plain way, to compare with."""
    result = INFINITY
    for bit in bin(number)[2:]:
        result = double(result)
        if bit == "1":
            result = add(result, point)
    return result


def public_key(private):
    x, y = to_affine(multiple(private))
    return PublicKey(x.to_bytes(32), y.to_bytes(32))


def signature_of(private, message, nonce):
    digest = int.from_bytes(hashlib.sha256(message).digest())
    r = to_affine(multiple(nonce))[0] % N
    return r, pow(nonce, -1, N) * (digest + r * private) % N


def encoded(r, s):
    return r.to_bytes(32) + s.to_bytes(32)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class KnownAnswers(unittest.TestCase):
    def test_the_example_of_rfc_7515(self):
        key = PublicKey(
            decoded("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            decoded("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
        )
        message = (
            b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            b"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        )
        signature = decoded("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
        self.assertTrue(key.verify(message, signature))
        self.assertFalse(key.verify(message + b"x", signature))

    def test_the_example_of_rfc_6979(self):
        key = PublicKey(
            bytes.fromhex("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
            bytes.fromhex("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"),
        )
        signature = bytes.fromhex(
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
        )
        self.assertTrue(key.verify(b"sample", signature))

    def test_multiples_of_the_base_point(self):
        two = 0x7CF27B188D034F7E8A52380304B51AC3C08969E277F21B35A60B48FC47669978
        self.assertEqual(to_affine(multiple(2))[0], two)
        self.assertEqual(to_affine(multiple(N - 1)), (G[0], P - G[1]))
        self.assertEqual(multiple(N)[2], 0)
        self.assertEqual(to_affine(multiple(N + 1)), G)


class Signatures(unittest.TestCase):
    def setUp(self):
        self.private = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
        self.key = public_key(self.private)
        self.message = b"who is asking"
        self.r, self.s = signature_of(self.private, self.message, 0x1234567890ABCDEF)

    def holds(self, r, s):
        return self.key.verify(self.message, encoded(r, s))

    def test_a_signature_holds_for_its_message_and_key_alone(self):
        self.assertTrue(self.holds(self.r, self.s))
        self.assertFalse(self.key.verify(b"who is askinG", encoded(self.r, self.s)))
        self.assertFalse(public_key(self.private + 1).verify(self.message, encoded(self.r, self.s)))

    def test_a_high_s_is_as_good_as_a_low_one(self):
        self.assertTrue(self.holds(self.r, N - self.s))

    def test_r_and_s_are_within_the_order(self):
        for wrong in (0, N, N + 1, 2**256 - 1):
            self.assertFalse(self.holds(wrong, self.s), wrong)
            self.assertFalse(self.holds(self.r, wrong), wrong)
        self.assertFalse(self.holds(0, 0))
        self.assertFalse(self.holds(N, N))
        self.assertFalse(self.holds(1, 1))
        if self.s + N < 2**256:
            self.assertFalse(self.holds(self.r, self.s + N))

    def test_r_and_s_do_not_change_places(self):
        self.assertFalse(self.holds(self.s, self.r))

    def test_a_signature_has_64_bytes(self):
        good = encoded(self.r, self.s)
        for wrong in (b"", good[:63], good[1:], good + b"\0", b"\0" + good, good[:32]):
            self.assertFalse(self.key.verify(self.message, wrong))

    def test_each_bit_counts(self):
        good = int.from_bytes(encoded(self.r, self.s))
        for bit in range(0, 512, 7):
            self.assertFalse(self.key.verify(self.message, (good ^ 1 << bit).to_bytes(64)), bit)

    def test_a_sum_that_is_infinity_is_no_signature(self):
        # u1·G + u2·Q = infinity when r = -digest / private.
        digest = int.from_bytes(hashlib.sha256(self.message).digest())
        r = -digest * pow(self.private, -1, N) % N
        self.assertFalse(self.holds(r, self.s))

    def test_both_multiples_may_be_of_one_point(self):
        for private in (1, 2, N - 1, N - 2):
            r, s = signature_of(private, self.message, 77)
            self.assertTrue(public_key(private).verify(self.message, encoded(r, s)), private)

    def test_an_r_that_stands_for_an_x_above_the_order(self):
        # x lies between the order and the field's prime: r is x - order.
        r = 1
        while not (root := _y_of(r + N)):
            r += 1
        point = r + N, root
        key = self._key_for(point, r)
        self.assertTrue(key.verify(self.message, encoded(r, 1)))
        self.assertFalse(key.verify(self.message, encoded(r + N, 1)))

    # With s = 1 the key that makes (x, y) the sum: Q = (R - digest·G) / r.
    def _key_for(self, point, r):
        digest = int.from_bytes(hashlib.sha256(self.message).digest()) % N
        rest = add(multiple(N - digest), point)
        x, y = to_affine(multiple(pow(r, -1, N), to_affine(rest)))
        return PublicKey(x.to_bytes(32), y.to_bytes(32))

    def test_random_signatures_hold(self):
        chance = random.Random(7)
        for _ in range(20):
            private, nonce = chance.randrange(1, N), chance.randrange(1, N)
            message = chance.randbytes(40)
            self.assertTrue(public_key(private).verify(message, encoded(*signature_of(private, message, nonce))))


class Points(unittest.TestCase):
    def test_what_is_not_on_the_curve_is_no_key(self):
        x, y = G
        for wrong in ((x, y + 1), (x + 1, y), (0, 0), (y, x), (x, P), (P, y), (2**256 - 1, y)):
            with self.assertRaises(ValueError):
                PublicKey(wrong[0].to_bytes(32), wrong[1].to_bytes(32))

    def test_a_coordinate_that_is_not_reduced_is_no_key(self):
        x = next(x for x in range(100) if _y_of(x))
        y = _y_of(x)
        PublicKey(x.to_bytes(32), y.to_bytes(32))
        with self.assertRaises(ValueError):
            PublicKey((x + P).to_bytes(32), y.to_bytes(32))

    def test_a_coordinate_has_32_bytes(self):
        x, y = (value.to_bytes(32) for value in G)
        for wrong in ((x[1:], y), (x, y[:31]), (b"\0" + x, y), (b"", b"")):
            with self.assertRaises(ValueError):
                PublicKey(*wrong)

    def test_the_other_point_of_the_same_x_is_another_key(self):
        private = 5
        x, y = to_affine(multiple(private))
        signature = encoded(*signature_of(private, b"m", 99))
        self.assertTrue(PublicKey(x.to_bytes(32), y.to_bytes(32)).verify(b"m", signature))
        self.assertFalse(PublicKey(x.to_bytes(32), (P - y).to_bytes(32)).verify(b"m", signature))

    def test_sums_are_those_of_the_plain_way(self):
        chance = random.Random(11)
        other = to_affine(multiple(chance.randrange(1, N)))
        multiples = odd_multiples(other, 5)
        pairs = [(0, 1), (1, 0), (1, 1), (N - 1, N - 1), (2**255, 2**255 - 1)]
        pairs += [(chance.randrange(N), chance.randrange(N)) for _ in range(20)]
        for u1, u2 in pairs:
            both = multiple(u1)
            if u2:
                both = add(both, to_affine(multiple(u2, other)))
            self.assertEqual(to_affine(sum_of_multiples(u1, u2, multiples)), to_affine(both), (u1, u2))

    def test_every_multiple_is_on_the_curve(self):
        self.assertTrue(all(map(is_on_curve, odd_multiples(G, 7))))

    def test_digits_add_up_to_their_number(self):
        for number in (0, 1, 2, 3, 255, N - 1, 2**256 - 1):
            for width in (2, 5, 7):
                digits = digits_of(number, width)
                self.assertEqual(sum(digit << place for place, digit in enumerate(digits)), number)
                self.assertTrue(all(digit == 0 or digit % 2 and abs(digit) < 1 << (width - 1) for digit in digits))


def _y_of(x):
    """A y of the curve for this x, or None."""
    square = (x**3 - 3 * x + 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B) % P
    root = pow(square, (P + 1) // 4, P)
    return root if root * root % P == square else None


if __name__ == "__main__":
    unittest.main()
