"""Alerts come together on a banner: by rule, level, place and standing, the most urgent first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.alerts.grouping import MOST_PLACES, Standing, alone, grouped, scope_of, standing_of, turning_point
from app.alerts.model import RESOLVED_SHOWN_MS, Alert, AlertState
from tests.alerts.samples import NOW_MS, alert, groups_of, over, overdue, taken


@pytest.mark.parametrize(
    ("made", "standing"),
    [
        (alert("breaks|site"), Standing.OPEN),
        (taken(alert("breaks|site")), Standing.TAKEN),
        (alert("breaks|site", silenced_until_ms=NOW_MS + 1), Standing.SILENCED),
        (alert("breaks|site", silenced_until_ms=NOW_MS), Standing.OPEN),
        (taken(alert("breaks|site", silenced_until_ms=NOW_MS + 1)), Standing.TAKEN),
        (alert("breaks|site", inhibited_by="down|fault:F-1"), None),
        (alert("breaks|site", state=AlertState.PENDING, raised_ms=None), None),
        (alert("breaks|site", state=AlertState.DROPPED, resolved_ms=NOW_MS), None),
        (over(alert("breaks|site"), 29), Standing.RESOLVED),
        (over(alert("breaks|site"), 30), None),
        (alert("idle|queue:VIP"), Standing.INVITATION),
        (over(alert("idle|queue:VIP")), None),
    ],
)
def test_where_an_alert_stands(made: Alert, standing: Standing | None) -> None:
    assert standing_of(made, NOW_MS, is_invitation=made.rule == "idle") is standing


def test_tickets_of_one_kind_and_unit_are_one_line() -> None:
    [group] = groups_of(overdue(number, ago_seconds=number * 60) for number in range(1, 8))
    assert (len(group.alerts), group.scope, group.level) == (7, ("repair", "东区"), 2)
    assert group.since_ms == NOW_MS - 7 * 60_000
    assert group.alerts[0].alert == "overdue|ticket:WO-7/stage/1/1"


def test_many_places_come_together_in_wider_ones() -> None:
    units = [overdue(number, unit=f"u{number}") for number in range(MOST_PLACES + 1)]
    [by_type] = groups_of(units)
    assert by_type.scope == ("repair",)
    kinds = [overdue(number, kind=f"k{number}") for number in range(MOST_PLACES + 1)]
    [whole] = groups_of(kinds)
    assert whole.scope == ()
    assert len(groups_of(units[:MOST_PLACES])) == MOST_PLACES


def test_a_rule_may_ask_for_a_line_each() -> None:
    lines = grouped([overdue(1), overdue(2)], NOW_MS, is_own_line=lambda rule: rule == "overdue")
    assert [group.names for group in lines] == [
        ("overdue|ticket:WO-1/stage/1/1",),
        ("overdue|ticket:WO-2/stage/1/1",),
    ]


def test_the_most_urgent_come_first() -> None:
    lines = groups_of(
        [
            over(alert("spell|agent:1", number=1)),
            taken(alert("down|fault:F-2", number=2)),
            alert("breaks|site", number=3, ago_seconds=900),
            alert("down|fault:F-1", number=4, ago_seconds=1),
            alert("spell|agent:2", number=5, silenced_until_ms=NOW_MS + 5_000),
        ]
    )
    assert [(group.rule, group.standing) for group in lines] == [
        ("down", Standing.OPEN),
        ("breaks", Standing.OPEN),
        ("down", Standing.TAKEN),
        ("spell", Standing.SILENCED),
        ("spell", Standing.RESOLVED),
    ]
    assert lines[2].owners == ("li",)
    assert lines[3].until_ms == NOW_MS + 5_000


def test_time_alone_changes_lines_at_known_instants() -> None:
    silent = alert("spell|agent:2", silenced_until_ms=NOW_MS + 9_000)
    done = over(alert("breaks|site"), 25)
    assert turning_point([silent, done], NOW_MS) == NOW_MS + 5_000
    assert turning_point([silent, done], NOW_MS + 5_000) == NOW_MS + 9_000
    assert turning_point([alert("breaks|site")], NOW_MS) is None


def test_an_alert_alone_is_a_line_whatever_its_state() -> None:
    pending = alert("breaks|site", state=AlertState.PENDING, raised_ms=None)
    assert alone(pending, NOW_MS).names == ("breaks|site",)


_RULES = st.sampled_from(["down", "overdue", "breaks", "spell", "idle"])


@st.composite
def _alerts(draw: st.DrawFn) -> list[Alert]:
    made = []
    for number in range(draw(st.integers(0, 30))):
        one = alert(
            f"{draw(_RULES)}|x:{number}",
            number=number,
            ago_seconds=draw(st.integers(0, 100)),
            values={"type": draw(st.sampled_from("abcdef")), "unit": draw(st.sampled_from("uvw"))},
        )
        made.append(draw(st.sampled_from([one, taken(one), over(one), one._replace(inhibited_by="x")])))
    return made


@given(_alerts(), st.integers(-60_000, 60_000))
def test_every_alert_that_stands_on_the_banner_is_in_just_one_line(alerts: list[Alert], later_ms: int) -> None:
    now_ms = NOW_MS + later_ms
    lines = groups_of(alerts, now_ms)
    assert len({group.key for group in lines}) == len(lines)
    listed = sorted(name for group in lines for name in group.names)
    assert listed == sorted(
        each.alert for each in alerts if standing_of(each, now_ms, is_invitation=each.rule == "idle") is not None
    )
    for group in lines:
        assert {(each.rule, each.level) for each in group.alerts} == {(group.rule, group.level)}
        assert all(scope_of(each)[: len(group.scope)] == group.scope for each in group.alerts)


@given(_alerts())
def test_nothing_changes_before_the_turning_point(alerts: list[Alert]) -> None:
    turns_ms = turning_point(alerts, NOW_MS)
    until_ms = NOW_MS + RESOLVED_SHOWN_MS if turns_ms is None else turns_ms - 1
    assert groups_of(alerts, until_ms) == groups_of(alerts, NOW_MS)
