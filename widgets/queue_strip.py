"""The queues of the floor, one line each: who waits, for how long, and how well each queue is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len

from app.core.clock import Clock
from app.core.durations import NOTHING, clock_text, percent_text
from app.core.i18n import N_, _, ngettext
from app.floor.picture import FloorSnapshot, QueueRow
from widgets.cells import fit, fit_right, shown
from widgets.levels import DEFAULT_TARGETS, FloorTargets, Level, level_at_least, level_below
from widgets.painted import Line, Painted, Piece

BAR_CELLS: Final = 8
WIDE_BAR_CELLS: Final = 30
"""A cell per waiting call, so that bars of different queues compare; what does not fit is a plus sign."""

WIDE_WIDTH: Final = 120
"""From here on the bars are long."""

_NAME_MOST: Final = 28
_COUNT_CELLS: Final = 5


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    minimum: int

    @property
    def width(self) -> int:
        """Cells, with a gap before: enough for the figures and for the title in the chosen language."""
        return max(self.minimum, cell_len(_(self.title)) + 2)


_WAITING: Final = N_("Waiting")
_FIGURES: Final = (
    _Column(N_("Longest"), 9),
    _Column(N_("SL today"), 8),
    _Column(N_("SL now"), 8),
    _Column(N_("Answer rate"), 8),
    _Column(N_("Offered"), 8),
)


class QueueStrip(Painted):
    """One line per queue in the order of names, so that no queue ever moves; urgency is colour and sign.

    Args:
        clock: Tells what "now" is for the longest wait.
        targets: What figures are held against.
        most_lines: Lines for queues; where there are more, the last line says how many and names the urgent ones.
        empty_text: What to say where there are no queues.
    """

    DEFAULT_CSS: ClassVar[str] = """
    QueueStrip {
        & .queue-strip--header { color: $text-muted; }
        & .queue-strip--name { color: $foreground; }
        & .queue-strip--figure { color: $foreground; }
        & .queue-strip--bar { color: $text-primary; }
        & .queue-strip--muted { color: $text-muted; }
        & .queue-strip--notice { color: $text-warning; text-style: bold; }
        & .queue-strip--warn { color: $text-error; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue-strip--header",
        "queue-strip--name",
        "queue-strip--figure",
        "queue-strip--bar",
        "queue-strip--muted",
        "queue-strip--notice",
        "queue-strip--warn",
    }

    def __init__(
        self,
        clock: Clock,
        *,
        targets: FloorTargets = DEFAULT_TARGETS,
        most_lines: int = 6,
        empty_text: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.clock = clock
        self.empty_text = empty_text
        self._targets = targets
        self._most_lines = max(1, most_lines)
        self._snapshot: FloorSnapshot | None = None

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture."""
        self._snapshot = snapshot
        self.repaint()

    def tick(self) -> None:
        """A second has passed: the longest waits are longer."""
        if self._snapshot is not None and any(queue.waiting for queue in self._snapshot.queues):
            self.repaint()

    def retranslate(self) -> None:
        """Paint every word again, after the language was changed."""
        self.repaint()

    def paint(self, width: int) -> list[Line]:
        queues = self._snapshot.queues if self._snapshot is not None else ()
        if not queues:
            return [[Piece(self.empty_text, "queue-strip--muted")]]
        now_ms = self.clock.now_ms()
        bar_cells = WIDE_BAR_CELLS if width >= WIDE_WIDTH else BAR_CELLS
        name_width = _name_width(queues, width, bar_cells)
        shown_count = len(queues) if len(queues) <= self._most_lines else self._most_lines - 1
        lines: list[Line] = [_header(name_width, bar_cells)]
        lines += [self._queue_line(queue, name_width, bar_cells, now_ms) for queue in queues[:shown_count]]
        if rest := queues[shown_count:]:
            lines.append(self._rest_line(rest, now_ms))
        return lines

    def _queue_line(self, queue: QueueRow, name_width: int, bar_cells: int, now_ms: int) -> Line:
        targets = self._targets
        waited = None if queue.oldest_entered_ms is None else max(0, now_ms - queue.oldest_entered_ms) // 1000
        today, interval = queue.today, queue.interval
        bar = "█" * min(queue.waiting, bar_cells) + ("+" if queue.waiting > bar_cells else "")
        waiting = level_at_least(queue.waiting, *targets.waiting)
        figures = (
            (NOTHING if waited is None else clock_text(waited), level_at_least(waited, *targets.longest_wait_seconds)),
            (
                percent_text(today.service_level_offered),
                level_below(today.service_level_offered, *targets.service_level),
            ),
            (
                percent_text(interval.service_level_offered),
                level_below(interval.service_level_offered, *targets.service_level),
            ),
            (percent_text(today.answer_rate), level_below(today.answer_rate, *targets.answer_rate)),
            (str(today.offered), Level.NORMAL),
        )
        pieces = [
            Piece(fit(shown(queue.queue), name_width) + " ", "queue-strip--name"),
            Piece(fit_right(str(queue.waiting), 4) + waiting.sign, _style(waiting)),
            Piece(fit(bar, bar_cells + 1), "queue-strip--bar" if waiting is Level.NORMAL else _style(waiting)),
        ]
        for (text, level), column in zip(figures, _FIGURES, strict=True):
            pieces.append(Piece(fit_right(text + (level.sign if level else ""), column.width), _style(level)))
        return pieces

    def _rest_line(self, rest: tuple[QueueRow, ...], now_ms: int) -> Line:
        text = ngettext("+{count} more queue", "+{count} more queues", len(rest)).format(count=len(rest))
        pieces = [Piece(text, "queue-strip--muted")]
        for queue in rest:
            waited = None if queue.oldest_entered_ms is None else max(0, now_ms - queue.oldest_entered_ms) // 1000
            level = max(
                level_at_least(queue.waiting, *self._targets.waiting),
                level_at_least(waited, *self._targets.longest_wait_seconds),
            )
            if level and waited is not None:
                pieces.append(
                    Piece(f"  {level.sign} {shown(queue.queue)} {queue.waiting} · {clock_text(waited)}", _style(level))
                )
        return pieces


def _style(level: Level) -> str:
    return "queue-strip--figure" if level is Level.NORMAL else f"queue-strip--{level.style_name}"


def _share(share: float | None, target: tuple[float, float]) -> tuple[str, Level]:
    return percent_text(share), level_below(share, *target)


def _name_width(queues: tuple[QueueRow, ...], width: int, bar_cells: int) -> int:
    others = _COUNT_CELLS + bar_cells + 1 + sum(column.width for column in _FIGURES)
    longest = max(cell_len(shown(queue.queue)) for queue in queues)
    return max(6, min(width - others - 1, _NAME_MOST, max(longest, 10)))


def _header(name_width: int, bar_cells: int) -> Line:
    text = fit(_("Queue"), name_width) + "  " + fit(_(_WAITING), _COUNT_CELLS + bar_cells)
    text += "".join(fit_right(_(column.title), column.width) for column in _FIGURES)
    return [Piece(text, "queue-strip--header")]
