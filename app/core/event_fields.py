"""What the fields of facts may hold: instants, names, durations. One home for their limits."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import ConfigDict, Field

NAME_LIMIT: Final = 200
"""Longest name of an agent, queue, call or reason in characters: real systems stay below 80."""

TEXT_LIMIT: Final = 4_000
"""Longest note in characters: two pages."""

EARLIEST_MS: Final = 946_684_800_000
"""2000-01-01: an earlier instant is a clock that was never set."""

LATEST_MS: Final = 4_102_444_800_000
"""2100-01-01: a later instant is not seconds but something else."""

LONGEST_SECONDS: Final = 366 * 86_400
"""No single duration of a floor is longer than a year; a larger number is not a duration."""

Instant = Annotated[
    int, Field(ge=EARLIEST_MS, lt=LATEST_MS, strict=True, description="UTC milliseconds since 1970-01-01")
]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT)]
Text = Annotated[str, Field(max_length=NAME_LIMIT)]
Seconds = Annotated[int, Field(ge=0, le=LONGEST_SECONDS, strict=True)]
Milliseconds = Annotated[int, Field(ge=0, le=LONGEST_SECONDS * 1000, strict=True)]
LongText = Annotated[str, Field(max_length=TEXT_LIMIT)]
Fen = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True, description="hundredths of a yuan")]

FACT_CONFIG: Final = ConfigDict(extra="forbid")
