"""ECDSA on the curve P-256 with SHA-256 (FIPS 186-5): verification only, since Python's standard
library has none. Everything here is public, so nothing needs to take constant time.

A signature is u1·G + u2·Q, and takes about a millisecond: both multiples share their doublings, in
Jacobian coordinates, with tables of small odd multiples of G and of the key.
"""

import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

Affine = tuple[int, int]
Jacobian = tuple[int, int, int]  # (X, Y, Z) is the point (X/Z², Y/Z³); Z = 0 is infinity

INFINITY: Jacobian = (1, 1, 0)
WIDTH_OF_G = 7
WIDTH_OF_KEY = 5


class PublicKey:
    """Raises ValueError for what is not a point of the curve."""

    def __init__(self, x: bytes, y: bytes):
        if len(x) != 32 or len(y) != 32:
            raise ValueError("a coordinate is not of 32 bytes")
        point = int.from_bytes(x), int.from_bytes(y)
        if not is_on_curve(point):
            raise ValueError("the point is not on the curve")
        self._multiples = odd_multiples(point, WIDTH_OF_KEY)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Of the 64 bytes r ‖ s, as JWS has them (RFC 7518, 3.4). A high s is as good as a low one."""
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        if not (0 < r < N and 0 < s < N):
            return False
        digest = int.from_bytes(hashlib.sha256(message).digest())
        inverse = pow(s, -1, N)
        x, _, z = sum_of_multiples(digest * inverse % N, r * inverse % N, self._multiples)
        # x/z² mod N = r, without the division: r may also stand for the x that is N larger.
        square = z * z % P
        return z != 0 and (x == r * square % P or (r + N < P and x == (r + N) * square % P))


def is_on_curve(point: Affine) -> bool:
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


def sum_of_multiples(u1: int, u2: int, multiples_of_key: list[Affine]) -> Jacobian:
    digits = digits_of(u1, WIDTH_OF_G), digits_of(u2, WIDTH_OF_KEY)
    result = INFINITY
    for place in reversed(range(max(map(len, digits)))):
        result = double(result)
        for own, multiples in zip(digits, (_MULTIPLES_OF_G, multiples_of_key)):
            digit = own[place] if place < len(own) else 0
            if digit > 0:
                result = add(result, multiples[digit >> 1])
            elif digit < 0:
                x, y = multiples[-digit >> 1]
                result = add(result, (x, P - y))
    return result


def digits_of(number: int, width: int) -> list[int]:
    """The number in digits that are zero or odd, few of them not zero; the lowest first (wNAF)."""
    digits = []
    while number:
        digit = 0
        if number & 1:
            digit = number & ((1 << width) - 1)
            if digit >> (width - 1):
                digit -= 1 << width
            number -= digit
        digits.append(digit)
        number >>= 1
    return digits


def odd_multiples(point: Affine, width: int) -> list[Affine]:
    """1, 3, 5… times the point, as many as digits of this width need."""
    twice = to_affine(double((*point, 1)))
    multiples: list[Jacobian] = [(*point, 1)]
    while len(multiples) < 1 << (width - 2):
        multiples.append(add(multiples[-1], twice))
    return [to_affine(each) for each in multiples]


def to_affine(point: Jacobian) -> Affine:
    x, y, z = point
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


def double(point: Jacobian) -> Jacobian:
    x, y, z = point
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    z3 = ((y + z) * (y + z) - gamma - delta) % P
    y3 = (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P
    return x3, y3, z3


def add(point: Jacobian, other: Affine) -> Jacobian:
    x1, y1, z1 = point
    x2, y2 = other
    if z1 == 0:
        return x2, y2, 1
    square = z1 * z1 % P
    h = (x2 * square - x1) % P
    r = (y2 * square * z1 - y1) % P
    if h == 0:
        return double(point) if r == 0 else INFINITY
    h2 = h * h % P
    h3 = h * h2 % P
    v = x1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - y1 * h3) % P, z1 * h % P


_MULTIPLES_OF_G = odd_multiples(G, WIDTH_OF_G)
