"""What planning asks of storage."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from app.planning.adherence import State
from app.planning.mapping import AdherenceRules
from app.planning.model import AdherenceException, ScheduleVersion, Shift, VersionKind


class PlanningReader(Protocol):
    """What is planned, what was decided, and what the floor saw."""

    def reading(self) -> AbstractContextManager[object]:
        """One read transaction: everything read inside is of the same moment."""
        ...

    def known_agents(self) -> set[str]:
        """Everyone who can be planned: the people of the roster, and whoever was seen on the floor."""
        ...

    def teams(self) -> dict[str, str]:
        """The team of each person of the roster; "" where there is none."""
        ...

    def scheduled_agents(self, start_ms: int, end_ms: int) -> list[str]:
        """Agents with a shift that touches [start, end), in order of name."""
        ...

    def shifts(self, agent: str, start_ms: int, end_ms: int, as_of_ms: int | None = None) -> list[Shift]:
        """An agent's shifts that touch [start, end), in order of time.

        Args:
            agent: The agent id.
            start_ms: First instant.
            end_ms: First instant after.
            as_of_ms: As the schedule stood at this instant; None for now.
        """
        ...

    def all_shifts(self, start_ms: int, end_ms: int) -> list[Shift]:
        """Everyone's shifts that touch [start, end), in order of agent, then time."""
        ...

    def shifts_on(self, keys: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Shift]:
        """The shifts of some agents on some dates; those that do not stand are left out."""
        ...

    def newest_version(self) -> int:
        """The number of the newest version of the schedule, 0 before the first: grows with every change."""
        ...

    def versions(self, limit: int) -> list[ScheduleVersion]:
        """The newest versions, the newest first."""
        ...

    def shift_history(self, agent: str, shift_date: date) -> list[tuple[ScheduleVersion, Shift]]:
        """Everything that was ever planned for an agent on a date, the oldest first."""
        ...

    def exceptions(self) -> list[AdherenceException]:
        """Every approval and neutralised period, those taken back too, in order of number."""
        ...

    def decisions(self) -> int:
        """A number that grows with every approval, neutralised period and withdrawal."""
        ...

    def rules_versions(self) -> list[tuple[date, AdherenceRules]]:
        """The rules with the shift date from which each holds, in that order; the first holds for all time before."""
        ...

    def agent_states(self, agent: str, start_ms: int, end_ms: int) -> list[State]:
        """What the floor saw of an agent that touches [start, end), in order."""
        ...

    def states_digest(self, agent: str, start_ms: int, end_ms: int) -> Hashable:
        """A short stand-in for what `agent_states` would give: another one where anything about that is different.

        Far cheaper than the states themselves. Two different pasts have the same with a chance too small to happen.
        """
        ...


class PlanningStore(PlanningReader, Protocol):
    """The same, and the way to change it. Changes are made inside a write transaction, and none is ever unmade."""

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction, committed at the end and rolled back by any exception."""
        ...

    def add_version(self, kind: VersionKind, at_ms: int, actor: str, why: str, shifts: Sequence[Shift]) -> int:
        """Keep a version of the schedule; returns its number. A shift without spans is taken away."""
        ...

    def add_exception(self, exception: AdherenceException) -> int:
        """Keep an approval or a neutralised period; returns its number."""
        ...

    def cancel_exception(self, number: int, at_ms: int, actor: str, reason: str) -> None:
        """Keep that an approval or a neutralised period was taken back."""
        ...

    def save_rules(self, since: date, rules: AdherenceRules) -> None:
        """Keep the rules for shifts of a date and later."""
        ...
