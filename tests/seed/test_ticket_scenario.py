"""What a scenario file may say of tickets, and what is said about what it may not."""

from __future__ import annotations

from importlib import resources

import pytest

from seed.plan import FloorPlan
from seed.scenario import ScenarioProblem, load_scenario, parse_scenario
from seed.simulator import Simulator
from seed.ticket_office import TicketOffice
from tests.seed.ticket_ground import OPENING_MS, SHOW_MS, Floor, by_ticket

TEXT = resources.files("seed.scenarios").joinpath("morning.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('parent = "B1"', 'parent = "B9"', "G11 lies under B9, which does not stand before it"),
        ('unit = "D2"\nname', 'unit = "D1"\nname', "two of the tickets.units"),
        ('to = ["D2", "D3"]', 'to = ["D2", "X"]', "query go to X, which is no unit"),
        ('crews = ["G11",', 'crews = ["G99",', "repair go to G99"),
        ('transfer_to = ["K1", "K2", "D3", "P1"]', "transfer_to = []", r"tickets\.kinds\.1\.trouble: .*transfer_to"),
        ("depart = { mean_seconds = 110, sd_seconds = 90 }\n", "", "need the pace of depart"),
        ('queues = { "业务咨询" = 26,', 'queues = { "夜班" = 26,', "name the queue 夜班, which does not exist"),
        ("forgotten = { mean_seconds = 260, sd_seconds = 200 }\n", "", "the share of forgotten needs its length"),
        ("stars_weights = [18, 26, 24, 16, 9, 4, 2, 1]", "stars_weights = [0, 0]", "must not all be 0"),
        ("weights = [4, 5, 11, 32, 48]", "weights = [4, 5, 11, 32]", r"tickets\.survey\.weights"),
        ('expected = "11:30"', 'expected = "09:00"', "works again after it broke"),
        ('hours = ["08:30-20:00"]', 'hours = ["8 bis 20"]', r"tickets\.units\.1: .*8 bis 20"),
        ('hours = ["08:30-20:00"]', "hours = []", "never works"),
        ("staff = 6", "staff = 0", r"tickets\.units\.\d+\.staff"),
        ("[tickets.flags]", "[tickets.flag]", r"tickets\.flags: Field required"),
        ('level = "province"', 'level = "kingdom"', r"tickets\.units\.0\.level"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_the_field(old: str, new: str, problem: str) -> None:
    assert old in TEXT
    with pytest.raises(ScenarioProblem, match=problem):
        parse_scenario(TEXT.replace(old, new, 1), "mine.toml")


def test_without_tickets_the_floor_has_none() -> None:
    plain = parse_scenario(TEXT[: TEXT.index("[tickets]")], "mine.toml")
    assert plain.tickets is None
    assert plain.queues == load_scenario().queues


def test_a_floor_of_one_agent_without_wrap_up_region_or_backlog_writes_tickets_too() -> None:
    morning = load_scenario()
    assert morning.tickets is not None
    kinds = tuple(kind.model_copy(update={"backlog_per_day": 0}) for kind in morning.tickets.kinds)
    scenario = morning.model_copy(
        update={
            "queues": tuple(queue.model_copy(update={"wrap_up": None}) for queue in morning.queues),
            "roster": morning.roster.model_copy(update={"region": "", "centre": ""}),
            "tickets": morning.tickets.model_copy(update={"kinds": kinds, "desk": "", "outages": ()}),
        }
    )
    floor = Floor(3, 1, scenario)
    floor.run_until(SHOW_MS + 6 * 3_600_000)
    found = by_ticket(floor.events)
    assert len(found) > 3
    assert any(event.kind == "ticket_dispatched" for events in found.values() for event in events)
    assert floor.units["P1"].parent == ""


def test_units_have_different_people_who_are_no_agents() -> None:
    scenario = load_scenario()
    assert scenario.tickets is not None
    simulator = Simulator(scenario, 1, 60, OPENING_MS)
    plan: FloorPlan = simulator.plan
    office = TicketOffice(scenario, scenario.tickets, 1, 60, plan, OPENING_MS, SHOW_MS)
    people = [person.agent_id for person in (*plan.people, *office.departments.people)]
    assert len(set(people)) == len(people)
    assert {person.unit for person in office.departments.people} == {spec.unit for spec in scenario.tickets.units}
