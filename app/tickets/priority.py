"""How much a ticket matters, and why: a rule over what its facts say, overruled by a person who gives a reason."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from app.core.ticket_events import TicketPrioritised
from app.tickets.model import Priority, PriorityReason
from app.tickets.policy import PolicyBook

_ALONE: Final = frozenset({PriorityReason.REGULATOR, PriorityReason.MEDIA})
"""Reasons that need no second one to put a ticket at the top."""

_BY_RANK: Final = {priority.rank: priority for priority in Priority}


class Judged(NamedTuple):
    """A priority and why.

    Attributes:
        priority: How much it matters.
        reasons: Why; `BY_HAND` as the last where a person set it, after what the rule would have said.
        note: What the person said.
    """

    priority: Priority
    reasons: tuple[PriorityReason, ...]
    note: str


def judge(
    book: PolicyBook,
    stars: int | None,
    flags: Collection[str],
    risks: Collection[str],
    compensation_fen: int | None,
    by_hand: TicketPrioritised | None,
) -> Judged:
    """Say how much a ticket matters.

    Args:
        book: Where the lines are drawn.
        stars: The customer's; None where nobody knows.
        flags: The kinds of flags that were raised.
        risks: regulator, media.
        compensation_fen: What the customer asks for.
        by_hand: The newest word of a person; one without a priority gives it back to the rule.
    """
    reasons: list[PriorityReason] = []
    if stars is not None and stars >= book.stars_line:
        reasons.append(PriorityReason.STARS)
    reasons += [
        reason for reason in (PriorityReason.REPEAT_CALL, PriorityReason.REPEAT_COMPLAINT) if reason.value in flags
    ]
    reasons += [reason for reason in (PriorityReason.REGULATOR, PriorityReason.MEDIA) if reason.value in risks]
    if compensation_fen is not None and compensation_fen > book.recovery.line_authority_fen:
        reasons.append(PriorityReason.COMPENSATION)
    if by_hand is not None and by_hand.priority is not None:
        return Judged(_BY_RANK[by_hand.priority], (*reasons, PriorityReason.BY_HAND), by_hand.reason)
    if len(reasons) > 1 or not _ALONE.isdisjoint(reasons):
        return Judged(Priority.TOP, tuple(reasons), "")
    return Judged(Priority.HIGH if reasons else Priority.NORMAL, tuple(reasons), "")
