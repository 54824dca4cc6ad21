"""The ends nobody chooses: a signal, a terminal torn away, a terminal that is read no more."""

from __future__ import annotations

import signal
import time

import pytest

from tests.journeys.house import House
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

END_SECONDS = 5.0
"""A screen whose terminal is lost has ended by then."""

SCREENS = [["floor"], ["wall"], ["demo"]]


def _opened(house: House, screen: list[str], ignore_hangup: bool = False) -> Terminal:
    terminal = house.open(*screen, ignore_hangup=ignore_hangup)
    terminal.wait_for("following demo" if screen[0] == "demo" else "no data yet")
    return terminal


@pytest.mark.parametrize("screen", SCREENS, ids=" ".join)
def test_a_terminal_torn_away_ends_the_screen_without_a_spin(house: House, screen: list[str]) -> None:
    # Deaf to the hang-up, so that nothing but the terminal itself can tell.
    terminal = _opened(house, screen, ignore_hangup=True)
    used_before = terminal.cpu_seconds()
    terminal.close_master()
    gone_at = time.monotonic()
    code, used = terminal.wait_exit(END_SECONDS)
    assert code == 129
    assert used - used_before < 0.6 * END_SECONDS, "it was busy with a terminal that is not there"
    assert time.monotonic() - gone_at < END_SECONDS
    assert not list(house.temporary.iterdir()), "the demo's floor stayed behind"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("screen", SCREENS, ids=" ".join)
def test_a_signal_ends_the_screen_and_gives_the_terminal_back(
    house: House, screen: list[str], number: signal.Signals
) -> None:
    terminal = _opened(house, screen)
    terminal.send_signal(number)
    code, _used = terminal.wait_exit(END_SECONDS)
    assert code == 128 + number
    assert terminal.is_restored()
    assert not list(house.temporary.iterdir()), "the demo's floor stayed behind"
    assert "Traceback" not in terminal.text()


def test_a_terminal_that_hangs_up_ends_the_screen(house: House) -> None:
    terminal = _opened(house, ["floor"])
    terminal.close_master()
    code, _used = terminal.wait_exit(END_SECONDS)
    assert code == 129


def test_a_signal_ends_a_screen_whose_terminal_reads_no_more(house: House) -> None:
    terminal = _opened(house, ["demo", "--speed", "60"])
    terminal.stall()
    # Resizing has everything painted again: the pty is full, and the writer of the screen blocks.
    for columns in (200, 120, 200):
        terminal.resize(columns, 60)
        time.sleep(0.3)
    terminal.send_signal(signal.SIGTERM)
    code, _used = terminal.wait_exit(2 * END_SECONDS)
    assert code == 128 + signal.SIGTERM
    assert not list(house.temporary.iterdir())
