"""The supervisor's three lists as lines of the board, each with the filter that finds its tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from app.core.i18n import _
from app.tickets.holders import Holder, filter_of, holders
from app.tickets.picture import TicketRow
from app.tickets.query_terms import Amount, Term, term_text
from app.tickets.supervision import BreachGroup, GivenBack, by_stage_and_unit, returned_to_whom, will_breach
from widgets.board_table import BoardFigure, BoardLine
from widgets.cells import shown
from widgets.levels import Level
from widgets.ticket_words import PolicyWords

MOST_LINES: Final = 12
"""Lines of one list: the worst; the queue screen has all of them."""

LONGEST_LIST: Final = 280
"""Characters of a filter that names tickets one by one: what the line of the filter takes."""


class Board(NamedTuple):
    """What the board shows.

    Attributes:
        lines: From the top.
        queries: The filter behind each line that can be chosen, by its key.
    """

    lines: Sequence[BoardLine]
    queries: Mapping[str, str]


def board_of(rows: Iterable[TicketRow], now_ms: int, words: PolicyWords, unit_names: Mapping[str, str]) -> Board:
    """The board at a moment.

    Args:
        rows: The open tickets.
        now_ms: The moment.
        words: What types and stages are called.
        unit_names: What people call units that have no open ticket.
    """
    kept = list(rows)
    names = {**unit_names, **{row.unit: row.unit_name for row in kept}}
    lines: list[BoardLine] = []
    queries: dict[str, str] = {}
    lines += _breaches(by_stage_and_unit(will_breach(kept, now_ms)), words, names, queries)
    lines += _holders(holders(kept, now_ms), queries)
    lines += _given_back(returned_to_whom((row.ticket, row.given_back) for row in kept), names, queries)
    return Board(lines, queries)


def _named(unit: str, names: Mapping[str, str]) -> str:
    return shown(names.get(unit, unit)) or _("nobody")


def query_of(tickets: Iterable[str], otherwise: Sequence[Term]) -> str:
    """The filter that finds some tickets: by their numbers, or where they are too many by something they share."""
    text = term_text(Term("ticket", "=", tuple(number.casefold() for number in tickets)))
    return text if len(text) <= LONGEST_LIST else " ".join(map(term_text, otherwise))


def _rest(count: int) -> list[BoardLine]:
    return [BoardLine("  " + _("and {count} more").format(count=count))] if count > 0 else []


def _breaches(
    groups: Sequence[BreachGroup], words: PolicyWords, names: Mapping[str, str], queries: dict[str, str]
) -> list[BoardLine]:
    title = _("Late within the hour if nothing happens")
    lines = [BoardLine(title, (BoardFigure(_("Tickets")),), is_title=True)]
    for group in groups[:MOST_LINES]:
        stage = words.stage_word(group.ticket_type, group.stage)
        name = f"{words.type_word(group.ticket_type)} · {stage} · {_named(group.unit, names)}"
        key = f"breach\n{group.ticket_type}\n{group.stage}\n{group.unit}"
        lines.append(BoardLine(name, (BoardFigure(f"{len(group.tickets):,}", Level.NOTICE),), group.due_ms, key))
        soon = [Term("type", ":", (group.ticket_type,)), Term("stage", ":", (group.stage,))]
        queries[key] = query_of(
            group.tickets, [*soon, Term("due", "<", (Amount(1, 3600),)), Term("overdue", "", (), True)]
        )
    if not groups:
        lines.append(BoardLine("  " + _("No ticket will be late within the hour.")))
    return [*lines, *_rest(len(groups) - MOST_LINES), BoardLine("")]


def _holders(found: Sequence[Holder], queries: dict[str, str]) -> list[BoardLine]:
    titles = (_("Open"), _("Overdue"), _("Soon"))
    lines = [BoardLine(_("Who sits on what"), tuple(map(BoardFigure, titles)), is_title=True)]
    # Units, and below them only who has something late: the list of all of them is a view of the tickets.
    urgent = [each for each in found if each.owner is None or each.overdue or each.soon]
    for holder in urgent[:MOST_LINES]:
        name = shown(holder.unit_name or holder.unit) or _("nobody")
        if holder.owner is not None:
            name = "  " + (shown(holder.owner_name or holder.owner) or _("nobody has it"))
        figures = (
            BoardFigure(f"{holder.open:,}"),
            BoardFigure(f"{holder.overdue:,}", Level.WARN if holder.overdue else Level.NORMAL),
            BoardFigure(f"{holder.soon:,}", Level.NOTICE if holder.soon else Level.NORMAL),
        )
        key = f"holder\n{holder.key}"
        lines.append(BoardLine(name, figures, holder.first_due_ms, key))
        queries[key] = filter_of(holder, found)
    if not urgent:
        lines.append(BoardLine("  " + _("Nobody has an open ticket.")))
    return [*lines, *_rest(len(urgent) - MOST_LINES), BoardLine("")]


def _given_back(pairs: Sequence[GivenBack], names: Mapping[str, str], queries: dict[str, str]) -> list[BoardLine]:
    titles = (_("Times"), _("Again"))
    title = _("Given back, of what is open")
    lines = [BoardLine(title, tuple(map(BoardFigure, titles)), is_title=True, has_due=False)]
    for pair in pairs[:MOST_LINES]:
        reason = pair.reasons.most_common(1)[0][0]
        name = f"{_named(pair.from_unit, names)} → {_named(pair.to_unit, names)} · {_reason(reason)}"
        key = f"back\n{pair.from_unit}\n{pair.to_unit}"
        again = pair.count - len(pair.tickets)
        figures = (BoardFigure(f"{pair.count:,}"), BoardFigure(f"{again:,}", Level.NOTICE if again else Level.NORMAL))
        lines.append(BoardLine(name, figures, key=key, has_due=False))
        queries[key] = query_of(pair.tickets, [Term("returned", "", ())])
    if not pairs:
        lines.append(BoardLine("  " + _("No open ticket was given back.")))
    return [*lines, *_rest(len(pairs) - MOST_LINES)]


def _reason(reason: str) -> str:
    words = {
        "should_not_exist": _("should not exist"),
        "missing_facts": _("lacks facts"),
        "wrong_unit": _("wrong unit"),
        "duplicate": _("was there already"),
    }
    return words.get(reason) or shown(reason)
