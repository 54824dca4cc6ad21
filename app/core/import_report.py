"""What an import did or would do, for people and for programs."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from app.core.i18n import _, ngettext
from app.core.imports import ImportPlan
from app.core.output import Format, write_one, write_rows
from app.core.tables import BadRow
from app.core.text import inert


def problem_line(file: str, bad: BadRow) -> str:
    """A bad row as one inert sentence: file, line, column, reason."""
    sentence = _("{file}, line {line}, {column}: {reason}.") if bad.column else _("{file}, line {line}: {reason}.")
    return inert(sentence.format(file=file, line=bad.line, column=bad.column, reason=bad.reason))


def refusal(plan: ImportPlan[Any]) -> str:
    """Why nothing was imported, and what to do."""
    return ngettext(
        "{bad} of {rows} rows of {file} cannot be taken, so nothing is imported: correct it, or leave it out with "
        "--skip-bad.",
        "{bad} of {rows} rows of {file} cannot be taken, so nothing is imported: correct them, or leave them out with "
        "--skip-bad.",
        len(plan.bad_rows),
    ).format(bad=len(plan.bad_rows), rows=plan.rows, file=inert(plan.file))


def write_plan(
    plan: ImportPlan[Any], form: Format, changes: bool, stream: TextIO | None = None, errors: TextIO | None = None
) -> None:
    """Write what an import did or would do.

    JSON is one object with everything in it. A table is the figures, and below them the changes if they are wanted;
    CSV is the figures. Bad rows are named on the other stream then, one line each.

    Args:
        plan: What it did.
        form: For people or for programs.
        changes: Whether a table names every change.
        stream: Standard output unless said otherwise.
        errors: Standard error unless said otherwise.
    """
    out = sys.stdout if stream is None else stream
    if form == "json":
        whole = {**plan.row(), "problems": plan.problem_rows(), "changes": plan.change_rows()}
        out.write(json.dumps(whole, ensure_ascii=False) + "\n")
        return
    write_one(plan.row(), form, out)
    if changes and form == "table" and plan.differing:
        out.write("\n")
        write_rows(plan.change_rows(), form, out)
    out.flush()
    told = sys.stderr if errors is None else errors
    told.writelines(f"{problem_line(plan.file, bad)}\n" for bad in plan.bad_rows)
