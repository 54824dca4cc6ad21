"""What is a fact and what is not."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given
from pydantic import ValidationError

from app.core.event_fields import EARLIEST_MS, LATEST_MS, LONGEST_SECONDS, NAME_LIMIT
from app.core.events import CALL_EVENTS, EVENT, AnyEvent, event_schema, validate_events
from tests.strategies import BASE_MS, Told, told

GOOD: dict[str, Any] = {"kind": "agent_signed_in", "at_ms": BASE_MS, "agent": "ann"}
ENDED: dict[str, Any] = {"kind": "call_completed", "at_ms": BASE_MS, "call": "c", "queue": "q", "agent": "ann"}


@pytest.mark.parametrize("at_ms", [EARLIEST_MS, LATEST_MS - 1])
def test_instants_of_this_century_are_taken(at_ms: int) -> None:
    assert EVENT.validate_python({**GOOD, "at_ms": at_ms}).at_ms == at_ms


@pytest.mark.parametrize(
    "draft",
    [
        {**GOOD, "at_ms": EARLIEST_MS - 1},
        {**GOOD, "at_ms": LATEST_MS},
        {**GOOD, "at_ms": float(BASE_MS)},
        {**GOOD, "at_ms": str(BASE_MS)},
        {**GOOD, "at_ms": True},
        {**GOOD, "agent": ""},
        {**GOOD, "agent": None},
        {**GOOD, "agent": "x" * (NAME_LIMIT + 1)},
        {**GOOD, "agent": 7},
        {**GOOD, "queue": ""},
        {**GOOD, "kind": "agent_went_home"},
        {**GOOD, "unknown": 1},
        {"at_ms": BASE_MS, "agent": "ann"},
        {"kind": "agent_signed_in"},
        {**ENDED, "talk_seconds": -1},
        {**ENDED, "talk_seconds": LONGEST_SECONDS + 1},
        {**ENDED, "talk_seconds": 1.5},
        {**ENDED, "ended_by": "nobody"},
        {},
    ],
)
def test_what_is_no_fact_is_refused(draft: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EVENT.validate_python(draft)


@pytest.mark.parametrize("talk_seconds", [None, 0, LONGEST_SECONDS])
def test_durations_up_to_a_year_are_taken(talk_seconds: int | None) -> None:
    (event,) = validate_events([{**ENDED, "talk_seconds": talk_seconds}])
    assert EVENT.dump_python(event)["talk_seconds"] == talk_seconds


def test_facts_are_taken_all_or_none() -> None:
    with pytest.raises(ValidationError):
        validate_events([GOOD, {**GOOD, "at_ms": 0}])


@given(facts=told(30))
def test_a_fact_is_the_same_after_its_json_form(facts: list[Told]) -> None:
    for _source, event in facts:
        assert EVENT.validate_json(EVENT.dump_json(event)) == event


def test_the_schema_knows_every_kind_by_its_name() -> None:
    kinds = [cls.__dataclass_fields__["kind"].default for cls in get_args(AnyEvent)]
    assert len(kinds) == len(set(kinds)) == 74
    assert sorted(event_schema()["discriminator"]["mapping"]) == sorted(kinds)


def test_every_fact_says_when_and_those_of_calls_say_which() -> None:
    for cls in get_args(AnyEvent):
        names = {field.name for field in fields(cls)}
        assert "at_ms" in names
        if cls in CALL_EVENTS:
            assert {"call", "queue"} <= names
            # The store finds a call's facts by the beginning of their kind.
            assert cls.__dataclass_fields__["kind"].default.startswith("call_")
        else:
            assert not cls.__dataclass_fields__["kind"].default.startswith("call_")
