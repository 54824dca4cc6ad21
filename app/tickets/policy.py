"""What a site promises: which stages a type of ticket has, whose they are, how long each may take. Pure data.

Read from TOML by `app.tickets.policy_file`. Versions of a book are kept for ever: a cycle that is closed stays
counted with the version that was in force when it closed (design section 4).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.calendars import CalendarDefinition

UNIT_CALENDAR: Final = "unit"
"""The word for the calendar of the unit whose time it is; see `PolicyBook.unit_calendars`."""

WALL_CALENDAR: Final = "wall"
"""The word for every second counting."""

Key = Annotated[str, Field(min_length=1, max_length=60)]
LimitSeconds = Annotated[int, Field(ge=1, le=366 * 86_400, strict=True)]
Point = Literal[
    "call_ended",
    "created",
    "dispatched",
    "received",
    "forwarded",
    "delivered",
    "accepted",
    "started",
    "departed",
    "arrived",
    "contacted",
    "resolved",
    "answered",
    "closed",
]
"""An event that starts or stops a clock. `call_ended` is the end of the call a ticket came from, or else its creation;
a close stops every clock whatever its stop event, a return or an unqualified mark those of who had the ticket."""


class ReopenPolicy(StrEnum):
    """What a reopening does to the clocks."""

    NEW_CYCLE = "new_cycle"
    """They start anew; those of the old cycle stay as they ended."""
    CONTINUE = "continue"
    """They go on from what was used; the time between is not counted."""
    COUNT_THROUGH = "count_through"
    """They go on as if the ticket had never been closed: the time between is counted."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Frozen):
    """A name in both languages."""

    zh: str
    en: str


class EscalationStep(_Frozen):
    """Who is told when a clock goes on and on.

    The first step is due when the clock has used `act`; a later one when the one before was told and either `after`
    has passed with nobody reached, or a phone call was recorded since that reached nobody.
    """

    tell: Literal["sender", "owner", "unit", "manager_1", "manager_2"]
    """sender: the unit that sent it; manager_1 and manager_2: the first and second named manager of the unit whose
    clock it is."""
    after_seconds: LimitSeconds = 300
    """How long the step before is given. The first step does not use it."""


class Limit(_Frozen):
    """What every clock has."""

    limit_seconds: LimitSeconds
    calendar: Key = WALL_CALENDAR
    """`wall`, `unit`, or the name of a calendar of the book."""
    warn_seconds: tuple[LimitSeconds, ...] = ()
    """Lead times before the limit, the longest first."""
    act_seconds: LimitSeconds | None = None
    """Used time at which the escalation begins; None: at the limit."""
    paused_by: tuple[str, ...] = ()
    """Hold reasons that stop this clock."""
    escalation: tuple[EscalationStep, ...] = ()
    """Whom to tell, in order."""


class Stage(Limit):
    """A stretch of a ticket's way that somebody answers for."""

    name: Key
    words: Words
    role: Key
    """Whose job it is: hotline, network, repair centre, crew desk, crew, unit …"""
    start: tuple[Point, ...]
    """Any of these starts it."""
    stop: tuple[Point, ...]
    """Any of these stops it; the first after its start."""
    elsewhere_seconds: LimitSeconds | None = None
    """The limit when the crew sits at another place; None where that makes no difference."""
    on_return: Literal["sender", "same"] = "sender"
    """A return that was not ours: `sender`, ours stops uncharged and the clock of whoever sent it runs again from what
    it had used; `same`, ours goes on."""


class TypePolicy(_Frozen):
    """How one type of ticket is counted."""

    words: Words
    stages: Annotated[tuple[Stage, ...], Field(max_length=20)]
    overall: Limit | None = None
    overall_start: Point = "created"
    overall_stop: Point = "closed"
    reopen: ReopenPolicy = ReopenPolicy.NEW_CYCLE
    survey_line: Annotated[int, Field(ge=0, le=100, strict=True)] = 60
    """A survey score below it reopens the ticket."""
    holds: tuple[str, ...] = ("customer", "third_party")
    """The reasons for which it may be held at all."""
    levels: tuple[str, ...] = ()
    """The levels it goes through, the first that handles it first."""


class Contact(_Frozen):
    """Somebody to phone."""

    name: str
    person: str = ""
    """Their person id, where they are of the roster."""
    phone: str = ""


class UnitContacts(_Frozen):
    """Whom to phone at a unit."""

    desk: Contact | None = None
    managers: Annotated[tuple[Contact, ...], Field(max_length=5)] = ()
    """The first named manager, the second …"""


class Recovery(_Frozen):
    """What may be granted to a customer, in fen."""

    line_authority_fen: Annotated[int, Field(ge=0, strict=True)] = 20_000
    """Per ticket; more is the province's to grant."""
    month_line_fen: Annotated[int, Field(ge=0, strict=True)] = 5_000_000
    """The month's total at which it is reported."""
    month_warn_percent: Annotated[int, Field(ge=1, le=100, strict=True)] = 80


class PolicyBook(_Frozen):
    """All a site promises. Versioned by whoever keeps it."""

    types: dict[Key, TypePolicy] = Field(default_factory=dict)
    calendars: dict[Key, CalendarDefinition] = Field(default_factory=dict)
    unit_calendars: dict[str, Key] = Field(default_factory=dict)
    """The calendar of a unit, and of the units below it that name none of their own; "" for all others."""
    contacts: dict[str, UnitContacts] = Field(default_factory=dict)
    recovery: Recovery = Recovery()
    stars_line: Annotated[int, Field(ge=0, le=10, strict=True)] = 5
    """From so many stars on a customer's ticket matters more."""
    repeat_seconds: LimitSeconds = 7_200
    """A caller who enters a queue again within this of an unsolved contact is a repeat caller."""
    repeat_days: Annotated[int, Field(ge=1, le=366, strict=True)] = 30
    """A complaint on the same subject within so many days is a repeated one."""
    flag_seconds: LimitSeconds = 1_800
    """How long a repeat caller's flag may take until the result is written back."""
