"""The words of a policy file: which keys each table has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.calendars import CalendarDefinition

LIMIT_KEYS: Final = frozenset({"limit", "calendar", "warn", "act", "paused_by", "escalation"})
OVERALL_KEYS: Final = LIMIT_KEYS | {"start", "stop"}
STAGE_KEYS: Final = OVERALL_KEYS | {"name", "words", "role", "elsewhere", "on_return"}
TYPE_KEYS: Final = frozenset({"words", "stages", "overall", "reopen", "survey_line", "holds", "levels"})
STEP_KEYS: Final = frozenset({"tell", "after"})
WORDS_KEYS: Final = frozenset({"zh", "en"})
CALENDAR_KEYS: Final = frozenset(CalendarDefinition.model_fields)
UNIT_KEYS: Final = frozenset({"desk", "managers"})
CONTACT_KEYS: Final = frozenset({"name", "person", "phone"})

SECTIONS: Final = ("types", "calendars", "unit_calendars", "contacts", "priority", "repeat_callers", "recovery")
"""What may stand at the top of a file."""

RECOVERY_FEN: Final[Mapping[str, tuple[str, int]]] = {
    "per_ticket_yuan": ("line_authority_fen", 100),
    "per_ticket_fen": ("line_authority_fen", 1),
    "month_line_yuan": ("month_line_fen", 100),
    "month_line_fen": ("month_line_fen", 1),
}
"""Amounts: the name in the book, and how many fen one is."""

RECOVERY_KEYS: Final = frozenset({*RECOVERY_FEN, "month_warn_percent"})

TIMES: Final[Mapping[str, str]] = {
    "limit": "limit_seconds",
    "act": "act_seconds",
    "after": "after_seconds",
    "elsewhere": "elsewhere_seconds",
    "warn": "warn_seconds",
}
"""Lengths of time in tables of limits, with their names in the book."""

SETTINGS: Final[Mapping[tuple[str, str], str]] = {
    ("priority", "stars"): "stars_line",
    ("priority", "repeat_complaint"): "repeat_days",
    ("repeat_callers", "within"): "repeat_seconds",
    ("repeat_callers", "answered_within"): "flag_seconds",
}
"""Single values, with their names in the book."""
