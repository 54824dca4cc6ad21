"""The banner: what needs a person now, above whatever else the screen shows. Without alerts it takes no room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from textual import events
from textual.message import Message
from typing_extensions import override

from app.core.clock import Clock
from app.core.i18n import _
from widgets.alert_lines import BannerView, Moment, banner_lines, loud_line, room_of, runbook_line
from widgets.cells import fit
from widgets.painted import Line, Painted, Piece, line_text

WALL_LINES: Final = 6

_STYLES: Final = (
    *("level-1", "level-2", "level-3", "text", "age", "mark", "runbook", "key"),
    *("quiet", "more", "resolved", "invitation", "problem", "calm"),
)


class BannerClicked(Message):
    """The banner was clicked: to open it up, or to close it again."""


class AlertBanner(Painted):
    """The banner.

    Args:
        clock: Tells what "now" is.
        local_time: Writes the local time of day of an instant.
        most_lines: It never takes more lines than this; None leaves it to the height of the terminal.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"banner--{name}" for name in _STYLES}
    DEFAULT_CSS: ClassVar[str] = """
    AlertBanner {
        height: auto;
        padding: 0 1;
        background: $row-pinned;
    }
    AlertBanner > .banner--level-1 { color: $background; background: $level-warn; text-style: bold; }
    AlertBanner > .banner--level-2 { color: $level-warn; text-style: bold; }
    AlertBanner > .banner--level-3 { color: $level-notice; text-style: bold; }
    AlertBanner > .banner--text { color: $foreground; }
    AlertBanner > .banner--age { color: $foreground; text-style: bold; }
    AlertBanner > .banner--mark { color: $accent; text-style: bold; }
    AlertBanner > .banner--runbook { color: $accent; }
    AlertBanner > .banner--key { color: $footer-key-foreground; text-style: bold; }
    AlertBanner > .banner--quiet { color: $ink-muted; }
    AlertBanner > .banner--more { color: $foreground; text-style: bold; }
    AlertBanner > .banner--resolved { color: $state-available; }
    AlertBanner > .banner--invitation { color: $state-on-call; }
    AlertBanner > .banner--problem { color: $level-warn; text-style: bold; }
    AlertBanner > .banner--calm { color: $state-available; }
    """

    def __init__(self, clock: Clock, local_time: Callable[[int], str], *, most_lines: int | None = None) -> None:
        super().__init__()
        self._clock = clock
        self._local_time = local_time
        self._most_lines = most_lines
        self.view = BannerView()
        """What is shown."""

    def show(self, view: BannerView) -> None:
        """Show something else."""
        self.view = view
        self.repaint()

    def tick(self) -> None:
        """A second has passed: every age is a second greater."""
        if self.view.groups:
            self.repaint()

    @property
    def moment(self) -> Moment:
        """The present instant."""
        return Moment(self._clock.now_ms(), self._local_time)

    @override
    def paint(self, width: int) -> list[Line]:
        if not width:
            return []
        room = room_of(self.screen.size.height or self.app.size.height, self.view.is_open)
        if self._most_lines is not None:
            room = min(room, self._most_lines)
        return banner_lines(self.view, self.moment, width, room)

    def on_click(self, event: events.Click) -> None:
        """Open it up, or close it."""
        event.stop()
        self.post_message(BannerClicked())


class WallBanner(AlertBanner):
    """The banner of the wall: the worst as a bar to be seen from afar, and one calm line where there is nothing."""

    @override
    def paint(self, width: int) -> list[Line]:
        view, moment = replace(self.view, has_keys=False, is_open=False), self.moment
        if not width or not view.is_known:
            return []
        loud = [group for group in view.groups if group.standing.is_loud]
        if not loud:
            quiet = banner_lines(view, moment, width, 2)
            return quiet or [[Piece(_("● No alert: nothing needs a person now."), "banner--calm")]]
        first, below = loud[0], replace(view, groups=[group for group in view.groups if group is not loud[0]])
        lines: list[Line] = [loud_line(view, first, moment, width)]
        if first.level == 1:
            style = "banner--level-1"
            edge = [Piece(" " * width, style)]
            lines = [edge, [Piece(fit(line_text(lines[0]), width), style)], edge]
        if book := view.words.runbook(first.rule):
            lines.append(runbook_line(book, width))
        room = max(1, min(WALL_LINES, self.screen.size.height // 4) - len(lines))
        return [*lines, *banner_lines(below, moment, width, room)]
