"""What making a forecast did, and what forecasts there are, for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import tzinfo
from typing import TextIO

from app.core.output import Format, write_one, write_rows
from app.core.zones import iso
from app.planning.forecast_model import VersionSummary
from app.planning.forecast_service import MadeForecast


def write_made(made: MadeForecast, form: Format, stream: TextIO | None = None, errors: TextIO | None = None) -> None:
    """Write what was made: in JSON one object, in a table the summary, the days and the notes, in CSV the summary.

    Args:
        made: The forecast.
        form: For people or for programs.
        stream: Standard output unless said otherwise.
        errors: Where CSV leaves the notes; standard error unless said otherwise.
    """
    out = sys.stdout if stream is None else stream
    if form == "json":
        whole = {**made.row(), "days": made.day_rows(), "notes": list(made.notes)}
        out.write(json.dumps(whole, ensure_ascii=False) + "\n")
        return
    write_one(made.row(), form, out)
    if form == "table":
        out.write("\n")
        write_rows(made.day_rows(), form, out)
        out.write("\n")
    out.flush()
    told = out if form == "table" else sys.stderr if errors is None else errors
    told.writelines(f"{note}\n" for note in made.notes)


def version_rows(versions: Iterable[VersionSummary], zone: tzinfo) -> Iterable[dict[str, object]]:
    """Versions, for people and programs."""
    for summary in versions:
        version = summary.version
        yield {
            "version": version.number,
            "made": iso(version.made_ms, zone),
            "actor": version.actor,
            "origin": version.origin,
            "queues": ", ".join(summary.queues),
            "from": iso(summary.start_ms, zone),
            "to": iso(summary.end_ms, zone),
            "intervals": summary.points,
            "removed": summary.removed,
            "in_force": summary.in_force,
            "calls": summary.calls_thousandths / 1000,
            "detail": version.detail,
        }
