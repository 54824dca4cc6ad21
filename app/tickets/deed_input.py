"""Tickets and deeds as scripts write them: `key=value` words, and one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import tzinfo
from typing import Any, Final, NamedTuple

from app.core.errors import DataProblem, UsageProblem
from app.core.i18n import _
from app.core.tables import shown
from app.tickets.desk import Deed, NewTicket, Verb
from app.tickets.making import VALUES
from app.tickets.typed import read_ahead, read_fen, read_number

_NUMBERS: Final = {"score": (0, 100), "priority": (1, 3), "amount_fen": (0, 999_999_999)}
_INSTANTS: Final = frozenset({"due_ms"})
_YES_OR_NO: Final = frozenset({"charged", "elsewhere", "reached"})
_YES: Final = frozenset({"yes", "true", "1", "是"})
_NO: Final = frozenset({"no", "false", "0", "否"})
_NONE: Final = frozenset({"", "none", "null", "无"})

_SHORT: Final = {"due": "due_ms", "amount": "amount_fen"}
"""What a person would rather type: a local time, an amount in yuan."""

JSON_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""More is no list of tickets or deeds but a mistake, and would fill the memory."""

_NEW_FIELDS: Final = frozenset(field.name for field in fields(NewTicket)) - {"ticket_type"} | {"type"}


class Order(NamedTuple):
    """A deed on some tickets, and the line it stands on; 0 where it was typed."""

    line: int
    numbers: tuple[str, ...]
    deed: Deed


def read_words(words: Sequence[str], zone: tzinfo, now_ms: int) -> Order:
    """Understand `NUMBER… VERB [key=value…]`.

    Args:
        words: As they were typed.
        zone: Where a `due` without an offset is local.
        now_ms: The present instant, for a `due` from now.

    Raises:
        UsageProblem: When there is no verb, no number, or a value that cannot be read.
    """
    place = next((place for place, word in enumerate(words) if word in set(Verb)), None)
    if place is None:
        raise UsageProblem(_("Name a verb after the tickets: {verbs}.").format(verbs=", ".join(Verb)))
    if place == 0:
        raise UsageProblem(_("Name the tickets before the verb: WO-261121-0042 accept."))
    verb = Verb(words[place])
    values: dict[str, object] = {}
    for word in words[place + 1 :]:
        name, equals, text = word.partition("=")
        if not equals:
            raise UsageProblem(_("{word} is no value: write key=value after the verb.").format(word=shown(word)))
        key = _SHORT.get(name, name)
        if key in values:
            raise UsageProblem(_("{name} is given twice: give it once.").format(name=shown(key)))
        values[key] = _value(verb, name, text, zone, now_ms)
    return Order(0, tuple(words[:place]), Deed(verb, values))


def _value(verb: Verb, name: str, text: str, zone: tzinfo, now_ms: int) -> object:
    if name == "amount":
        return read_fen(text, name)
    if name in _NUMBERS:
        if name == "priority" and text.casefold() in _NONE:
            return None
        return read_number(text, *_NUMBERS[name], name)
    if name == "due":
        return read_ahead(text, zone, now_ms, name)
    if name in _INSTANTS:
        return _whole(text, name)
    if name in _YES_OR_NO and name in VALUES[verb]:
        folded = text.casefold()
        if folded not in _YES | _NO:
            raise UsageProblem(_("{name} is yes or no, not {text}.").format(name=name, text=shown(text)))
        return folded in _YES
    return text


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise UsageProblem(
            _("{name} is an instant in UTC milliseconds, not {text}; “due=14:30” takes a local time.").format(
                name=name, text=shown(text)
            )
        )
    return int(text)


def read_pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Understand `name=text` words.

    Raises:
        UsageProblem: When one is none, or a name comes twice.
    """
    found: dict[str, str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name or name in found:
            raise UsageProblem(
                _("{option} {word} is not name=text, or its name comes twice.").format(option=option, word=shown(word))
            )
        found[name] = text
    return found


# -- JSON Lines ------------------------------------------------------------------------------------------------------


def read_new_tickets(data: bytes) -> list[tuple[int, NewTicket]]:
    """Understand tickets to be written, one JSON object per line, each with the number of its line.

    Raises:
        DataProblem: Naming the first line that is wrong, and the key.
    """
    return [(line, _new_ticket(line, found)) for line, found in _objects(data)]


def _new_ticket(line: int, found: Mapping[str, Any]) -> NewTicket:
    _check_keys(line, found, _NEW_FIELDS, ("type", "title"))
    values = dict(found)
    for name in _NEW_FIELDS - {"stars", "compensation_fen", "call", "risks", "fields"}:
        if not isinstance(values.get(name, ""), str):
            raise _bad(line, _("{name} is not a text").format(name=shown(name)))
    risks, extra = values.get("risks", []), values.get("fields", {})
    if not isinstance(risks, list) or not all(isinstance(risk, str) for risk in risks):
        raise _bad(line, _("{name} is not a list of texts").format(name=shown("risks")))
    if not isinstance(extra, dict) or not all(isinstance(text, str) for text in extra.values()):
        raise _bad(line, _("{name} is not an object of texts").format(name=shown("fields")))
    values["risks"] = tuple(risks)
    return NewTicket(ticket_type=values.pop("type"), **values)


def read_orders(data: bytes) -> list[Order]:
    """Understand deeds, one JSON object per line: `tickets` or `ticket`, `verb`, `values`.

    Raises:
        DataProblem: Naming the first line that is wrong, and the key.
    """
    return [_order(line, found) for line, found in _objects(data)]


def _order(line: int, found: Mapping[str, Any]) -> Order:
    _check_keys(line, found, frozenset({"ticket", "tickets", "verb", "values"}), ("verb",))
    numbers = found.get("tickets", [found["ticket"]] if "ticket" in found else [])
    if not isinstance(numbers, list) or not numbers or not all(isinstance(number, str) for number in numbers):
        raise _bad(line, _("name a ticket in “ticket”, or several in “tickets”"))
    if found["verb"] not in set(Verb):
        known = ", ".join(Verb)
        raise _bad(line, _("{verb} is no verb: {known}").format(verb=shown(str(found["verb"])), known=known))
    values = found.get("values", {})
    if not isinstance(values, dict):
        raise _bad(line, _("{name} is not an object").format(name=shown("values")))
    return Order(line, tuple(numbers), Deed(Verb(found["verb"]), values))


def _objects(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataProblem(_("The JSON lines are not UTF-8: write them in UTF-8.")) from None
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            found = json.loads(written)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise _bad(line, _("it is no JSON object on one line"))
        yield line, found


def _check_keys(line: int, found: Mapping[str, Any], known: frozenset[str], needed: Sequence[str]) -> None:
    for name in found:
        if name not in known:
            raise _bad(
                line,
                _("there is no key {name}; there are: {known}").format(
                    name=shown(name), known=", ".join(sorted(known))
                ),
            )
    for name in needed:
        if not found.get(name):
            raise _bad(line, _("{name} is missing").format(name=shown(name)))


def _bad(line: int, problem: str) -> DataProblem:
    return DataProblem(_("Line {line}: {problem}.").format(line=line, problem=problem))
