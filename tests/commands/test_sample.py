"""Four minutes of a real Asterisk, against what its manager interface said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.ground import (
    SAMPLE,
    SAMPLE_DAY,
    SAMPLE_END_SECONDS,
    TRUTH,
    data,
    iso,
    run,
)


def test_the_queues_of_the_sample_are_what_its_manager_interface_said(sample: Path) -> None:
    rows = {row["queue"]: row for row in data(sample, "report", "queue-intervals", *SAMPLE_DAY, "--every", "all")}
    assert set(rows) == set(TRUTH["queues"])
    for queue, truth in TRUTH["queues"].items():
        row = rows[queue]
        for count in ("offered", "answered", "abandoned", "timed_out"):
            assert row[count] == truth.get(count, 0), (queue, count)
        # The log has whole seconds only, the manager interface more: what differs is by the rows that were added up.
        assert row["talk_seconds"] == pytest.approx(truth["talk"], abs=2), queue
        assert row["wait_seconds_answered"] == pytest.approx(truth["hold"], abs=2), queue
        assert row["waiting"] == row["lost"] == row["refused"] == 0


def test_the_agents_of_the_sample_are_what_its_manager_interface_said(sample: Path) -> None:
    until = ["--from", "2026-11-22", "--to", iso(SAMPLE_END_SECONDS)]
    rows = {row["agent"]: row for row in data(sample, "report", "agent-intervals", *until, "--every", "all")}
    for agent, truth in TRUTH["agents"].items():
        row = rows[agent]
        assert row["answered"] == truth["answered"], agent
        assert row["signed_in_seconds"] == pytest.approx(truth["signed_in"], abs=2), agent
        assert row["on_call_seconds"] == pytest.approx(truth["on_call"], abs=2), agent
        # Li 4 answered a ring that began before the removal: one second of a call outside every session.
        assert row["inferred"] == (agent == "Li 4")
    static = rows["Static One"]
    assert (static["inferred"], static["signed_in_seconds"], static["sign_ins"]) == (True, 0, 0)
    assert static["answered"] > 0
    assert static["occupancy"] is None


def test_the_not_ready_time_of_the_sample_is_what_its_manager_interface_said(sample: Path) -> None:
    until = ["--from", "2026-11-22", "--to", iso(SAMPLE_END_SECONDS)]
    rows = {row["agent"]: row for row in data(sample, "report", "agent-intervals", *until, "--every", "all")}
    found = {agent: rows[agent]["not_ready_seconds"] for agent in TRUTH["agents"]}
    assert found == {agent: pytest.approx(truth["not_ready"], abs=2) for agent, truth in TRUTH["agents"].items()}


def test_reading_the_sample_again_adds_nothing(sample: Path) -> None:
    before = data(sample, "report", "agent-intervals", *SAMPLE_DAY)
    again = data(sample, "ingest", "queue-log", str(SAMPLE))
    assert (again["events"], again["ignored"], again["duplicates"]) == (0, 0, again["lines"])
    assert data(sample, "report", "agent-intervals", *SAMPLE_DAY) == before


def test_the_parts_of_the_sample_add_up(sample: Path) -> None:
    quarters = data(sample, "report", "queue-intervals", *SAMPLE_DAY, "--every", "15m", "--queue", "ALL")
    (day,) = data(sample, "report", "queue-intervals", *SAMPLE_DAY, "--every", "day", "--queue", "ALL")[-1:]
    whole = [row for row in quarters if row["queue"] == "ALL"]
    assert len(whole) == 96
    assert sum(row["offered"] for row in whole) == day["offered"] == 99


def test_the_sample_is_verified_and_rebuilt_the_same(sample: Path) -> None:
    before = data(sample, "report", "agent-intervals", *SAMPLE_DAY)
    assert run(sample, "verify").exit_code == 0
    assert run(sample, "rebuild").exit_code == 0
    assert data(sample, "report", "agent-intervals", *SAMPLE_DAY) == before


def test_a_line_met_twice_is_one_fact_to_the_operations_engineer_too(database: Path) -> None:
    # What is new comes after what is known, so that the numbers of the facts have a gap.
    log = "1795289000|c|q|NONE|ENTERQUEUE||1|1\n" * 2 + "1795289001|c|q|NONE|ABANDON|1|1|1\n"
    assert run(database, "ingest", "queue-log", "-", stdin=log).exit_code == 0
    assert {row["what"]: row["found"] for row in data(database, "doctor")}["facts"] == "2"
    assert "2 facts" in run(database, "rebuild").stdout
