"""What a benchmark says: figures with their targets, as a plain table."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured.

    Attributes:
        what: In words.
        value: With its unit.
        target: What is aimed at; empty for a figure that only explains another.
        met: Whether it was reached; None where nothing is aimed at.
    """

    what: str
    value: str
    target: str = ""
    met: bool | None = None


def at_most(what: str, value: float, limit: float, unit: str = "") -> Figure:
    """A figure that should not pass a limit."""
    return Figure(what, f"{value:,.2f}{unit}", f"≤ {limit:g}{unit}", value <= limit)


def at_least(what: str, value: float, limit: float, unit: str = "", digits: int = 2) -> Figure:
    """A figure that should reach a limit."""
    return Figure(what, f"{value:,.{digits}f}{unit}", f"≥ {limit:,g}{unit}", value >= limit)


def spread(values: Sequence[float], unit: str, digits: int = 1) -> str:
    """The median, with the lowest and the highest."""
    low, high = min(values), max(values)
    return f"{median(values):,.{digits}f}{unit} ({low:,.{digits}f} to {high:,.{digits}f})"


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the others do not pass; at least two values."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def print_table(title: str, figures: Sequence[Figure]) -> None:
    """Print figures under a title, in columns."""
    rows = [("measured", "value", "target", "")]
    for figure in figures:
        verdict = "" if figure.met is None else "met" if figure.met else "NOT MET"
        rows.append((figure.what, figure.value, figure.target, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), flush=True)


def machine() -> str:
    """What the figures were measured on, and how busy that was with other things."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return (
        f"{_cores()} cores, Python {platform.python_version()}, {platform.system()}; load over 1, 5, 15 minutes: {load}"
    )


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def resident_bytes() -> int:
    """The memory of this process that is in the machine's own.

    Raises:
        OSError: Where the system does not tell.
    """
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
