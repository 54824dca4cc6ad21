"""When a notice is ahead, live or over, and when people are told of it, over every way it can stand."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageProblem
from app.core.ticket_events import NoticeKind
from app.tickets.notice_input import read_leads, read_volume, volume_text
from app.tickets.notice_times import HISTORY_MS, Phase, Telling, live, next_telling_ms, over_ms, phase, span, telling
from app.tickets.ports import Notice
from commands.notices import EVENTS

HOUR_MS = 3_600_000
START_MS = 1_800_000_000_000
LEADS = (86_400, 3_600)


def planned(event: NoticeKind = "bulk_sms", *, posted_ms: int = START_MS - 48 * HOUR_MS) -> Notice:
    return Notice("N1", posted_ms, "", "", "", "x", START_MS + HOUR_MS, None, 0, event, START_MS, 45, LEADS)


@pytest.mark.parametrize(
    ("event", "at_ms", "expected"),
    [
        ("bulk_sms", START_MS - 1, Phase.PLANNED),
        ("bulk_sms", START_MS, Phase.LIVE),
        ("bulk_sms", START_MS + HOUR_MS - 1, Phase.LIVE),
        ("bulk_sms", START_MS + HOUR_MS, Phase.OVER),
        ("outage", START_MS + HOUR_MS, Phase.LIVE),
        ("system_upgrade", START_MS + 100 * HOUR_MS, Phase.LIVE),
    ],
)
def test_where_a_planned_notice_stands(event: NoticeKind, at_ms: int, expected: Phase) -> None:
    assert phase(planned(event), at_ms) is expected
    assert bool(live([planned(event)], at_ms)) is (expected is Phase.LIVE)


def test_a_notice_without_a_beginning_holds_since_it_was_posted_and_until_it_is_ended() -> None:
    notice = planned("outage")._replace(starts_ms=None, posted_ms=START_MS)
    assert phase(notice, START_MS) is Phase.LIVE
    assert phase(notice._replace(ended_ms=START_MS + 1), START_MS + 1) is Phase.OVER


def test_what_was_ended_before_it_began_is_over_and_nobody_is_told() -> None:
    notice = planned()._replace(ended_ms=START_MS - 30 * HOUR_MS)
    assert phase(notice, START_MS - 2 * HOUR_MS) is Phase.OVER
    assert telling(notice, [], START_MS - 2 * HOUR_MS) is None
    assert next_telling_ms(notice, [], START_MS - 2 * HOUR_MS) is None


def test_what_outlasts_its_expected_end_lasts_until_now() -> None:
    assert span(planned("outage"), START_MS + 3 * HOUR_MS) == (START_MS, START_MS + 3 * HOUR_MS)
    assert span(planned("outage"), START_MS) == (START_MS, START_MS + HOUR_MS)
    assert span(planned("bulk_sms"), START_MS + 3 * HOUR_MS) == (START_MS, START_MS + HOUR_MS)
    assert span(planned("outage")._replace(expected_end_ms=None), START_MS) == (START_MS, None)


@pytest.mark.parametrize(
    ("told", "at_ms", "expected"),
    [
        ([], START_MS - 24 * HOUR_MS - 1, None),
        ([], START_MS - 24 * HOUR_MS, Telling((86_400,), is_late=False)),
        ([(START_MS, (86_400,))], START_MS - 2 * HOUR_MS, None),
        ([(START_MS, (86_400,))], START_MS - HOUR_MS, Telling((3_600,), is_late=False)),
        # Posted, or the program came back, too late for both: told once.
        ([], START_MS - HOUR_MS // 2, Telling(LEADS, is_late=True)),
        ([(START_MS, LEADS)], START_MS - 1, None),
        # The beginning was moved since: told anew.
        ([(START_MS - HOUR_MS, LEADS)], START_MS - HOUR_MS, Telling(LEADS, is_late=False)),
        # It began while the program was down, and is not over.
        ([], START_MS + 1, Telling(LEADS, is_late=True)),
        ([], START_MS + HOUR_MS, None),
    ],
)
def test_who_is_told_when(told: list[tuple[int, tuple[int, ...]]], at_ms: int, expected: Telling | None) -> None:
    assert telling(planned(), told, at_ms) == expected


def test_of_what_began_long_ago_nobody_is_told() -> None:
    assert telling(planned("outage"), [], START_MS + HISTORY_MS - 1) is not None
    assert telling(planned("outage"), [], START_MS + HISTORY_MS) is None


@given(st.lists(st.integers(-60 * 3_600, 3_599), min_size=1, max_size=30), st.sets(st.integers(1, 200_000), max_size=6))
def test_each_lead_is_told_of_once_whenever_one_looks(looks: list[int], leads: set[int]) -> None:
    notice = planned()._replace(ahead_seconds=tuple(leads))
    told: list[tuple[int, tuple[int, ...]]] = []
    for look in sorted(looks):
        now_ms = START_MS + look * 1000
        next_ms = next_telling_ms(notice, told, now_ms)
        found = telling(notice, told, now_ms)
        assert (found is not None) == (next_ms is not None and next_ms <= now_ms)
        if found is not None:
            told.append((START_MS, found.leads_seconds))
    seen = [lead for _start, each in told for lead in each]
    assert len(seen) == len(set(seen))
    assert set(seen) == {lead for lead in leads if -lead <= max(looks)}


def test_what_takes_its_time_needs_no_end_by_a_person() -> None:
    assert over_ms(planned("campaign")) == START_MS + HOUR_MS
    assert over_ms(planned("batch_suspension")) is None


def test_the_shell_knows_every_kind() -> None:
    assert get_args(NoticeKind) == EVENTS


def test_effects_and_leads_are_read_as_people_type_them() -> None:
    assert [read_volume(text, "x") for text in ("+45%", "45", "-10 %", "－１０％", "−5%")] == [45, 45, -10, -10, -5]
    assert [volume_text(percent) for percent in (45, -10, 0)] == ["+45%", "-10%", "±0%"]
    assert [read_leads(text, "x") for text in ("24h,1h", "90m", "1d、30m", "none", "无")] == [
        (86_400, 3_600),
        (5_400,),
        (86_400, 1_800),
        (),
        (),
    ]
    for text in ("", "a lot", "45.5%", "-101%", "1001"):
        with pytest.raises(UsageProblem, match="no change of the calls"):
            read_volume(text, "--volume")
    for text in ("", "24", "1h,,2h", "soon"):
        with pytest.raises(UsageProblem, match="no times ahead"):
            read_leads(text, "--ahead")
