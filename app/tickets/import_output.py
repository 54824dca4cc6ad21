"""What an import of tickets did or would do, for people and for programs."""

from __future__ import annotations

import json
import sys
from datetime import tzinfo
from typing import TextIO

from app.core.i18n import _, ngettext
from app.core.import_report import problem_line
from app.core.output import Format, write_one, write_rows
from app.core.text import inert
from app.core.zones import iso
from app.tickets.import_service import KIND, TicketImport


def import_row(done: TicketImport, zone: tzinfo) -> dict[str, object]:
    """The figures of an import, under the names the command line promises."""
    return {
        "kind": KIND,
        "rows": done.rows,
        "skipped": done.bad_count,
        "dropped": done.dropped,
        "unmapped": done.unmapped_rows,
        "tickets": done.tickets,
        "facts": done.facts,
        "inferred": done.inferred,
        "repeated": done.repeated,
        "cut": done.cut,
        "events": done.events,
        "duplicates": done.duplicates,
        "first": None if done.first_ms is None else iso(done.first_ms, zone),
        "last": None if done.last_ms is None else iso(done.last_ms, zone),
        "applied": done.applied,
    }


def kind_rows(done: TicketImport) -> list[dict[str, object]]:
    """How many facts of each kind, the most first."""
    return [{"fact": kind.removeprefix("ticket_"), "facts": count} for kind, count in done.kinds.most_common()]


def unmapped_rows(done: TicketImport) -> list[dict[str, object]]:
    """The words that the map does not know, the most frequent first."""
    return [{"column": column, "word": word, "rows": count} for (column, word), count in done.unmapped.most_common()]


def refusal(done: TicketImport) -> str:
    """Why nothing was imported, and what to do."""
    return ngettext(
        "{bad} of {rows} rows of {file} cannot be taken, so nothing is imported: correct it, or leave it out with "
        "--skip-bad.",
        "{bad} of {rows} rows of {file} cannot be taken, so nothing is imported: correct them, or leave them out with "
        "--skip-bad.",
        done.bad_count,
    ).format(bad=done.bad_count, rows=done.rows, file=inert(done.file))


def write_import(
    done: TicketImport, form: Format, zone: tzinfo, stream: TextIO | None = None, errors: TextIO | None = None
) -> None:
    """Write what an import did or would do.

    JSON is one object with everything in it. A table is the figures, then the facts by kind, then the words that the
    map does not know; CSV is the figures. Bad rows are named on the other stream then, one line each.

    Args:
        done: What it did.
        form: For people or for programs.
        zone: Whose local time is shown.
        stream: Standard output unless said otherwise.
        errors: Standard error unless said otherwise.
    """
    out = sys.stdout if stream is None else stream
    if form == "json":
        whole = {
            **import_row(done, zone),
            "kinds": {str(row["fact"]): row["facts"] for row in kind_rows(done)},
            "unmapped_words": unmapped_rows(done),
            "problems": [{"line": bad.line, "column": bad.column, "reason": bad.reason} for bad in done.bad_rows],
        }
        out.write(json.dumps(whole, ensure_ascii=False) + "\n")
        return
    write_one(import_row(done, zone), form, out)
    if form == "table":
        for rows in (kind_rows(done), unmapped_rows(done)):
            if rows:
                out.write("\n")
                write_rows(rows, form, out)
    out.flush()
    told = sys.stderr if errors is None else errors
    told.writelines(f"{problem_line(done.file, bad)}\n" for bad in done.bad_rows)
    if len(done.bad_rows) < done.bad_count:
        more = done.bad_count - len(done.bad_rows)
        told.write(
            ngettext("{count} more row cannot be taken.", "{count} more rows cannot be taken.", more).format(count=more)
            + "\n"
        )
    if not done.complete:
        told.write(_("Ended before its end; what was stored stays, and the same import again goes on.") + "\n")
