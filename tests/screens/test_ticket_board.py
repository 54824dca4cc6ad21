"""The supervisor's board: its three lists, and the way from a line to the tickets behind it."""

from __future__ import annotations

import pytest

from app.core.i18n import set_language
from app.tickets.model import Return, Ticket
from app.tickets.query import parse
from screens.ticket_board import TicketBoard
from screens.ticket_board_lines import board_of
from screens.tickets import TicketsScreen
from tests.screens.conftest import Running
from tests.screens.test_tickets import Place, some
from tests.screens.test_tickets import running as row
from tests.tickets.samples import MINUTE_MS, NAMES, book, clock, ticket
from tests.widgets.fakes import NOW_MS
from widgets.ticket_words import PolicyWords

BACK = Return(NOW_MS, "li", "hrb", "hub", "[/]不属于我单位", is_unqualified=False, is_charged=False)


def given_back() -> list[Ticket]:
    return [*some(), row("WO-5", 300)._replace(returns=(BACK, BACK._replace(reason="wrong_unit", is_unqualified=True)))]


async def test_the_board_has_three_lists_and_a_line_leads_to_its_tickets(running: Running) -> None:
    place = Place(given_back())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("B")
        await place.settled(pilot)
        assert isinstance(place.app.screen, TicketBoard)
        for wanted in (
            "Late within the hour if nothing happens",
            "complaint · handling · 上海",
            "Who sits on what",
            "哈尔滨",
            "Given back, of what is open",
            "哈尔滨 → hub · [/]不属于我单位",
        ):
            assert wanted in place.text, wanted + place.text
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(place.app.screen, TicketsScreen)
        assert place.screen.filter_input.value == "ticket=wo-2"
        assert place.shown() == ["WO-2"]


async def test_the_cursor_goes_over_titles_and_the_last_list_leads_to_what_came_back(running: Running) -> None:
    place = Place(given_back())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("ctrl+end")
        await place.settled(pilot)
        await pilot.press("down", "up", "up", "end", "enter")
        await pilot.pause()
        assert place.shown() == ["WO-5"]
        await pilot.press("B")
        await place.settled(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(place.app.screen, TicketsScreen)


async def test_time_alone_moves_a_line_out_of_the_first_list(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("B")
        await place.settled(pilot)
        assert "No ticket will be late within the hour." not in place.text
        place.clock.set_ms(NOW_MS + 30 * MINUTE_MS)
        place.app.tick()
        await pilot.pause()
        assert "No ticket will be late within the hour." in place.text
        assert "No open ticket was given back." in place.text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_is_whole_in_chinese_at_every_size(running: Running, size: tuple[int, int]) -> None:
    place = Place(given_back())
    async with running(place.app, size) as pilot:
        await place.open(pilot)
        await pilot.press("B")
        await place.settled(pilot)
        await pilot.press("L")
        await pilot.pause()
        for wanted in ("无人处理则一小时内超时", "谁手上有什么", "未结工单的退回", "投诉 · 处理 · 上海"):
            assert wanted in place.text, wanted + place.text
        assert all(len(line.encode("gb18030", "replace")) <= size[0] + 8 for line in place.text.splitlines())


def test_every_line_has_a_filter_that_can_be_read_and_finds_its_tickets() -> None:
    from app.tickets.live import row_of

    many = [
        ticket(f"WO-26112{number:04d}", clock(limit_seconds=1200 + number), unit="hrb", owner="li")
        for number in range(60)
    ]
    rows = [row_of(each, NAMES) for each in [*given_back(), *many]]
    for language in ("en", "zh"):
        set_language(language)
        board = board_of(rows, NOW_MS, PolicyWords(book()), {})
        chosen = [line for line in board.lines if line.key]
        assert {line.key for line in chosen} == set(board.queries)
        for line in chosen:
            found = parse(board.queries[line.key]).select(rows, NOW_MS, "")
            assert found, (line, board.queries[line.key])
        assert max(map(len, board.queries.values())) <= 300
    [soon] = [line for line in chosen if line.key == "breach\ncomplaint\nhandling\nsh"]
    assert soon.figures[0].text == "61"
    set_language("en")
