"""The planner: an agent's shift on a day, changed by hand step by step, and applied once its effect was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen

from app.core.i18n import _
from app.planning.desk import AgentPlan, PlanningDesk
from app.planning.drafts import STEP_MS, NewShift, Spans, merged, moved, removed, replaced, resized, split
from app.planning.model import Activity
from screens.actions import ActionState, action, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HeaderLine, HintLine, repaint_all
from screens.planner_lines import PlannerTitle, SpanList
from widgets.plan_strip import PlanDay, PlanStrip, worth_showing

if TYPE_CHECKING:
    from app.planning.judge import Effect

HINTS: Final = (
    "app.help",
    "planner.find",
    "planner.apply",
    "planner.undo",
    "planner.earlier",
    "planner.begin",
    "planner.import",
    "planner.next_day",
    "planner.close",
    "planner.shorter",
    "planner.longer",
    "planner.replace",
    "planner.neutralise",
    "planner.split",
)

MOST_UNDONE: Final = 200
"""More steps than that nobody takes back one by one."""


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
        self._drafts: list[Spans] = []
        """What the shift would be, step by step; the first one is as it stands, empty where there is none."""
        self._begun: NewShift | None = None
        """What a day without a shift was begun with."""
        self._chosen = 0

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the planner"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
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
        day_free = self.plan is not None and not self.spans
        return replace(state, span=bool(self.spans), draft=self.is_changed, day_free=day_free)

    def may_leave(self) -> str:
        return _("The plan was changed and not applied: Enter applies it, u takes it back.") if self.is_changed else ""

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

    def _forget(self) -> None:
        """Show nothing of a shift until the other one is read."""
        self._drafts, self._begun, self.plan = [], None, None
        self._show()

    def _load(self) -> None:
        desk, agent, day = host(self).planning, self.agent, self.day
        if desk is None or agent is None or day is None:
            return
        snapshot = host(self).snapshot
        row = None if snapshot is None else snapshot.agents.get(agent)
        if row is not None:
            self.name_of_agent = row.label
        asked = (agent, day)
        self.beside("plan", partial(desk.agent_plan, agent, day), partial(self._take, asked), self._say_sentence)

    def _take(self, asked: tuple[str, date], plan: AgentPlan) -> None:
        if asked != (self.agent, self.day):
            # Somebody else was asked for, or another day, while this one was read.
            self._load()
            return
        self.plan = plan
        shift = plan.shift_on(asked[1])
        self._drafts = [shift.spans] if shift is not None else []
        self._begun = None
        self._chosen = 0
        self._show()

    def _show(self) -> None:
        spans = self.spans
        self._chosen = max(0, min(self._chosen, len(spans) - 1))
        before = self._drafts[0] if self._drafts else ()
        self.query_one(SpanList).show(spans, before, self._chosen, self._sentence(spans, before))
        self.query_one(PlannerTitle).repaint()
        self._show_strip(spans)

    def _sentence(self, spans: Spans, before: Spans) -> str:
        """What is said of the shift as a whole."""
        if self.plan is None or self.day is None:
            return ""
        if before:
            return "" if spans else _("The shift would be taken away.")
        if not spans:
            return _("Nothing is planned on {date}: a begins a shift.").format(date=self.day.isoformat())
        if self._begun is None or self._begun.like is None:
            return _("A plain day to begin with. Nothing is applied yet: Enter applies it, u takes it back.")
        return _("Begun like the shift of {date}. Nothing is applied yet: Enter applies it, u takes it back.").format(
            date=self._begun.like.isoformat()
        )

    def _show_strip(self, spans: Spans) -> None:
        strip, plan = self.query_one(PlanStrip), self.plan
        done = () if plan is None else plan.done
        strip.display = bool(spans or done)
        if plan is None or not strip.display:
            return
        start_ms, end_ms = worth_showing(spans, done, host(self).clock.now_ms())
        chosen = (spans[self._chosen].start_ms, spans[self._chosen].end_ms) if spans else None
        severe_ms = plan.rules.severe_seconds * 1000
        strip.show(PlanDay(start_ms, end_ms, spans, done, plan.verdicts, severe_ms), chosen)

    def _say_sentence(self, sentence: str) -> None:
        self.query_one(SpanList).show((), (), 0, sentence)

    def _say_trouble(self, sentence: str) -> None:
        host(self).tell(sentence, "error")

    # -- finding --------------------------------------------------------------------------------------------------

    def do_find(self) -> None:
        """Ask whose shift."""
        from screens.find_agent import FindAgentScreen

        self.app.push_screen(FindAgentScreen(), self._found)

    def _found(self, found: tuple[str, str] | None) -> None:
        if found is not None:
            self.agent, self.name_of_agent = found
            self._forget()
            self._load()

    def do_previous_day(self) -> None:
        """Go to the day before."""
        self._go(-1)

    def do_next_day(self) -> None:
        """Go to the next day."""
        self._go(1)

    def _keeps_changes(self) -> bool:
        """Whether there are changes that leaving would lose; they are said then."""
        if self.is_changed:
            host(self).tell(_("The changes are not applied yet: Enter applies them, u takes them back."), "warning")
        return self.is_changed

    def _go(self, days: int) -> None:
        if self._keeps_changes():
            return
        if self.day is not None:
            self.day += timedelta(days=days)
            self._forget()
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

    def do_begin(self) -> None:
        """Begin a shift on a day without one, like those the agent has."""
        desk, agent, day = host(self).planning, self.agent, self.day
        if desk is not None and agent is not None and day is not None:
            asked = (agent, day)
            self.beside("begin", partial(desk.new_shift, agent, day), partial(self._begin, asked), self._say_trouble)

    def _begin(self, asked: tuple[str, date], new: NewShift) -> None:
        if asked != (self.agent, self.day) or self.spans:
            return
        self._begun = new
        self._drafts = [*(self._drafts or [()]), new.spans]
        self._show()

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
        is_new = not self._drafts[0]

        def title() -> list[str]:
            if not spans:
                sentence = _("Take the shift of {agent} on {date} away?")
            elif is_new:
                sentence = _("Plan this shift for {agent} on {date}?")
            else:
                sentence = _("Change the shift of {agent} on {date}?")
            return [sentence.format(agent=name, date=day.isoformat())]

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
        if not self._keeps_changes():
            self.dismiss(None)

    def do_import(self) -> None:
        """Bring in a list from a file."""
        from screens.import_file import ImportFileScreen

        if not self._keeps_changes():
            self.app.push_screen(ImportFileScreen(), self._imported)

    def _imported(self, imported: bool | None) -> None:
        if imported:
            self._load()
