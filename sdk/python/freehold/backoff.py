"""How long to wait before trying again."""

import random


def full_jitter(attempt: int, base: float, longest: float) -> float:
    """Anything between nothing and a bound that doubles with each attempt. Many clients of one server
    that went away come back one by one instead of all at once."""
    return random.uniform(0, min(longest, base * 2.0 ** min(attempt, 30)))
