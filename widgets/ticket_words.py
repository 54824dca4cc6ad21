"""What tickets' states, priorities and reasons are called, and what a policy book calls its types and stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.i18n import N_, _, language, pgettext
from app.people.model import Level as UnitLevel
from app.tickets.model import OVERALL, Priority, PriorityReason, TicketState
from app.tickets.policy import PolicyBook, Words
from widgets.cells import shown

STATE_WORDS: Final[Mapping[TicketState, str]] = {
    TicketState.NEW: N_("new"),
    TicketState.SENT: N_("sent"),
    TicketState.RECEIVED: N_("received"),
    TicketState.ACCEPTED: N_("accepted"),
    TicketState.WORKING: N_("in work"),
    TicketState.HELD: N_("held"),
    TicketState.RETURNED: N_("returned"),
    TicketState.RESOLVED: N_("resolved"),
    TicketState.CLOSED: N_("closed"),
}

PRIORITY_WORDS: Final[Mapping[Priority, str]] = {
    Priority.TOP: N_("top"),
    Priority.HIGH: N_("high"),
    Priority.NORMAL: N_("normal"),
}

PRIORITY_SIGNS: Final[Mapping[Priority, str]] = {Priority.TOP: "!! ", Priority.HIGH: "! ", Priority.NORMAL: ""}
"""Stand before a title, in every width and without colour."""

REASON_WORDS: Final[Mapping[PriorityReason, str]] = {
    PriorityReason.STARS: N_("many stars"),
    PriorityReason.REPEAT_CALL: N_("called again"),
    PriorityReason.REPEAT_COMPLAINT: N_("complained again"),
    PriorityReason.REGULATOR: N_("regulator"),
    PriorityReason.MEDIA: N_("media"),
    PriorityReason.COMPENSATION: N_("compensation"),
    PriorityReason.BY_HAND: N_("by hand"),
}

LEVEL_WORDS: Final[Mapping[str, str]] = {
    UnitLevel.GROUP.value: N_("group"),
    UnitLevel.REGION.value: N_("region"),
    UnitLevel.PROVINCE.value: N_("province"),
    UnitLevel.CITY.value: N_("city"),
    UnitLevel.CENTRE.value: N_("centre"),
    UnitLevel.TEAM.value: N_("team"),
}


def state_word(state: TicketState) -> str:
    """What a state of a ticket is called."""
    # Elsewhere in the program the word is said of lines of a list that are added.
    return pgettext("ticket", "new") if state is TicketState.NEW else _(STATE_WORDS[state])


def reasons_text(reasons: tuple[PriorityReason, ...]) -> str:
    """Why a ticket has its priority, in a few words."""
    return " · ".join(_(REASON_WORDS[reason]) for reason in reasons)


def level_word(level: str) -> str:
    """The level of a unit; empty where none is known."""
    return _(LEVEL_WORDS[level]) if level in LEVEL_WORDS else shown(level)


class PolicyWords:
    """What a policy book calls things, in the chosen language; a key it does not know is shown as it is.

    Args:
        book: The policy book in force.
    """

    def __init__(self, book: PolicyBook | None = None) -> None:
        self.book = PolicyBook() if book is None else book
        self._stages = {
            key: {stage.name: stage.words for stage in policy.stages} for key, policy in self.book.types.items()
        }

    def type_word(self, ticket_type: str) -> str:
        """What a type of ticket is called."""
        policy = self.book.types.get(ticket_type)
        return shown(ticket_type if policy is None else _said(policy.words))

    def stage_word(self, ticket_type: str, stage: str) -> str:
        """What a stage of a type is called."""
        if stage == OVERALL:
            return _("Overall")
        words = self._stages.get(ticket_type, {}).get(stage)
        return shown(stage if words is None else _said(words))

    def stages(self, ticket_type: str) -> tuple[str, ...]:
        """The names of a type's stages, in order; none of a type the book does not know."""
        return tuple(self._stages.get(ticket_type, ()))

    @property
    def most_stages(self) -> int:
        """How many stages the longest type has."""
        return max(map(len, self._stages.values()), default=0)


def _said(words: Words) -> str:
    return words.zh if language() == "zh" else words.en
