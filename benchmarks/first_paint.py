"""(c) From starting a process to its first painted word: `watchfloor demo` against a Textual hello-world.

Both run in a terminal of their own and take turns. The first paint is the first character that can be seen; switching
to the alternate screen and hiding the cursor do not count. Everything was imported once before, so that bytecode and
the disk's cache are warm for both.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.pty_child import PtyChild, make_home, plain, python, watchfloor
from benchmarks.results import Figure, at_most, spread


class _Start(NamedTuple):
    """Milliseconds from starting the process to its first word, and to the word that was waited for."""

    first_ms: float
    whole_ms: float


def _start(command: Sequence[str], home: Path, whole_word: str) -> _Start:
    with PtyChild(command, home) as child:
        first_ns, output = child.read_until(lambda read: bool(plain(read).strip()), 60)
        whole_ns = first_ns
        if whole_word not in plain(output):
            whole_ns, _rest = child.read_until(lambda read: whole_word in plain(output + read), 60)
    return _Start((first_ns - child.started_ns) / 1e6, (whole_ns - child.started_ns) / 1e6)


def measure(quick: bool) -> list[Figure]:
    """Start both some times, in turn."""
    hello_command = python("-m", "benchmarks.hello")
    demo_command = watchfloor("--lang", "en", "demo")
    hello: list[_Start] = []
    demo: list[_Start] = []
    with make_home() as folder:
        home = Path(folder)
        for turn in range(1 + (5 if quick else 15)):
            pair = _start(hello_command, home, "Hello"), _start(demo_command, home, "on call")
            if turn:
                hello.append(pair[0])
                demo.append(pair[1])
            time.sleep(0.2)
    hello_ms = median(start.first_ms for start in hello)
    demo_ms = median(start.first_ms for start in demo)
    return [
        Figure("Textual hello-world, first word", spread([start.first_ms for start in hello], " ms", 0)),
        Figure("watchfloor demo, first word", spread([start.first_ms for start in demo], " ms", 0)),
        Figure("watchfloor demo, agents on the floor", spread([start.whole_ms for start in demo], " ms", 0)),
        at_most("first word, demo to hello-world, medians", demo_ms / hello_ms, 2, "×"),
    ]
