"""The ticket table: its lines as text, a cursor that follows the ticket, arrivals that wait, marks that stay."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from app.core.clock import ManualClock
from app.core.durations import countdown_text
from app.floor.picture import Freshness
from app.tickets.choice import TicketChoice, TicketView
from app.tickets.live import LiveTickets, row_of
from app.tickets.model import Priority, PriorityReason, Ticket, TicketState
from app.tickets.picture import TicketRow, TicketSnapshot
from app.tickets.ports import TicketChanges
from app.tickets.query import parse
from app.tickets.urgency import order_key
from screens.themes import DEFAULT_VARIABLES
from tests.tickets.samples import HOSTILE_TITLES, MINUTE_MS, NAMES, book, clock, many_tickets, ticket
from tests.widgets.fakes import NOW_MS
from tests.widgets.golden import hold_to, speaking
from widgets.row_paint import Cursor
from widgets.ticket_columns import DROPPED_FIRST, TicketColumn, place_columns
from widgets.ticket_order import TicketOrder
from widgets.ticket_paint import TicketPainter
from widgets.ticket_table import TicketTable
from widgets.ticket_words import PolicyWords


class Source:
    """Pictures of tickets that a test changes."""

    def __init__(self, *tickets: Ticket) -> None:
        self._live = LiveTickets()
        self._seq = 0
        self.change(*tickets)

    def change(self, *tickets: Ticket, now_ms: int = NOW_MS) -> TicketSnapshot:
        self._seq += 1
        self._live.apply(TicketChanges(self._seq, 1, self._seq == 1, tickets), NAMES, now_ms)
        return self.now(now_ms)

    def now(self, now_ms: int = NOW_MS) -> TicketSnapshot:
        return self._live.snapshot(now_ms, Freshness())


def running(number: str, minutes: int, **more: object) -> Ticket:
    """A ticket that is due in so many minutes."""
    return ticket(number, clock(limit_seconds=(minutes + 10) * 60), **more)  # type: ignore[arg-type]


def closed(number: str) -> Ticket:
    return ticket(number, state=TicketState.CLOSED)


def painted(
    tickets: Sequence[Ticket], width: int, now_ms: int = NOW_MS, marked: str = "", cursor: str = ""
) -> list[str]:
    painter = TicketPainter(lambda _name: Style.null(), PolicyWords(book()))
    painter.place(width)
    rows = sorted((row_of(each, NAMES) for each in tickets), key=order_key)
    strips = [painter.header(width)]
    for row in rows:
        here = Cursor.HERE if row.ticket == cursor else Cursor.AWAY
        strips.append(painter.row(row, now_ms, width, here, marked=row.ticket == marked))
    assert all(strip.cell_length == width == cell_len(strip.text) for strip in strips)
    return [strip.text for strip in strips]


def sample() -> list[Ticket]:
    """One of each look."""
    return [
        *many_tickets(8),
        ticket(
            "WO-260305-0900",
            clock("contact", limit_seconds=470),
            clock("overall", limit_seconds=172_800),
            priority=Priority.TOP,
            reasons=(PriorityReason.STARS, PriorityReason.REGULATOR),
            title="Compensation demanded for a week without service",
            stars=5,
        ),
        ticket("WO-260305-0901", clock("handling", paused=True, used_ms=3_120_000), state=TicketState.HELD, owner=""),
        ticket("WO-260305-0902", clock("handling", stopped_ms=NOW_MS), state=TicketState.RESOLVED),
        ticket("WO-260305-0903", clock("own_stage", limit_seconds=700_000), ticket_type="own", unit="nowhere"),
        *(ticket(f"H-{n}", clock(limit_seconds=900 + n), title=title) for n, title in enumerate(HOSTILE_TITLES)),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_lines_as_text(language: str, width: int) -> None:
    with speaking(language):
        lines = painted(sample(), width, marked="WO-260305-0900", cursor="WO-260305-0901")
        hold_to(f"tickets-{width}-{language}", lines, width)


def test_a_countdown_is_always_comparable() -> None:
    with speaking("en"):
        said = [countdown_text(seconds) for seconds in (750, 0, -1, -130, 3723, -36_000, 360_000, -400_000)]
        assert said == ["12:30", "00:00", "-00:01", "-02:10", "1:02:03", "-10:00:00", "4 d 04 h", "-4 d 15 h"]
        assert countdown_text(480, is_paused=True) == "Ⅱ 08:00"
        assert countdown_text(-480, is_paused=True) == "Ⅱ -08:00"
    with speaking("zh"):
        assert countdown_text(360_000) == "4天04时"


def test_it_is_overdue_the_moment_after_the_limit_in_words_and_sign() -> None:
    mine = running("T", 5)
    due_ms = NOW_MS + 5 * MINUTE_MS
    with speaking("en"):
        assert painted([mine], 80, due_ms)[1].startswith("       00:00▲")
        assert painted([mine], 80, due_ms + 1)[1].startswith("      -00:01■")


def test_a_narrower_line_drops_columns_in_the_defined_order() -> None:
    for language in ("en", "zh"):
        with speaking(language):
            dropped: list[TicketColumn] = []
            kept = set(TicketColumn)
            for width in range(250, 20, -1):
                now = {place.column for place in place_columns(width, budget_cells=9)}
                assert now <= kept
                dropped += [column for column in DROPPED_FIRST if column in kept - now]
                kept = now
            assert dropped == list(DROPPED_FIRST)
            at_80 = {place.column for place in place_columns(79, budget_cells=9)}
            assert {TicketColumn.STAGE, TicketColumn.UNIT, TicketColumn.OWNER} <= at_80


# -- the order ---------------------------------------------------------------------------------------------------------


def shown_order(order: TicketOrder) -> list[str]:
    return [order.line(at).ticket for at in range(order.line_count)]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-20, 300), st.sampled_from("cxtf")), max_size=30))
def test_a_patched_order_is_the_same_as_one_made_anew(steps: list[tuple[int, int, str]]) -> None:
    source = Source(running("t0", 10), running("t1", 20))
    order = TicketOrder()
    order.apply(source.now())
    for number, minutes, what in steps:
        name = f"t{number}"
        source.change(closed(name) if what == "x" else running(name, minutes))
        if what != "c":
            order.apply(source.now())
        if what == "t":
            order.take_in(NOW_MS)
        if what == "f":
            order.choose(chosen("-ticket=t3") if minutes % 2 else None, NOW_MS)
    order.apply(source.now())
    order.choose(None, NOW_MS)
    assert shown_order(order) == list(source.now().order)
    assert [order.line_of(number) for number in source.now().order] == list(range(len(source.now().order)))


def test_arrivals_wait_outside_until_they_are_taken_in() -> None:
    source = Source(running("a", 10), running("b", 20))
    order = TicketOrder()
    order.apply(source.now())
    order.apply(source.change(running("c", 15), running("d", 1)))
    order.apply(source.change(closed("d")))
    assert (shown_order(order), order.waiting_count) == (["a", "b"], 1)
    assert order.take_in(NOW_MS)
    assert shown_order(order) == ["a", "c", "b"]
    assert not order.take_in(NOW_MS)


def chosen(text: str, view: TicketView = TicketView.ALL) -> TicketChoice:
    return TicketChoice(view, parse(text), "wang")


def test_what_time_lets_through_a_filter_comes_in_its_second_and_nothing_else_is_asked() -> None:
    source = Source(*(running(f"t{number:04}", 60) for number in range(6_000)), running("soon", 5))
    order = TicketOrder()
    order.apply(source.now())
    asked: list[str] = []

    class Counted(TicketChoice):
        def matches(self, row: TicketRow, now_ms: int) -> bool:
            asked.append(row.ticket)
            return super().matches(row, now_ms)

    order.choose(Counted(query=parse("due<4m")), NOW_MS)
    assert shown_order(order) == []
    assert not order.review(NOW_MS + MINUTE_MS), "left is four minutes, not less"
    assert order.review(NOW_MS + MINUTE_MS + 1)
    assert shown_order(order) == ["soon"]
    assert set(asked) == {"soon"}


@given(
    st.sampled_from(
        ["due<4m", "-due>=10m", "due:5m|7m", "overdue", "warned", "-overdue age>1h", "age:62m", "mine", ""]
    ),
    st.sampled_from(TicketView),
    st.lists(st.integers(0, 4 * MINUTE_MS), max_size=8),
    st.lists(st.integers(-15, 75), min_size=1, max_size=6),
)
def test_at_every_instant_a_filter_shows_what_it_would_show_if_it_were_typed_then(
    text: str, view: TicketView, steps: list[int], minutes: list[int]
) -> None:
    source = Source(*(running(f"t{number}", each) for number, each in enumerate(minutes)))
    order, fresh = TicketOrder(), TicketOrder()
    for each in (order, fresh):
        each.apply(source.now())
    now_ms = NOW_MS
    order.choose(chosen(text, view), now_ms)
    for number, step_ms in enumerate([*steps, -MINUTE_MS, MINUTE_MS]):
        now_ms += step_ms
        before = shown_order(order)
        if number == 3:
            order.apply(source.change(running("t0", minutes[-1])))
            fresh.apply(source.now())
        is_changed = order.review(now_ms)
        fresh.choose(chosen(text, view), now_ms)
        assert shown_order(order) == shown_order(fresh)
        assert is_changed or number == 3 or shown_order(order) == before


# -- the table ---------------------------------------------------------------------------------------------------------


class TableApp(App[None]):
    """A ticket table and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.floor_clock = ManualClock(NOW_MS)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULT_VARIABLES)

    def compose(self) -> ComposeResult:
        yield TicketTable(self.floor_clock, empty_text="No ticket is open.")

    @property
    def table(self) -> TicketTable:
        return self.query_one(TicketTable)

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


@asynccontextmanager
async def showing(source: Source, size: tuple[int, int] = (80, 8)) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    with speaking("en"):
        app = TableApp()
        async with app.run_test(size=size) as pilot:
            app.table.words = PolicyWords(book())
            app.table.show(source.now())
            app.table.focus()
            await pilot.pause()
            yield app, pilot


def ten() -> Source:
    return Source(*(running(f"t{number}", 10 + number) for number in range(10)))


async def test_the_cursor_follows_its_ticket_when_the_order_changes() -> None:
    source = ten()
    async with showing(source) as (app, pilot):
        await pilot.press("down", "down")
        assert app.table.cursor_key == "t2"
        app.table.release()
        app.table.show(source.change(running("t2", 300)))
        await pilot.pause()
        assert app.table.cursor_key == "t2"
        assert app.table.cursor_line == 9
        assert any(line.startswith("›") and "t2" in line for line in app.lines())


async def test_lines_stay_after_a_key_and_go_where_they_belong_after_a_while() -> None:
    source = ten()
    async with showing(source) as (app, pilot):
        await pilot.press("down")
        app.table.show(source.change(running("t9", 1), closed("t3")))
        await pilot.pause()
        assert [app.table.row_order.line(at).ticket for at in range(5)] == ["t0", "t1", "t2", "t3", "t4"]
        app.table.release()
        assert [app.table.row_order.line(at).ticket for at in range(4)] == ["t9", "t0", "t1", "t2"]
        assert app.table.cursor_key == "t1"


async def test_arrivals_are_counted_while_the_person_is_further_down_and_come_when_they_look() -> None:
    source = ten()
    async with showing(source) as (app, pilot):
        app.table.show(source.change(running("new", 1)))
        assert app.table.waiting_count == 0, "nobody is reading further down: it comes in"
        assert app.table.cursor_key == "new"
        await pilot.press("down", "down")
        app.table.release()
        app.table.show(source.change(running("newer", 0)))
        assert (app.table.waiting_count, app.table.ticket_count, app.table.matching_count) == (1, 12, 11)
        await pilot.press("home")
        assert (app.table.waiting_count, app.table.cursor_key) == (0, "newer")
        await pilot.press("end")
        app.table.release()
        app.table.show(source.change(running("newest", 0)))
        assert app.table.look()
        assert app.table.cursor_key == "t9", "looking does not move the cursor"


async def test_marks_are_kept_by_number_through_filters_and_forgotten_with_the_ticket() -> None:
    source = ten()
    async with showing(source) as (app, _pilot):
        table = app.table
        table.toggle_mark()
        table.toggle_mark()
        assert (table.marks, table.cursor_key) == ({"t0", "t1"}, "t2")
        table.choose(chosen("ticket=t1|t7"))
        table.toggle_all()
        assert table.marks == {"t0", "t1", "t7"}
        table.toggle_all()
        assert table.marks == {"t0"}
        table.choose(None)
        table.release()
        table.show(source.change(running("t0", 500)))
        assert table.marks == {"t0"}
        table.show(source.change(closed("t0")))
        assert table.marks == frozenset()


async def test_an_empty_table_says_what_to_do_and_hostile_titles_are_only_text() -> None:
    async with showing(Source()) as (app, _pilot):
        assert "No ticket is open." in "\n".join(app.lines())
    hostile = Source(*(running(f"t{n}", n, title=title) for n, title in enumerate(HOSTILE_TITLES)))
    async with showing(hostile, (200, 12)) as (app, _pilot):
        text = "\n".join(app.lines())
        assert "[@click=app.quit]click me[/]" in text
        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_a_picture_without_a_change_paints_nothing_but_the_seconds() -> None:
    source = ten()
    async with showing(source) as (app, pilot):
        before = app.table.row_order
        app.floor_clock.set_ms(NOW_MS + 1000)
        app.table.show(replace(source.now(), now_ms=NOW_MS + 1000))
        app.table.tick()
        await pilot.pause()
        assert app.table.row_order is before
        assert "09:59" in "\n".join(app.lines())
