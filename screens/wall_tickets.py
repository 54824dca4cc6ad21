"""The wall's page of the tickets: how many are late, for how long, and what will be late next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from typing_extensions import override

from app.core.clock import Clock
from app.core.durations import countdown_text
from app.core.i18n import N_, _
from screens.wall_pages import Page
from widgets.big import BigFigure
from widgets.cells import fit, fit_right, shown
from widgets.levels import Level
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    # What tickets are is read when there are some: the first frame does not wait for it.
    from app.tickets.picture import TicketSnapshot
    from app.tickets.supervision import Breach
    from widgets.ticket_words import PolicyWords

TICKETS_PAGE: Final = Page("wall-tickets", N_("The tickets at this moment"))

COUNT_MS: Final = 2_000
"""How often everything is counted anew: it takes a walk through all open tickets."""

MOST_NEXT: Final = 20
"""Limits that are kept in sight; how many of them are shown is a question of room."""

_BANDS: Final = (
    ("overdue_1h", N_("≤ 1 h")),
    ("overdue_8h", N_("≤ 8 h")),
    ("overdue_24h", N_("≤ 24 h")),
    ("overdue_more", N_("more")),
)


class TicketWallLines(Painted):
    """For how long tickets have been overdue, and the limits that come next."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"wall--{name}" for name in ("name", "muted", "notice", "warn", "normal")}
    DEFAULT_CSS: ClassVar[str] = """
    TicketWallLines { height: 1fr; }
    TicketWallLines > .wall--name { color: $foreground; text-style: bold; }
    TicketWallLines > .wall--normal { color: $foreground; }
    TicketWallLines > .wall--muted { color: $ink-muted; }
    TicketWallLines > .wall--notice { color: $level-notice; text-style: bold; }
    TicketWallLines > .wall--warn { color: $level-warn; text-style: bold; }
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._bands: dict[str, int] = {}
        self._next: Sequence[Breach] = ()
        self._words: PolicyWords | None = None

    def show(self, bands: dict[str, int], breaches: Sequence[Breach], words: PolicyWords | None) -> None:
        """Show other numbers."""
        self._bands, self._next, self._words = bands, breaches, words
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        now_ms = self._clock.now_ms()
        lines: list[Line] = [self._overdue(), []]
        if not self._next:
            return [*lines, [Piece(_("No ticket will be late within the hour."), "wall--muted")]]
        lines.append([Piece(_("Next to be late"), "wall--muted")])
        lines += [self._breach(breach, now_ms, width) for breach in self._next]
        return lines[: self.size.height or len(lines)]

    def _overdue(self) -> Line:
        line = [Piece(_("Overdue for"), "wall--muted")]
        for name, words in _BANDS:
            count = self._bands.get(name, 0)
            line += [Piece("   " + _(words) + " ", "wall--muted")]
            line += [Piece(f"{count:,}", "wall--warn" if count else "wall--normal")]
        return line

    def _breach(self, breach: Breach, now_ms: int, width: int) -> Line:
        left = countdown_text((breach.due_ms - now_ms) // 1000)
        ticket_type, stage = breach.ticket_type, breach.clock.stage
        if self._words is not None:
            ticket_type, stage = self._words.type_word(ticket_type), self._words.stage_word(ticket_type, stage)
        sign = Level.WARN if breach.due_ms < now_ms else Level.NOTICE
        unit_cells = max(10, width // 4)
        what = f"{shown(ticket_type)} · {shown(stage)}"
        return [
            Piece(f"{sign.sign} {fit_right(left, 9)}   ", f"wall--{sign.style_name}"),
            Piece(fit(shown(breach.unit_name), unit_cells) + "  ", "wall--name"),
            Piece(fit(what, max(1, width - unit_cells - 18)), "wall--normal"),
        ]


class TicketsPage(Vertical):
    """The open tickets, the overdue ones, those late within the hour; below, how late and what comes next."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id=TICKETS_PAGE.id)
        self._clock = clock
        self._picture: TicketSnapshot | None = None
        self._counted_ms: int | None = None
        self.words: PolicyWords | None = None
        """What types and stages are called; None while it is not known."""

    def compose(self) -> ComposeResult:
        with Grid(id="wall-ticket-figures"):
            for name in ("overdue", "soon", "open"):
                yield BigFigure(id=f"wall-ticket-{name}")
        yield TicketWallLines(self._clock)

    def show(self, picture: TicketSnapshot) -> None:
        """Take over a newer picture; it is counted when the page is in sight."""
        self._picture = picture

    def tick(self) -> None:
        """Show the present second."""
        now_ms = self._clock.now_ms()
        if self._counted_ms is None or abs(now_ms - self._counted_ms) >= COUNT_MS:
            self._count(now_ms)
        self.query_one(TicketWallLines).repaint()

    def retranslate(self) -> None:
        """Count and say everything anew, after the language changed."""
        self._counted_ms = None
        self.tick()

    def _count(self, now_ms: int) -> None:
        from app.tickets.supervision import overdue_bands, will_breach

        if self._picture is None:
            return
        self._counted_ms = now_ms
        rows = self._picture.rows.values()
        bands, breaches = overdue_bands(rows, now_ms), will_breach(rows, now_ms)
        soon = len({breach.ticket for breach in breaches})
        for name, count, label, level in (
            ("overdue", sum(bands.values()), _("Overdue"), Level.WARN),
            ("soon", soon, _("Within the hour"), Level.NOTICE),
            ("open", len(rows), _("Open"), Level.NORMAL),
        ):
            figure = self.query_one(f"#wall-ticket-{name}", BigFigure)
            figure.show(f"{count}", label=label, level=level if count else Level.NORMAL)
        self.query_one(TicketWallLines).show(bands, breaches[:MOST_NEXT], self.words)
