"""Facts to rows and back: the columns every query needs, and the rest as JSON."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from hashlib import blake2b
from typing import Any, Final, get_args

from app.core.events import AnyEvent, OtherFact

_COLUMNS: Final = ("kind", "at_ms", "agent", "queue", "call")

_CLASSES: Final[dict[str, type[Any]]] = {cls.__dataclass_fields__["kind"].default: cls for cls in get_args(AnyEvent)}

_DETAILS: Final[dict[type[Any], tuple[tuple[str, Any], ...]]] = {
    cls: tuple(
        (field.name, None if field.default is MISSING else field.default)
        for field in fields(cls)
        if field.name not in _COLUMNS
    )
    for cls in _CLASSES.values()
}

_HAS: Final[dict[type[Any], tuple[bool, bool, bool]]] = {
    cls: (
        "agent" in cls.__dataclass_fields__ and kind != "other_fact",
        "queue" in cls.__dataclass_fields__ and kind != "other_fact",
        "call" in cls.__dataclass_fields__ and kind != "other_fact",
    )
    for kind, cls in _CLASSES.items()
}

_quote: Final = json.encoder.encode_basestring
"""A string as JSON, without escaping what needs none."""

EventRow = tuple[int, int, int, str, str | None, str | None, str | None, str | None, int]


def identity_number(source: str, identity: bytes) -> int:
    """A draft's identity as the 64-bit number that is stored: equal for equal rows of one source."""
    key = source.encode("utf-8", "surrogateescape")
    if len(key) > blake2b.MAX_KEY_SIZE:
        # Two long names may begin alike.
        key = blake2b(key).digest()
    digest = blake2b(identity, digest_size=8, key=key).digest()
    return int.from_bytes(digest, "big", signed=True)


def _encode(value: Any) -> str:
    """A detail as JSON. Details are numbers, names and flags: the general encoder takes five times as long."""
    if type(value) is int:
        return str(value)
    if type(value) is str:
        return str(_quote(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_row(seq: int, source_id: int, event: AnyEvent, identity: int) -> EventRow:
    """A fact as a row of the event log."""
    cls = type(event)
    parts = [
        f'"{name}":{_encode(value)}' for name, default in _DETAILS[cls] if (value := getattr(event, name)) != default
    ]
    has_agent, has_queue, has_call = _HAS[cls]
    if cls is OtherFact:
        # Kept, not indexed: it concerns no one's time.
        parts += [
            f'"{name}":{_encode(value)}'
            for name in ("agent", "queue", "call")
            if (value := getattr(event, name)) is not None
        ]
    return (
        seq,
        event.at_ms,
        source_id,
        event.kind,
        event.agent if has_agent else None,  # type: ignore[union-attr]
        event.queue if has_queue else None,  # type: ignore[union-attr]
        event.call if has_call else None,  # type: ignore[union-attr]
        "{" + ",".join(parts) + "}" if parts else None,
        identity,
    )


def from_row(
    at_ms: int, kind: str, agent: str | None, queue: str | None, call: str | None, detail: str | None
) -> AnyEvent:
    """The fact a row of the event log holds."""
    cls = _CLASSES[kind]
    values: dict[str, Any] = json.loads(detail) if detail else {}
    has_agent, has_queue, has_call = _HAS[cls]
    if has_agent:
        values["agent"] = agent
    if has_queue:
        values["queue"] = queue
    if has_call:
        values["call"] = call
    event: AnyEvent = cls(at_ms=at_ms, **values)
    return event
