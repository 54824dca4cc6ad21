"""The words of a rule file: which keys each table has, what they are called in the book, and what a shape allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.alerts.scopes import SCOPE_FIELDS
from app.alerts.signal import Shape

SECTIONS: Final = ("rules", "recipients", "groups", "chains", "channels")
"""What may stand at the top of a file."""

LEVELS: Final[Mapping[str, int]] = {"I": 1, "II": 2, "III": 3}

_RULE: Final = frozenset(
    {"metric", "scope", "level", "hold", "remind", "text", "runbook", "group", "inhibits", "invitation"}
)
RULE_KEYS: Final[Mapping[Shape, frozenset[str]]] = {
    Shape.GAUGE: _RULE | {"above", "below", "clear"},
    Shape.SPELL: _RULE | {"above"},
    Shape.DUE: _RULE | {"ahead"},
    Shape.STATE: _RULE,
}
"""A rule may say so much, by the shape of its metric."""

ANY_RULE_KEYS: Final = frozenset().union(*RULE_KEYS.values())

SCOPE_KEYS: Final = frozenset({"kinds", *SCOPE_FIELDS.values()})
TEXT_KEYS: Final = frozenset({"zh", "en"})
RECIPIENT_KEYS: Final = frozenset({"name", "person", "channels"})
STEP_KEYS: Final = frozenset({"tell", "acknowledge"})
_SECRET: Final = frozenset({"secret_env", "secret_file"})
_SENDING: Final = frozenset({"kind", "timeout", "per_minute"})
CHANNEL_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "terminal": frozenset({"kind", "per_minute"}),
    **dict.fromkeys(("webhook", "wecom", "dingtalk", "feishu"), _SENDING | _SECRET | {"url"}),
    "smtp": _SENDING | _SECRET | {"host", "port", "security", "user", "sender", "to"},
}
"""A channel may say so much, by its kind."""

CHANNEL_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "terminal": (),
    "webhook": ("url",),
    "wecom": ("url",),
    "dingtalk": ("url",),
    "feishu": ("url",),
    "smtp": ("host", "sender", "to"),
}
"""What a channel cannot do without, by its kind."""

ENTITY_KINDS: Final = ("site", "queue", "team", "unit", "agent", "ticket", "source", "fault")
"""What entities may be: how their names begin."""

BOOK_NAMES: Final[Mapping[str, str]] = {
    "ahead": "above",
    "hold": "hold_seconds",
    "remind": "remind_seconds",
    "invitation": "is_invitation",
    "acknowledge": "acknowledge_seconds",
    "timeout": "timeout_seconds",
}
"""Keys of a file that have another name in the book."""
