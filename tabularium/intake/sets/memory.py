"""Memory that is used again for block after block."""

from functools import cache

import pyarrow as pa

_KEPT_FOR = 2_000
"""Milliseconds for which freed memory is kept before it goes back to the system."""


@cache
def use_memory_again() -> None:
    """Let Arrow keep what a block gave back until the next one asks for it, where it can.

    Its usual pool gives large pieces back at once, and to get them anew takes a third of the time of a block.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(_KEPT_FOR)
