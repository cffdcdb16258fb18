"""The promises of the SDK, kept against the fake; `tests/sdk` holds it to them against the program."""

import unittest

from .behaviour import Entitled, Outages, Told, Used, Visitors

__all__ = ["Entitled", "Outages", "Told", "Used", "Visitors"]

if __name__ == "__main__":
    unittest.main()
