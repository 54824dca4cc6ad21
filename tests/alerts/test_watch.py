"""The watch as the engine has it: on the second, once, frozen while its data stops, resumed by whoever takes over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.alerts.model import AlertState
from app.alerts.rule import Scope
from app.core.alert_events import AlertAcknowledged, FaultDeclared, FaultEnded
from app.core.events import CallEntered, SourceRestarted
from app.core.ticket_events import NoticeEnded, NoticePosted, TicketCreated, TicketDispatched
from tests.alerts.watch_ground import (
    MINUTE_MS,
    NOW_MS,
    SECOND_MS,
    WatchedSite,
    back,
    on_break,
    rule,
    signed_in,
    signed_out,
)

BREAK = rule("too-long", "agent.break_spell", above=900)
STALE = rule("stale", "feed.stale", above=60, level=1, inhibits=("metric:agent.break_spell",))
FAULT = rule("fault", "system.fault", level=1, inhibits=("metric:queue.unattended_wait",))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WatchedSite]:
    made = WatchedSite(tmp_path / "floor.db")
    yield made
    made.close()


def test_a_break_is_written_up_at_its_very_second_within_half_a_second(site: WatchedSite) -> None:
    site.apply(BREAK)
    site.record(signed_in("ann"), on_break("ann", NOW_MS))
    site.after(900)
    assert site.open() == []
    site.after(1)
    (alert,) = site.alerts()
    assert alert.raised_ms == NOW_MS + 900 * SECOND_MS
    assert not alert.is_late
    assert dict(alert.values)["name"] == "ann"
    site.record(back("ann", site.clock.now_ms()))
    site.after(2)
    assert site.open() == []
    assert [each.state for each in site.alerts()] == [AlertState.RESOLVED]


def test_who_comes_back_at_the_last_second_is_not_written_up(site: WatchedSite) -> None:
    site.apply(BREAK)
    site.record(signed_in("ann"), on_break("ann", NOW_MS))
    site.after(900)
    site.record(back("ann", NOW_MS + 899_900))
    site.after(5)
    assert site.alerts() == []


def test_nothing_is_recorded_while_nothing_happens(site: WatchedSite) -> None:
    site.apply(BREAK)
    site.record(signed_in("ann"), on_break("ann", NOW_MS))
    site.after(1000)
    before = site.log()
    assert len(before) == 1
    site.after(60)
    assert site.log() == before


def test_whoever_takes_over_goes_on_with_the_same_alerts(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    first = WatchedSite(path)
    first.apply(BREAK, rule("break-rate", "floor.break_rate", above=10, clear=8, hold_seconds=60))
    first.record(signed_in("ann"), signed_in("bob"), on_break("ann", NOW_MS))
    first.after(30)
    assert [alert.state for alert in first.alerts()] == [AlertState.PENDING]
    # It dies without a word.
    first.session._store.close()
    second = WatchedSite(path, first.clock.now_ms() + 3 * SECOND_MS)
    second.after(28)
    # The hold goes on from when it began, not from the start of this process.
    (held,) = second.alerts("break-rate")
    assert held.raised_ms is not None
    assert 60 * SECOND_MS <= held.raised_ms - NOW_MS <= 62 * SECOND_MS
    second.session._store.close()
    late = WatchedSite(path, NOW_MS + 2000 * SECOND_MS)
    late.after(2)
    (alert,) = late.alerts("too-long")
    assert (alert.is_late, alert.should_ms) == (True, NOW_MS + 900 * SECOND_MS)
    assert late.open() == ["break-rate|site", "too-long|agent:ann"]
    late.after(60)
    assert len(late.alerts()) == 2
    late.close()


def test_what_ended_while_nobody_looked_is_over_after_the_first_look(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    first = WatchedSite(path)
    first.apply(BREAK)
    first.record(signed_in("ann"), on_break("ann", NOW_MS))
    first.after(902)
    assert first.open() == ["too-long|agent:ann"]
    first.record(back("ann", first.clock.now_ms()))
    first.session._store.close()
    second = WatchedSite(path, first.clock.now_ms() + MINUTE_MS)
    second.pictures.is_dark = True  # type: ignore[union-attr]
    second.after(5)
    # Without a picture nobody knows, and nothing is taken back.
    assert second.open() == ["too-long|agent:ann"]
    second.pictures.is_dark = False  # type: ignore[union-attr]
    second.after(2)
    assert second.open() == []
    second.close()


def test_a_person_who_takes_an_alert_elsewhere_is_heard(site: WatchedSite) -> None:
    site.apply(BREAK.model_copy(update={"remind_seconds": 60}))
    site.record(signed_in("ann"), on_break("ann", NOW_MS))
    site.after(965)
    kinds = [moment.kind for moment in site.alerts()[0].moments]
    assert kinds == ["raised", "reminded"]
    other = WatchedSite(site.path, site.clock.now_ms())
    other.record(AlertAcknowledged(at_ms=site.clock.now_ms(), alert="too-long|agent:ann", by="wang"))
    other.close()
    site.after(300)
    (alert,) = site.alerts()
    assert (alert.owner, [moment.kind for moment in alert.moments]) == ("wang", [*kinds, "acknowledged"])


def test_rules_that_are_changed_keep_their_alerts_and_those_that_go_end_them(site: WatchedSite) -> None:
    site.apply(BREAK)
    site.record(signed_in("ann"), on_break("ann", NOW_MS))
    site.after(902)
    number = site.alerts()[0].number
    site.apply(BREAK.model_copy(update={"level": 2, "above": 600.0}))
    site.after(2)
    assert [(alert.number, alert.level) for alert in site.alerts()] == [(number, 2)]
    site.apply(FAULT)
    site.after(2)
    assert site.open() == []


# -- sources ---------------------------------------------------------------------------------------------------------


def follow(site: WatchedSite, folder: Path) -> Path:
    from app.sources.model import FollowedFile
    from store.journal import SqliteJournal

    path = folder / "queue_log"
    path.write_text("")
    SqliteJournal(site.session._store).follow(FollowedFile("pbx", str(path), "queue-log", "utf-8", NOW_MS))
    return path


def test_a_silent_source_freezes_the_floor_and_resolves_nothing(site: WatchedSite, tmp_path: Path) -> None:
    site.apply(BREAK, STALE)
    follow(site, tmp_path)
    site.record(signed_in("ann"), signed_in("bob"), on_break("ann", NOW_MS), on_break("bob", NOW_MS + 5 * MINUTE_MS))
    for _minute in range(28):
        site.after(30, 1000)
        site.record(CallEntered(at_ms=site.clock.now_ms(), call=f"c{_minute}", queue="q1"))
    site.after(59, 1000)
    assert site.open() == []
    site.after(4, 200)
    # 903 s after NOW_MS the break is too long, but for a minute nobody told whether ann is back.
    assert site.open() == ["stale|source:pbx"]
    site.after(600)
    assert site.open() == ["stale|source:pbx"]
    now_ms = site.clock.now_ms()
    site.record(back("bob", now_ms))
    site.after(2)
    assert site.open() == ["too-long|agent:ann"]
    (alert,) = site.alerts("too-long")
    assert alert.is_late


def test_an_alert_of_a_silent_source_stays_and_is_muted(site: WatchedSite, tmp_path: Path) -> None:
    site.apply(BREAK, STALE)
    follow(site, tmp_path)
    site.record(signed_in("ann", NOW_MS - 90 * MINUTE_MS), on_break("ann", NOW_MS - 14 * MINUTE_MS - 30 * SECOND_MS))
    site.after(70, 1000)
    assert site.open() == ["stale|source:pbx", "too-long|agent:ann"]
    muted = [alert for alert in site.alerts() if alert.inhibited_by]
    assert [(alert.alert, alert.inhibited_by) for alert in muted] == [("too-long|agent:ann", "stale|source:pbx")]
    site.after(900, 1000)
    site.record(on_break("bob", site.clock.now_ms()))
    site.after(2)
    assert site.open() == ["too-long|agent:ann"]
    assert not any(alert.inhibited_by for alert in site.alerts("too-long"))


def test_what_is_not_read_yet_is_no_present(site: WatchedSite, tmp_path: Path) -> None:
    site.apply(BREAK)
    path = follow(site, tmp_path)
    path.write_text("x" * 300_000)
    site.record(signed_in("ann", NOW_MS - 90 * MINUTE_MS), on_break("ann", NOW_MS - 60 * MINUTE_MS))
    site.after(3)
    assert site.alerts() == []
    path.write_text("")
    site.after(2)
    assert site.open() == ["too-long|agent:ann"]


def test_a_restart_is_told_for_a_quarter_of_an_hour(site: WatchedSite) -> None:
    site.apply(rule("restarted", "source.restarted"))
    site.record(SourceRestarted(at_ms=NOW_MS + SECOND_MS))
    site.record(SourceRestarted(at_ms=NOW_MS - 60 * MINUTE_MS), source="old")
    site.after(3)
    assert site.open() == ["restarted|source:pbx"]
    site.after(897, 1000)
    assert site.open() == ["restarted|source:pbx"]
    site.after(3)
    assert site.open() == []


def test_agents_who_sign_out_together_are_a_storm(site: WatchedSite) -> None:
    site.apply(rule("storm", "agents.sign_outs", above=30, clear=10, level=1))
    site.record(*(signed_in(f"a{number}") for number in range(20)))
    site.after(2)
    site.record(*(signed_out(f"a{number}", NOW_MS + 30 * SECOND_MS * number) for number in range(6)))
    site.after(160, 1000)
    assert site.open() == []
    now_ms = site.clock.now_ms()
    site.record(*(signed_out(f"a{number}", now_ms) for number in range(10, 17)))
    site.after(2)
    assert site.open() == ["storm|site"]
    site.record(*(signed_in(f"a{number}", site.clock.now_ms()) for number in range(20)))
    site.after(2)
    assert site.open() == []


# -- what explains what ----------------------------------------------------------------------------------------------


def test_a_declared_fault_mutes_what_it_says_and_its_end_gives_it_back(site: WatchedSite) -> None:
    site.apply(FAULT, rule("wait", "queue.unattended_wait", above=60))
    site.record(*(CallEntered(at_ms=NOW_MS, call=f"c{queue}", queue=queue) for queue in ("q1", "q2")))
    site.record(FaultDeclared(at_ms=NOW_MS + SECOND_MS, fault="f1", what="话务平台", by="wang"), source="alerts")
    site.after(62)
    assert site.open() == ["fault|fault:f1", "wait|queue:q1", "wait|queue:q2"]
    assert sum(bool(alert.inhibited_by) for alert in site.alerts()) == 2
    site.record(FaultEnded(at_ms=site.clock.now_ms(), fault="f1", by="wang"), source="alerts")
    site.after(2)
    assert site.open() == ["wait|queue:q1", "wait|queue:q2"]
    assert not any(alert.inhibited_by for alert in site.alerts("wait"))


def sent(number: str, area: str) -> tuple[TicketCreated, TicketDispatched]:
    return (
        TicketCreated(at_ms=NOW_MS, ticket=number, ticket_type="repair", unit="hotline", area=area, by="hot"),
        TicketDispatched(at_ms=NOW_MS, ticket=number, by="hot", unit="repair"),
    )


def test_a_known_outage_mutes_the_tickets_it_covers_and_no_others(site: WatchedSite) -> None:
    site.apply(rule("unseen", "ticket.not_received", above=240))
    site.record(*sent("T-1", "哈尔滨道里区"), *sent("T-2", "大庆"), source="bridge")
    site.record(NoticePosted(at_ms=NOW_MS, notice="N1", area="哈尔滨", wording="停电"), source="notices")
    site.after(242, 1000)
    assert site.open() == ["unseen|ticket:T-1", "unseen|ticket:T-2"]
    assert {alert.entity: alert.inhibited_by for alert in site.alerts()} == {
        "ticket:T-1": "notice:N1",
        "ticket:T-2": "",
    }
    site.record(NoticeEnded(at_ms=site.clock.now_ms(), notice="N1"), source="notices")
    site.after(2)
    assert [alert.inhibited_by for alert in site.alerts()] == ["", ""]


def test_a_clock_is_overdue_the_moment_after_its_limit(site: WatchedSite) -> None:
    site.apply(rule("overdue", "ticket.breach", scope=Scope(ticket_types=("repair",))))
    site.record(*sent("T-1", "大庆"), source="bridge")
    site.after(241, 1000)
    assert site.open() == ["overdue|ticket:T-1/receive/1/1"]
    assert site.alerts()[0].raised_ms == NOW_MS + 240 * SECOND_MS + 1


def test_rebuilding_gives_the_same_alerts_and_the_watch_goes_on(site: WatchedSite) -> None:
    site.apply(BREAK)
    site.record(signed_in("ann"), on_break("ann", NOW_MS))
    site.after(902)
    before = site.alerts()
    site.session.rebuild()
    site.after(5)
    assert site.alerts() == before
    assert site.session.verify() == []


def test_a_fact_that_could_not_be_stored_has_not_happened(site: WatchedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.apply(BREAK)
    site.record(signed_in("ann"), on_break("ann", NOW_MS))
    site.after(890)

    def refuse(*_arguments: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(site.session.log, "append", refuse)
        with pytest.raises(RuntimeError):
            site.after(12)
    assert site.alerts() == []
    site.after(2)
    (alert,) = site.alerts()
    assert alert.raised_ms == NOW_MS + 900 * SECOND_MS
