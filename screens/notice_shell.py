"""What the program knows of notices on every screen: the way to them, and that something planned comes near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from textual import on
from textual.message import Message
from textual.screen import Screen

from app.core.errors import WatchfloorError
from app.core.i18n import _
from screens.alert_shell import AlertShell
from screens.base import host

if TYPE_CHECKING:
    # The first frame does not wait for what notices are.
    from app.tickets.notice_desk import NoticeBoard, NoticeDesk

READ_SECONDS: Final = 10.0
"""How soon every screen says that people are told ahead of something."""

SHOWN_SECONDS: Final = 60.0


class BoardRead(Message):
    """The notices were read."""

    def __init__(self, board: NoticeBoard) -> None:
        super().__init__()
        self.board: Final = board


class NoticeShell(AlertShell):
    """A shell that says on whatever screen when people are told ahead of something, with the bell."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.notices: NoticeDesk | None = None
        self.notice_board: NoticeBoard | None = None
        """As it was last read; None before."""

    def attach_notices(self, desk: NoticeDesk) -> None:
        """Hand in where notices are read and posted; from any thread, at any time."""
        self.notices = desk

    def on_mount(self) -> None:
        """Begin to look."""
        self.set_interval(READ_SECONDS, self._read_notices, name="notices")

    def _read_notices(self) -> None:
        desk = self.notices
        if desk is not None:
            self.run_worker(
                lambda: self._read_board(desk), thread=True, exit_on_error=False, exclusive=True, group="notices"
            )

    def _read_board(self, desk: NoticeDesk) -> None:
        try:
            board = desk.board()
        except WatchfloorError:
            # The feeds of floor and tickets say already that the store is away.
            return
        self.post_message(BoardRead(board))

    @on(BoardRead)
    def _hear_board(self, message: BoardRead) -> None:
        before, self.notice_board = self.notice_board, message.board
        if before is None:
            return
        from app.tickets.notice_times import begins_ms
        from app.tickets.notice_words import event_word, place_text
        from widgets.cells import shown

        for notice in message.board.notices:
            told_ms = message.board.told_ms.get(notice.notice)
            if told_ms is None or told_ms == before.told_ms.get(notice.notice):
                continue
            sentence = _("Ahead: {event}, {place}, begins {when}.").format(
                event=event_word(notice),
                place=shown(place_text(notice)),
                when=f"{host(self).local(begins_ms(notice)):%m-%d %H:%M}",
            )
            self.notify(sentence, timeout=SHOWN_SECONDS, markup=False)
            self.bell()

    def do_notices(self) -> None:
        """Open the notices."""
        from screens.notices import NoticesScreen

        if not any(isinstance(screen, NoticesScreen) for screen in self.screen_stack):
            self.push_screen(cast("Screen[None]", NoticesScreen()))
