"""Told ahead: once for each lead, whoever takes over and dies when, to whom the chain or the notice names."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.alerts.ports import OutboxMessage
from app.alerts.rule import AlertBook, ChainStep, Channel, Recipient
from app.core.alert_events import AlertDelivered
from app.core.ticket_events import NoticeEnded, NoticePosted, NoticeTold
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, LoopSite

HOUR_MS = 60 * MINUTE_MS
START_MS = NOW_MS + 30 * HOUR_MS
BOOK = AlertBook(
    recipients={
        "region": Recipient(name="大区", channels=("robot",)),
        "province": Recipient(name="省公司", channels=("robot",)),
        "wall": Recipient(name="大屏", channels=("screens", "robot")),
        "boss": Recipient(name="经理", channels=("mail", "gone")),
    },
    groups={"both": ("region", "province")},
    chains={
        "3": (ChainStep(tell=("both",), acknowledge_seconds=60), ChainStep(tell=("boss",), acknowledge_seconds=60))
    },
    channels={
        "robot": Channel(kind="wecom"),
        "mail": Channel(kind="smtp"),
        "screens": Channel(kind="terminal"),
    },
)


def opened(path: Path, now_ms: int = NOW_MS) -> LoopSite:
    site = LoopSite(path, now_ms)
    with site.session.log.writing():
        if not site.session.alerts.books():
            site.session.alerts.save_book(BOOK, now_ms, "ops", "rules.toml")
    return site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LoopSite]:
    made = opened(tmp_path / "floor.db")
    yield made
    made.close()


def planned(notice: str = "N1", **told: object) -> NoticePosted:
    given = {
        "at_ms": NOW_MS,
        "wording": "积分清零短信",
        "area": "哈尔滨",
        "event": "bulk_sms",
        "starts_ms": START_MS,
        "expected_end_ms": START_MS + 3 * HOUR_MS,
        "volume_percent": 45,
        "ahead_seconds": (86_400, 3_600),
        **told,
    }
    return NoticePosted(notice=notice, **given)  # type: ignore[arg-type]


def waiting(site: LoopSite) -> list[OutboxMessage]:
    return site.session.outbox.messages()


def told(site: LoopSite, notice: str = "N1") -> list[NoticeTold]:
    return [fact for fact in site.session.tickets.notice_facts(notice) if isinstance(fact, NoticeTold)]


def at(site: LoopSite, instant_ms: int) -> int:
    site.clock.advance_ms(instant_ms - site.clock.now_ms())
    return site.session.ahead.attend()


def test_each_lead_is_told_at_its_instant_and_once(site: LoopSite) -> None:
    site.record(planned())
    assert site.session.ahead.attend() == 0
    assert at(site, START_MS - 24 * HOUR_MS - 1) == 0
    assert at(site, START_MS - 24 * HOUR_MS) == 1
    assert [at(site, START_MS - 24 * HOUR_MS + second * 1000) for second in range(5)] == [0] * 5
    assert at(site, START_MS - HOUR_MS) == 1
    assert [fact.leads_seconds for fact in told(site)] == [(86_400,), (3_600,)]
    assert [fact.recipients for fact in told(site)] == [("region", "province")] * 2
    # They look at the same group: one message for both, each time.
    assert [(each.recipient, each.channels) for each in waiting(site)] == [("region, province", ("robot",))] * 2
    first, second = waiting(site)
    assert first.message != second.message
    assert (first.alert, first.created_ms) == ("notice:N1", START_MS - 24 * HOUR_MS)


def test_what_is_said_names_what_where_when_and_that_no_forecast_counts_it(site: LoopSite) -> None:
    site.record(planned(area="哈\x1b[31m尔滨"))
    at(site, START_MS - HOUR_MS)
    (message,) = waiting(site)
    assert message.subject.startswith("[Ahead] In 1 h: bulk message, 哈")
    assert "\x1b" not in message.subject + message.body
    assert "积分清零短信" in message.body
    assert "From 2026-11-22 15:41 to 2026-11-22 18:41." in message.body
    assert "calls +45%; the forecast does not count it." in message.body


def test_posted_too_late_for_its_leads_it_is_told_at_once_and_once(site: LoopSite) -> None:
    site.record(planned(starts_ms=NOW_MS + HOUR_MS // 2, expected_end_ms=NOW_MS + HOUR_MS))
    assert [at(site, NOW_MS + second * 1000) for second in range(3)] == [1, 0, 0]
    assert [fact.leads_seconds for fact in told(site)] == [(86_400, 3_600)]
    (message,) = waiting(site)
    assert "was to be said earlier" in message.body


def test_a_beginning_that_moves_is_told_anew_and_what_is_called_off_is_not(site: LoopSite) -> None:
    site.record(planned(), planned("N2"))
    at(site, START_MS - HOUR_MS)
    now_ms = site.clock.now_ms()
    site.record(
        planned(at_ms=now_ms, starts_ms=START_MS + 48 * HOUR_MS, expected_end_ms=START_MS + 50 * HOUR_MS),
        NoticeEnded(at_ms=now_ms, notice="N2"),
    )
    assert at(site, START_MS + 24 * HOUR_MS) == 1
    assert [fact.starts_ms for fact in told(site)] == [START_MS, START_MS + 48 * HOUR_MS]
    assert len(told(site, "N2")) == 1


def test_whom_a_notice_names_is_told_by_the_channels_there_are(site: LoopSite) -> None:
    site.record(planned(tell=("boss", "wall", "nobody")))
    at(site, START_MS - HOUR_MS)
    assert [fact.recipients for fact in told(site)] == [("boss", "wall")]
    assert [(each.recipient, each.channels) for each in waiting(site)] == [("boss", ("mail",))]
    (shown,) = site.session.tickets.notice_deliveries("N1")
    assert isinstance(shown, AlertDelivered)
    assert (shown.recipient, shown.channel, shown.outcome) == ("wall", "screens", "told")


def test_whoever_takes_over_tells_no_lead_again_and_none_is_lost(site: LoopSite) -> None:
    site.record(planned())
    at(site, START_MS - 24 * HOUR_MS)
    other = site.other_attendant()
    try:
        assert other.ahead.attend() == 0
        site.clock.advance_ms(23 * HOUR_MS)
        assert (other.ahead.attend(), site.session.ahead.attend()) == (1, 0)
    finally:
        other.close()
    assert [fact.leads_seconds for fact in told(site)] == [(86_400,), (3_600,)]
    assert site.session.verify() == []


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.alerts.test_ahead import START_MS, HOUR_MS, opened

folder, *points = sys.argv[1:]

def attend(point):
    site = opened(Path(folder, point), START_MS - HOUR_MS)
    left = int(point)

    def on_statement(statement):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    site.session._store.connection.set_trace_callback(on_statement)
    site.session.ahead.attend()
    os._exit(0)

for point in points:
    child = os.fork()
    if not child:
        attend(point)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_killed_before_any_statement_of_it_people_are_told_once(tmp_path: Path) -> None:
    points = [str(point) for point in range(0, 60, 3)]
    for point in points:
        site = opened(tmp_path / point)
        site.record(planned())
        site.close()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), *points],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    codes = [int(code) for code in done.stdout.split()]
    assert -signal.SIGKILL in codes
    assert 0 in codes
    for point in points:
        site = opened(tmp_path / point, START_MS - HOUR_MS)
        site.session.ahead.attend()
        assert [fact.leads_seconds for fact in told(site)] == [(86_400, 3_600)]
        assert len(waiting(site)) == 1
        site.close()
