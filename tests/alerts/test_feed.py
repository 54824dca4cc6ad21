"""What the feed makes of changes: the banner's groups, anew only where something is other than before."""

from __future__ import annotations

from app.alerts.feed import LiveAlerts
from app.alerts.model import RESOLVED_SHOWN_MS, Alert, Fault
from app.alerts.ports import AlertChanges
from tests.alerts.samples import BOOK, NOW_MS, alert, over, taken


class Changes:
    """A reader whose answers are set by the test."""

    def __init__(self, *alerts: Alert) -> None:
        self.answer = AlertChanges(1, 1, True, alerts)
        self.live: list[Fault] = []
        self.asked: list[tuple[int, int, int]] = []

    def alert_changes(self, since_seq: int, generation: int, since_ms: int) -> AlertChanges:
        self.asked.append((since_seq, generation, since_ms))
        return self.answer

    def faults(self, *, only_live: bool) -> list[Fault]:
        assert only_live
        return self.live


def take_in(live: LiveAlerts, reader: Changes, now_ms: int = NOW_MS, *, fresh: bool = False) -> None:
    live.take_in(reader, BOOK, {}, now_ms, fresh)  # type: ignore[arg-type]


def test_changes_patch_what_is_known() -> None:
    reader, live = Changes(alert("breaks|site", number=1), alert("down|fault:F-1", number=2)), LiveAlerts()
    take_in(live, reader, fresh=True)
    first = live.picture(NOW_MS)
    assert [each.rule for each in first.alerts] == ["down", "breaks"]

    reader.answer = AlertChanges(7, 1, False, [taken(alert("down|fault:F-1", number=2))])
    take_in(live, reader)
    second = live.picture(NOW_MS + 1)
    assert reader.asked[-1] == (1, 1, NOW_MS - RESOLVED_SHOWN_MS)
    assert second.revision > first.revision
    assert [group.owners for group in second.groups] == [(), ("li",)]

    reader.answer = AlertChanges(9, 2, True, [alert("breaks|site", number=1)])
    take_in(live, reader)
    assert [each.rule for each in live.picture(NOW_MS + 2).alerts] == ["breaks"]


def test_nothing_new_is_the_same_revision_and_the_same_groups() -> None:
    reader, live = Changes(alert("breaks|site")), LiveAlerts()
    take_in(live, reader, fresh=True)
    first = live.picture(NOW_MS)
    reader.answer = AlertChanges(8, 1, False, ())
    take_in(live, reader)
    second = live.picture(NOW_MS + 1_000)
    assert second.revision == first.revision
    assert second.groups is first.groups


def test_what_is_over_leaves_after_half_a_minute() -> None:
    reader, live = Changes(over(alert("breaks|site"), 10)), LiveAlerts()
    take_in(live, reader, fresh=True)
    assert len(live.picture(NOW_MS).groups) == 1
    assert len(live.picture(NOW_MS + 19_999).groups) == 1
    gone = live.picture(NOW_MS + 20_000)
    assert (gone.groups, gone.alerts) == ((), ())


def test_muted_alerts_are_counted_and_a_fault_is_news() -> None:
    muted = alert("breaks|site", inhibited_by="down|fault:F-1")
    reader, live = Changes(muted), LiveAlerts()
    take_in(live, reader, fresh=True)
    first = live.picture(NOW_MS)
    assert (first.muted, first.groups) == (1, ())
    reader.answer = AlertChanges(2, 1, False, ())
    reader.live = [Fault("F-1", NOW_MS, "li", "BOSS", "", None)]
    take_in(live, reader)
    assert live.picture(NOW_MS).faults == tuple(reader.live)
    assert live.picture(NOW_MS).revision > first.revision
