"""The lines above the tickets: how many there are of what, and what is wrong with the filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from typing_extensions import override

from app.core.durations import PAUSED_SIGN
from app.core.i18n import _, ngettext
from app.tickets.picture import TicketCounts
from app.tickets.recovery import RecoveryMark, RecoveryStatus
from screens.actions import action, key_label
from screens.lines import wrapped
from widgets.cells import shown
from widgets.levels import Level
from widgets.painted import Line, Painted, Piece, cut_line, line_width


class TicketTally(Painted):
    """The view, and the open tickets in numbers; what came meanwhile and what is marked stands at the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"tally--{name}" for name in ("view", "open", "warn", "notice", "quiet", "arrivals", "marks")
    }
    DEFAULT_CSS: ClassVar[str] = """
    TicketTally { height: 1; padding: 0 1; }
    TicketTally > .tally--view { color: $foreground; text-style: bold; }
    TicketTally > .tally--open { color: $foreground; }
    TicketTally > .tally--warn { color: $level-warn; text-style: bold; }
    TicketTally > .tally--notice { color: $level-notice; }
    TicketTally > .tally--quiet { color: $ink-muted; }
    TicketTally > .tally--arrivals { color: $accent; text-style: bold; }
    TicketTally > .tally--marks { color: $accent; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, TicketCounts, int, int] = ("", TicketCounts(), 0, 0)
        self._recovery: RecoveryStatus | None = None

    def show_recovery(self, recovery: RecoveryStatus) -> None:
        """Show what was granted in the month, from the total on at which people are told of it."""
        if recovery != self._recovery:
            self._recovery = recovery
            self.repaint()

    def show(self, view: str, counts: TicketCounts, arrivals: int, marked: int) -> None:
        """Show other numbers.

        Args:
            view: Which tickets are looked at, in words.
            counts: Of all open tickets.
            arrivals: How many came that are not shown yet.
            marked: How many are marked.
        """
        if (view, counts, arrivals, marked) != self._shown:
            self._shown = (view, counts, arrivals, marked)
            self.repaint()

    def formulas(self) -> list[tuple[str, str]]:
        """What the numbers mean, for help."""
        return [
            (_("open"), _("Tickets that are not closed.")),
            (_("overdue"), _("A clock runs that has used more than its limit; at the limit it is met.")),
            (_("warned"), _("Not overdue, and a clock runs that is past its first warning.")),
            (_("paused"), _("Every clock that has not stopped waits.")),
            (
                _("granted"),
                _("Credits of this month in yuan and their line; shown from the share of it at which people are told."),
            ),
            (_("Left"), _("Until the next clock is due; of a paused one, what it has left of its limit.")),
            (_("Used"), _("One cell for each stage: how much of its limit is used; · not begun, ! past its limit.")),
        ]

    @override
    def paint(self, width: int) -> list[Line]:
        view, counts, arrivals, marked = self._shown
        line = [Piece(view, "tally--view"), Piece("   ")]
        line.append(Piece(ngettext("{count} open", "{count} open", counts.open).format(count=f"{counts.open:,}"), ""))
        for count, sign, text, style in (
            (counts.overdue, Level.WARN.sign, _("{count} overdue"), "warn"),
            (counts.warned, Level.NOTICE.sign, _("{count} warned"), "notice"),
            (counts.paused, PAUSED_SIGN, _("{count} paused"), "quiet"),
        ):
            figure = f"{sign} " + text.format(count=f"{count:,}")
            line += [Piece("   "), Piece(figure, f"tally--{style}" if count else "tally--quiet")]
        said: list[Piece] = []
        if marked:
            said.append(Piece(_("* {count} marked").format(count=f"{marked:,}"), "tally--marks"))
        if arrivals:
            key = key_label(action("tickets.look").keys[0])
            came = ngettext("+{count} came: {key}", "+{count} came: {key}", arrivals).format(count=arrivals, key=key)
            said.append(Piece(came, "tally--arrivals"))
        for is_short in (False, True):
            right = _apart([*self._granted(is_short), *said])
            space = width - line_width(line) - line_width(right)
            if space >= 2:
                break
        else:
            # What just happened is worth more than the numbers that stand there all the time.
            line = cut_line(line, max(0, width - line_width(right) - 2))
            space = width - line_width(line) - line_width(right)
        return [[*line, Piece(" " * max(0, space)), *right]]

    def _granted(self, is_short: bool) -> list[Piece]:
        """What was granted in the month, once people are to be told: the amounts, or their share of the line."""
        recovery = self._recovery
        if recovery is None or not recovery.is_told:
            return []
        level = Level.WARN if recovery.mark is RecoveryMark.REACHED else Level.NOTICE
        if is_short and recovery.line_fen:
            said = _("granted {percent} %").format(percent=recovery.total_fen * 100 // recovery.line_fen)
        else:
            total, line = recovery.total_fen // 100, recovery.line_fen // 100
            said = _("granted {total} of {line} yuan").format(total=f"{total:,}", line=f"{line:,}")
        return [Piece(f"{level.sign} {said}", f"tally--{level.style_name}")]


def _apart(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces with a gap between each two."""
    return [part for piece in pieces for part in (Piece("   "), piece)][1:]


class FilterProblem(Painted):
    """Why a filter cannot be understood yet; takes no room while it can."""

    DEFAULT_CSS: ClassVar[str] = """
    FilterProblem { display: none; padding: 0 1; color: $level-notice; background: $row-pinned; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""

    def say(self, sentence: str) -> None:
        """Say what is wrong; an empty sentence says that nothing is."""
        if sentence != self.sentence:
            self.sentence = sentence
            self.display = bool(sentence)
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(line)] for line in wrapped(shown(self.sentence), max(20, width))]
