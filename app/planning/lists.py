"""The lists an office keeps and hands in as files: their names, and the columns each has."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.core.i18n import N_
from app.core.tables import Columns


class ListKind(StrEnum):
    """What a file may hold; the value is the word on the command line."""

    ROSTER = "roster"
    UNITS = "units"
    SCHEDULE = "schedule"
    FORECAST = "forecast"
    CALENDAR = "calendar"


LIST_WORDS: Final = {
    ListKind.ROSTER: N_("roster"),
    ListKind.UNITS: N_("units"),
    ListKind.SCHEDULE: N_("schedule"),
    ListKind.FORECAST: N_("forecast"),
    ListKind.CALENDAR: N_("calendar"),
}
"""What each is called on a screen; message ids."""


def columns_of(kind: ListKind) -> Columns:
    """The columns a file of that kind has."""
    # Each kind brings its rules with it, and most who ask want one of them.
    match kind:
        case ListKind.ROSTER:
            from app.people.service import RosterImport

            return RosterImport.columns
        case ListKind.UNITS:
            from app.people.service import UnitImport

            return UnitImport.columns
        case ListKind.SCHEDULE:
            from app.planning.schedules import ScheduleImport

            return ScheduleImport.columns
        case ListKind.FORECAST:
            from app.planning.forecast_import import ForecastImport

            return ForecastImport.columns
        case ListKind.CALENDAR:
            from app.planning.forecast_calendar import CalendarImport

            return CalendarImport.columns
