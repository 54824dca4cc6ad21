"""The one line of language that finds tickets: `type:complaint due<2h unit:哈尔滨 -paused text`.

Terms are separated by spaces and all must hold. `docs/tickets-filter.md` says it in full; the words are in
`app.tickets.query_words`, what a term means for a ticket in `app.tickets.query_match`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from app.core.errors import UsageProblem
from app.core.i18n import _, language
from app.core.text import inert
from app.tickets.picture import TicketRow
from app.tickets.query_match import Predicate, predicate
from app.tickets.query_suggest import Suggestion, known_values, suggest
from app.tickets.query_terms import Amount, Term, Value, term_text
from app.tickets.query_times import NextTurn, next_turn_of
from app.tickets.query_words import (
    CHOICE_BY_ALIAS,
    CHOICES,
    DURATION_UNITS,
    FLAG_BY_ALIAS,
    KEY_BY_ALIAS,
    KEY_WORDS,
    KEYS,
    SHIPPED,
    KeyKind,
    KeyWord,
    Vocabulary,
    folded,
    vocabulary,
)

__all__ = ["Query", "Suggestion", "folded", "known_values", "parse", "suggest", "vocabulary"]

LONGEST: Final = 1_000
"""Characters of a filter: nobody types more, and a pasted document is a mistake."""

MOST_UNITS: Final = 999_999
"""The largest number in a filter: more of anything is a mistake."""

_HEAD: Final = re.compile(r"([^\W\d][\w-]*)(<=|>=|<|>|=|:)")
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_DURATION: Final = re.compile(r"(-?)((?:[0-9]{1,6}[^\W\d_]+)+)")
_PART: Final = re.compile(r"([0-9]{1,6})([^\W\d_]+)")
_SEPARATORS: Final = frozenset("|,、")
_SEVERAL: Final = frozenset({":", "="})
"""The signs after which several values may stand."""

_COMPARISONS: Final = frozenset({KeyKind.NUMBER, KeyKind.DURATION, KeyKind.RANK})


@dataclass(frozen=True, slots=True)
class Query:
    """A filter that was understood. Two are equal when they say the same in the same order.

    Attributes:
        terms: All of them must hold; with none, every ticket matches.
    """

    terms: tuple[Term, ...] = ()
    _predicates: tuple[Predicate, ...] = field(init=False, compare=False, repr=False)
    _turns: tuple[NextTurn, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make what is asked of each row, the quick questions first."""
        asked = sorted(map(predicate, self.terms), key=lambda each: each.cost)
        object.__setattr__(self, "_predicates", tuple(asked))
        object.__setattr__(self, "_turns", tuple(filter(None, map(next_turn_of, self.terms))))

    @property
    def is_timed(self) -> bool:
        """Whether what it finds changes with time alone."""
        return bool(self._turns)

    def next_turn(self, row: TicketRow, after_ms: int) -> int | None:
        """The first instant after another at which time alone may change whether a ticket matches; None where it never
        does. It may change nothing; until then nothing changes."""
        if len(self._turns) == 1:
            return self._turns[0](row, after_ms)
        return min((at for turn in self._turns if (at := turn(row, after_ms)) is not None), default=None)

    @property
    def text(self) -> str:
        """The normal form: English keys, one space between terms. Parsed, it gives an equal query."""
        return " ".join(map(term_text, self.terms))

    def matches(self, row: TicketRow, now_ms: int, actor: str = "") -> bool:
        """Whether a ticket is one of those that are asked for.

        Args:
            row: The ticket.
            now_ms: The moment, for `due`, `age`, `overdue` and `warned`.
            actor: Whose tickets `mine` means; nobody's when empty.
        """
        return all(each.holds(row, now_ms, actor) for each in self._predicates)

    def select(self, rows: Iterable[TicketRow], now_ms: int, actor: str = "") -> list[TicketRow]:
        """Those of many tickets that match, in their order."""
        found = list(rows)
        for each in self._predicates:
            holds = each.holds
            found = [row for row in found if holds(row, now_ms, actor)]
        return found


def parse(text: str, words: Vocabulary = SHIPPED) -> Query:
    """Understand a filter.

    Args:
        text: What a person typed, in English, Chinese or both.
        words: What the site calls its types and stages.

    Raises:
        UsageProblem: Naming the word that is wrong, and what is possible there.
    """
    if len(text) > LONGEST:
        raise UsageProblem(_("The filter is longer than {limit} characters: say less.").format(limit=LONGEST))
    return Query(tuple(_term(token, words) for token in _tokens(folded(text))))


# -- tokens ----------------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    """A stretch without a space outside quotes: its characters, and for each whether it stood in quotes."""

    text: str
    quoted: tuple[bool, ...]

    def cut(self, start: int) -> _Token:
        return _Token(self.text[start:], self.quoted[start:])

    def parts(self) -> list[str]:
        """What stands between separators outside quotes; empty parts are left out."""
        parts = [""]
        for character, quoted in zip(self.text, self.quoted, strict=True):
            if character in _SEPARATORS and not quoted:
                parts.append("")
            else:
                parts[-1] += character
        return [part for part in parts if part]

    @property
    def bare(self) -> str:
        """What stands before the first quoted character."""
        return self.text[: self.quoted.index(True)] if True in self.quoted else self.text


def _tokens(text: str) -> list[_Token]:
    """The terms of a folded text. A quote that is not closed reaches to the end, as while it is being typed."""
    tokens: list[_Token] = []
    characters: list[str] = []
    quoted: list[bool] = []
    in_quotes = was_quoted = False
    at = 0
    while at < len(text):
        character = text[at]
        if in_quotes and character == "\\" and at + 1 < len(text):
            at += 1
            characters.append(text[at])
            quoted.append(True)
        elif character == '"':
            in_quotes, was_quoted = not in_quotes, True
        elif character.isspace() and not in_quotes:
            if characters or was_quoted:
                tokens.append(_Token("".join(characters), tuple(quoted)))
            characters, quoted, was_quoted = [], [], False
        else:
            characters.append(character)
            quoted.append(in_quotes)
        at += 1
    if characters or was_quoted:
        tokens.append(_Token("".join(characters), tuple(quoted)))
    return tokens


# -- terms -----------------------------------------------------------------------------------------------------------


def _term(token: _Token, words: Vocabulary) -> Term:
    whole = token
    is_negated = token.bare.startswith("-")
    if is_negated:
        token = token.cut(1)
    if not token.text:
        raise UsageProblem(
            _("After “-” comes what the tickets must not be, as in -paused.")
            if is_negated
            else _("Between the quotes stands nothing: write what to search for.")
        )
    head = _HEAD.match(token.bare)
    if head is not None:
        return _keyed(whole, token.cut(head.end()), head[1], head[2], words)._replace(is_negated=is_negated)
    if token.bare == token.text and token.text in FLAG_BY_ALIAS:
        return Term(FLAG_BY_ALIAS[token.text], "", (), is_negated)
    return Term("text", ":", (token.text,), is_negated)


def _keyed(whole: _Token, rest: _Token, alias: str, operator: str, words: Vocabulary) -> Term:
    key = KEY_BY_ALIAS.get(alias)
    if key is None:
        known = ", ".join(each.aliases[0] if language() == "zh" else each.key for each in KEYS)
        raise UsageProblem(
            _("There is no “{word}” to filter by: use one of {known}, or put it in quotes to search the text.").format(
                word=inert(alias), known=known
            )
        )
    known_key = KEY_WORDS[key]
    if operator == "=" and (known_key.kind is not KeyKind.PART or key == "text"):
        # Only of a text is the whole something else than a part.
        operator = ":"
    if operator not in _SEVERAL and known_key.kind not in _COMPARISONS:
        raise UsageProblem(
            _("“{word}”: {key} cannot be more or less; write it as in {example}.").format(
                word=inert(whole.text), key=key, example=known_key.example
            )
        )
    parts = rest.parts()
    if not parts or (operator not in _SEVERAL and len(parts) > 1):
        raise _wrong(whole, known_key)
    values = tuple(_value(whole, known_key, part, words) for part in parts)
    return Term(key, operator, values)


def _value(whole: _Token, key: KeyWord, part: str, words: Vocabulary) -> Value:
    if key.kind is KeyKind.NUMBER:
        if not _NUMBER.fullmatch(part):
            raise _wrong(whole, key)
        return int(part)
    if key.kind is KeyKind.DURATION:
        amount = _amount(part)
        if amount is None:
            raise _wrong(whole, key)
        return amount
    if key.key in CHOICES:
        found = CHOICE_BY_ALIAS[key.key].get(part)
        if found is None:
            raise UsageProblem(
                _("There is no {key} “{word}”: use one of {known}.").format(
                    key=key.key, word=inert(part), known=_choices(key.key)
                )
            )
        return found
    return words.meant(key.key, part)


def _choices(key: str) -> str:
    """The values of a closed set, in the present language."""
    values = CHOICES[key].items()
    return ", ".join(aliases[0] if language() == "zh" else value for value, aliases in values)


def _amount(part: str) -> Amount | None:
    """A length of time: 2h, 1h30m, -5m, 0."""
    if part == "0":
        return Amount(0, 1)
    match = _DURATION.fullmatch(part)
    if match is None:
        return None
    seconds, smallest = 0, 86_400
    for number, unit in _PART.findall(match[2]):
        if unit not in DURATION_UNITS:
            return None
        seconds += int(number) * DURATION_UNITS[unit]
        smallest = min(smallest, DURATION_UNITS[unit])
    number = seconds // smallest
    return Amount(-number if match[1] else number, smallest) if number <= MOST_UNITS else None


def _wrong(whole: _Token, key: KeyWord) -> UsageProblem:
    """What is wrong with the value of a key, by its kind."""
    word = inert(whole.text)
    if key.kind is KeyKind.NUMBER:
        sentence = _("“{word}” lacks one whole number: write it as in {example}.")
    elif key.kind is KeyKind.DURATION:
        sentence = _("“{word}” lacks one length of time with its unit (s, m, h, d): write it as in {example}.")
    else:
        sentence = _("“{word}” lacks what to look for: write it as in {example}.")
    return UsageProblem(sentence.format(word=word, example=key.example))
