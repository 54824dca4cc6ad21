from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from app.core.errors import DataProblem, UsageProblem
from seed.scenario import ScenarioProblem, ScenarioUnknown, load_scenario, parse_scenario, scenario_names
from seed.simulator import Simulator

SMALLEST = """
title = "small"
zone = "UTC"
show_at = "09:30"
reference_agents = 10

[arrivals]
start = "09:00"
percent_of_peak = [100, 50]

[[queues]]
name = "help"
peak_calls_per_hour = 30
staff_weight = 1
talk = { mean_seconds = 200, sd_seconds = 100 }
patience = { mean_seconds = 60, shape = "exponential" }

[[shifts]]
name = "day"
start = "09:00"
end = "17:00"
"""


def test_the_scenarios_that_come_along_can_be_read() -> None:
    assert "morning" in scenario_names()
    for name in scenario_names():
        scenario = load_scenario(name)
        events = Simulator(scenario, 1, 3, 1_772_409_000_000).run_until(1_772_409_000_000 + 3_600_000)
        assert events


def test_the_first_scenario_is_a_chinese_hotline_of_four_queues() -> None:
    scenario = load_scenario()
    assert [queue.name for queue in scenario.queues] == ["业务咨询", "故障报修", "投诉建议", "VIP专席"]
    assert scenario.reference_agents == 60
    assert (scenario.zone, scenario.show_at) == ("Asia/Shanghai", 10 * 60 + 20)


def test_the_smallest_scenario_needs_little() -> None:
    scenario = parse_scenario(SMALLEST, "small.toml")
    assert scenario.ring is None
    assert scenario.staff.queue_count_weights == (1,)
    assert scenario.shifts[0].end == 17 * 60


def test_a_scenario_of_ones_own_is_named_by_its_file(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SMALLEST, encoding="utf-8")
    assert load_scenario(str(own)).title == "small"


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    with pytest.raises(ScenarioUnknown, match=r"afternoon.*morning") as caught:
        load_scenario("afternoon")
    assert isinstance(caught.value, UsageProblem)


@pytest.mark.parametrize("content", [None, b"title = \xff\xfe"])
def test_a_file_that_is_missing_or_no_text_says_so(tmp_path: Path, content: bytes | None) -> None:
    own = tmp_path / "own.toml"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(ScenarioProblem, match=r"own\.toml: this cannot be read as text"):
        load_scenario(str(own))


def test_what_is_not_toml_says_where() -> None:
    with pytest.raises(ScenarioProblem, match=r"bad\.toml: this is not TOML: .*line 2"):
        parse_scenario('title = "x"\nzone = = 1\n', "bad.toml")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('zone = "UTC"', 'zone = "Mars/Olympus"', "zone: .*Mars/Olympus"),
        ('zone = "UTC"', "zone = 8", "zone: "),
        ('show_at = "09:30"', 'show_at = "9:30"', "show_at: must be a time of day"),
        ('show_at = "09:30"', "show_at = 930", "show_at: must be a time of day"),
        ('show_at = "09:30"', "show_at = 09:30:00", "show_at: must be a time of day"),
        ("reference_agents = 10", "reference_agents = 0", "reference_agents: "),
        ("reference_agents = 10", "reference_agents = 10.0", "reference_agents: "),
        ("reference_agents = 10", "reference_agents = true", "reference_agents: "),
        ("reference_agents = 10", "", "reference_agents: Field required"),
        ("reference_agents = 10", "reference_agents = 10\nagentz = 1", "agentz: Extra inputs"),
        ('name = "help"', 'name = ""', r"queues\.0\.name: "),
        ("peak_calls_per_hour = 30", "peak_calls_per_hour = -1", r"queues\.0\.peak_calls_per_hour: "),
        (", sd_seconds = 100", "", r"queues\.0\.talk: a lognormal length needs sd_seconds"),
        (', shape = "exponential"', ', sd_seconds = 3, shape = "exponential"', r"queues\.0\.patience: .*no sd_seconds"),
        ('shape = "exponential"', 'shape = "gamma"', r"queues\.0\.patience\.shape: "),
        ("staff_weight = 1", "staff_weight = 1\ntransfer_per_mille = 5", r"queues\.0: transfer_per_mille needs"),
        ("percent_of_peak = [100, 50]", "percent_of_peak = []", r"arrivals\.percent_of_peak: "),
        ('start = "09:00"\npercent', 'start = "23:30"\npercent', "arrivals: .*past 24:00"),
        ('end = "17:00"', 'end = "09:00"', r"shifts\.0: end must be later than start"),
        ('end = "17:00"', 'end = "24:01"', r"shifts\.0\.end: must be a time of day"),
        ('start = "09:00"\nend', 'start = "00:05"\nearly_seconds = 301\nend', r"shifts\.0: early_seconds reaches back"),
        ("[[queues]]", "[staff]\nqueue_count_weights = [0, 0]\n[[queues]]", "staff: queue_count_weights"),
        (
            "[[queues]]",
            '[[planned]]\nreason = "x"\nstart = "10:00"\nend = "11:00"\nshifts = ["night"]\n'
            "length = { mean_seconds = 60, shape = 'fixed' }\n[[queues]]",
            "the absence x names the shift night",
        ),
        (
            "[[queues]]",
            '[[planned]]\nreason = "x"\nstart = "10:00"\nend = "10:00"\n'
            "length = { mean_seconds = 60, shape = 'fixed' }\n[[queues]]",
            r"planned\.0: end must be later",
        ),
        (
            "[[queues]]",
            '[[planned]]\nreason = "x"\nactivity = "break"\nstart = "10:00"\nend = "11:00"\n'
            "length = { mean_seconds = 600, sd_seconds = 60 }\n[[queues]]",
            r"planned\.0: what stands on the schedule has a fixed length in steps of 300 seconds",
        ),
        (
            "[[queues]]",
            '[[planned]]\nreason = "x"\nactivity = "break"\nstart = "10:00"\nend = "11:00"\n'
            "length = { mean_seconds = 500, shape = 'fixed' }\n[[queues]]",
            r"planned\.0: what stands on the schedule has a fixed length in steps of 300 seconds",
        ),
        (
            "[[queues]]",
            '[[planned]]\nreason = "x"\nactivity = "meal"\nstart = "10:00"\nend = "11:00"\nat_most_per_mille = 90\n'
            "length = { mean_seconds = 600, shape = 'fixed' }\n[[queues]]",
            r"planned\.0: the schedule itself spreads it",
        ),
        (
            "[[queues]]",
            '[[planned]]\nreason = "x"\nactivity = "on_queue"\nstart = "10:00"\nend = "11:00"\n'
            "length = { mean_seconds = 600, shape = 'fixed' }\n[[queues]]",
            r"planned\.0\.activity: ",
        ),
        ("[[queues]]", "[habits]\nover_stayed_per_mille = 5\n[[queues]]", "habits: the share of over_stay needs"),
        ("[[queues]]", "[habits]\nleft_early_per_mille = 5\n[[queues]]", "habits: the share of left_early needs"),
        ("[[queues]]", "[forecast]\noff_per_mille = -501\n[[queues]]", r"forecast\.off_per_mille: "),
        ("[[queues]]", "[roster]\nteam_size = 0\n[[queues]]", r"roster\.team_size: "),
        ("[[shifts]]", '[[shifts]]\nname = "day"\nstart = "10:00"\nend = "11:00"\n[[shifts]]', "two of the shifts"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(old: str, new: str, field: str) -> None:
    assert old in SMALLEST
    with pytest.raises(ScenarioProblem, match=rf"^mine\.toml: .*{field}") as caught:
        parse_scenario(SMALLEST.replace(old, new, 1), "mine.toml")
    assert isinstance(caught.value, DataProblem)
    assert "\n" not in str(caught.value)


def test_what_a_file_says_is_made_inert_in_the_error() -> None:
    hostile = SMALLEST.replace("staff_weight = 1", 'staff_weight = 1\n"\\u001b[2J" = 1')
    with pytest.raises(ScenarioProblem) as caught:
        parse_scenario(hostile, "mine.toml")
    assert "\x1b" not in str(caught.value)


def test_scenarios_are_package_data() -> None:
    assert resources.files("seed.scenarios").joinpath("morning.toml").is_file()
