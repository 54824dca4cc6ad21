"""What every screen of the floor shares: it lives by the pictures and the seconds that the app hands it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, cast

from textual.dom import DOMNode

from app.core.clock import Clock
from app.core.reasons import ReasonMap
from app.floor.picture import AgentDay, FloorSnapshot
from app.planning.desk import PlanningDesk
from screens.actions import ActionState
from widgets.alert_lines import BannerView

if TYPE_CHECKING:
    # What tickets and alerts are is read when they are opened: the first frame does not wait for it.
    from app.alerts.grouping import AlertGroup
    from app.alerts.ports import AlertDesk, AlertPicture
    from app.tickets.desk import TicketDesk
    from app.tickets.notice_desk import NoticeBoard, NoticeDesk
    from app.tickets.picture import TicketSnapshot


class FloorHost(Protocol):
    """What a screen asks of the app it runs in."""

    snapshot: FloorSnapshot | None
    """The newest picture; None before the first one."""
    read_only: bool
    """The terminal only shows."""
    rotate_seconds: int
    """How long the wall stays on a page."""
    reasons: ReasonMap
    """What not-ready reasons mean on this floor."""
    clock: Clock
    """The clock the floor lives by."""
    planning: PlanningDesk | None
    """Where the plan is read and changed; None where there is none."""

    tickets: TicketDesk | None
    """Where tickets are read whole and deeds are handed to; None where there is none."""
    ticket_picture: TicketSnapshot | None
    """The newest picture of the open tickets; None before the first one."""

    alerts: AlertDesk | None
    """Where deeds on alerts are handed to; None where there is none."""
    alert_picture: AlertPicture | None
    """The newest picture of the alerts; None before the first one."""
    banner: BannerView
    """What the banner of every screen shows."""

    notices: NoticeDesk | None
    """Where notices are read and posted; None where there is none."""

    notice_board: NoticeBoard | None
    """The notices as they were last read; None before."""

    uptime_ms: Callable[[], int]
    """Tells real time, never set back, for pages that turn and keys that count for a while."""

    def screen_ready(self) -> None:
        """Say that a screen stands, so that errors are borne from now on."""
        ...

    def silent_ms(self) -> int:
        """How much real time has passed since a picture of a new moment came."""
        ...

    def agent_day(self, agent: str) -> AgentDay:
        """One agent's day; to be called from a worker thread."""
        ...

    def notice_text(self) -> str:
        """A remark that stands on every screen, such as that this is a demo; empty for none."""
        ...

    def wall_clock(self) -> str:
        """The local time of day, "10:32:05"; empty before it is known."""
        ...

    def local_time(self, at_ms: int) -> str:
        """The local time of day at an instant, "10:32"."""
        ...

    def local(self, at_ms: int) -> datetime:
        """The local date and time at an instant."""
        ...

    def tell(self, sentence: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Say a sentence in the corner; never read as markup."""
        ...

    def peek(self, agent: str) -> None:
        """Open an agent's day."""
        ...


def host(node: DOMNode) -> FloorHost:
    """The app a screen or widget runs in."""
    return cast(FloorHost, node.app)


class Living:
    """What the app calls on a screen while it can be seen. The defaults do nothing."""

    where: ClassVar[str] = "app"
    """The name its actions carry in the table of actions."""

    has_alert_cursor: ClassVar[bool] = False
    """The keys for alerts act on what is under this screen's cursor, not on the banner's line."""

    def alert_group(self) -> AlertGroup | None:
        """The alerts under the cursor, of a screen that has one for alerts."""
        return None

    def figures(self) -> list[tuple[str, str]]:
        """The figures on this screen with their formulas, for help."""
        return []

    def show_picture(self, snapshot: FloorSnapshot) -> None:
        """A new picture of the floor is there."""

    def show_tickets(self, picture: TicketSnapshot) -> None:
        """A new picture of the open tickets is there."""

    def show_alerts(self, picture: AlertPicture) -> None:
        """A new picture of the alerts is there; the banner has it already."""

    def may_leave(self) -> str:
        """Why the screen may not be left without a word, as a sentence; empty where it may."""
        return ""

    def tick(self) -> None:
        """A second has passed, or many: durations are computed from instants, never counted."""

    def woke(self) -> None:
        """The machine slept, or the terminal stood still: what is on the screen may be hours old."""

    def language_changed(self) -> None:
        """Every word has to be painted again."""

    def fill_state(self, state: ActionState) -> ActionState:
        """Add what this screen knows about which actions make sense."""
        return state


def time_of_day(at_ms: int, zone: tzinfo | None, day_start_ms: int) -> datetime:
    """The local date and time of an instant.

    Args:
        at_ms: UTC milliseconds.
        zone: The zone of the floor; where it is not known the offset of the picture's midnight is used.
        day_start_ms: Local midnight, UTC milliseconds.
    """
    if zone is None:
        ahead_ms = -day_start_ms % 86_400_000
        if ahead_ms > 14 * 3_600_000:
            ahead_ms -= 86_400_000
        zone = timezone(timedelta(milliseconds=ahead_ms))
    return datetime.fromtimestamp(at_ms // 1000, zone)
