"""The peek: one agent's day as a strip of states and the figures behind it, laid over the floor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.worker import Worker, WorkerState
from typing_extensions import override

from app.core.durations import NOTHING, clock_text, percent_text
from app.core.errors import WatchfloorError
from app.core.i18n import N_, _
from app.core.text import inert
from app.floor.figures import AgentFigures
from app.floor.model import AgentState, ReasonCategory
from app.floor.picture import AgentDay, AgentRow
from app.floor.reasons import ReasonMap
from screens.actions import actions_of, bindings
from screens.base import Living, host
from screens.lines import HintLine, repaint_all, wrapped
from widgets.cells import fit, fit_right, shown
from widgets.painted import Line, Painted, Piece
from widgets.state_strip import StateStrip
from widgets.words import STATE_GLYPHS, category_word, state_style, state_word

RELOAD_MS: Final = 3_000
"""How old the day may get while it is open."""

BAR_CELLS: Final = 20

HEIGHTS: Final = [(0, "-short"), (36, "-tall")]
"""From how many lines on the whole day has room, for the style sheet."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure of an agent's day.

    Attributes:
        label: What it is called, in the chosen language; may hold text from data.
        value: The figure as text.
        share: Its share of the time signed in, for the bar; None for figures that are no part of it.
        formula: How it is made, as a sentence.
        style: The last part of the component class that colours it.
        indent: Cells before the label.
    """

    label: str
    value: str
    share: float | None
    formula: str
    style: str = ""
    indent: int = 0


_STATE_FORMULAS: Final = {
    AgentState.AVAILABLE: N_("Signed in, ready, and no call."),
    AgentState.RINGING: N_("A call rings at the agent."),
    AgentState.ON_CALL: N_("In conversation, without hold."),
    AgentState.HOLD: N_("The caller is on hold."),
    AgentState.WRAP_UP: N_("Work after a call; overlapping stretches count once."),
}


def day_figures(figures: AgentFigures, reasons: ReasonMap) -> list[FigureLine]:
    """The figures of one agent's day in the order in which a supervisor asks for them, in the chosen language."""
    whole_ms = figures.signed_in_ms

    def duration(label: str, milliseconds: int, formula: str, style: str = "", indent: int = 0) -> FigureLine:
        share = milliseconds / whole_ms if whole_ms else None
        return FigureLine(label, clock_text(milliseconds // 1000), share, _(formula), style, indent)

    by_state = {
        AgentState.AVAILABLE: figures.available_ms,
        AgentState.RINGING: figures.ringing_ms,
        AgentState.ON_CALL: figures.on_call_ms,
        AgentState.HOLD: figures.hold_ms,
        AgentState.WRAP_UP: figures.wrap_up_ms,
    }
    not_ready_ms = sum(figures.not_ready_ms.values())
    reverse_ms = figures.category_ms(reasons, ReasonCategory.REVERSE)
    lines = [
        FigureLine(
            _("Signed in"),
            clock_text(whole_ms // 1000) if whole_ms else NOTHING,
            None,
            _("Time signed in today; three queues at once are one hour per hour."),
        ),
        *(
            duration(f"{STATE_GLYPHS[state]} {state_word(state)}", ms, _STATE_FORMULAS[state], state_style(state), 2)
            for state, ms in by_state.items()
        ),
        duration(
            f"{STATE_GLYPHS[AgentState.NOT_READY]} {state_word(AgentState.NOT_READY)}",
            not_ready_ms,
            N_("Paused on every queue; the reasons below add up to it."),
            state_style(AgentState.NOT_READY),
            2,
        ),
    ]
    for reason, milliseconds in sorted(figures.not_ready_ms.items(), key=lambda item: (-item[1], item[0])):
        lines.append(duration(_reason_label(reason, reasons), milliseconds, _reason_formula(reason, reasons), "", 6))
    handled_ms = figures.talk_ms + figures.hold_ms + figures.wrap_up_ms
    mean = clock_text(handled_ms // 1000 // figures.answered) if figures.answered else NOTHING
    share = percent_text(reverse_ms / whole_ms) if whole_ms else NOTHING
    return [
        *lines,
        FigureLine(_("Answered"), str(figures.answered), None, _("Calls answered today.")),
        FigureLine(_("Talk"), clock_text(figures.talk_ms // 1000), None, _("Conversation today, without hold.")),
        FigureLine(_("Mean handling time"), mean, None, _("(talk + hold + wrap-up) / answered")),
        FigureLine(
            _("Occupancy"),
            percent_text(figures.occupancy),
            None,
            _("(on call + hold + wrap-up) / (that + available + ringing)"),
        ),
        FigureLine(_("Reverse time"), clock_text(reverse_ms // 1000), None, _("Not ready in category reverse.")),
        FigureLine(_("Reverse share"), share, None, _("Reverse time / time signed in")),
        FigureLine(_("Sign-ins"), str(figures.sign_ins), None, _("How often a session began today.")),
    ]


def _reason_label(reason: str, reasons: ReasonMap) -> str:
    label = shown(reason) if reason else _("no reason given")
    category = category_word(reasons.category(reason))
    return f"{label} · {category}" if reasons.is_mapped(reason) else f"{label} · {category} ?"


def _reason_formula(reason: str, reasons: ReasonMap) -> str:
    if reasons.is_mapped(reason):
        return N_("Not ready with this reason.")
    return N_("Not ready with a reason in no list: it counts as reverse.")


class DayFigures(Painted):
    """The figures of a day, one on each line, with a bar for shares and the formula where it is asked for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "day--label",
        "day--value",
        "day--bar",
        "day--formula",
        *(f"day--{state_style(state)}" for state in AgentState),
    }
    DEFAULT_CSS: ClassVar[str] = """
    DayFigures > .day--label { color: $ink-muted; }
    DayFigures > .day--value { color: $foreground; text-style: bold; }
    DayFigures > .day--bar { color: $ink-faint; }
    DayFigures > .day--formula { color: $ink-muted; text-style: italic; }
    DayFigures > .day--state-available { color: $state-available; }
    DayFigures > .day--state-ringing { color: $state-ringing; }
    DayFigures > .day--state-on-call { color: $state-on-call; }
    DayFigures > .day--state-hold { color: $state-hold; }
    DayFigures > .day--state-wrap-up { color: $state-wrap-up; }
    DayFigures > .day--state-not-ready { color: $state-not-ready; }
    """

    def __init__(self, reasons: ReasonMap) -> None:
        super().__init__()
        self._reasons = reasons
        self._figures: AgentFigures | None = None
        self.formulas = False
        """Whether each line shows how it is made."""

    def show(self, figures: AgentFigures) -> None:
        """Show the figures of a day."""
        self._figures = figures
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        if self._figures is None:
            return []
        figures = day_figures(self._figures, self._reasons)
        return [line for figure in figures for line in self._lines(figure, width)]

    def _lines(self, figure: FigureLine, width: int) -> list[Line]:
        label_cells = min(36, max(16, width - BAR_CELLS - 22))
        style = f"day--{figure.style}" if figure.style else "day--label"
        pieces = [
            Piece(fit(" " * figure.indent + figure.label, label_cells), style),
            Piece(fit_right(figure.value, 10), "day--value"),
        ]
        if self.formulas:
            before = label_cells + 12
            first, *rest = wrapped(figure.formula, max(20, width - before))
            return [
                [*pieces, Piece("  "), Piece(first, "day--formula")],
                *([Piece(" " * before), Piece(line, "day--formula")] for line in rest),
            ]
        if figure.share is None:
            return [pieces]
        filled = min(BAR_CELLS, round(figure.share * BAR_CELLS))
        return [
            [
                *pieces,
                Piece(fit_right(percent_text(figure.share), 8), "day--label"),
                Piece("  "),
                Piece("━" * filled, style),
                Piece("╌" * (BAR_CELLS - filled), "day--bar"),
            ]
        ]


class PeekTitle(Painted):
    """Who is looked at, and what they do now."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "peek--name",
        "peek--team",
        *(f"peek--{state_style(state)}" for state in AgentState),
    }
    DEFAULT_CSS: ClassVar[str] = """
    PeekTitle { height: 1; }
    PeekTitle > .peek--name { text-style: bold; color: $foreground; }
    PeekTitle > .peek--team { color: $ink-muted; }
    PeekTitle > .peek--state-available { color: $state-available; }
    PeekTitle > .peek--state-ringing { color: $state-ringing; }
    PeekTitle > .peek--state-on-call { color: $state-on-call; }
    PeekTitle > .peek--state-hold { color: $state-hold; }
    PeekTitle > .peek--state-wrap-up { color: $state-wrap-up; }
    PeekTitle > .peek--state-not-ready { color: $state-not-ready; }
    PeekTitle > .peek--state-signed-out { color: $state-signed-out; }
    """

    def __init__(self, agent: str) -> None:
        super().__init__()
        self._agent = agent

    def _row(self) -> AgentRow | None:
        snapshot = host(self).snapshot
        return snapshot.agents.get(self._agent) if snapshot is not None else None

    @override
    def paint(self, width: int) -> list[Line]:
        row = self._row()
        name = Piece(shown(self._agent), "peek--name")
        if row is None:
            return [[name, Piece("   " + state_word(AgentState.SIGNED_OUT), "peek--state-signed-out")]]
        seconds = row.seconds_in_state(host(self).clock.now_ms())
        line = [name]
        if row.team:
            line.append(Piece("  " + shown(row.team), "peek--team"))
        present = f"   {STATE_GLYPHS[row.state]} {state_word(row.state)}"
        if row.reason:
            present += f" · {shown(row.reason)}"
        return [[*line, Piece(f"{present} {clock_text(seconds)}", f"peek--{state_style(row.state)}")]]


class PeekSentence(Painted):
    """What stands in the peek while there is no day to show."""

    DEFAULT_CSS: ClassVar[str] = "PeekSentence { color: $ink-muted; }"

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""

    def say(self, sentence: str) -> None:
        """Say a sentence; an empty one takes no room."""
        if sentence != self.sentence:
            self.sentence = sentence
            self.display = bool(sentence)
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(self.sentence)]]


class PeekScreen(Living, ModalScreen[None]):
    """One agent's day.

    Args:
        agent: The name, as data has it.
    """

    CSS_PATH = "peek.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("peek", "app")
    VERTICAL_BREAKPOINTS = HEIGHTS
    where = "peek"

    def __init__(self, agent: str) -> None:
        super().__init__()
        self.agent = agent
        self.day: AgentDay | None = None
        self._asked_ms: int | None = None
        self._loading = False

    def compose(self) -> ComposeResult:
        with Vertical(id="peek"):
            yield PeekTitle(self.agent)
            yield PeekSentence()
            with VerticalScroll(id="peek-day"):
                yield StateStrip(hour_text=host(self).local_time)
                yield DayFigures(host(self).reasons)
            yield HintLine(actions_of("peek"))

    def on_mount(self) -> None:
        """Ask for the day."""
        self.query_one(PeekSentence).say(_("Reading the day…"))
        self._load()

    def tick(self) -> None:
        self.query_one(PeekTitle).repaint()
        if self._asked_ms is None or abs(host(self).clock.now_ms() - self._asked_ms) >= RELOAD_MS:
            self._load()

    def language_changed(self) -> None:
        repaint_all(self)

    def _load(self) -> None:
        # A store that does not answer must not pile up one waiting thread after another.
        if self._loading:
            return
        self._loading = True
        self._asked_ms = host(self).clock.now_ms()
        self.run_worker(
            partial(host(self).agent_day, self.agent), name="agent_day", thread=True, exit_on_error=False
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the day that was read, or say why it could not be."""
        if event.state is WorkerState.SUCCESS:
            self._loading = False
            self._show_day(event.worker.result)
        elif event.state is WorkerState.ERROR:
            self._loading = False
            self._say_error(event.worker.error)
        elif event.state is WorkerState.CANCELLED:
            self._loading = False

    def _show_day(self, day: AgentDay | None) -> None:
        if day is None:
            return
        self.day = day
        self.query_one(PeekSentence).say("")
        self.query_one(StateStrip).show(day)
        self.query_one(DayFigures).show(day.figures)

    def _say_error(self, error: BaseException | None) -> None:
        from screens.resilience import LOG, error_text

        if isinstance(error, WatchfloorError):
            sentence = inert(str(error))
        else:
            sentence = _("The day could not be read; the reason is in the log.")
        if error is not None:
            LOG.error("%s", error_text(error))
        self.query_one(PeekSentence).say(sentence)

    def do_close(self) -> None:
        """Back to the floor."""
        self.dismiss(None)

    def do_formulas(self) -> None:
        """Show or hide how each figure is made."""
        figures = self.query_one(DayFigures)
        figures.formulas = not figures.formulas
        figures.repaint()
