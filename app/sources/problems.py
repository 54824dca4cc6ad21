"""Problems of a line, said in one sentence."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from app.core.text import inert
from app.sources.ports import LineProblem

_SHOWN_LIMIT: Final = 40


def shown(text: str) -> str:
    """A value as it may stand inside a sentence: quoted, inert, and no longer than a few words."""
    cut = text if len(text) <= _SHOWN_LIMIT else text[:_SHOWN_LIMIT] + "…"
    return f'"{inert(cut)}"'


def problem_of(error: ValidationError, subject: str) -> LineProblem:
    """The first thing a validation found, as a problem of the line.

    Args:
        error: What pydantic reports.
        subject: What needs the field, such as the event word.
    """
    first = error.errors(include_url=False, include_context=True)[0]
    context: dict[str, Any] = first.get("ctx", {})
    field = next((str(part) for part in reversed(first["loc"]) if isinstance(part, str)), "")
    value = first.get("input")
    match first["type"]:
        case "string_too_short" | "missing":
            return LineProblem(f"the {field} is missing, which {subject} needs")
        case "string_too_long":
            return LineProblem(f"the {field} is longer than {context['max_length']} characters")
        case "json_invalid":
            return LineProblem(f"this is not JSON: {context['error']}")
        case "union_tag_not_found":
            return LineProblem('the field "kind" is missing, which says what happened')
        case "union_tag_invalid":
            return LineProblem(f"the kind {shown(str(context['tag']))} is not known")
        case "unexpected_keyword_argument" | "extra_forbidden":
            return LineProblem(f"the field {shown(field)} is not known in {subject}")
        case "dataclass_type" | "model_attributes_type" | "dict_type":
            return LineProblem("this is not a JSON object")
        case _:
            said = f"{first['msg'][:1].lower()}{first['msg'][1:]}"
            return LineProblem(f"the {field} {shown(str(value))} cannot be read: {said}")
