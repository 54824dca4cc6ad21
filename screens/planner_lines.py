"""The lines of the planner: whose shift it is, and its spans one below the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from typing_extensions import override

from app.core.durations import clock_text
from app.core.i18n import _
from app.planning.drafts import Spans
from app.planning.explain import activity_word
from app.planning.model import ScheduledSpan
from screens.lines import wrapped
from widgets.cells import fit, fit_right, shown
from widgets.painted import Line, Painted, Piece


class PlannerTitle(Painted):
    """Whose shift, of which day, from when to when."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"planner--name", "planner--day", "planner--changed"}
    DEFAULT_CSS: ClassVar[str] = """
    PlannerTitle { padding: 0 1; }
    PlannerTitle > .planner--name { text-style: bold; color: $foreground; }
    PlannerTitle > .planner--day { color: $ink-muted; }
    PlannerTitle > .planner--changed { color: $level-notice; text-style: bold; }
    """

    def __init__(self, parts: Callable[[], tuple[str, str, bool]]) -> None:
        super().__init__()
        self._parts = parts

    @override
    def paint(self, width: int) -> list[Line]:
        name, day, changed = self._parts()
        line = [Piece(shown(name), "planner--name"), Piece(f"   {day}", "planner--day")]
        if changed:
            line.append(Piece("   ▲ " + _("changed, not applied"), "planner--changed"))
        return [line]


class SpanList(Painted):
    """The spans of a shift, one on each line; the chosen one carries the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"span--line", "span--chosen", "span--muted", "span--changed"}
    DEFAULT_CSS: ClassVar[str] = """
    SpanList { padding: 0 1; }
    SpanList > .span--line { color: $foreground; }
    SpanList > .span--chosen { color: $block-cursor-foreground; background: $block-cursor-background; }
    SpanList > .span--muted { color: $ink-muted; }
    SpanList > .span--changed { color: $level-notice; }
    """

    def __init__(self, hour_text: Callable[[int], str]) -> None:
        super().__init__()
        self._hour_text = hour_text
        self._spans: Spans = ()
        self._before: frozenset[ScheduledSpan] = frozenset()
        self._chosen = 0
        self.sentence = ""
        """What is said below the shift, or where there is none."""

    def show(self, spans: Spans, before: Sequence[ScheduledSpan], chosen: int, sentence: str = "") -> None:
        """Show a shift, with what it was before it was changed."""
        self._spans, self._before, self._chosen, self.sentence = spans, frozenset(before), chosen, sentence
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        lines = [self._line(index, span, width) for index, span in enumerate(self._spans)]
        if self.sentence:
            lines += [[]] if lines else []
            lines += [[Piece(line, "span--muted")] for line in wrapped(shown(self.sentence), max(20, width))]
        return lines

    def _line(self, index: int, span: ScheduledSpan, width: int) -> Line:
        here = index == self._chosen
        times = f"{self._hour_text(span.start_ms)}–{self._hour_text(span.end_ms)}"
        length = clock_text((span.end_ms - span.start_ms) // 1000)
        text = f"{'›' if here else ' '} {times} {fit_right(length, 9)}   {fit(activity_word(span.activity), 16)}"
        mark = "" if span in self._before else "▲ " + (_("changed") if self._before else _("new"))
        line = [Piece(text, "span--chosen" if here else "span--line"), Piece("  "), Piece(mark, "span--changed")]
        return line if width else []
