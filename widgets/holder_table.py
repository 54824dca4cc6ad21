"""Who sits on what, one unit or person on each line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from app.core.clock import Clock
from app.core.durations import NOTHING, countdown_text
from app.core.i18n import N_, _
from app.tickets.holders import Holder
from widgets.cells import fit, fit_right, shown
from widgets.levels import Level
from widgets.painted import Piece
from widgets.row_paint import Cursor, RowPainter
from widgets.row_table import Frame, RowTable
from widgets.ticket_messages import TicketChosen

_FIGURES: Final = (N_("Open"), N_("Overdue"), N_("Within the hour"), N_("Paused"), N_("Returned"), N_("First due"))
_LEAST_NAME: Final = 22
_FIGURE_CELLS: Final = 10


def _widths(width: int) -> tuple[int, list[int]]:
    """Cells of the name, and of as many figures as fit; the first due one goes last."""
    titles = [_(title) for title in _FIGURES]
    cells = [max(_FIGURE_CELLS, len(title.encode("gb18030", "replace")) + 2) for title in titles]
    while cells and sum(cells) + _LEAST_NAME + 2 > width:
        cells.pop(-2 if len(cells) > 2 else -1)
    return max(1, min(44, width - 2 - sum(cells))), cells


class HolderOrder:
    """The holders on their lines."""

    def __init__(self) -> None:
        self.holders: Sequence[Holder] = ()
        self._lines: dict[str, int] = {}

    def show(self, holders: Sequence[Holder]) -> None:
        """Take over other holders, in their order."""
        self.holders = holders
        self._lines = {holder.key: at for at, holder in enumerate(holders)}

    @property
    def line_count(self) -> int:
        """How many there are."""
        return len(self.holders)

    def line_of(self, key: str) -> int | None:
        """The line of a holder; None where it has nothing any more."""
        return self._lines.get(key)

    def nearest(self, at: int) -> str | None:
        """The holder on a line, or on the last one."""
        return self.holders[max(0, min(at, len(self.holders) - 1))].key if self.holders else None

    def is_heading(self, at: int) -> bool:  # noqa: ARG002 - a unit can be chosen like a person
        """Never: every line can be chosen."""
        return False

    def thaw(self) -> bool:
        """Nothing is kept still here: the list is made anew every few seconds, and never while a person moves."""
        return False


class HolderPainter(RowPainter):
    """Paints the lines of the holders."""

    def __init__(self, style_of: Callable[[str], Style]) -> None:
        super().__init__(style_of)

    def header(self, width: int) -> Strip:
        """The line of titles."""
        name, cells = _widths(width)
        titles = [*_FIGURES[: len(cells) - 1], _FIGURES[-1]] if len(cells) < len(_FIGURES) else list(_FIGURES)
        text = "  " + fit(_("Unit, and who has it"), name)
        text += "".join(fit_right(_(title), cell) for title, cell in zip(titles, cells, strict=True))
        return self._strip([Piece(text, "header")], width, "header")

    def row(self, holder: Holder, now_ms: int, width: int, cursor: Cursor) -> Strip:
        """One holder at one moment."""
        name_cells, cells = _widths(width)
        due = NOTHING if holder.first_due_ms is None else countdown_text((holder.first_due_ms - now_ms) // 1000)
        numbers = (holder.open, holder.overdue, holder.soon, holder.paused, holder.returned)
        kept = numbers[: len(cells) - 1]
        name = shown(holder.unit_name or holder.unit)
        if holder.owner is not None:
            name = "  " + (shown(holder.owner_name or holder.owner) or _("nobody has it"))
        mark = "› " if cursor is not Cursor.AWAY else "  "
        style = self._style
        segments = [Segment(mark + fit(name, name_cells), style("unit" if holder.owner is None else "person", cursor))]
        for at, (number, cell) in enumerate(zip(kept, cells, strict=False)):
            sign = Level.WARN.sign if at == 1 and number else Level.NOTICE.sign if at == 2 and number else " "
            kind = {1: "warn", 2: "notice"}.get(at, "figures") if number else "figures"
            segments.append(Segment(fit_right((str(number) if number else "·") + sign, cell), style(kind, cursor)))
        if cells:
            segments.append(Segment(fit_right(due, cells[-1]), style("figures", cursor)))
        return Strip(segments).adjust_cell_length(width, style("figures", cursor))


class HolderTable(RowTable, can_focus=True, inherit_bindings=False):
    """The holders; a message says which one was chosen, by its key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"holders--{name}"
        for name in ("header", "unit", "person", "figures", "warn", "notice", "cursor", "cursor-blurred", "empty")
    }
    DEFAULT_CSS: ClassVar[str] = """
    HolderTable {
        & .holders--header { color: $ink-muted; background: $surface; }
        & .holders--unit { color: $foreground; text-style: bold; }
        & .holders--person { color: $foreground; }
        & .holders--figures { color: $ink-muted; }
        & .holders--warn { color: $level-warn; text-style: bold; }
        & .holders--notice { color: $level-notice; }
        & .holders--cursor { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
        & .holders--cursor-blurred { background: $boost; color: $foreground; }
        & .holders--empty { color: $ink-muted; }
    }
    """
    STYLE_PREFIX = "holders--"
    BINDINGS = RowTable.BINDINGS[:-1]

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._order = HolderOrder()
        self._painter = HolderPainter(self.component_style)
        self.empty_text = ""

    def show(self, holders: Sequence[Holder]) -> None:
        """Show other holders."""
        self._order.show(holders)
        self.settle()

    def holder(self, key: str) -> Holder | None:
        """The holder of a key."""
        at = self._order.line_of(key)
        return None if at is None else self._order.holders[at]

    @property
    def row_order(self) -> HolderOrder:
        return self._order

    @property
    def row_painter(self) -> HolderPainter:
        return self._painter

    def place_columns(self, width: int) -> None:
        """Nothing: the widths follow from the line's."""

    def header_line(self, frame: Frame) -> Strip:
        return self._painter.header(frame.width)

    def body_line(self, at: int, frame: Frame) -> Strip:
        holder = self._order.holders[at]
        cursor = frame.cursor if holder.key == self.cursor_key else Cursor.AWAY
        return self._painter.row(holder, frame.now_ms, frame.width, cursor)

    def sentence(self) -> str:
        return self.empty_text

    def row_chosen(self, key: str) -> None:
        self.post_message(TicketChosen(self, key))
