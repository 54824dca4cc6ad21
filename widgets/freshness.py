"""How old the picture is and who reads the sources: stale data is said, never hidden."""

from __future__ import annotations

from typing import ClassVar, Final

from app.core.clock import Clock
from app.core.durations import clock_text
from app.core.i18n import _
from app.floor.picture import FloorSnapshot, Freshness
from widgets.cells import shown
from widgets.levels import Level
from widgets.painted import Line, Painted, Piece, cut_line

QUIET_SECONDS: Final = 300
"""With the sources read, so long without a fact is worth a notice: a floor is rarely that quiet."""


class FreshnessLine(Painted):
    """One line: a sign, the age of the data, who reads, and what is wrong.

    Args:
        clock: Tells what "now" is.
        banner: What to say first, such as that this is a demo.
    """

    DEFAULT_CSS: ClassVar[str] = """
    FreshnessLine {
        height: 1;
        & .freshness--normal { color: $text-muted; }
        & .freshness--live { color: $text-success; }
        & .freshness--banner { color: $text-accent; text-style: bold; }
        & .freshness--notice { color: $text-warning; text-style: bold; }
        & .freshness--warn { color: $text-error; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "freshness--normal",
        "freshness--live",
        "freshness--banner",
        "freshness--notice",
        "freshness--warn",
    }

    def __init__(self, clock: Clock, *, banner: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.clock = clock
        self.banner = banner
        self._freshness: Freshness | None = None

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture."""
        self.show_freshness(snapshot.freshness)

    def show_freshness(self, freshness: Freshness) -> None:
        """Show how old another picture is."""
        self._freshness = freshness
        self.repaint()

    def tick(self) -> None:
        """A second has passed: the data is a second older."""
        self.repaint()

    def retranslate(self) -> None:
        """Paint every word again, after the language was changed."""
        self.repaint()

    @property
    def level(self) -> Level:
        """How much of a worry the freshness is now."""
        if self._freshness is None:
            return Level.NORMAL
        return freshness_text(self._freshness, self.clock.now_ms())[0]

    def paint(self, width: int) -> list[Line]:
        pieces = [Piece(f"{self.banner}  ", "freshness--banner")] if self.banner else []
        if self._freshness is None:
            pieces.append(Piece(_("Waiting for the first picture of the floor …"), "freshness--normal"))
            return [cut_line(pieces, width)]
        level, text = freshness_text(self._freshness, self.clock.now_ms())
        sign = (
            Piece("● ", "freshness--live")
            if level is Level.NORMAL
            else Piece(f"{level.sign} ", f"freshness--{level.style_name}")
        )
        return [cut_line([*pieces, sign, Piece(text, f"freshness--{level.style_name}")], width)]


def freshness_text(freshness: Freshness, now_ms: int) -> tuple[Level, str]:
    """What there is to say about the age of the data, and how much of a worry it is."""
    newest_ms = freshness.newest_event_ms
    age_seconds = None if newest_ms is None else max(0, now_ms - newest_ms) // 1000
    age = "" if age_seconds is None else clock_text(age_seconds)
    if not freshness.engine_alive:
        if age_seconds is None:
            return Level.WARN, _("Nobody reads the sources and there is no data yet")
        nobody = _("Nobody reads the sources: the data is {age} old").format(age=age)
        return Level.WARN, " · ".join(filter(None, [nobody, shown(freshness.problem)]))
    reader = _("read by this process") if freshness.engine_here else _("read by another process")
    parts = [reader]
    if freshness.following:
        parts.append(_("following {names}").format(names=", ".join(map(shown, freshness.following))))
    if freshness.problem:
        return Level.WARN, " · ".join([shown(freshness.problem), *parts])
    if age_seconds is None:
        return Level.NOTICE, " · ".join([_("no data yet"), *parts])
    level = Level.NOTICE if age_seconds >= QUIET_SECONDS else Level.NORMAL
    return level, " · ".join([_("newest event {age} ago").format(age=age), *parts])
