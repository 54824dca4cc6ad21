"""One way of telling a month's adherence, in a process of its own, so that its time and memory are its own.

    python -m benchmarks.adherence_child watchfloor|pandas|pandas-by-agent DATABASE ROWS

Writes a row for each shift to ROWS as CSV (agent, start, in, out, neutral and unmapped seconds), and prints how long it
took after its imports, on the clock and of the processor, and the most memory the process had.

The join is what one would write with pandas for a floor that is looked at once. It leaves out what this data has none
of: calls that overran, approvals and neutralised periods, leave, shifts over midnight, changed schedules and rules, a
shift in progress. Nor does it tell conformance, late arrivals and early leaves, which the report does in the same time.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[str, int, int, int, int, int]
PARTS: Final = ("in", "out", "neutral", "unmapped")
GRACE_MS: Final = 120_000
WORK: Final = ("available", "ringing", "on_call", "hold", "wrap_up")
REASONS: Final = {"break": "rest", "meal": "rest", "training": "training", "water": "reverse", "outage": "exempt"}
"""Those the data has; any other is unmapped."""

_STATES: Final = "SELECT agent, start_ms, end_ms, state, reason FROM agent_interval"
_SHANGHAI_MS: Final = 28_800_000


def peak_bytes() -> int:
    """The most memory this process had; `ru_maxrss` would count that of whoever started it too."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("the system does not tell the most memory a process had")


def _watchfloor() -> Callable[[Path], Iterable[Row]]:
    # Where pandas is, numpy is, and then sqlite-utils imports it: no part of an installed Watchfloor.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    from app.core.zones import load_zone
    from app.planning.report import AdherenceQuestion, adherence_report
    from store.database import Store
    from store.planning import SqlitePlanning

    def told(path: Path) -> Iterable[Row]:
        store = Store(path)
        start_ms, end_ms = store.connection.execute("SELECT min(start_ms), max(end_ms) FROM scheduled_shift").fetchone()
        asked = AdherenceQuestion(start_ms - 1, end_ms, "shift", load_zone("Asia/Shanghai"), end_ms + 86_400_000)
        for row in adherence_report(SqlitePlanning(store), asked):
            shift_ms = round(datetime.fromisoformat(str(row["shift_start"])).timestamp() * 1000)
            seconds = [int(str(row[f"{part}_seconds"])) for part in PARTS]
            yield str(row["agent"]), shift_ms, seconds[0], seconds[1], seconds[2], seconds[3]
        store.close()

    return told


def _pandas(by_agent: bool) -> Callable[[Path], Iterable[Row]]:
    import pandas as pd

    def told(path: Path) -> Iterable[Row]:
        connection = sqlite3.connect(path)
        plan = _plan(connection)
        if by_agent:
            parts = [
                _judged(pd.read_sql(f"{_STATES} WHERE agent = ?", connection, params=(agent,)), mine)
                for agent, mine in plan.groupby("agent")
            ]
        else:
            states = pd.read_sql(_STATES, connection)
            day = (states["start_ms"] + _SHANGHAI_MS) // 86_400_000
            # All at once would be a join of 77 million rows.
            parts = [_judged(some, plan[plan["day"] == number]) for number, some in states.groupby(day)]
        connection.close()
        rows: Iterable[Row] = pd.concat(parts).reset_index().itertuples(index=False, name=None)
        return rows

    return told


def _plan(connection: sqlite3.Connection) -> pd.DataFrame:
    import pandas as pd

    shifts = pd.read_sql(
        "SELECT agent, start_ms AS shift_ms, end_ms AS shift_end_ms, spans FROM scheduled_shift", connection
    )
    shifts["spans"] = shifts["spans"].map(json.loads)
    plan = shifts.explode("spans", ignore_index=True)
    plan[["plan_start_ms", "plan_end_ms", "activity"]] = plan["spans"].tolist()
    plan["day"] = (plan["shift_ms"] + _SHANGHAI_MS) // 86_400_000
    return plan.drop(columns="spans")


def _judged(states: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """States joined with planned spans where they overlap; what they do not cover is out; short out spells are in."""
    import numpy as np
    import pandas as pd

    states = states.assign(day=(states["start_ms"] + _SHANGHAI_MS) // 86_400_000)
    pieces = states.merge(plan, on=["agent", "day"])
    pieces = pieces[(pieces["start_ms"] < pieces["plan_end_ms"]) & (pieces["end_ms"] > pieces["plan_start_ms"])].copy()
    pieces["start_ms"] = pieces[["start_ms", "plan_start_ms"]].max(axis=1)
    pieces["end_ms"] = pieces[["end_ms", "plan_end_ms"]].min(axis=1)
    not_ready = pieces["state"] == "not_ready"
    reason = pieces["reason"].map(REASONS)
    counts = (
        ((pieces["activity"] == "on_queue") & pieces["state"].isin(WORK))
        | (pieces["activity"].isin(["break", "meal"]) & not_ready & (reason == "rest"))
        | ((pieces["activity"] == "training") & not_ready & (reason == "training"))
    )
    pieces["verdict"] = np.select(
        [counts, not_ready & (reason == "exempt"), not_ready & reason.isna()], ["in", "neutral", "unmapped"], "out"
    )
    # Signed-out time: between the end of a piece and the start of the next, or a border of the shift.
    shifts = plan[["agent", "shift_ms", "shift_end_ms"]].drop_duplicates()
    first = shifts.assign(start_ms=shifts["shift_ms"], end_ms=shifts["shift_ms"], verdict="in")
    last = shifts.assign(start_ms=shifts["shift_end_ms"], end_ms=shifts["shift_end_ms"], verdict="in")
    columns = ["agent", "shift_ms", "start_ms", "end_ms", "verdict"]
    order = ["agent", "shift_ms", "start_ms", "end_ms"]
    pieces = pd.concat([pieces[columns], first[columns], last[columns]]).sort_values(order)
    before_ms = pieces.groupby(["agent", "shift_ms"])["end_ms"].shift()
    away = pieces["start_ms"] > before_ms
    gaps = pieces[away].assign(
        start_ms=before_ms[away].astype("int64"), end_ms=pieces.loc[away, "start_ms"], verdict="out"
    )
    pieces = pd.concat([pieces[pieces["end_ms"] > pieces["start_ms"]], gaps]).sort_values(order)
    pieces["ms"] = pieces["end_ms"] - pieces["start_ms"]
    out = pieces["verdict"] == "out"
    other_shift = (pieces["agent"] != pieces["agent"].shift()) | (pieces["shift_ms"] != pieces["shift_ms"].shift())
    spell = (other_shift | (out != out.shift())).cumsum()
    pieces.loc[out & (pieces.groupby(spell)["ms"].transform("sum") <= GRACE_MS), "verdict"] = "in"
    spent = pieces.groupby(["agent", "shift_ms", "verdict"])["ms"].sum().unstack(fill_value=0)
    return spent.reindex(columns=list(PARTS), fill_value=0) // 1000


WAYS: Final[dict[str, Callable[[], Callable[[Path], Iterable[Row]]]]] = {
    "watchfloor": _watchfloor,
    "pandas": lambda: _pandas(by_agent=False),
    "pandas-by-agent": lambda: _pandas(by_agent=True),
}


def main() -> None:
    """Tell the figures in the way that is asked for."""
    way, database, rows = sys.argv[1:]
    told = WAYS[way]()
    started, started_cpu = time.monotonic(), time.process_time()
    with Path(rows).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(told(Path(database)))
    cpu_seconds = time.process_time() - started_cpu
    print(json.dumps([time.monotonic() - started, cpu_seconds, peak_bytes()]))


if __name__ == "__main__":
    main()
