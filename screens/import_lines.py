"""What bringing in a list does, told line by line: the same rows and reasons as “import --dry-run” has in a shell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from typing_extensions import override

from app.core.i18n import N_, _, ngettext
from app.core.import_report import problem_line
from app.planning.lists import LIST_WORDS, ListKind, columns_of
from screens.lines import wrapped
from widgets.cells import fit, shown
from widgets.line_list import LineList
from widgets.painted import Line, Painted, Piece, line_width

if TYPE_CHECKING:
    from app.core.imports import ImportPlan

ACTION_CELLS: Final = 11
LINE_CELLS: Final = 13

_ACTIONS: Final = {
    "added": ("+", N_("added")),
    "changed": ("→", N_("changed")),
    "removed": ("−", N_("removed")),
}
"""What happens to a row: a sign and a word; message ids."""

_COUNTS: Final = (
    (N_("added"), "added"),
    (N_("changed"), "changed"),
    (N_("removed"), "removed"),
    (N_("as it is"), "unchanged"),
    (N_("cannot be taken"), "skipped"),
)


class KindChosen(Message):
    """A kind of list was clicked on."""

    def __init__(self, kind: ListKind) -> None:
        super().__init__()
        self.kind: Final = kind


class PathWanted(Message):
    """A key was pressed that can only mean the path.

    Args:
        edit: What the field of the path is to do: the name of one of its actions, or the first character of a new path.
    """

    def __init__(self, edit: str) -> None:
        super().__init__()
        self.edit: Final = edit


class KindLine(Painted):
    """The kinds of lists, the chosen one marked, and under them the columns it has."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"kind--label", "kind--other", "kind--chosen", "kind--columns"}
    DEFAULT_CSS: ClassVar[str] = """
    KindLine > .kind--label { color: $ink-muted; }
    KindLine > .kind--other { color: $foreground; }
    KindLine > .kind--chosen { color: $block-cursor-foreground; background: $block-cursor-background; }
    KindLine > .kind--columns { color: $ink-muted; }
    """

    def __init__(self, kind: ListKind) -> None:
        super().__init__()
        self._kind = kind
        self._places: list[tuple[int, int, ListKind]] = []

    def show(self, kind: ListKind) -> None:
        """Mark another one."""
        self._kind = kind
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        line = [Piece(_("The file holds") + " ", "kind--label")]
        places = []
        for kind, word in LIST_WORDS.items():
            chosen = kind is self._kind
            start = line_width(line)
            line.append(
                Piece(f"›{_(word)} " if chosen else f" {_(word)} ", "kind--chosen" if chosen else "kind--other")
            )
            places.append((start, line_width(line), kind))
        self._places = places
        columns = columns_of(self._kind)
        optional = _(" (and, where you have them, {columns})").format(columns=", ".join(columns.optional))
        told = _("Its columns: {columns}").format(columns=", ".join(columns.required))
        told += optional if columns.optional else ""
        return [line, *([Piece(part, "kind--columns")] for part in wrapped(told, width))]

    def on_click(self, event: events.Click) -> None:
        """Choose the kind under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y:
            return
        for start, end, kind in self._places:
            if start <= offset.x < end:
                self.post_message(KindChosen(kind))


class ImportState(Painted):
    """Where one is: what is being done, or what it came to, and what to do next."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"state--said", "state--next", "state--trouble"}
    DEFAULT_CSS: ClassVar[str] = """
    ImportState > .state--said { color: $foreground; text-style: bold; }
    ImportState > .state--next { color: $ink-muted; }
    ImportState > .state--trouble { color: $level-warn; }
    """

    def __init__(self, told: Callable[[], tuple[str, str, str]]) -> None:
        super().__init__()
        self._told = told

    @override
    def paint(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for sentence, name in zip(self._told(), ("said", "trouble", "next"), strict=True):
            lines += [[Piece(line, f"state--{name}")] for line in wrapped(shown(sentence), width) if line]
        return lines or [[]]


class ImportLines(LineList):
    """Bad rows first, then what the others change; keys that begin or mend a path go to the path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"path('{edit}')", show=False)
        for key, edit in (
            ("slash", "/"),
            ("tilde", "~"),
            ("backspace", "delete_left"),
            ("ctrl+w", "delete_left_word"),
            ("ctrl+u", "delete_left_all"),
            ("left", "cursor_left"),
            ("right", "cursor_right"),
        )
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"import--bad", "import--action", "import--key", "import--muted"}
    DEFAULT_CSS: ClassVar[str] = """
    ImportLines > .import--bad { color: $level-warn; }
    ImportLines > .import--action { color: $foreground; text-style: bold; }
    ImportLines > .import--key { color: $foreground; }
    ImportLines > .import--muted { color: $ink-muted; }
    """

    def action_path(self, edit: str) -> None:
        """Let the path have a key that means it."""
        self.post_message(PathWanted(edit))


def counts(plan: ImportPlan[Any]) -> str:
    """The figures of an import in one line."""
    row = plan.row()
    rows = ngettext("{count} row", "{count} rows", plan.rows).format(count=plan.rows)
    parts = [rows] + [f"{_(word)} {row[name]}" for word, name in _COUNTS if row[name]]
    return " · ".join(parts)


def told_lines(plan: ImportPlan[Any], width: int) -> list[Line]:
    """Every bad row with its reason, then every change, in lines of at most `width` cells."""
    return [*_bad_lines(plan, width), *_change_lines(plan, width)]


def _bad_lines(plan: ImportPlan[Any], width: int) -> Iterator[Line]:
    name = os.path.basename(plan.file)
    for bad in plan.bad_rows:
        yield from _folded([Piece("■ ", "import--bad")], 2, shown(problem_line(name, bad)), "import--bad", width)


def _change_lines(plan: ImportPlan[Any], width: int) -> Iterator[Line]:
    words = {action: f"{sign} {_(word)}" for action, (sign, word) in _ACTIONS.items()}
    for change in plan.differing:
        at_line = _("line {line}").format(line=change.line) if change.line else ""
        head = [
            Piece(fit(words[change.action], ACTION_CELLS), "import--action"),
            Piece(fit(at_line, LINE_CELLS), "import--muted"),
        ]
        text = shown(f"{change.key}  {change.detail}" if change.detail else change.key)
        yield from _folded(head, ACTION_CELLS + LINE_CELLS, text, "import--key", width)


def _folded(head: list[Piece], indent: int, text: str, style: str, width: int) -> Iterable[Line]:
    """A line whose text goes on below where it began: after the `indent` cells of its head."""
    first, *rest = _parts(text, max(20, width - indent))
    return [[*head, Piece(first, style)], *([Piece(" " * indent), Piece(part, style)] for part in rest)]


def _parts(text: str, room: int) -> Sequence[str]:
    """What `wrapped` gives, at a fraction of its cost where every character takes one cell: there may be many rows."""
    if not text.isascii():
        return [text] if cell_len(text) <= room else wrapped(text, room)
    parts = []
    while len(text) > room:
        end = text.rfind(" ", 0, room + 1)
        if end <= 0:
            end = text.find(" ", room)
        if end < 0:
            break
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text] if text or not parts else parts
