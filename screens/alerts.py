"""The alerts screen: what is active, holding, silenced or explained by others, what was, and what the rules do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from typing_extensions import override

from app.alerts.grouping import AlertGroup, alone
from app.alerts.model import Alert
from app.core.i18n import _
from screens.actions import ActionState, action, bindings
from screens.alert_views import (
    EMPTY_WORDS,
    FIGURES_MS,
    HISTORY_MS,
    LIVE_VIEWS,
    VIEW_WORDS,
    AlertView,
    Look,
    entries,
    figure_lines,
    history_entries,
    is_in,
    key_of,
    titles,
)
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HeaderLine, HintLine, repaint_all
from widgets.alert_table import AlertChosen, AlertTable
from widgets.alert_words import RuleWords
from widgets.cells import shown
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    from app.alerts.figures import RuleFigures
    from app.alerts.model import Fault
    from app.alerts.ports import AlertDesk, AlertPicture

HINTS: Final = (
    "app.help",
    "app.acknowledge",
    "app.silence",
    "app.open",
    "app.escalate",
    "alerts.peek",
    "alerts.next_view",
    "alerts.declare",
    "alerts.close",
    "app.palette",
    "app.language",
)

RELOAD_MS: Final = 30_000
"""How old history and figures may get."""

FAULT_ENTITY: Final = "fault"
"""How the name of a declared fault begins, where an alert is about one."""


class AlertTabs(Painted):
    """The names of the lists, how many are in each, and which one is shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--here", "tabs--other", "tabs--problem"}
    DEFAULT_CSS: ClassVar[str] = """
    AlertTabs { height: 1; padding: 0 1; }
    AlertTabs > .tabs--here { color: $accent; text-style: bold underline; }
    AlertTabs > .tabs--other { color: $ink-muted; }
    AlertTabs > .tabs--problem { color: $level-warn; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._view = AlertView.ACTIVE
        self._counts: dict[AlertView, int] = {}
        self._problem = ""

    def show(self, view: AlertView, counts: dict[AlertView, int], problem: str) -> None:
        """Show which list is shown, how many alerts are in each, and what is wrong with reading them."""
        if (view, counts, problem) != (self._view, self._counts, self._problem):
            self._view, self._counts, self._problem = view, counts, problem
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        line: list[Piece] = []
        for view in AlertView:
            count = f" {self._counts[view]}" if view in self._counts else ""
            is_here = view is self._view
            text = f"[{_(VIEW_WORDS[view])}{count}]" if is_here else f" {_(VIEW_WORDS[view])}{count} "
            line.append(Piece(text, "tabs--here" if is_here else "tabs--other"))
        if self._problem:
            line.append(Piece(f"  ■ {shown(self._problem)}", "tabs--problem"))
        return [line]


class FigureLines(Painted):
    """Mean times, the noisiest rules, and those that never spoke."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"figures--{name}" for name in ("heading", "label", "figure", "text")}
    DEFAULT_CSS: ClassVar[str] = """
    FigureLines > .figures--heading { color: $accent; text-style: bold; }
    FigureLines > .figures--label { color: $ink-muted; }
    FigureLines > .figures--figure { color: $foreground; text-style: bold; }
    FigureLines > .figures--text { color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._figures: Sequence[RuleFigures] = ()
        self._words = RuleWords()

    def show(self, figures: Sequence[RuleFigures], words: RuleWords) -> None:
        """Show figures; the last row is of all rules."""
        self._figures, self._words = figures, words
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        if not self._figures:
            return [[Piece(_("Counting…"), "figures--label")]]
        return figure_lines(self._figures, self._words, width)


class ListTable(AlertTable, inherit_bindings=False):
    """The alerts with the keys of their screen: letters belong to the screen's own actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]


class AlertsScreen(Living, Beside, Screen[None]):
    """The alerts."""

    CSS_PATH = "alerts.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("alerts", "app")
    AUTO_FOCUS = "ListTable"
    where = "alerts"
    has_alert_cursor = True

    def __init__(self) -> None:
        super().__init__()
        self.view = AlertView.ACTIVE
        """Which list is shown."""
        self._history: list[Alert] = []
        self._read_ms: int | None = None
        self._seen: tuple[int, AlertView, int] | None = None
        self._listed: dict[str, Alert] = {}
        self._counted: int | None = None
        self._counts: dict[AlertView, int] = {}

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the alerts"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield AlertTabs()
        yield ListTable(app.clock)
        with VerticalScroll(id="figures", can_focus=True):
            yield FigureLines()
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Show what is known already."""
        self._show_view()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen lay on top."""
        self._list()

    @property
    def table(self) -> AlertTable:
        """The list."""
        return self.query_one(AlertTable)

    # -- what the app calls ---------------------------------------------------------------------------------------

    def show_alerts(self, picture: AlertPicture) -> None:  # noqa: ARG002 - it is the app's newest, as ever
        self._list()

    def tick(self) -> None:
        self.query_one(HeaderLine).tick()
        self._list()
        self.table.tick()
        self._read_when_old()

    def language_changed(self) -> None:
        self._seen = None
        self._list()
        self.table.retranslate()
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        return replace(state, alert=self.alert_group() is not None, fault=self._fault() is not None)

    def figures(self) -> list[tuple[str, str]]:
        from app.alerts.figures import explained

        return [(str(row["figure"]), str(row["formula"])) for row in explained()]

    # -- the lists ------------------------------------------------------------------------------------------------

    def _look(self) -> Look:
        app = host(self)
        return Look(app.banner.words, app.banner.person, app.local, app.clock.now_ms())

    def _show_view(self) -> None:
        self._seen, self._read_ms = None, None
        has_figures = self.view is AlertView.FIGURES
        self.table.display = not has_figures
        self.query_one("#figures").display = has_figures
        (self.query_one("#figures") if has_figures else self.table).focus()
        self._history = []
        self._list()
        self._read_when_old()

    def _list(self) -> None:
        """Show the list as it is now; lines do not move under a person's hand."""
        picture = host(self).alert_picture
        self._count()
        table = self.table
        table.empty_text = _("Opening the alerts…") if picture is None else _(EMPTY_WORDS[self.view])
        if picture is None or self.view is AlertView.FIGURES:
            return
        # Time alone moves an alert only where a silence ends: the feed makes another revision then.
        seen = (picture.revision, self.view, len(self._history))
        if seen == self._seen or (table.is_held and self._seen is not None and self._seen[1] is self.view):
            return
        self._seen = seen
        table.titles = titles(self.view)
        look = self._look()
        if self.view is AlertView.HISTORY:
            self._listed = {key_of(alert): alert for alert in self._history}
            table.show(history_entries(self._history, look))
        else:
            self._listed = {key_of(alert): alert for alert in picture.alerts}
            table.show(entries(picture, self.view, look))
        table.refresh()

    def _count(self) -> None:
        picture = host(self).alert_picture
        if picture is None:
            return
        if self._counted != picture.revision:
            self._counted, now_ms = picture.revision, host(self).clock.now_ms()
            self._counts = {view: sum(is_in(alert, view, now_ms) for alert in picture.alerts) for view in LIVE_VIEWS}
        self.query_one(AlertTabs).show(self.view, self._counts, picture.problem)

    def _read_when_old(self) -> None:
        desk, now_ms = host(self).alerts, host(self).clock.now_ms()
        if desk is None or self.view in LIVE_VIEWS:
            return
        if self._read_ms is not None and abs(now_ms - self._read_ms) < RELOAD_MS:
            return
        self._read_ms = now_ms
        if self.view is AlertView.HISTORY:
            call = partial(desk.history, now_ms - HISTORY_MS, now_ms + 1)
            self.beside("history", call, self._take_history, self._say_trouble)
        else:
            picture = host(self).alert_picture
            rules = [] if picture is None else [rule.id for rule in picture.book.rules]
            self.beside("figures", partial(_read_figures, desk, rules, now_ms), self._take_figures, self._say_trouble)

    def _take_history(self, alerts: list[Alert]) -> None:
        self._history = alerts
        self._seen = None
        self._list()

    def _take_figures(self, figures: Sequence[RuleFigures]) -> None:
        self.query_one(FigureLines).show(figures, host(self).banner.words)

    def _say_trouble(self, sentence: str) -> None:
        host(self).tell(sentence, "error")

    # -- what a person does ---------------------------------------------------------------------------------------

    def chosen(self) -> Alert | None:
        """The alert under the cursor."""
        key = self.table.cursor_key
        return None if key is None or self.view is AlertView.FIGURES else self._listed.get(key)

    def alert_group(self) -> AlertGroup | None:
        alert = self.chosen()
        return None if alert is None else alone(alert, host(self).clock.now_ms())

    def do_next_view(self) -> None:
        """Go through the lists."""
        self._go_through(1)

    def do_previous_view(self) -> None:
        """Go through the lists the other way round."""
        self._go_through(-1)

    def _go_through(self, by: int) -> None:
        views = list(AlertView)
        self.view = views[(views.index(self.view) + by) % len(views)]
        self._show_view()

    @on(AlertChosen)
    def do_peek(self) -> None:
        """Show the alert's life."""
        from screens.alert_peek import AlertPeek

        if (alert := self.chosen()) is not None:
            self.app.push_screen(AlertPeek(alert))

    def do_declare(self) -> None:
        """Declare a system down."""
        from screens.alert_deeds import ask_declare

        ask_declare(host(self), self.app)

    def do_end(self) -> None:
        """End the fault under the cursor."""
        from screens.alert_deeds import ask_end

        if (fault := self._fault()) is not None:
            ask_end(host(self), self.app, fault)

    def _fault(self) -> Fault | None:
        """The declared fault that the alert under the cursor is about."""
        alert, picture = self.chosen(), host(self).alert_picture
        if alert is None or picture is None:
            return None
        kind, _colon, name = alert.entity.partition(":")
        return next((fault for fault in picture.faults if kind == FAULT_ENTITY and fault.fault == name), None)

    def do_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)


def _read_figures(desk: AlertDesk, rules: Sequence[str], now_ms: int) -> Sequence[RuleFigures]:
    from app.alerts.figures import rule_figures

    start_ms = now_ms - FIGURES_MS
    return rule_figures(desk.history(start_ms, now_ms + 1), rules, start_ms, now_ms + 1)
