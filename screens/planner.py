"""The planner: an agent's shift on a day, changed by hand step by step, and applied once its effect was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from typing_extensions import override

from app.core.durations import clock_text
from app.core.i18n import _
from app.floor.picture import AgentDay
from app.planning.desk import AgentPlan, PlanningDesk
from app.planning.drafts import STEP_MS, Spans, merged, moved, removed, replaced, resized, split
from app.planning.explain import activity_word
from app.planning.model import Activity, ScheduledSpan
from screens.actions import ActionState, action, bindings
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HeaderLine, HintLine, repaint_all, wrapped
from widgets.cells import fit, fit_right, shown
from widgets.painted import Line, Painted, Piece
from widgets.plan_strip import PlanDay, PlanStrip, until, worth_showing

if TYPE_CHECKING:
    from app.planning.judge import Effect

HINTS: Final = (
    "app.help",
    "planner.find",
    "planner.apply",
    "planner.undo",
    "planner.earlier",
    "planner.shorter",
    "planner.longer",
    "planner.replace",
    "planner.close",
    "planner.neutralise",
    "planner.split",
    "planner.next_day",
)

MOST_UNDONE: Final = 200
"""More steps than that nobody takes back one by one."""


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
        """What is said where there is no shift."""

    def show(self, spans: Spans, before: Sequence[ScheduledSpan], chosen: int, sentence: str = "") -> None:
        """Show a shift, with what it was before it was changed."""
        self._spans, self._before, self._chosen, self.sentence = spans, frozenset(before), chosen, sentence
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        if not self._spans:
            return [[Piece(line, "span--muted")] for line in wrapped(shown(self.sentence), max(20, width))]
        return [self._line(index, span, width) for index, span in enumerate(self._spans)]

    def _line(self, index: int, span: ScheduledSpan, width: int) -> Line:
        here = index == self._chosen
        times = f"{self._hour_text(span.start_ms)}–{self._hour_text(span.end_ms)}"
        length = clock_text((span.end_ms - span.start_ms) // 1000)
        text = f"{'›' if here else ' '} {times} {fit_right(length, 9)}   {fit(activity_word(span.activity), 16)}"
        mark = "" if span in self._before else "▲ " + _("changed")
        line = [Piece(text, "span--chosen" if here else "span--line"), Piece("  "), Piece(mark, "span--changed")]
        return line if width else []


class PlannerScreen(Living, Beside, Screen[None]):
    """The planner.

    Args:
        agent: Whose shift is shown first; None asks for somebody.
    """

    CSS_PATH: ClassVar = ["planner.tcss", "plan_strip.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings("planner", "app")
    AUTO_FOCUS = ""
    where = "planner"

    def __init__(self, agent: str | None = None) -> None:
        super().__init__()
        self.agent = agent
        self.name_of_agent = ""
        self.day: date | None = None
        """The day that is shown."""
        self.plan: AgentPlan | None = None
        self._done: AgentDay | None = None
        self._drafts: list[Spans] = []
        """What the shift would be, step by step; the first one is as it stands."""
        self._chosen = 0
        self._asked: tuple[str, date] | None = None

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the planner"), app.notice_text, app.wall_clock)
        yield PlannerTitle(self._title)
        yield PlanStrip(app.local_time)
        with VerticalScroll(can_focus=False):
            yield SpanList(app.local_time)
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Show the first shift, or ask whose."""
        app = host(self)
        self.day = app.local(app.clock.now_ms()).date()
        self._say_sentence(_("/ finds an agent."))
        if self.agent is None:
            self.call_after_refresh(self.do_find)
        else:
            self._load()

    def tick(self) -> None:
        self.query_one(HeaderLine).tick()

    def language_changed(self) -> None:
        self._show()
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        return replace(state, span=bool(self.spans), draft=self.is_changed)

    # -- the shift ------------------------------------------------------------------------------------------------

    @property
    def spans(self) -> Spans:
        """The shift as it would be."""
        return self._drafts[-1] if self._drafts else ()

    @property
    def is_changed(self) -> bool:
        """Whether applying would change anything."""
        return len(self._drafts) > 1 and merged(self._drafts[-1]) != merged(self._drafts[0])

    def _title(self) -> tuple[str, str, bool]:
        day = "" if self.day is None else self.day.isoformat()
        name = self.name_of_agent or self.agent or _("Nobody chosen yet")
        if self.name_of_agent and self.agent != self.name_of_agent:
            name = f"{self.name_of_agent} · {self.agent}"
        if self.spans:
            say = host(self).local_time
            day += f"   {say(self.spans[0].start_ms)}–{say(self.spans[-1].end_ms)}"
        return name, day, self.is_changed

    def _load(self) -> None:
        desk, agent, day = host(self).planning, self.agent, self.day
        if desk is None or agent is None or day is None:
            return
        snapshot = host(self).snapshot
        row = None if snapshot is None else snapshot.agents.get(agent)
        if row is not None:
            self.name_of_agent = row.label
        asked = (agent, day)
        if self.beside("plan", partial(desk.agent_plan, agent, day), partial(self._take, asked), self._say_sentence):
            self._asked = asked
            self._done = None
            if day == host(self).local(host(self).clock.now_ms()).date():
                self.beside("day", partial(host(self).agent_day, agent), self._take_day, self._say_sentence)

    def _take(self, asked: tuple[str, date], plan: AgentPlan) -> None:
        if asked != (self.agent, self.day):
            # Somebody else was asked for, or another day, while this one was read.
            self._load()
            return
        self.plan = plan
        shift = plan.shift_on(asked[1])
        self._drafts = [shift.spans] if shift is not None else []
        self._chosen = 0
        self._show()

    def _take_day(self, day: AgentDay) -> None:
        if day.agent == self.agent:
            self._done = day
            self._show()

    def _show(self) -> None:
        spans = self.spans
        self._chosen = max(0, min(self._chosen, len(spans) - 1))
        sentence = ""
        if self._drafts and not spans:
            sentence = _("The shift would be taken away.")
        elif not spans and self.agent is not None and self.day is not None:
            sentence = _("Nothing is planned on {date}.").format(date=self.day.isoformat())
        before = self._drafts[0] if self._drafts else ()
        self.query_one(SpanList).show(spans, before, self._chosen, sentence)
        self.query_one(PlannerTitle).repaint()
        self._show_strip(spans)

    def _show_strip(self, spans: Spans) -> None:
        strip = self.query_one(PlanStrip)
        day, plan = self._done, self.plan
        strip.display = bool(spans) and plan is not None
        if plan is None or not spans:
            return
        intervals = () if day is None else until(day.intervals, day.end_ms)
        start_ms, end_ms = worth_showing(spans, intervals, host(self).clock.now_ms())
        chosen = spans[self._chosen]
        verdicts = plan.verdicts
        strip.show(
            PlanDay(start_ms, end_ms, spans, intervals, verdicts, plan.rules.severe_seconds * 1000),
            (chosen.start_ms, chosen.end_ms),
        )

    def _say_sentence(self, sentence: str) -> None:
        self.query_one(SpanList).show((), (), 0, sentence)

    # -- finding --------------------------------------------------------------------------------------------------

    def do_find(self) -> None:
        """Ask whose shift."""
        from screens.find_agent import FindAgentScreen

        self.app.push_screen(FindAgentScreen(), self._found)

    def _found(self, found: tuple[str, str] | None) -> None:
        if found is not None:
            self.agent, self.name_of_agent = found
            self._drafts = []
            self._load()

    def do_previous_day(self) -> None:
        """Go to the day before."""
        self._go(-1)

    def do_next_day(self) -> None:
        """Go to the next day."""
        self._go(1)

    def _go(self, days: int) -> None:
        if self.is_changed:
            host(self).tell(_("The changes are not applied yet: Enter applies them, u takes them back."), "warning")
            return
        if self.day is not None:
            self.day += timedelta(days=days)
            self._drafts = []
            self._show()
            self._load()

    def do_previous(self) -> None:
        """Choose the span before."""
        self._chosen -= 1
        self._show()

    def do_next(self) -> None:
        """Choose the next span."""
        self._chosen += 1
        self._show()

    # -- changing -------------------------------------------------------------------------------------------------

    def _change(self, changed: Spans | None) -> None:
        if changed is None:
            host(self).tell(_("There is no room for that."), "warning")
            return
        self._drafts = [*self._drafts, changed][:1] + [*self._drafts, changed][1:][-MOST_UNDONE:]
        self._show()

    def do_earlier(self) -> None:
        """Move the span one step earlier."""
        self._change(moved(self.spans, self._chosen, -STEP_MS))

    def do_later(self) -> None:
        """Move the span one step later."""
        self._change(moved(self.spans, self._chosen, STEP_MS))

    def do_shorter(self) -> None:
        """End the span one step earlier."""
        self._change(resized(self.spans, self._chosen, -STEP_MS))

    def do_longer(self) -> None:
        """End the span one step later."""
        self._change(resized(self.spans, self._chosen, STEP_MS))

    def do_replace(self) -> None:
        """Plan the next activity for the span."""
        activities = list(Activity)
        present = activities.index(self.spans[self._chosen].activity)
        self._change(replaced(self.spans, self._chosen, activities[(present + 1) % len(activities)]))

    def do_split(self) -> None:
        """Cut the span in two."""
        self._change(split(self.spans, self._chosen))

    def do_remove(self) -> None:
        """Take the span out."""
        self._change(removed(self.spans, self._chosen))

    def do_undo(self) -> None:
        """Take back one step."""
        if len(self._drafts) > 1:
            self._drafts.pop()
            self._show()

    # -- applying -------------------------------------------------------------------------------------------------

    def do_apply(self) -> None:
        """Show what the changes do, and apply them with a reason."""
        from screens.deed import DeedScreen

        desk, agent, day = host(self).planning, self.agent, self.day
        if desk is None or agent is None or day is None:
            return
        spans, name = merged(self.spans), self.name_of_agent or agent

        def title() -> list[str]:
            if not spans:
                return [_("Take the shift of {agent} on {date} away?").format(agent=name, date=day.isoformat())]
            return [_("Change the shift of {agent} on {date}?").format(agent=name, date=day.isoformat())]

        def amend(reason: str, dry_run: bool) -> Effect:
            return desk.amend(agent, day, spans, reason, dry_run=dry_run)

        self.app.push_screen(DeedScreen(title, amend), self._applied)

    def _applied(self, effect: Effect | None) -> None:
        if effect is not None:
            host(self).tell(_("Applied."))
            self._load()

    def do_neutralise(self) -> None:
        """Ask for a period, show what neutralising it does, and do it with a reason."""
        from screens.period import PeriodScreen

        desk, day = host(self).planning, self.day
        if desk is not None and day is not None:
            self.app.push_screen(PeriodScreen(day), partial(self._neutralise, desk))

    def _neutralise(self, desk: PlanningDesk, period: tuple[int, int] | None) -> None:
        from screens.deed import DeedScreen

        if period is None:
            return
        start_ms, end_ms = period
        say = host(self).local

        def title() -> list[str]:
            times = f"{say(start_ms):%Y-%m-%d %H:%M}–{say(end_ms):%H:%M}"
            return [_("Neutralise {times} for everyone?").format(times=times)]

        def neutralise(reason: str, dry_run: bool) -> Effect:
            return desk.neutralise(start_ms, end_ms, reason, dry_run=dry_run)

        self.app.push_screen(DeedScreen(title, neutralise), self._applied)

    def do_close(self) -> None:
        """Back to the floor; changes that are not applied are said once."""
        if self.is_changed:
            host(self).tell(_("The changes are not applied yet: Enter applies them, u takes them back."), "warning")
            return
        self.dismiss(None)
