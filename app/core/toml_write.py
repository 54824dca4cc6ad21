"""Tables, keys and values as TOML, in one form: what is written here `tomllib` reads as the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_BARE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def toml_table(place: str, fields: Mapping[str, object], is_array: bool = False) -> Iterator[str]:
    """The lines of a table, or of an element of an array of tables, after an empty one; `place` is its header."""
    yield ""
    yield f"[[{place}]]" if is_array else f"[{place}]"
    for key, value in fields.items():
        yield f"{toml_key(key)} = {toml_value(value)}"


def toml_key(key: str) -> str:
    """A key, in quotes where it needs them."""
    return key if key and set(key) <= _BARE else _text(key)


def _text(text: str) -> str:
    # JSON escapes what TOML wants escaped, in the same way, but for one character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: Any) -> str:
    """A value on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case Mapping():
            return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items()) + " }"
        case Sequence():
            return "[" + ", ".join(map(toml_value, value)) + "]"
        case _:
            return str(value)
