"""Facts to rows and back: the columns every query needs, and the rest as JSON."""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields
from hashlib import blake2b
from typing import Any, Final, get_args

from app.core.events import AgentEvent, AnyEvent, CallEvent

_REQUIRED: Final = object()
"""Equal to no value: what has no default is always written down, None too."""


def _default(field: Field[Any]) -> object:
    """What a detail is where nothing is written down."""
    if field.default is not MISSING:
        return field.default
    return _REQUIRED if field.default_factory is MISSING else field.default_factory()


_CLASSES: Final[dict[str, type[Any]]] = {cls.__dataclass_fields__["kind"].default: cls for cls in get_args(AnyEvent)}

_SHAPES_TIME: Final = frozenset((*get_args(AgentEvent), *get_args(CallEvent)))
"""Facts that are found by agent or by call; the others keep such names as a detail, for they concern no one's time."""

_INDEXED: Final[dict[type[Any], frozenset[str]]] = {
    cls: frozenset({"agent", "queue", "call"} & set(cls.__dataclass_fields__)) if cls in _SHAPES_TIME else frozenset()
    for cls in _CLASSES.values()
}

_DETAILS: Final[dict[type[Any], tuple[tuple[str, Any], ...]]] = {
    cls: tuple(
        (field.name, _default(field)) for field in fields(cls) if field.name not in ("kind", "at_ms", *_INDEXED[cls])
    )
    for cls in _CLASSES.values()
}

_HAS: Final[dict[type[Any], tuple[bool, bool, bool]]] = {
    cls: ("agent" in indexed, "queue" in indexed, "call" in indexed) for cls, indexed in _INDEXED.items()
}

_quote: Final = json.encoder.encode_basestring
"""A string as JSON, without escaping what needs none."""

_dump: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Anything as JSON; `json.dumps` would make an encoder for each value."""

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
    return _dump(value)


def to_row(seq: int, source_id: int, event: AnyEvent, identity: int) -> EventRow:
    """A fact as a row of the event log."""
    cls = type(event)
    parts = [
        f'"{name}":{_encode(value)}' for name, default in _DETAILS[cls] if (value := getattr(event, name)) != default
    ]
    has_agent, has_queue, has_call = _HAS[cls]
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
