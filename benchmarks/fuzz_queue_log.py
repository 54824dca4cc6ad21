"""A million lines no telephone system would write, and the proof that every one of them is accounted for.

    python -m benchmarks.fuzz_queue_log --lines 1000000 --seed 42

The same seed gives the same lines. Without `--store`: the lines go through the reader into a sink in memory that knows
what it has already; `fuzz_lines` hands the same lines to whoever has a store.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from app.core.clock import SystemClock
from app.core.events import OtherFact
from app.core.facts import Batch, FilePosition, Recorded
from app.core.settings import Settings
from app.sources.queue_log import QueueLogParser
from app.sources.service import STANDARD_INPUT, Summary, ingest_file
from store.sessions import WriterSession

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HUGE_LINE_BYTES: Final = 10_000_000
START_SECONDS: Final = 1_795_289_282

_QUEUES: Final = ("support", "sales", "客服一部", "NONE", "")
_AGENTS: Final = (
    "王1",
    "Li 2",
    "SIP/1001",
    "Agent/7",
    "NONE",
    "",
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b[31mred",
    "\u202eevil",
    "a\u200bb",
    "👩‍💻",
)
_WORDS: Final = (
    "ENTERQUEUE",
    "CONNECT",
    "COMPLETECALLER",
    "COMPLETEAGENT",
    "ABANDON",
    "EXITWITHTIMEOUT",
    "EXITWITHKEY",
    "EXITEMPTY",
    "WITHDRAW",
    "TRANSFER",
    "BLINDTRANSFER",
    "ATTENDEDTRANSFER",
    "RINGNOANSWER",
    "RINGCANCELED",
    "ADDMEMBER",
    "REMOVEMEMBER",
    "PAUSE",
    "UNPAUSE",
    "PAUSEALL",
    "UNPAUSEALL",
    "AGENTLOGIN",
    "AGENTLOGOFF",
    "AGENTCALLBACKLOGIN",
    "AGENTCALLBACKLOGOFF",
    "WRAPUPSTART",
    "FULL",
    "JOINEMPTY",
    "LEAVEEMPTY",
    "CLOSED",
    "DIVERT_HOLDTIME",
    "QUEUESTART",
    "CONFIGRELOAD",
    "PENALTY",
    "DID",
    "SOMETHINGNEW",
)
_VALUES: Final = (
    "",
    "0",
    "1",
    "7",
    "61",
    "2502",
    "PAUSED",
    "BRIDGE",
    "APP",
    "LINK",
    "培训",
    "lunch",
    "13800001015",
    "-3",
    "2.5",
    "99999999999999999999",
    "NULL",
    "٣",
)
_SHARDS: Final = (
    b"|",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\r",
    b'"',
    b"\x1b]0;x\x07",
    b"\xe2\x80\xae",
    b"'); DROP TABLE",
    b"A" * 300,
)


def fuzz_lines(seed: int, count: int) -> Iterator[bytes]:
    """Lines without their line feeds: rows as a switch writes them, rows gone wrong, and plain noise.

    One in the middle is ten megabytes long.

    Args:
        seed: The same seed gives the same lines.
        count: How many.
    """
    draw = Random(seed)
    seconds = START_SECONDS
    previous = b""
    for number in range(count):
        if number == count // 2:
            yield b"7" * HUGE_LINE_BYTES
            continue
        seconds += draw.random() < 0.2
        line = _row(draw, seconds)
        kind = draw.random()
        if kind < 0.3:
            pass
        elif kind < 0.35:
            line = previous
        elif kind < 0.45:
            line = draw.randbytes(draw.randrange(120))
        else:
            for _time in range(draw.randrange(1, 4)):
                line = draw.choice(_MUTATIONS)(draw, line)
        previous = line.replace(b"\n", b" ")
        yield previous


def _row(draw: Random, seconds: int) -> bytes:
    call = f"{seconds}.{draw.randrange(100)}" if draw.random() < 0.9 else "NONE"
    fields = [str(seconds), call, draw.choice(_QUEUES), draw.choice(_AGENTS), draw.choice(_WORDS)]
    fields += [draw.choice(_VALUES) for _value in range(draw.randrange(7))]
    return "|".join(fields).encode()


def _cut(draw: Random, line: bytes) -> bytes:
    return line[: draw.randrange(len(line) + 1)]


def _behead(draw: Random, line: bytes) -> bytes:
    return line[draw.randrange(len(line) + 1) :]


def _insert(draw: Random, line: bytes) -> bytes:
    at = draw.randrange(len(line) + 1)
    return line[:at] + draw.choice(_SHARDS) + line[at:]


def _flip(draw: Random, line: bytes) -> bytes:
    if not line:
        return line
    at = draw.randrange(len(line))
    return line[:at] + bytes([line[at] ^ (1 << draw.randrange(8))]) + line[at + 1 :]


def _drop_field(draw: Random, line: bytes) -> bytes:
    fields = line.split(b"|")
    del fields[draw.randrange(len(fields))]
    return b"|".join(fields)


def _swap_fields(draw: Random, line: bytes) -> bytes:
    fields = line.split(b"|")
    draw.shuffle(fields)
    return b"|".join(fields)


def _repeat(draw: Random, line: bytes) -> bytes:
    return line * draw.randrange(1, 5)


def _decorate(draw: Random, line: bytes) -> bytes:
    return draw.choice((b"", b"\xef\xbb\xbf", b" ")) + line + draw.choice((b"|", b"|||", b"\r", b"|\r", b" ", b"\0"))


def _shift_clock(draw: Random, line: bytes) -> bytes:
    head, bar, rest = line.partition(b"|")
    clock = draw.choice((b"0", b"-1", b"1e9", head + b".5", head + b".123456", head + b"000", b"99999999999", b""))
    return clock + bar + rest


def _empty(_draw: Random, _line: bytes) -> bytes:
    return b""


_MUTATIONS: Final[tuple[Callable[[Random, bytes], bytes], ...]] = (
    _cut,
    _behead,
    _insert,
    _insert,
    _flip,
    _flip,
    _drop_field,
    _swap_fields,
    _repeat,
    _decorate,
    _decorate,
    _shift_clock,
    _empty,
)


class LineStream(RawIOBase):
    """Lines as a stream of bytes, never held all at once."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        pieces = [self._rest]
        ready = len(self._rest)
        while ready < len(view):
            line = next(self._lines, None)
            if line is None:
                break
            pieces += (line, b"\n")
            ready += len(line) + 1
        data = b"".join(pieces)
        size = min(len(data), len(view))
        view[:size] = data[:size]
        self._rest = data[size:]
        return size


class CountingSink:
    """Knows what it has already by a digest of it, and keeps nothing else."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def record(self, batch: Batch) -> Recorded:
        events = ignored = duplicates = quarantined = 0
        for draft in batch.drafts:
            if not self._is_new(b"%d|" % draft.event.at_ms + draft.identity):
                duplicates += 1
            elif isinstance(draft.event, OtherFact):
                ignored += 1
            else:
                events += 1
        for bad in batch.bad_lines:
            if self._is_new(bad.text.encode()):
                quarantined += 1
            else:
                duplicates += 1
        return Recorded(events, ignored, duplicates, quarantined)

    def position(self, _source: str, _path: str) -> FilePosition | None:
        return None

    def _is_new(self, content: bytes) -> bool:
        digest = hashlib.blake2b(content, digest_size=16).digest()
        if digest in self._known:
            return False
        self._known.add(digest)
        return True


def run(seed: int, count: int) -> Summary:
    """Read `count` fuzzed lines into memory."""
    stream = BufferedReader(LineStream(fuzz_lines(seed, count)))
    return ingest_file(CountingSink(), "fuzz", STANDARD_INPUT, QueueLogParser(), stream=stream)


def run_stored(seed: int, count: int) -> Summary:
    """Read the lines into a real database, fold them, and hold what was folded to the event log.

    Raises:
        AssertionError: When a projection differs from the log.
    """
    with tempfile.TemporaryDirectory(prefix="watchfloor-fuzz-") as folder:
        log = Path(folder) / "queue_log"
        with log.open("wb") as file:
            file.writelines(line + b"\n" for line in fuzz_lines(seed, count))
        session = WriterSession(Path(folder) / "floor.db", Settings(), SystemClock())
        try:
            summary = ingest_file(session.journal, "fuzz", str(log), QueueLogParser())
            problems = session.verify()
        finally:
            session.close()
    if problems:
        raise AssertionError(" ".join(problems))
    return summary


def main() -> int:
    """Print what became of the lines; 1 when any of them is not accounted for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--store", action="store_true", help="into a real database, which is verified afterwards")
    options = parser.parse_args()
    started_ns = time.perf_counter_ns()
    summary = run_stored(options.seed, options.lines) if options.store else run(options.seed, options.lines)
    seconds = (time.perf_counter_ns() - started_ns) / 1e9
    for name, value in summary.row().items():
        print(f"{name}: {value}")
    accounted = summary.events + summary.duplicates + summary.ignored + summary.quarantined
    print(f"seconds, making the lines included: {seconds:.1f}")
    if summary.lines != options.lines or accounted != options.lines:
        print(f"NOT ACCOUNTED FOR: {options.lines} lines were made, {summary.lines} read, {accounted} counted")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
