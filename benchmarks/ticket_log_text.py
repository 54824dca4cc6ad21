"""An event log of tickets made up for measuring: one row per change, of the shape of an incident system's export."""

from __future__ import annotations

import csv
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Final

HEADER: Final = (
    "SR Number", "Change Date+Time", "Status", "Sub Status", "Involved ST", "Impact", "Product", "Country", "Owner",
)  # fmt: skip

MAP: Final = """
default_type = "complaint"

[columns]
id = "SR Number"
time = "Change Date+Time"
state = ["Status", "Sub Status"]
unit = "Involved ST"
by = "Owner"

[states]
"Accepted/In Progress" = "accepted"
"Accepted/Assigned" = "transferred"
"Accepted/Wait - User" = { kind = "held", reason = "customer" }
"Accepted/Wait - Vendor" = { kind = "held", reason = "third_party" }
"Accepted/Wait*" = { kind = "held", reason = "other" }
"Queued/Awaiting Assignment" = "transferred"
"Completed/Resolved" = "resolved"
"Completed/In Call" = "resolved"
"Completed/Closed" = "closed"
"""

_WAYS: Final = (
    ("Accepted/In Progress", "Queued/Awaiting Assignment", "Accepted/In Progress", "Accepted/Wait - User",
     "Accepted/In Progress", "Accepted/Assigned", "Accepted/In Progress", "Completed/Resolved", "Completed/Closed"),
    ("Accepted/In Progress", "Accepted/In Progress", "Completed/In Call", "Completed/Closed"),
    ("Queued/Awaiting Assignment", "Accepted/In Progress", "Accepted/Wait - Vendor", "Accepted/Wait - Implementation",
     "Accepted/In Progress", "Accepted/In Progress", "Completed/Resolved", "Accepted/In Progress",
     "Completed/Resolved", "Completed/Closed"),
)  # fmt: skip


def write_log(path: Path, rows: int) -> int:
    """Write a log of at least so many rows, by time as systems export it; the same each time.

    Returns:
        How many rows it has.
    """
    random = Random(4)
    start = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))
    found: list[tuple[datetime, int, tuple[str, ...]]] = []
    ticket = 0
    while len(found) < rows:
        ticket += 1
        at = start + timedelta(seconds=random.randrange(200 * 86_400))
        group = f"G{random.randrange(40)} 2nd"
        fixed = (random.choice(("Low", "Medium", "High")), f"PROD{random.randrange(700)}", "cn")
        for word in random.choice(_WAYS):
            if word.startswith("Queued"):
                group = f"G{random.randrange(40)} 3rd"
            status, _slash, sub = word.partition("/")
            owner = f"p{random.randrange(400)}"
            found.append((at, ticket, (f"1-{ticket:08d}", at.isoformat(), status, sub, group, *fixed, owner)))
            at += timedelta(seconds=random.randrange(30, 40_000))
    found.sort(key=lambda each: each[:2])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(row for _at, _ticket, row in found)
    return len(found)


if __name__ == "__main__":
    print(write_log(Path(sys.argv[1]), int(sys.argv[2])))
