"""What an action of the screens is, and what decides whether it makes sense now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ActionState:
    """What decides whether an action makes sense now.

    Attributes:
        has_picture: The first picture of the floor is there.
        agent: The agent under the cursor, if any.
        has_desk: The plan can be read and changed from here.
        spell: A spell is chosen that can be approved.
        span: A span of a shift is chosen.
        draft: The shift was changed and the change is not applied yet.
        has_plan: The plan says of somebody on the floor what they should be doing.
        day_free: The chosen day is known to have no shift.
        look: A file was looked at, and what it would change is shown.
        has_tickets: Tickets can be read from here.
        ticket: The ticket under the cursor, or the one that is looked at, if any.
        arrivals: How many tickets came that are not shown yet.
        why_not: By the key of a deed (accept, hold …), why it may not be done to the ticket that is looked at; deeds
            that may be done are not in it.
        why_not_imported: Why that cannot be applied, as a sentence; empty when it can.
        has_call: The agent who is looked at is in a call, or does its after-call work.
        has_alerts: Alerts can be read from here.
        alert: The keys for alerts have something to act on.
        fault: A declared fault is under the cursor.
        has_notices: Notices can be read from here.
        notice: A notice is under the cursor.
        notice_open: It is not over.
    """

    has_picture: bool = False
    agent: str | None = None
    has_plan: bool = False
    has_desk: bool = False
    spell: bool = False
    span: bool = False
    draft: bool = False
    day_free: bool = False
    look: bool = False
    why_not_imported: str = ""
    has_tickets: bool = False
    ticket: str | None = None
    arrivals: int = 0
    why_not: Mapping[str, str] = field(default_factory=dict)
    has_call: bool = False
    has_alerts: bool = False
    alert: bool = False
    fault: bool = False
    has_notices: bool = False
    notice: bool = False
    notice_open: bool = False


WhyDisabled = Callable[[ActionState], str | None]


def _always(_state: ActionState) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    Attributes:
        id: Its name, unique: "screen.verb".
        sentence: What it does, for help and palette; a message id.
        hint: The same in a word or two, for the bottom line; empty for actions that are not shown there.
        keys: Textual key names, the first one is the one shown. At least one does not need Latin letters.
        permission: What a person will need to be allowed to; every one is granted until roles exist.
        disabled: Why it cannot be done now, as a sentence; None when it can.
        in_palette: Offered in the palette.
        bound: Bound by the screen; False for keys a widget handles itself, listed for help.
    """

    id: str
    sentence: str
    keys: tuple[str, ...]
    hint: str = ""
    permission: str = "floor.read"
    disabled: WhyDisabled = _always
    in_palette: bool = True
    bound: bool = True

    @property
    def where(self) -> str:
        """The screen it belongs to, by its name in `SCREENS`; "app" for all of them."""
        return self.id.partition(".")[0]

    @property
    def verb(self) -> str:
        """The second half of the id; a screen answers it with a method `do_<verb>`."""
        return self.id.partition(".")[2]
