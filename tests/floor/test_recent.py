"""What alerts ask of the floor's picture: recent calls, the day's time, who has just left."""

from __future__ import annotations

from datetime import timezone
from random import Random

import pytest

from app.core.events import CallHeld, CallRetrieved
from app.core.facts import Batch, Draft
from app.floor.day_time import AgentTime, DayTime, FloorTime
from app.floor.live import LEFT_SHOWN_MS, LiveFloor, LiveSettings
from app.floor.model import Outcome, Visit
from app.floor.picture import Freshness
from app.floor.ports import Standing
from app.floor.recent import LONG_MINUTES, SHORT_MINUTES, RecentVisits
from app.planning.model import Verdict
from tests.floor.asterisk import at, log
from tests.floor.ground import Ground
from tests.floor.test_live import picture

UTC = timezone.utc
MINUTE_MS = 60_000
START_MS = 1_000 * 86_400_000


def visit(entered_ms: int, wait_ms: int | None, outcome: Outcome, queue: str = "q1") -> Visit:
    return Visit(f"c{entered_ms}-{queue}", queue, 1, entered_ms, outcome, wait_ms=wait_ms)


def test_windows_are_what_a_plain_count_of_the_visits_gives() -> None:
    random = Random(5)
    recent = RecentVisits(lambda queue: 20 if queue == "q1" else 30)
    recent.begin(START_MS)
    counted: list[Visit] = []
    now_ms = START_MS
    for _step in range(600):
        now_ms += random.randrange(0, 40_000)
        entered_ms = now_ms - random.randrange(0, 20_000)
        outcome = random.choice((Outcome.WAITING, Outcome.ANSWERED, Outcome.ABANDONED))
        wait_ms = None if outcome is Outcome.WAITING else random.randrange(10_000, 40_000)
        added = visit(entered_ms, wait_ms, outcome, random.choice(("q1", "q2")))
        recent.count(added, 1)
        counted.append(added)
        if random.random() < 0.3:
            gone = counted.pop(random.randrange(len(counted)))
            recent.count(gone, -1)
        found = recent.recent(now_ms, {"q1": 3})
        for told in found:
            target_ms = 20_000 if told.queue == "q1" else 30_000
            for from_ms, offered, within, minutes in (
                (told.short_from_ms, told.short_offered, told.short_within, SHORT_MINUTES),
                (told.long_from_ms, told.long_offered, told.long_within, LONG_MINUTES),
            ):
                assert from_ms == (now_ms // MINUTE_MS - minutes) * MINUTE_MS
                inside = [each for each in counted if each.queue == told.queue and each.entered_ms >= from_ms]
                assert offered == len(inside)
                in_time = [each for each in inside if each.outcome is Outcome.ANSWERED]
                assert within == sum((each.wait_ms or 0) <= target_ms for each in in_time)
            assert told.undecided == (3 if told.queue == "q1" else 0)


def test_calls_before_midnight_stay_in_the_window_and_count_once(ground: Ground) -> None:
    late = 86_400 - 600 - at(0) // 1000 % 86_400
    log(ground, f"{late}|c1|q1|NONE|ENTERQUEUE||1", f"{late + 5}|c1|q1|NONE|ABANDON|1|1|5")
    log(ground, f"{late + 10}|c2|q1|NONE|ENTERQUEUE||2")
    live = LiveFloor(LiveSettings(UTC))
    assert picture(ground, late + 60, live).recent[0].short_offered == 2
    after = late + 900
    assert not live.is_of_day(at(after))
    changes = ground.floor.changes(0, live.generation, at(after) // 86_400_000 * 86_400_000)
    live.apply(changes, at(after), fresh=True)
    told = live.snapshot(at(after), Freshness()).recent[0]
    assert (told.short_offered, told.short_within) == (2, 0)
    log(ground, f"{after}|c2|q1|ann|CONNECT|5|x|0", f"{after + 1}|c3|q1|NONE|ENTERQUEUE||3")
    told = picture(ground, after + 2, live).recent[0]
    assert (told.short_offered, told.undecided) == (3, 1)


def test_the_floors_time_is_that_of_those_who_left_too(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q1|bob|ADDMEMBER|",
        "100|NONE|q1|ann|PAUSE|上厕所",
        "160|NONE|q1|ann|UNPAUSE|",
        "200|MANAGER|q1|ann|REMOVEMEMBER|",
        "300|NONE|q1|bob|PAUSE|打水",
    )
    live = LiveFloor(LiveSettings(UTC))
    assert picture(ground, 400, live).time == FloorTime(600_000, 160_000)
    assert live.snapshot(at(500), Freshness()).time == FloorTime(700_000, 260_000)
    assert FloorTime().reverse_share is None
    assert FloorTime(1000, 25).reverse_share == 0.025


def test_time_put_again_takes_the_place_of_what_was_known() -> None:
    time = DayTime()
    time.put("ann", AgentTime(1000, 5000, 100, 6000))
    time.put("bob", AgentTime(500, None))
    assert time.at(7000) == FloorTime(1000 + 2000 + 500, 100 + 1000)
    time.put("ann", AgentTime(4000, None, 700, None))
    assert time.at(9000) == FloorTime(4500, 700)


def test_who_signed_out_is_named_with_the_instant_until_they_are_back(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "0|MANAGER|q1|bob|ADDMEMBER|")
    live = LiveFloor(LiveSettings(UTC))
    assert picture(ground, 10, live).left == {}
    log(ground, "100|MANAGER|q1|ann|REMOVEMEMBER|", "130|MANAGER|q1|bob|REMOVEMEMBER|")
    assert picture(ground, 140, live).left == {"ann": at(100), "bob": at(130)}
    log(ground, "150|MANAGER|q1|ann|ADDMEMBER|")
    assert picture(ground, 160, live).left == {"bob": at(130)}
    assert live.snapshot(at(130) + LEFT_SHOWN_MS, Freshness()).left == {"bob": at(130)}
    assert live.snapshot(at(131) + LEFT_SHOWN_MS, Freshness()).left == {}
    # A reader that begins now knows the instant too.
    assert picture(ground, 160).left == {"bob": at(130)}


@pytest.mark.parametrize(
    ("standing", "is_named"),
    [
        (Standing(Verdict.OUT, at(130), planned="on_queue"), True),
        (Standing(Verdict.OUT, at(130), shift_change=True, planned="on_queue"), False),
        (Standing(Verdict.IN, at(130)), False),
        (Standing(Verdict.NO_SCHEDULE, at(130)), False),
    ],
)
def test_whom_the_plan_lets_go_has_not_left_the_floor_alone(ground: Ground, standing: Standing, is_named: bool) -> None:
    log(ground, "0|MANAGER|q1|bob|ADDMEMBER|", "130|MANAGER|q1|bob|REMOVEMEMBER|")
    live = LiveFloor(LiveSettings(UTC))
    picture(ground, 140, live)
    live.set_standings({"bob": standing}, at(140))
    assert live.snapshot(at(141), Freshness()).left == ({"bob": at(130)} if is_named else {})


def test_a_call_lasts_since_it_was_answered_whatever_hold_interrupted(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "10|c1|q1|NONE|ENTERQUEUE||1", "15|c1|q1|ann|CONNECT|5|x|0")
    call = {"call": "c1", "queue": "q1", "agent": "ann"}
    held = [CallHeld(at_ms=at(40), **call), CallRetrieved(at_ms=at(50), **call)]
    ground.journal.record(Batch("pbx", [Draft(event, repr(event).encode()) for event in held]))
    live = LiveFloor(LiveSettings(UTC))
    row = picture(ground, 60, live).agents["ann"]
    assert (row.since_ms, row.call_since_ms) == (at(50), at(15))
    log(ground, "70|c1|q1|ann|COMPLETEAGENT|5|45|1")
    assert picture(ground, 80, live).agents["ann"].call_since_ms is None
