"""What screens ask of notices: which there are, the life of one, and deeds on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from app.core.alert_events import AlertDelivered
from app.core.ticket_events import NoticeEvent
from app.tickets.notices import Absorption, EventPlan
from app.tickets.ports import Notice


class NoticeBoard(NamedTuple):
    """The notices as they stand.

    Attributes:
        notices: All of them, the newest first.
        told_ms: When people were last told ahead of some, by name.
    """

    notices: tuple[Notice, ...] = ()
    told_ms: Mapping[str, int] = MappingProxyType({})


class NoticeLife(NamedTuple):
    """One notice, whole.

    Attributes:
        notice: As it stands.
        saved: How much work it saved so far.
        facts: What was said of it, and who was told with what answer, in order.
        person_names: What people call the persons that occur.
        recipient_names: What recipients are called, by key.
    """

    notice: Notice
    saved: Absorption
    facts: Sequence[NoticeEvent | AlertDelivered]
    person_names: Mapping[str, str]
    recipient_names: Mapping[str, str]


class NoticeDesk(Protocol):
    """What the screens hand deeds to; every call reads or writes the store: call it from a worker thread.

    All raise StoreProblem when the store cannot be used.
    """

    def board(self) -> NoticeBoard:
        """The notices there are."""
        ...

    def life(self, notice: str) -> NoticeLife | None:
        """One notice; None where there is none of that name."""
        ...

    def post(
        self,
        wording: str,
        *,
        area: str,
        service: str,
        expected_end_ms: int | None,
        again: str,
        event: EventPlan,
    ) -> str:
        """Post a notice, or other words for one; returns its name.

        Raises:
            RuleRefused: When the person here leads nobody.
            UsageProblem: When a value is wrong.
        """
        ...

    def end(self, notice: str) -> None:
        """Say that it is over.

        Raises:
            RuleRefused: When the person here leads nobody, or it is over already.
        """
        ...
