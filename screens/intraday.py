"""Today against its plan: the curve of calls, the people for them, and what both mean in words."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from app.core.i18n import N_, _
from app.planning.desk import PlanningDesk
from screens.actions import ActionState, action, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.intraday_table import IntervalScroll, IntervalTable, IntervalTitles
from screens.intraday_words import IntradayWords, day_steps, intraday_words
from screens.lines import HeaderLine, HintLine, repaint_all
from screens.notice_bands import bands_of
from widgets.cells import fit, shown
from widgets.day_chart import DayChart

if TYPE_CHECKING:
    # It brings the settings and the store's ports with it, and the first frame does not wait for those.
    from app.planning.forecast_intraday import IntradayPicture
    from app.tickets.notice_desk import NoticeBoard

STEPS_MINUTES: Final = (15, 30)
"""What the steps of the day may be, the finest first."""

RELOAD_MS: Final = 30_000
"""How old the picture may get: an interval is far longer."""

HEIGHTS: Final = [(0, "-short"), (32, "-tall")]

HINTS: Final = (
    "app.help",
    "intraday.next_queue",
    "intraday.find",
    "intraday.finer",
    "intraday.coarser",
    "intraday.close",
    "app.language",
    "app.quit",
)

MOST_NAME_CELLS: Final = 24
"""Of a queue's name in the header; the clock stays in sight at 80 columns."""


class Asked(NamedTuple):
    """What day is to be shown.

    Attributes:
        step_minutes: Length of an interval.
        queue: Of which queue; None for the whole floor.
    """

    step_minutes: int = STEPS_MINUTES[-1]
    queue: str | None = None


class Answer(NamedTuple):
    """What was read.

    Attributes:
        queues: Every queue there is, in order of name.
        picture: The day; None where nothing is known of it.
    """

    queues: list[str]
    picture: IntradayPicture | None


def read_day(desk: PlanningDesk, asked: Asked) -> Answer:
    """Read a day, and which others could be asked for; called on a worker thread.

    Raises:
        StoreProblem: When the store cannot be read.
    """
    return Answer(desk.queues(), desk.intraday(asked.step_minutes, asked.queue))


class IntradayScreen(Living, Beside, Screen[None]):
    """Today against its plan."""

    CSS_PATH: ClassVar = ["intraday.tcss", "day_chart.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings("intraday", "app")
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "IntervalScroll"
    where = "intraday"

    def __init__(self) -> None:
        super().__init__()
        self.asked: Asked = Asked()
        """What a person wants to see."""
        self.queues: list[str] = []
        """The queues there are, in order of name."""
        self.picture: IntradayPicture | None = None
        """What is shown."""
        self._asked_ms: int | None = None
        self._board: NoticeBoard | None = None

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(self._title, app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield DayChart(app.local_time)
        yield IntradayWords()
        yield IntervalTitles()
        with IntervalScroll():
            yield IntervalTable(app.local_time)
        yield HintLine([action(name) for name in HINTS])

    def _title(self) -> str:
        queue = self.asked.queue
        chosen = _("whole floor")
        if queue is not None:
            name = fit(shown(queue), MOST_NAME_CELLS).rstrip()
            place = f" ({self.queues.index(queue) + 1}/{len(self.queues)})" if queue in self.queues else ""
            chosen = _("queue {name}").format(name=name) + place
        return _("Watchfloor · today against the plan") + " · " + chosen

    def on_mount(self) -> None:
        """Ask for the day."""
        self._say(_("Reading the day…"))
        self._load()

    def tick(self) -> None:
        self.query_one(HeaderLine).tick()
        if self._asked_ms is None or abs(host(self).clock.now_ms() - self._asked_ms) >= RELOAD_MS:
            self._load()
        if host(self).notice_board != self._board:
            self._draw()

    def woke(self) -> None:
        self._load()

    def language_changed(self) -> None:
        # Its sentences were made in the other language.
        self._load()
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        return state

    def figures(self) -> list[tuple[str, str]]:
        return [(_(label), _(formula)) for label, formula in FORMULAS]

    def _load(self) -> None:
        desk = host(self).planning
        if desk is None:
            self._say(_("There is no plan to show."))
            return
        asked = self.asked
        call, done = partial(read_day, desk, asked), partial(self._show, asked)
        if self.beside("intraday", call, done, partial(self._say_trouble, asked)):
            self._asked_ms = host(self).clock.now_ms()

    def _say(self, sentence: str) -> None:
        self.query_one(IntradayWords).say([sentence])

    def _say_trouble(self, asked: Asked, sentence: str) -> None:
        if asked == self.asked:
            self._say(sentence)
        else:
            self._load()

    def _show(self, asked: Asked, answer: Answer) -> None:
        self.queues = answer.queues
        self.query_one(HeaderLine).tick()
        if asked != self.asked:
            # Something else was asked for while this was read.
            self._load()
            return
        picture = answer.picture
        if picture is None:
            self._clear(self._nothing(asked))
            return
        first = self.picture is None or len(self.picture.points) != len(picture.points)
        self.picture = picture
        self._draw()
        table = self.query_one(IntervalTable)
        table.show(picture)
        if first:
            scroll = self.query_one(IntervalScroll)
            self.call_after_refresh(scroll.scroll_to, y=max(0, table.current_line() - 1), animate=False, force=True)

    def _draw(self) -> None:
        """Draw the day that was read, and on it what is planned or holds."""
        self._board, picture = host(self).notice_board, self.picture
        if picture is None:
            return
        steps = day_steps(picture)
        planned = bands_of(self._board, steps, picture.now_ms, host(self).local_time)
        shares = self.asked.queue is not None and len(self.queues) > 1
        self.query_one(DayChart).show(steps, picture.now_ms, planned.bands)
        self.query_one(IntradayWords).say([*planned.sentences, *intraday_words(picture, shares=shares)])

    def _nothing(self, asked: Asked) -> str:
        if asked.queue is None:
            return _("Nothing is known of today yet: import a forecast and a schedule, or wait for the first call.")
        return _(
            "Nothing is known of queue “{name}” today: no forecast, no call, nobody scheduled for it. "
            "← and → go to the other queues."
        ).format(name=shown(asked.queue))

    def _clear(self, sentence: str) -> None:
        """Show no day, for a reason: what is there speaks of another one."""
        self.picture = None
        self.query_one(DayChart).show((), 0)
        self.query_one(IntervalTable).show(None)
        self._say(sentence)

    # -- what a person does ---------------------------------------------------------------------------------------

    def do_finer(self) -> None:
        """Go to shorter intervals."""
        self._step_to(STEPS_MINUTES[0])

    def do_coarser(self) -> None:
        """Go to longer intervals."""
        self._step_to(STEPS_MINUTES[-1])

    def _step_to(self, minutes: int) -> None:
        if minutes != self.asked.step_minutes:
            self.asked = self.asked._replace(step_minutes=minutes)
            self._load()

    def do_next_queue(self) -> None:
        """Go from the whole floor to the first queue, and on; from the last one back to the whole."""
        self._turn(1)

    def do_previous_queue(self) -> None:
        """Go through the queues the other way round."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        places: list[str | None] = [None, *self.queues]
        queue = self.asked.queue
        # From one that went, going on leads to the one that followed it.
        at = places.index(queue) if queue in places else bisect_left(self.queues, queue or "") + (by < 0)
        self._go_to(places[(at + by) % len(places)])

    def do_find(self) -> None:
        """Choose among the queues by name."""
        from screens.find_queue import FindQueueScreen

        self.app.push_screen(FindQueueScreen(), self._found)

    def _found(self, found: tuple[str, str] | None) -> None:
        if found is not None:
            self._go_to(found[0] or None)

    def _go_to(self, queue: str | None) -> None:
        if queue == self.asked.queue:
            return
        self.asked = self.asked._replace(queue=queue)
        self._clear(_("Reading the day…"))
        self.query_one(HeaderLine).tick()
        self._load()

    def do_close(self) -> None:
        """Back to the floor."""
        self.dismiss(None)


FORMULAS: Final = (
    (N_("Off by"), N_("(Came − forecast) / forecast, once the interval is over.")),
    (N_("Expected"), N_("What is now expected of an interval: its forecast × the factor that the day so far gives.")),
    (
        N_("Required"),
        N_("Agents needed to reach the target of every queue (Erlang), by what is now expected where it is not over."),
    ),
    (N_("Scheduled"), N_("Agents the schedule wants on the queue, on average over the interval.")),
    (
        N_("There"),
        N_("Agents signed in and available, ringing, on a call, on hold or in wrap-up, on average over the interval."),
    ),
    (
        N_("Net"),
        N_("There − required, and scheduled − required for what is still to come. ▼ is more than a tenth too few."),
    ),
    (
        N_("Several queues"),
        N_(
            "Who serves several queues counts for the one whose call keeps them busy; while free or scheduled they are "
            "shared among their queues by how many agents each of these needs. The queues add up to the floor."
        ),
    ),
)
