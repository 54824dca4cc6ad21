"""Alerts to text and back: what `SqliteAlerts` keeps of each in one column.

The text is the tuples of `app.alerts.model` as JSON lists, in order of their fields: fields that are added later stand
at the end and have a default, so that older text can still be read until the next rebuild.
"""

from __future__ import annotations

import json
from typing import Any, Final

from app.alerts.model import Alert, AlertState, Message, Moment

_PLACE: Final = {name: place for place, name in enumerate(Alert._fields)}
_STATE: Final = _PLACE["state"]
_VALUES: Final = _PLACE["values"]
_MOMENTS: Final = _PLACE["moments"]
_MESSAGES: Final = _PLACE["messages"]

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def to_text(alert: Alert) -> str:
    """An occurrence as text."""
    return _encode(alert)


def from_text(text: str) -> Alert:
    """The occurrence that a text holds."""
    values: list[Any] = json.loads(text)
    values[_STATE] = AlertState(values[_STATE])
    values[_VALUES] = tuple([(name, value) for name, value in values[_VALUES]])
    values[_MOMENTS] = tuple([Moment(*moment) for moment in values[_MOMENTS]])
    values[_MESSAGES] = tuple([Message(*message) for message in values[_MESSAGES]])
    return Alert(*values)
