"""The notices: what is broken and known, what is going to happen with its countdown, and what was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from typing_extensions import override

from app.core.i18n import N_, _
from screens.actions import ActionState, action, actions_of, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HeaderLine, HintLine, repaint_all
from screens.notice_lines import board_lines, life_lines, name_of
from widgets.board_table import BoardLineChosen, BoardTable
from widgets.painted import Line, Painted

if TYPE_CHECKING:
    from app.tickets.notice_desk import NoticeBoard, NoticeLife
    from app.tickets.ports import Notice

RELOAD_MS: Final = 5_000
"""How old the list may get: what was posted elsewhere is seen soon enough."""

HINTS: Final = (
    "app.help",
    "notices.post",
    "notices.change",
    "notices.end",
    "notices.peek",
    "notices.close",
    "app.palette",
    "app.language",
)

FORMULAS: Final = (
    (N_("Absorbed"), N_("Contacts that were answered with the notice instead of a ticket.")),
    (N_("Share absorbed"), N_("Absorbed / (absorbed + tickets of its area and service written while it held).")),
    (N_("Effect"), N_("What it should do to the calls, as whoever posted it said; no forecast counts it.")),
    (N_("Over in"), N_("Expected end − now; with a minus sign it has outlasted that.")),
)


class NoticeTable(BoardTable, inherit_bindings=False):
    """The notices with the keys of their screen: letters belong to the screen's own actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]


class NoticesScreen(Living, Beside, Screen[None]):
    """The notices."""

    CSS_PATH = "notices.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("notices", "app")
    AUTO_FOCUS = "NoticeTable"
    where = "notices"

    def __init__(self) -> None:
        super().__init__()
        self._read_ms: int | None = None
        self._notices: tuple[Notice, ...] = ()

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the notices"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield NoticeTable(app.clock)
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Show what is known already, and read what there is."""
        self.table.empty_text = _("Opening the notices…")
        self._read()

    @property
    def table(self) -> BoardTable:
        """The three lists."""
        return self.query_one(BoardTable)

    def chosen(self) -> Notice | None:
        """The notice under the cursor."""
        key = self.table.cursor_key
        return next((notice for notice in self._notices if notice.notice == key), None)

    # -- what the app calls ---------------------------------------------------------------------------------------

    def tick(self) -> None:
        self.query_one(HeaderLine).tick()
        self.table.tick()
        if self._read_ms is None or abs(host(self).clock.now_ms() - self._read_ms) >= RELOAD_MS:
            self._read()
        elif self._notices:
            # Time alone moves a notice from one list to the next.
            self._list()

    def language_changed(self) -> None:
        self._list()
        self.table.retranslate()
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        from app.tickets.notice_times import Phase, phase

        notice = self.chosen()
        is_open = notice is not None and phase(notice, host(self).clock.now_ms()) is not Phase.OVER
        return replace(state, notice=notice is not None, notice_open=is_open)

    def figures(self) -> list[tuple[str, str]]:
        return [(_(label), _(formula)) for label, formula in FORMULAS]

    # -- the lists ------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        desk = host(self).notices
        if desk is None:
            self.table.empty_text = _("The notices cannot be read from here.")
        elif self.beside("notices", desk.board, self._take, self._say_trouble):
            self._read_ms = host(self).clock.now_ms()

    def _take(self, board: NoticeBoard) -> None:
        self._notices = board.notices
        self._list()

    def _list(self) -> None:
        if not self.table.is_held or not self.table.row_order.line_count:
            self.table.show(board_lines(self._notices, host(self).clock.now_ms(), host(self).local))

    def _say_trouble(self, sentence: str) -> None:
        self.table.empty_text = sentence
        host(self).tell(sentence, "error")

    def read_anew(self) -> None:
        """Read the notices now: somebody here has changed them."""
        self.table.release()
        self._read()

    # -- what a person does ---------------------------------------------------------------------------------------

    @on(BoardLineChosen)
    def do_peek(self) -> None:
        """Show the notice's life."""
        desk, notice = host(self).notices, self.chosen()
        if desk is None or notice is None:
            return

        def opened(life: NoticeLife | None) -> None:
            if life is not None:
                self.app.push_screen(NoticePeek(life))

        self.beside("life", partial(desk.life, notice.notice), opened, self._say_trouble)

    def do_post(self) -> None:
        """Post another."""
        from screens.notice_form import ask_post

        ask_post(self, None, self.read_anew)

    def do_change(self) -> None:
        """Post it again with other words."""
        from screens.notice_form import ask_post

        if (notice := self.chosen()) is not None:
            ask_post(self, notice, self.read_anew)

    def do_end(self) -> None:
        """Say that it is over."""
        from screens.alert_deeds import Asking, ask

        desk, notice = host(self).notices, self.chosen()
        if desk is None or notice is None:
            return

        def deed(_values: object) -> str:
            desk.end(notice.notice)
            return _("Notice {notice} is over.").format(notice=notice.notice)

        def title() -> list[str]:
            return [
                _("Is it over, or not going to be?"),
                name_of(notice),
                _("Who said that theirs does not work still gets a ticket."),
            ]

        ask(self.app, Asking(title, (), deed))

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen lay on top."""
        if self._read_ms is not None:
            self.read_anew()

    def do_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)


class NoticeLines(Painted):
    """A notice in words.

    Args:
        life: What is known of it.
        lines: Makes the lines of a width.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"peek--{name}" for name in ("text", "muted", "label", "heading")}
    DEFAULT_CSS: ClassVar[str] = """
    NoticeLines > .peek--text { color: $foreground; }
    NoticeLines > .peek--muted { color: $ink-muted; }
    NoticeLines > .peek--label { color: $ink-muted; }
    NoticeLines > .peek--heading { color: $accent; text-style: bold; }
    """

    def __init__(self, lines: Callable[[int], list[Line]]) -> None:
        super().__init__()
        self._lines = lines

    @override
    def paint(self, width: int) -> list[Line]:
        return self._lines(width) if width else []


class NoticePeek(Living, ModalScreen[None]):
    """One notice: what it says, who was told, and its life.

    Args:
        life: What is known of it.
    """

    CSS_PATH = "notices.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("notice", "app")
    AUTO_FOCUS = "#notice-life"
    where = "notice"

    def __init__(self, life: NoticeLife) -> None:
        super().__init__()
        self._life = life

    def compose(self) -> ComposeResult:
        with Vertical(id="notice"):
            with VerticalScroll(id="notice-life"):
                yield NoticeLines(self._lines)
            yield HintLine(actions_of("notice"))

    def _lines(self, width: int) -> list[Line]:
        app = host(self)
        return life_lines(self._life, app.clock.now_ms(), app.local, width)

    def on_mount(self) -> None:
        """Say which notice it is."""
        self.query_one("#notice").border_title = self._life.notice.notice.replace("[", "(")

    def language_changed(self) -> None:
        repaint_all(self)

    def do_close(self) -> None:
        """Back to the notices."""
        self.dismiss(None)
