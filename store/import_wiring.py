"""Lists of every kind brought in: which rules read them, and where they go; for the shell and for the screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, BinaryIO

from app.core.errors import RuleRefused
from app.core.i18n import _
from app.core.imports import ImportKind, ImportOrder, ImportPlan, run_import
from app.core.tables import Table, read_table
from app.core.text import inert
from app.planning.lists import ListKind
from store.sessions import WriterSession


@dataclass(frozen=True, slots=True)
class ListSource:
    """A file somebody hands in.

    Attributes:
        file: Its path, as the person named it; "-" for standard input where there is one.
        encoding: Of a text file; None to recognise it.
        standard_input: Read where the path is "-".
        digest: SHA-256 of the bytes the person has seen the effect of, in hexadecimal; None where nobody looked.
    """

    file: str
    encoding: str | None = None
    standard_input: BinaryIO | None = None
    digest: str | None = None


def import_list(
    session: WriterSession, kind: ListKind, source: ListSource, order: ImportOrder, zone: tzinfo
) -> ImportPlan[Any]:
    """Bring in a list, or say what it would change; see `run_import`.

    Args:
        session: Where it goes.
        kind: What the file holds.
        source: The file.
        order: Who, when and how.
        zone: Where local times are local.

    Raises:
        UsageProblem: When the file cannot be read.
        DataProblem: When it is no table of that kind.
        RuleRefused: When it is another file than the one whose effect was seen.
        StoreProblem: When the store refuses; nothing is stored then.
    """
    importer = _importer(session, kind, source.file, order, zone)
    table = _table(importer, kind, source, zone)
    if source.digest is not None and table.digest != source.digest:
        raise RuleRefused(
            _("{file} was changed since you looked at what it does: look again first.").format(file=inert(source.file))
        )
    return run_import(importer, table, session.imports, order)


def _importer(session: WriterSession, kind: ListKind, file: str, order: ImportOrder, zone: tzinfo) -> ImportKind[Any]:
    # Each kind brings its rules with it, and a command wants one of them.
    match kind:
        case ListKind.ROSTER:
            from app.people.service import RosterImport

            return RosterImport(session.people)
        case ListKind.UNITS:
            from app.people.service import UnitImport

            return UnitImport(session.people)
        case ListKind.SCHEDULE:
            from app.planning.schedules import ScheduleImport
            from app.planning.times import TimeReader

            return ScheduleImport(session.planning, TimeReader(zone), order.actor, order.at_ms, file)
        case ListKind.FORECAST:
            from app.planning.forecast_import import ForecastImport

            return ForecastImport(session.forecast, zone, order.actor, order.at_ms, file)
        case ListKind.CALENDAR:
            from app.planning.forecast_calendar import CalendarImport

            return CalendarImport(session.forecast, order.actor, order.at_ms)


def _table(importer: ImportKind[Any], kind: ListKind, source: ListSource, zone: tzinfo) -> Table:
    if kind is ListKind.CALENDAR:
        from app.planning.forecast_calendar import read_calendar_table

        return read_calendar_table(source.file, zone, source.standard_input, source.encoding)
    return read_table(source.file, importer.columns, source.standard_input, source.encoding)
