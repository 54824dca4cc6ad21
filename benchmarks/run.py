"""Every benchmark in one command, with the targets beside the figures.

    python -m benchmarks.run            all parts
    python -m benchmarks.run --quick    all parts, shorter and rougher
    python -m benchmarks.run ingest     one part

Nothing fails by being slow: what misses its target says so in the table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import Final

from benchmarks.results import Figure, machine, print_table

PARTS: Final = {
    "ingest": "(a) Lines ingested, parsed to folded and committed",
    "refresh": "(b) CPU of one second of the floor table, 200×60",
    "first_paint": "(c) Time to first paint",
    "keys": "(d) From key press to painted change while 500 events/s are folded",
    "memory": "(e) Resident memory of the floor screen, 1,000 agents",
    "staffing": "(f) Time to find the least number of agents",
    "calendars": "(g) Time to reckon with open hours",
    "ticket_refresh": "(i) CPU of one second of the ticket queue, 20,000 open tickets",
    "ticket_import": "(j) Rows of an event log of tickets, from the file to folded tickets, committed",
    "alerts": "(k) What watching costs, and how soon an over-stayed break is on the banner",
    "adherence": "(h) Adherence of 5,000 agents by the second, of 1,000 by the month",
}
"""The modules of the parts and their titles; each has `measure(quick) -> list[Figure]`."""


def _measure_here(part: str, quick: bool) -> list[Figure]:
    # The same colours for every peer, whatever terminal this runs in.
    os.environ.update(TEXTUAL_COLOR_SYSTEM="truecolor", TERM="xterm-256color")
    os.environ.pop("NO_COLOR", None)
    run: Callable[[bool], list[Figure]] = import_module(f"benchmarks.{part}").measure
    return run(quick)


def _measure_apart(part: str, quick: bool) -> list[Figure]:
    """Measure a part in a process of its own, so that no part inherits another one's memory.

    Returns:
        Nothing where the part failed; it has said how.
    """
    command = [sys.executable, "-m", "benchmarks.run", part, "--here", *(["--quick"] if quick else [])]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    return [] if ended.returncode else [Figure(**json.loads(line)) for line in ended.stdout.splitlines()]


def main() -> int:
    """Measure the parts that are asked for and print what came out; 1 when a part could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of: {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="shorter and rougher")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}: choose from {', '.join(PARTS)}")
    if options.here:
        for figure in (figure for part in options.parts for figure in _measure_here(part, options.quick)):
            print(json.dumps(asdict(figure)))
        return 0
    print(machine(), flush=True)
    figures: list[Figure] = []
    failed: list[str] = []
    started_ns = time.monotonic_ns()
    for part in options.parts or PARTS:
        if measured := _measure_apart(part, options.quick):
            print_table(PARTS[part], measured)
            figures += measured
        else:
            failed.append(part)
    aimed = [figure for figure in figures if figure.met is not None]
    seconds = (time.monotonic_ns() - started_ns) // 1_000_000_000
    print(f"\n{sum(bool(figure.met) for figure in aimed)} of {len(aimed)} targets met, in {seconds} s; {machine()}")
    if failed:
        print(f"could not be measured: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
