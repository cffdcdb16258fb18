"""Freehold for a product in Python: who is asking, may they, how much, what happened."""

from .client import Freehold
from .errors import Forbidden, FreeholdError, LimitReached, NotSignedIn, Unavailable
from .gates import Gates, Snapshot
from .identity import Identity
from .options import BufferedUsage, RefusedUsage
from .reservation import Hold
from .usage import Decision
from .version import VERSION as __version__

__all__ = [
    "BufferedUsage",
    "Decision",
    "Forbidden",
    "Freehold",
    "FreeholdError",
    "Gates",
    "Hold",
    "Identity",
    "LimitReached",
    "NotSignedIn",
    "RefusedUsage",
    "Snapshot",
    "Unavailable",
    "__version__",
]
