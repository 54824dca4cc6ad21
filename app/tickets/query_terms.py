"""What a filter says, term by term, and how a term is written."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from app.tickets.query_words import DURATION_UNITS, FLAG_BY_ALIAS

_PLAIN: Final = re.compile(r"[\w./#@+*%&?!;()-]+")
"""What needs no quotes after a key."""

_PLAIN_TEXT: Final = re.compile(r"[\w./#@+*%&?!;(),-]+")
"""What needs none as a word by itself, unless it begins with a dash or is a flag."""

_LETTERS: Final = {seconds: letters for letters, seconds in reversed(list(DURATION_UNITS.items()))}


class Amount(NamedTuple):
    """A length of time as it was said.

    Attributes:
        number: How many; negative for time that has passed.
        unit_seconds: Of what: the smallest unit that was written.
    """

    number: int
    unit_seconds: int


Value = str | int | Amount


class Term(NamedTuple):
    """One condition.

    Attributes:
        key: A key or a flag of the language.
        operator: ":" for one of the values; "=" for just one of them where ":" is content with a part; "<", "<=", ">",
            ">=" for one value; "" for a flag.
        values: Folded texts, numbers or amounts.
        is_negated: The condition must not hold.
    """

    key: str
    operator: str
    values: tuple[Value, ...]
    is_negated: bool = False


def term_text(term: Term) -> str:
    """A term in its normal form."""
    return ("-" if term.is_negated else "") + _positive(term)


def _positive(term: Term) -> str:
    if not term.operator:
        return term.key
    if term.key == "text" and len(term.values) == 1:
        [word] = map(str, term.values)
        is_plain = _PLAIN_TEXT.fullmatch(word) and not word.startswith("-") and word not in FLAG_BY_ALIAS
        return word if is_plain else quoted(word)
    return f"{term.key}{term.operator}{'|'.join(map(value_text, term.values))}"


def value_text(value: Value) -> str:
    """A value in its normal form, in quotes where it needs them."""
    if isinstance(value, Amount):
        return f"{value.number}{_LETTERS[value.unit_seconds]}"
    if isinstance(value, int):
        return str(value)
    return value if _PLAIN.fullmatch(value) else quoted(value)


def quoted(text: str) -> str:
    """A text in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
