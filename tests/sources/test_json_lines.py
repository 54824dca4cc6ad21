from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.events import AgentNotReady, CallConnected, event_schema
from app.sources.json_lines import JsonLinesParser, event_identity
from app.sources.ports import LineProblem

AT = 1_795_289_282_000
SCHEMA = Path(__file__).parents[2] / "docs" / "events.schema.json"


def reason_of(line: bytes) -> str:
    with pytest.raises(LineProblem) as caught:
        JsonLinesParser().parse(line)
    return caught.value.reason


def test_one_object_is_one_fact() -> None:
    line = '{"kind": "agent_not_ready", "agent": "王1", "at_ms": 1795289282000, "reason": "培训"}\r'.encode()
    draft = JsonLinesParser().parse(line)
    assert draft is not None
    assert draft.event == AgentNotReady(at_ms=AT, agent="王1", reason="培训")
    assert json.loads(draft.identity) == {
        "kind": "agent_not_ready",
        "at_ms": AT,
        "agent": "王1",
        "reason": "培训",
    }


def test_order_of_fields_and_defaults_written_out_change_nothing() -> None:
    lines = [
        b'{"kind":"agent_ready","at_ms":1795289282000,"agent":"a"}',
        b'{"agent":"a", "queue":null, "at_ms":1795289282000, "kind":"agent_ready"}',
        b'\xef\xbb\xbf {"agent":"\\u0061","at_ms":1795289282000,"kind":"agent_ready"} ',
    ]
    drafts = [JsonLinesParser().parse(line) for line in lines]
    assert {draft.identity for draft in drafts if draft} == {
        b'{"kind":"agent_ready","at_ms":1795289282000,"agent":"a"}'
    }
    assert None not in drafts


def test_kinds_with_the_same_fields_are_told_apart() -> None:
    connected = CallConnected(at_ms=AT, call="c", queue="q", agent="a")
    assert json.loads(event_identity(connected))["kind"] == "call_connected"


@pytest.mark.parametrize("line", [b"", b"  \r", b"\t", b"\xef\xbb\xbf"])
def test_a_blank_line_says_nothing(line: bytes) -> None:
    assert JsonLinesParser().parse(line) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "this is not JSON: "),
        (b'{"kind":"agent_ready"', "this is not JSON: "),
        (b"[1]", "this is not a JSON object"),
        (b"7", "this is not a JSON object"),
        (b"{}", 'the field "kind" is missing, which says what happened'),
        (b'{"kind":"agent_exploded","at_ms":1}', 'the kind "agent_exploded" is not known'),
        (b'{"kind":"agent_ready","at_ms":1795289282000}', "the agent is missing, which this kind of event needs"),
        (b'{"kind":"agent_ready","at_ms":1795289282000,"agent":""}', "the agent is missing"),
        (b'{"kind":"agent_ready","agent":"a"}', "the at_ms is missing"),
        (b'{"kind":"agent_ready","at_ms":1795289282,"agent":"a"}', 'the at_ms "1795289282" cannot be read: '),
        (b'{"kind":"agent_ready","at_ms":1795289282000.5,"agent":"a"}', "the at_ms "),
        (b'{"kind":"agent_ready","at_ms":"1795289282000","agent":"a"}', "the at_ms "),
        (b'{"kind":"agent_ready","at_ms":1795289282000,"agent":"a","mood":1}', 'the field "mood" is not known'),
        (
            b'{"kind":"agent_ready","at_ms":1795289282000,"agent":"' + b"a" * 201 + b'"}',
            "the agent is longer than 200 characters",
        ),
        (b'{"kind":"agent_ready","at_ms":1795289282000,"agent":"\\ud800"}', "this is not JSON: "),
        (b"[" * 100_000, "this is not JSON: "),
        (b'{"kind":"agent_ready","agent":"\xff"}', "this is not JSON: "),
    ],
)
def test_what_cannot_be_read_is_said_with_its_field(line: bytes, reason: str) -> None:
    said = reason_of(line)
    assert said.startswith(reason)
    assert "\n" not in said


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_a_fact_a_blank_or_a_problem(data: bytes) -> None:
    try:
        draft = JsonLinesParser().parse(data)
    except LineProblem as problem:
        said = problem.reason
    else:
        said = "blank" if draft is None else "fact"
    assert said


def test_the_published_schema_is_the_one_in_use() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == json.dumps(event_schema(), indent=2, ensure_ascii=False) + "\n"
