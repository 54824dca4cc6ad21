"""Calendars: when a queue, a team or a promise is open. See docs/calendars.md."""

from __future__ import annotations

from app.core.calendars.calendar import (
    HORIZON_MS,
    NEVER,
    Calendar,
    DayHours,
    HoursRule,
    NegativeDuration,
    Never,
    OpenSpan,
)
from app.core.calendars.definition import CalendarDefinition, Span, parse_calendars, parse_span, read_calendar

__all__ = [
    "HORIZON_MS",
    "NEVER",
    "Calendar",
    "CalendarDefinition",
    "DayHours",
    "HoursRule",
    "NegativeDuration",
    "Never",
    "OpenSpan",
    "Span",
    "parse_calendars",
    "parse_span",
    "read_calendar",
]
