"""The figures of an agent's day, and the spells in which it was not as planned, as lines of the peek."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from typing_extensions import override

from app.core.durations import NOTHING, clock_text, percent_text
from app.core.i18n import N_, _
from app.core.reasons import ReasonMap
from app.floor.figures import AgentFigures
from app.floor.model import AgentState, ReasonCategory
from app.planning.desk import AgentPlan
from app.planning.explain import explanation
from app.planning.model import Verdict, VerdictSpan
from screens.base import host
from screens.lines import wrapped
from widgets.cells import fit, fit_right, shown
from widgets.painted import Line, Painted, Piece
from widgets.verdicts import STYLES, short_verdict_word, verdict_glyph, verdict_style
from widgets.words import STATE_GLYPHS, category_word, state_style, state_word

BAR_CELLS: Final = 20


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


class SpellLines(Painted):
    """The chosen spell of the day: what, from when to when, and why."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "spell--sentence",
        "spell--muted",
        *(f"spell--verdict-{name}" for name in STYLES),
    }
    DEFAULT_CSS: ClassVar[str] = """
    SpellLines { margin-bottom: 1; }
    SpellLines > .spell--sentence { color: $foreground; }
    SpellLines > .spell--muted { color: $ink-muted; }
    SpellLines > .spell--verdict-in { color: $ink-muted; text-style: bold; }
    SpellLines > .spell--verdict-out { color: $level-notice; text-style: bold; }
    SpellLines > .spell--verdict-severe { color: $level-warn; text-style: bold; }
    SpellLines > .spell--verdict-neutral { color: $state-hold; text-style: bold; }
    SpellLines > .spell--verdict-unmapped { color: $level-notice; text-style: bold; }
    SpellLines > .spell--verdict-extra { color: $state-ringing; text-style: bold; }
    """

    def __init__(self, spell: Callable[[], tuple[AgentPlan, VerdictSpan, int, int] | None]) -> None:
        super().__init__()
        self._spell = spell

    @override
    def paint(self, width: int) -> list[Line]:
        chosen = self._spell()
        if chosen is None:
            return [[Piece(_("As planned so far: no spell to explain."), "spell--muted")]]
        plan, span, number, count = chosen
        severe = span.verdict is Verdict.OUT and span.spell_ms >= plan.rules.severe_seconds * 1000
        app = host(self)
        times = f"{app.local(span.start_ms):%H:%M:%S}–{app.local(span.end_ms):%H:%M:%S}"
        head = f"{verdict_glyph(span.verdict, severe=severe)} {short_verdict_word(span.verdict, severe=severe)}"
        zone = app.local(span.start_ms).tzinfo
        sentence = explanation(span, plan.rules, zone) if zone is not None else ""
        return [
            [
                Piece(head, f"spell--{verdict_style(span.verdict, severe=severe)}"),
                Piece(f"  {times}  {clock_text((span.end_ms - span.start_ms) // 1000)}", "spell--sentence"),
                Piece(f"   ‹ {number + 1}/{count} ›", "spell--muted"),
            ],
            *([Piece(line, "spell--sentence")] for line in wrapped(sentence, max(20, width))),
        ]
