"""Making many small objects at once without the cyclic garbage collector walking over them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic collector; what is dropped inside is still freed at once by its reference count.

    For stretches that make hundreds of thousands of objects without cycles: facts, rows, intervals. Reading a log is a
    third faster with it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
