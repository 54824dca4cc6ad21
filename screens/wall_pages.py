"""The pages of the wall view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from typing_extensions import override

from app.core.clock import Clock
from app.core.durations import NOTHING, clock_text, rounded_percent_text
from app.core.i18n import N_, _
from app.floor.model import AgentState
from app.floor.picture import AgentRow, FloorSnapshot, QueueRow, StateCount
from screens.wall_lines import STATES, StateBar
from widgets.big import BigFigure, big_lines
from widgets.cells import fit, shown
from widgets.kpis import Kpi, Tile, make_tiles
from widgets.levels import DEFAULT_AGE_LIMITS, DEFAULT_TARGETS, Level, age_level, level_at_least, level_below
from widgets.painted import Line, Painted, Piece
from widgets.tally import Tally
from widgets.words import STATE_GLYPHS, state_style, state_word


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its id in the switcher and its title, a message id."""

    id: str
    title: str


PAGES: Final = (
    Page("wall-service", N_("The service at this moment")),
    Page("wall-agents", N_("Agents by state")),
    Page("wall-queues", N_("Queues")),
    Page("wall-distress", N_("Who needs a look")),
)

SERVICE_KPIS: Final = (Kpi.SERVICE_LEVEL_TODAY, Kpi.WAITING, Kpi.LONGEST_WAIT, Kpi.ANSWER_RATE)

LINE_HEIGHTS: Final = (11, 6, 4, 2, 1)
"""How many lines a queue may take, its blank line with it: what the sizes of block digits ask for."""


class ServicePage(Grid):
    """Service level, calls waiting, the longest wait and the answer rate."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id=PAGES[0].id)
        self._clock = clock
        self._tally = Tally()
        self._snapshot: FloorSnapshot | None = None

    def compose(self) -> ComposeResult:
        for kpi in SERVICE_KPIS:
            yield BigFigure(id=f"wall-{kpi.value}")

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture."""
        self._snapshot = snapshot
        self._tally.update(snapshot.agents)
        self.tick()

    def tick(self) -> None:
        """Show the present second."""
        if self._snapshot is None:
            return
        now_ms = self._clock.now_ms()
        tiles = {tile.kpi: tile for tile in make_tiles(self._snapshot, self._tally.count(now_ms), now_ms)}
        today = self._snapshot.today
        shares = {
            Kpi.SERVICE_LEVEL_TODAY: rounded_percent_text(today.service_level_offered),
            Kpi.ANSWER_RATE: rounded_percent_text(today.answer_rate),
        }
        for kpi in SERVICE_KPIS:
            tile = tiles[kpi]
            figure = self.query_one(f"#wall-{kpi.value}", BigFigure)
            # A tenth of a per cent costs half the size of the digits, and nobody acts on it.
            text = shares.get(kpi, tile.figure)
            figure.show(text, label=tile.label, note=self._note(tile, tiles), level=tile.level)

    def _note(self, tile: Tile, tiles: dict[Kpi, Tile]) -> str:
        if tile.kpi is Kpi.SERVICE_LEVEL_TODAY:
            present = tiles[Kpi.SERVICE_LEVEL_INTERVAL]
            return f"{tile.note} · {present.label} {present.figure}"
        return tile.note


class AgentsPage(Vertical):
    """How many agents are in each state, and a bar of their shares."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(id=PAGES[1].id)
        self._clock = clock
        self._tally = Tally()

    def compose(self) -> ComposeResult:
        with Grid(id="wall-states"):
            for state in STATES:
                yield BigFigure(id=f"wall-{state.value}", classes=state_style(state))
        yield StateBar()

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture."""
        self._tally.update(snapshot.agents)
        self.tick()

    def tick(self) -> None:
        """Show the present second."""
        counts = _by_state(self._tally.count(self._clock.now_ms()))
        for state in STATES:
            figure = self.query_one(f"#wall-{state.value}", BigFigure)
            figure.show(str(counts[state]), label=f"{STATE_GLYPHS[state]} {state_word(state)}")
        self.query_one(StateBar).show(counts)


def _by_state(count: StateCount) -> dict[AgentState, int]:
    return {
        AgentState.ON_CALL: count.on_call,
        AgentState.AVAILABLE: count.available,
        AgentState.RINGING: count.ringing,
        AgentState.HOLD: count.hold,
        AgentState.WRAP_UP: count.wrap_up,
        AgentState.NOT_READY: count.not_ready,
    }


class WallLines(Painted):
    """A page that is painted line by line in whatever room there is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "wall--name",
        "wall--figure",
        "wall--muted",
        "wall--notice",
        "wall--warn",
        *(f"wall--{state_style(state)}" for state in STATES),
    }
    DEFAULT_CSS: ClassVar[str] = """
    WallLines { height: 1fr; }
    WallLines > .wall--name { color: $foreground; text-style: bold; }
    WallLines > .wall--figure { color: $foreground; text-style: bold; }
    WallLines > .wall--muted { color: $ink-muted; }
    WallLines > .wall--notice { color: $level-notice; text-style: bold; }
    WallLines > .wall--warn { color: $level-warn; text-style: bold; }
    WallLines > .wall--state-available { color: $state-available; }
    WallLines > .wall--state-ringing { color: $state-ringing; }
    WallLines > .wall--state-on-call { color: $state-on-call; }
    WallLines > .wall--state-hold { color: $state-hold; }
    WallLines > .wall--state-wrap-up { color: $state-wrap-up; }
    WallLines > .wall--state-not-ready { color: $state-not-ready; }
    """

    def __init__(self, page: Page, clock: Clock) -> None:
        super().__init__(id=page.id)
        self._clock = clock
        self._snapshot: FloorSnapshot | None = None

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture."""
        self._snapshot = snapshot
        self.repaint()

    def tick(self) -> None:
        """Show the present second."""
        self.repaint()


class QueuesPage(WallLines):
    """One big line per queue: who waits, how long, and the service level."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(PAGES[2], clock)

    @override
    def paint(self, width: int) -> list[Line]:
        if self._snapshot is None or not self._snapshot.queues:
            return [[], [Piece(_("No queue has had a call yet."), "wall--muted")]]
        queues = self._most_urgent(self._snapshot.queues)
        height = self.size.height or len(queues)
        rows = next((rows for rows in LINE_HEIGHTS if rows * len(queues) + 1 <= height), 1)
        lines: list[Line] = [self._titles(width)]
        for queue in queues[: max(1, height - 1) // rows]:
            lines += self._queue_lines(queue, width, rows)
        return lines

    def _most_urgent(self, queues: Sequence[QueueRow]) -> list[QueueRow]:
        # A queue never moves while all of them fit.
        height = self.size.height
        if not height or len(queues) + 1 <= height:
            return list(queues)
        return sorted(queues, key=lambda queue: -queue.waiting)

    def _columns(self, width: int) -> tuple[int, int, int, int]:
        name = max(10, width * 24 // 100)
        each = (width - name) // 3
        return name, each, each, width - name - 2 * each

    def _titles(self, width: int) -> Line:
        titles = (_("Queue"), _("Waiting"), _("Longest"), _("SL today"))
        return [
            Piece(fit(title, cells), "wall--muted") for title, cells in zip(titles, self._columns(width), strict=True)
        ]

    def _queue_lines(self, queue: QueueRow, width: int, rows: int) -> list[Line]:
        now_ms = self._clock.now_ms()
        waited = None if queue.oldest_entered_ms is None else max(0, now_ms - queue.oldest_entered_ms) // 1000
        share = queue.today.service_level_offered
        name_cells, *cells = self._columns(width)
        targets = DEFAULT_TARGETS
        figures = [
            (str(queue.waiting), level_at_least(queue.waiting, *targets.waiting)),
            (NOTHING if waited is None else clock_text(waited), level_at_least(waited, *targets.longest_wait_seconds)),
            (rounded_percent_text(share), level_below(share, *targets.service_level)),
        ]
        tall = rows - 1 if rows > 1 else 1
        blocks = [
            (big_lines(figure, each - 2, tall), level, each)
            for (figure, level), each in zip(figures, cells, strict=True)
        ]
        middle = tall // 2 if rows > 1 else 0
        lines: list[Line] = []
        for at in range(tall):
            name = fit(shown(queue.queue), name_cells - 1) + " " if at == middle else " " * name_cells
            line = [Piece(name, "wall--name")]
            for block, level, each in blocks:
                offset = at - (tall - len(block)) // 2
                text = block[offset] if 0 <= offset < len(block) else ""
                sign = " " + level.sign if len(block) == 1 and offset == 0 else ""
                line.append(Piece(fit(text + sign, each), _level_style(level)))
            lines.append(line)
        return [*lines, []] if rows > 1 else lines


def _level_style(level: Level) -> str:
    return "wall--figure" if level is Level.NORMAL else f"wall--{level.style_name}"


class DistressPage(WallLines):
    """The agents who have been in a state for longer than it should take, the worst first."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(PAGES[3], clock)

    @override
    def paint(self, width: int) -> list[Line]:
        if self._snapshot is None:
            return []
        now_ms = self._clock.now_ms()
        rows = out_of_limits(self._snapshot, now_ms)
        if not rows:
            return [[], [Piece(_("Nobody: every agent is within the limits."), "wall--state-available")]]
        height = self.size.height or len(rows)
        # Every second line stays blank while all of them fit so: a line is then found again from afar.
        airy = len(rows) * 2 <= height
        fits = len(rows) if len(rows) <= height else max(1, height - 1)
        lines: list[Line] = []
        for row in rows[:fits]:
            lines.append(self._agent_line(row, now_ms, width))
            if airy:
                lines.append([])
        if len(rows) > fits:
            lines.append([Piece(_("and {count} more").format(count=len(rows) - fits), "wall--muted")])
        return lines

    def _agent_line(self, row: AgentRow, now_ms: int, width: int) -> Line:
        seconds = row.seconds_in_state(now_ms)
        level = age_level(row, seconds, DEFAULT_AGE_LIMITS)
        name_cells = max(12, width * 36 // 100)
        time_cells = 12
        state_cells = width - name_cells - time_cells
        state = f"{STATE_GLYPHS[row.state]} {state_word(row.state)}"
        if row.state is AgentState.NOT_READY:
            state += f" · {shown(row.reason) or _('no reason')}"
        elif row.queue:
            state += f" · {shown(row.queue)}"
        return [
            Piece(f"{level.sign} {clock_text(seconds)}".ljust(time_cells), _level_style(level)),
            Piece(fit(shown(row.label), name_cells), "wall--name"),
            Piece(fit(state, state_cells), f"wall--{state_style(row.state)}"),
        ]


def out_of_limits(snapshot: FloorSnapshot, now_ms: int) -> list[AgentRow]:
    """The agents beyond a limit of their state: the more urgent level first, then the longest in state."""
    rows = []
    for row in snapshot.agents.values():
        seconds = row.seconds_in_state(now_ms)
        level = age_level(row, seconds, DEFAULT_AGE_LIMITS)
        if level is not Level.NORMAL:
            rows.append((-level, -seconds, row.agent, row))
    return [row for *_order, row in sorted(rows, key=lambda entry: entry[:3])]
