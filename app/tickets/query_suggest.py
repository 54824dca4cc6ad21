"""What a filter that is being typed can become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from app.core.i18n import language
from app.tickets.picture import TicketRow
from app.tickets.query_terms import value_text
from app.tickets.query_words import CHOICES, FLAGS, KEY_BY_ALIAS, KEYS, SHIPPED, KeyKind, Vocabulary, folded

MOST: Final = 12
"""More suggestions than this help nobody: the next letter narrows them."""

_OPERATORS: Final = ("<=", ">=", "<", ">", "=", ":")
_QUOTES: Final = frozenset('"“”')
_DURATIONS: Final = ("30m", "1h", "2h", "8h", "1d")


class Suggestion(NamedTuple):
    """A way to go on.

    Attributes:
        start: Where what it replaces begins in the typed text.
        end: Where that ends.
        text: What stands there then.
        label: What is new in it, as a person chooses it: the key, the flag or the value.
    """

    start: int
    end: int
    text: str
    label: str

    @property
    def is_whole(self) -> bool:
        """Whether the term is complete then: after a key its value is still to come."""
        return not self.text.endswith(_OPERATORS)


def suggest(
    text: str, cursor: int, known: Mapping[str, Sequence[str]], words: Vocabulary = SHIPPED
) -> list[Suggestion]:
    """What the word at the cursor can become: keys, flags, and after a key its values. At most `MOST`.

    What is typed in Chinese goes on in Chinese.

    Args:
        text: What is typed.
        cursor: Where in it, from 0.
        known: Values that exist, by key; see `known_values`.
        words: What the site calls its types and stages.
    """
    cursor = max(0, min(cursor, len(text)))
    start, end = _word_at(text, cursor)
    if text[start:cursor].startswith(("-", "－")):
        start += 1
    typed = text[start:cursor]
    shape = folded(typed)
    at = min((place for sign in _OPERATORS if (place := shape.find(sign)) > 0), default=-1)
    if at < 0:
        return [Suggestion(start, end, word, word) for word in _words(shape) if word != text[start:end]][:MOST]
    sign = next(sign for sign in _OPERATORS if shape.startswith(sign, at))
    key = KEY_BY_ALIAS.get(shape[:at])
    if key is None:
        return []
    # What was typed before the value stays as it is, other alternatives too.
    separated = max(shape.rfind("|"), shape.rfind(","), shape.rfind("、"))
    value_at = max(at + len(sign), separated + 1)
    before = shape[:value_at]
    part = shape[value_at:].strip('"')
    in_chinese = not (part or shape[:at]).isascii()
    values = [
        value for value in _values(key, part, known, words, in_chinese) if before + value != folded(text[start:end])
    ]
    return [Suggestion(start, end, before + value, value) for value in values[:MOST]]


def known_values(rows: Iterable[TicketRow]) -> dict[str, list[str]]:
    """What occurs in some tickets, by key, in order: for suggestions."""
    found: dict[str, set[str]] = {key: set() for key in ("type", "unit", "owner", "area", "service", "subject")}
    stages: set[str] = set()
    roles: set[str] = set()
    units_above: set[tuple[tuple[str, str], ...]] = set()
    for row in rows:
        units_above.add(row.units_above)
        found["type"].add(row.ticket_type)
        found["unit"].add(row.unit_name or row.unit)
        found["owner"].add(row.owner_name or row.owner)
        found["area"].add(row.area)
        found["service"].add(row.service)
        found["subject"].add(row.subject)
        for clock in row.clocks:
            stages.add(clock.stage)
            roles.add(clock.role)
    found["unit"].update(name or unit for pairs in units_above for unit, name in pairs)
    return {key: sorted(values - {""}) for key, values in {**found, "stage": stages, "role": roles}.items()}


def _word_at(text: str, cursor: int) -> tuple[int, int]:
    """Where the word at the cursor begins and ends; a space in quotes does not end it."""
    start, in_quotes = 0, False
    for at, character in enumerate(text):
        if character in _QUOTES:
            in_quotes = not in_quotes
        elif character.isspace() and not in_quotes:
            if at >= cursor:
                return start, at
            start = at + 1
    return start, len(text)


def _words(shape: str) -> list[str]:
    """Keys and flags that begin so; Chinese ones where Chinese is typed, or spoken and nothing is typed yet."""
    in_chinese = not shape.isascii() if shape else language() == "zh"
    if not in_chinese:
        keys = [f"{each.key}{_sign(each.kind)}" for each in KEYS]
        return [word for word in (*keys, *FLAGS) if word.startswith(shape)]
    named = [f"{alias}{_sign(each.kind)}" for each in KEYS if (alias := _begins(each.aliases, shape))]
    flags = [alias for aliases in FLAGS.values() if (alias := _begins(aliases, shape))]
    return [*named, *flags]


def _begins(names: Iterable[str], shape: str) -> str:
    """The first Chinese name that begins so; empty where none does."""
    return next((name for name in names if not name.isascii() and name.startswith(shape)), "")


def _sign(kind: KeyKind) -> str:
    """What mostly comes after a key."""
    return {KeyKind.DURATION: "<", KeyKind.NUMBER: ">=", KeyKind.RANK: ">="}.get(kind, ":")


def _values(key: str, part: str, known: Mapping[str, Sequence[str]], words: Vocabulary, in_chinese: bool) -> list[str]:
    if key in ("due", "age"):
        return [each for each in _DURATIONS if each.startswith(part)]
    if key in CHOICES:
        return _named(CHOICES[key].items(), part, in_chinese)
    if key in words.names:
        called = words.names[key].items()
        there_are = [
            (value, [name for name, meant in called if meant == folded(value)]) for value in known.get(key, ())
        ]
        return [value_text(value) for value in _named(there_are, part, in_chinese)]
    there = [(folded(value), value) for value in known.get(key, ())]
    begins = [value for shape, value in there if shape.startswith(part)]
    holds = [value for shape, value in there if part in shape and not shape.startswith(part)]
    return [value_text(value) for value in (*begins, *holds)]


def _named(values: Iterable[tuple[str, Sequence[str]]], part: str, in_chinese: bool) -> list[str]:
    """The values one of whose names begins so; by a Chinese name where Chinese is typed and there is one."""
    return [
        (in_chinese and _begins(names, part)) or value
        for value, names in values
        if folded(value).startswith(part) or any(name.startswith(part) for name in names)
    ]
