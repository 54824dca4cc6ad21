"""The peek: one agent's day as a strip of states and the figures behind it, laid over the floor."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from typing_extensions import override

from app.core.durations import clock_text
from app.core.i18n import _
from app.floor.model import AgentState
from app.floor.picture import AgentDay, AgentRow
from app.planning.desk import AgentPlan
from app.planning.model import Verdict, VerdictSpan
from screens.actions import ActionState, actions_of, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HintLine, repaint_all
from screens.peek_lines import DayFigures, SpellLines
from widgets.cells import shown
from widgets.painted import Line, Painted, Piece
from widgets.plan_strip import PlanDay, PlanStrip, spells, until, worth_showing
from widgets.state_strip import StateStrip
from widgets.words import STATE_GLYPHS, state_style, state_word

if TYPE_CHECKING:
    from app.planning.judge import Effect

RELOAD_MS: Final = 3_000
"""How old the day may get while it is open."""

HEIGHTS: Final = [(0, "-short"), (36, "-tall")]
"""From how many lines on the whole day has room, for the style sheet."""


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
        name = Piece(shown(self._agent if row is None else row.label), "peek--name")
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


def _unsaid(_sentence: str) -> None:
    """What was said already."""


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


class PeekScreen(Living, Beside, ModalScreen[None]):
    """One agent's day.

    Args:
        agent: The name, as data has it.
    """

    CSS_PATH: ClassVar = ["peek.tcss", "plan_strip.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings("peek", "app")
    VERTICAL_BREAKPOINTS = HEIGHTS
    where = "peek"

    def __init__(self, agent: str) -> None:
        super().__init__()
        self.agent = agent
        self.day: AgentDay | None = None
        self.plan: AgentPlan | None = None
        self._spells: list[VerdictSpan] = []
        self._chosen_ms: int | None = None
        """Where the chosen spell begins; the newest one of those that can be approved while nobody chose."""
        self._asked_ms: int | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="peek"):
            yield ScreenBanner(host(self), most_lines=1)
            yield PeekTitle(self.agent)
            yield PeekSentence()
            with VerticalScroll(id="peek-day"):
                yield PlanStrip(host(self).local_time)
                yield SpellLines(self._shown_spell)
                yield StateStrip(hour_text=host(self).local_time)
                yield DayFigures(host(self).reasons)
            yield HintLine(actions_of("peek"))

    def on_mount(self) -> None:
        """Ask for the day."""
        self.query_one(PlanStrip).display = self.query_one(SpellLines).display = False
        self.query_one(PeekSentence).say(_("Reading the day…"))
        self._load()

    def tick(self) -> None:
        self.query_one(PeekTitle).repaint()
        if self._asked_ms is None or abs(host(self).clock.now_ms() - self._asked_ms) >= RELOAD_MS:
            self._load()

    def language_changed(self) -> None:
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        chosen = self._chosen()
        spell = chosen is not None and self._spells[chosen].verdict in (Verdict.OUT, Verdict.UNMAPPED)
        return replace(state, spell=spell, has_call=self.day is not None and self.day.call is not None)

    def _load(self) -> None:
        app = host(self)
        self._asked_ms = app.clock.now_ms()
        self.beside("agent_day", partial(app.agent_day, self.agent), self._show_day, self._say_error)
        if app.planning is not None:
            day = app.local(self._asked_ms).date()
            # Without its plan the day is still worth showing: what is wrong with the store is said once.
            self.beside("agent_plan", partial(app.planning.agent_plan, self.agent, day), self._show_plan, _unsaid)

    def _show_day(self, day: AgentDay) -> None:
        self.day = day
        self.query_one(PeekSentence).say("")
        self.query_one(StateStrip).show(day)
        self.query_one(DayFigures).show(day.figures)
        self._show_strips()

    def _say_error(self, sentence: str) -> None:
        self.query_one(PeekSentence).say(sentence)

    # -- the plan -------------------------------------------------------------------------------------------------

    def _show_plan(self, plan: AgentPlan) -> None:
        self.plan = plan
        self._spells = spells(plan.verdicts)
        self._show_strips()

    def _show_strips(self) -> None:
        day, plan = self.day, self.plan
        if day is None or plan is None or not plan.shifts:
            return
        spans = tuple(span for shift in plan.shifts for span in shift.spans if span.end_ms > day.start_ms)
        if not spans:
            return
        done = until(day.intervals, day.end_ms)
        start_ms, end_ms = worth_showing(spans, done, day.end_ms)
        start_ms = max(start_ms, day.start_ms)
        strip = self.query_one(PlanStrip)
        shown_day = PlanDay(start_ms, end_ms, spans, done, plan.verdicts, plan.rules.severe_seconds * 1000)
        chosen = self._chosen()
        span = None if chosen is None else self._spells[chosen]
        strip.show(shown_day, None if span is None else (span.start_ms, span.end_ms))
        strip.display = self.query_one(SpellLines).display = True
        self.query_one(SpellLines).repaint()
        legend = self.query_one(StateStrip)
        if not legend.legend_only:
            legend.legend_only = True
            legend.repaint()

    def _chosen(self) -> int | None:
        """Which spell is chosen; the newest one that counts against the agent until a person chose."""
        if not self._spells:
            return None
        if self._chosen_ms is not None:
            at_ms = self._chosen_ms
            return min(range(len(self._spells)), key=lambda index: abs(self._spells[index].start_ms - at_ms))
        against = [n for n, span in enumerate(self._spells) if span.verdict in (Verdict.OUT, Verdict.UNMAPPED)]
        return against[-1] if against else len(self._spells) - 1

    def _shown_spell(self) -> tuple[AgentPlan, VerdictSpan, int, int] | None:
        chosen = self._chosen()
        if chosen is None or self.plan is None:
            return None
        return self.plan, self._spells[chosen], chosen, len(self._spells)

    def _choose(self, by: int) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._chosen_ms = self._spells[max(0, min(len(self._spells) - 1, chosen + by))].start_ms
            self._show_strips()

    def do_previous(self) -> None:
        """Explain the spell before."""
        self._choose(-1)

    def do_next(self) -> None:
        """Explain the next spell."""
        self._choose(1)

    def do_approve(self) -> None:
        """Ask for a reason, show the effect, and approve the chosen spell."""
        from screens.deed import DeedScreen

        chosen, desk = self._shown_spell(), host(self).planning
        if chosen is None or desk is None:
            return
        span = chosen[1]
        at_ms = span.start_ms
        agent, say, snapshot = self.agent, host(self).local, host(self).snapshot
        row = None if snapshot is None else snapshot.agents.get(agent)
        name = agent if row is None else row.label

        def title() -> list[str]:
            times = f"{say(at_ms):%H:%M:%S}–{say(span.end_ms):%H:%M:%S}"
            return [_("Approve {times} of {agent}?").format(times=times, agent=name)]

        def approve(reason: str, dry_run: bool) -> Effect:
            return desk.approve(agent, at_ms, reason, dry_run=dry_run)

        self.app.push_screen(DeedScreen(title, approve), self._approved)

    def _approved(self, effect: Effect | None) -> None:
        if effect is not None:
            self._load()

    def do_ticket(self) -> None:
        """Write a ticket from the call the agent is in, or has just ended."""
        from app.tickets.desk import NewTicket
        from screens.ticket_new import NewTicketScreen

        desk, call = host(self).tickets, None if self.day is None else self.day.call
        if desk is not None and call is not None:
            prefill = NewTicket("", "", caller=call.caller, call=call.call, fields={"queue": call.queue})
            self.app.push_screen(NewTicketScreen(desk, prefill), self._written)

    def _written(self, number: str | None) -> None:
        if number is not None:
            host(self).tell(_("Ticket {number} is written.").format(number=number))

    def do_close(self) -> None:
        """Back to the floor."""
        self.dismiss(None)

    def do_formulas(self) -> None:
        """Show or hide how each figure is made."""
        figures = self.query_one(DayFigures)
        figures.formulas = not figures.formulas
        figures.repaint()
