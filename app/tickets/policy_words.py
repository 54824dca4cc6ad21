"""The words of a policy file: which keys each table has, and what is said when a value is none it may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from app.core.calendars import CalendarDefinition
from app.core.durations import length_text
from app.core.i18n import _
from app.core.text import inert

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


def unknown_key(key: str, known: frozenset[str] | tuple[str, ...]) -> str:
    """What to say of a key that a table does not have."""
    close = get_close_matches(key, sorted(known), n=1)
    if close:
        return _("is not known here: perhaps {close} is meant").format(close=close[0])
    return _("is not known here; known are: {known}").format(known=", ".join(sorted(known)))


def sentence(error: Mapping[str, Any]) -> str:
    """What to say of a value that pydantic refuses: a clause without a full stop."""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("is missing")
        case "extra_forbidden":
            return _("is not known here")
        case "literal_error" | "enum":
            return _("must be one of: {known}").format(known=_listed(context["expected"]))
        case "int_type" | "int_parsing" | "int_from_float":
            return _("must be a whole number without quotes")
        case "string_type":
            return _("must be text in quotes")
        case "tuple_type" | "list_type":
            return _("must be a list: [ … ]")
        case "model_type" | "model_attributes_type" | "dict_type":
            return _("must be a table of keys and values")
        case "greater_than_equal":
            return _("must be {least} or more").format(least=_amount(error, context["ge"]))
        case "less_than_equal":
            return _("must be {most} or less").format(most=_amount(error, context["le"]))
        case "string_too_short":
            return _("must not be empty")
        case "string_too_long" | "too_long":
            return _("is longer than {limit}").format(limit=context["max_length"])
        case _:
            return inert(str(error["msg"]).removeprefix("Value error, ").removesuffix("."))


def _listed(expected: object) -> str:
    """Pydantic's “'a', 'b' or 'c'” as a plain list."""
    return ", ".join(re.findall(r"'([^']*)'", str(expected)))


def _amount(error: Mapping[str, Any], number: int) -> str:
    """A border as the file would write it."""
    return length_text(number) if str(error["loc"][-1]).endswith("_seconds") else str(number)
