"""Bringing in a list: the file is named, what it would change is shown, and one key applies it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input
from typing_extensions import override

from app.core.i18n import _, ngettext
from app.core.text import inert
from app.planning.lists import ListKind
from screens.actions import ActionState, action, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.import_lines import ImportLines, ImportState, KindChosen, KindLine, PathWanted, counts, told_lines
from screens.lines import HeaderLine, HintLine, repaint_all
from screens.paths import PathSuggester, completed, continuations, endings_of, meant
from widgets.cells import shown
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    from app.core.imports import ImportPlan
    from app.planning.desk import PlanningDesk

HINTS: Final = ("import.apply", "import.skip", "import.kind", "import.look", "import.close", "app.help")
PATH_LIMIT: Final = 4096
_KINDS: Final = tuple(ListKind)


@dataclass(frozen=True, slots=True)
class Look:
    """A file that was looked at, or brought in.

    Attributes:
        kind: What it holds.
        file: Its path.
        plan: What it would change, or did.
        lines: The same, told in lines of `width` cells.
    """

    kind: ListKind
    file: str
    plan: ImportPlan[Any]
    lines: list[Line]
    width: int


class PathLabel(Painted):
    """What the field beside it is for."""

    DEFAULT_CSS: ClassVar[str] = "PathLabel { width: auto; min-width: 8; height: 1; color: $ink-muted; }"

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(_("File"))]]


class PathInput(Input):
    """Where the path is typed; Tab takes what is shown behind it, and goes on where nothing is.

    Args:
        endings: Tells which files are offered.
    """

    def __init__(self, endings: Callable[[], Sequence[str]], *, max_length: int) -> None:
        super().__init__(max_length=max_length, suggester=PathSuggester(endings), compact=True, select_on_focus=False)
        self._endings = endings

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "tab" and self.cursor_at_end:
            # Not the suggestion itself: it may not be there yet when somebody types fast.
            path = await asyncio.to_thread(completed, self.value, self._endings())
            if path is not None:
                self.value = path
                self.action_end()
                event.stop()
                event.prevent_default()
                return
        await super()._on_key(event)


class ImportFileScreen(Living, Beside, Screen[bool]):
    """Brings in a list; its result is whether anything was applied."""

    CSS_PATH = "import_file.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("import", "app"),
        # Where the path is typed these have no other meaning.
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    AUTO_FOCUS = "PathInput"
    where = "import"

    def __init__(self) -> None:
        super().__init__()
        self.kind = ListKind.SCHEDULE
        self.look: Look | None = None
        self.skip_bad = False
        self._doing = ""
        self._since_ms = 0
        self._trouble = ""
        self._applied = False

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · bringing in a list"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield KindLine(self.kind)
        with Horizontal(id="path"):
            yield PathLabel()
            yield PathInput(lambda: endings_of(self.kind), max_length=PATH_LIMIT)
        yield ImportState(self._told)
        yield ImportLines()
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Offer what lies here."""
        self._say_placeholder()
        self._offer()

    def tick(self) -> None:
        self.query_one(HeaderLine).tick()
        if self._doing:
            self.query_one(ImportState).repaint()

    def language_changed(self) -> None:
        self._say_placeholder()
        repaint_all(self)
        if self.look is not None and not self.look.plan.applied:
            # The reasons were worded while the file was read.
            self.do_look()
        else:
            self._tell_again()

    def fill_state(self, state: ActionState) -> ActionState:
        return replace(state, look=self.look is not None, why_not_imported=self._why_not())

    def _say_placeholder(self) -> None:
        self.query_one(PathInput).placeholder = _("A CSV or an .xlsx file; Tab completes, Enter looks what it would do")

    @property
    def desk(self) -> PlanningDesk | None:
        """Where lists go."""
        return host(self).planning

    @property
    def _is_applying(self) -> bool:
        """Whether what was looked at is being stored."""
        return bool(self._doing) and self.look is not None

    # -- what is said ---------------------------------------------------------------------------------------------

    def _told(self) -> tuple[str, str, str]:
        """What is being done or was found; what is wrong; what to do next."""
        if self._doing:
            seconds = (host(self).uptime_ms() - self._since_ms) // 1000
            return (f"{self._doing} {seconds} s" if seconds else self._doing), "", ""
        if self._trouble:
            return "", self._trouble, ""
        if self.look is None:
            return "", "", _("↑ ↓ choose what the file holds; Enter shows what it would change.")
        plan = self.look.plan
        if plan.applied:
            return _("Applied: {counts}").format(counts=counts(plan)), "", _("Esc goes back to the planner.")
        said = _("It would do this: {counts}").format(counts=counts(plan))
        if reason := self._why_not():
            return said, reason, ""
        if plan.bad_rows:
            left_out = ngettext(
                "Nothing is applied yet. F6 applies the good rows and leaves {count} bad row out.",
                "Nothing is applied yet. F6 applies the good rows and leaves {count} bad rows out.",
                len(plan.bad_rows),
            )
            return said, "", left_out.format(count=len(plan.bad_rows))
        return said, "", _("Nothing is applied yet. F6 applies it.")

    def _why_not(self) -> str:
        """Why what is shown cannot be applied; empty where it can."""
        if self._doing:
            return _("It is still being worked on: wait a moment.")
        look = self.look
        if look is None:
            return ""
        if look.plan.applied:
            return _("It is applied already.")
        if look.plan.bad_rows and not self.skip_bad:
            count = len(look.plan.bad_rows)
            return ngettext(
                "{count} row cannot be taken: correct it, or F4 leaves it out.",
                "{count} rows cannot be taken: correct them, or F4 leaves them out.",
                count,
            ).format(count=count)
        return "" if look.plan.differing else _("Nothing would change: all of it is stored already.")

    def _begin(self, sentence: str) -> None:
        self._doing, self._trouble = sentence, ""
        self._since_ms = host(self).uptime_ms()
        self.query_one(ImportState).repaint()

    def _fail(self, sentence: str) -> None:
        self._doing, self._trouble = "", sentence
        self.look = None
        self.query_one(ImportLines).show(())
        self.query_one(ImportState).repaint()

    def _show(self, look: Look) -> None:
        self._doing = ""
        self.look = look
        lines = self.query_one(ImportLines)
        lines.show(look.lines)
        self.query_one(ImportState).repaint()
        lines.focus()
        self._fit_width()

    # -- the file -------------------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        return max(20, self.query_one(ImportLines).size.width - 1)

    def _offer(self) -> None:
        """List what the path can become."""
        typed, endings = self.query_one(PathInput).value, endings_of(self.kind)
        self.beside("offer", partial(continuations, typed, endings), partial(self._take_offer, typed), self._fail)

    def _take_offer(self, typed: str, paths: list[str]) -> None:
        if typed != self.query_one(PathInput).value:
            self._offer()
        elif self.look is None and not self._doing:
            self.query_one(ImportLines).show([[Piece(f"  {shown(path)}", "import--muted")] for path in paths])

    @on(PathWanted)
    async def _edit_path(self, message: PathWanted) -> None:
        path = self.query_one(PathInput)
        path.focus()
        if len(message.edit) == 1:
            path.value = message.edit
            path.action_end()
        else:
            await path.run_action(message.edit)

    @on(Input.Changed)
    def _path_changed(self) -> None:
        self._forget()

    def _forget(self) -> None:
        """What was looked at is not what is named any more."""
        if self._is_applying:
            return
        self.look, self._trouble, self.skip_bad = None, "", False
        self.query_one(ImportState).repaint()
        self._offer()

    def do_kind(self) -> None:
        """Choose the next kind."""
        self._step(1)

    def do_previous_kind(self) -> None:
        """Choose the kind before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        self._choose(_KINDS[(_KINDS.index(self.kind) + by) % len(_KINDS)])

    @on(KindChosen)
    def _kind_clicked(self, message: KindChosen) -> None:
        self._choose(message.kind)

    def _choose(self, kind: ListKind) -> None:
        if not self._doing and kind is not self.kind:
            self.kind = kind
            self.query_one(KindLine).show(kind)
            self._forget()

    def action_page(self, by: int) -> None:
        """Scroll what is shown while the path is being typed."""
        lines = self.query_one(ImportLines)
        if by > 0:
            lines.action_page_down()
        else:
            lines.action_page_up()

    # -- looking and applying -------------------------------------------------------------------------------------

    @on(Input.Submitted)
    def do_look(self) -> None:
        """Read the file, and show what it would change."""
        desk, file = self.desk, meant(self.query_one(PathInput).value)
        if not file or desk is None or self._doing:
            return
        read = partial(self._read, desk, self.kind, file, self._width)
        if self.beside("look", read, partial(self._take_look, (self.kind, file)), self._fail):
            self.look = None
            self._begin(_("Reading {file}…").format(file=inert(file)))

    def _read(self, desk: PlanningDesk, kind: ListKind, file: str, width: int) -> Look:
        plan = desk.import_file(kind, file, skip_bad=True, dry_run=True)
        return Look(kind, file, plan, told_lines(plan, width), width)

    def _take_look(self, asked: tuple[ListKind, str], look: Look) -> None:
        if asked == (self.kind, meant(self.query_one(PathInput).value)):
            self._show(look)
        else:
            self._doing = ""
            self._forget()

    def do_skip(self) -> None:
        """Leave the bad rows out, or in again."""
        self.skip_bad = not self.skip_bad
        self.query_one(ImportState).repaint()

    def do_apply(self) -> None:
        """Apply what is shown: all of it or, if the file is another one by now, none."""
        desk, look = self.desk, self.look
        if desk is None or look is None:
            return
        apply = partial(self._apply, desk, look, self.skip_bad, self._width)
        if self.beside("apply", apply, self._done, self._fail):
            self._begin(_("Applying: all of it or nothing…"))

    def _apply(self, desk: PlanningDesk, look: Look, skip_bad: bool, width: int) -> Look:
        plan = desk.import_file(look.kind, look.file, skip_bad=skip_bad, dry_run=False, digest=look.plan.digest)
        return replace(look, plan=plan, lines=told_lines(plan, width), width=width)

    def _done(self, look: Look) -> None:
        # Rows can turn bad between the look and the deed, when somebody else changed what is stored.
        self._applied = self._applied or look.plan.applied
        self._show(look)

    def on_resize(self) -> None:
        """Tell the same in lines of another width, once there is one."""
        self.call_after_refresh(self._fit_width)

    def _fit_width(self) -> None:
        if self.look is not None and self.look.width != self._width:
            self._tell_again()

    def _tell_again(self) -> None:
        look = self.look
        if look is not None and not self._doing:
            told = partial(told_lines, look.plan, self._width)
            self.beside("tell", told, partial(self._take_lines, look, self._width), self._fail)

    def _take_lines(self, look: Look, width: int, lines: list[Line]) -> None:
        if look is self.look:
            self.look = replace(look, lines=lines, width=width)
            self.query_one(ImportLines).show(lines)
            self._fit_width()

    def do_close(self) -> None:
        """Back to where one came from; what is being applied is waited for."""
        if self._is_applying:
            host(self).tell(_("It is being applied: wait for its end."), "warning")
        else:
            self.dismiss(self._applied)
