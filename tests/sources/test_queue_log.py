from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageProblem
from app.core.events import (
    EVENT,
    AgentNotReady,
    AgentReady,
    AgentRingMissed,
    AgentSignedIn,
    AgentSignedOut,
    AnyEvent,
    CallAbandoned,
    CallCompleted,
    CallConnected,
    CallEntered,
    CallLeftByKey,
    CallLeftEmpty,
    CallRefused,
    CallTimedOut,
    CallTransferred,
    OtherFact,
    SourceRestarted,
    WrapUpStarted,
)
from app.core.facts import Draft
from app.sources.ports import Line, LineProblem
from app.sources.queue_log import QueueLogParser
from app.sources.reader import read_lines

AT = 1_795_289_282_000
SAMPLE = Path(__file__).parent.parent / "data" / "asterisk.queue_log"


def draft_of(line: str | bytes, encoding: str = "utf-8") -> Draft:
    data = line.encode(encoding) if isinstance(line, str) else line
    draft = QueueLogParser(encoding).parse(data)
    assert draft is not None
    return draft


def event_of(rest: str) -> AnyEvent:
    return draft_of(f"1795289282|{rest}").event


def reason_of(line: str | bytes) -> str:
    with pytest.raises(LineProblem) as caught:
        QueueLogParser().parse(line.encode() if isinstance(line, str) else line)
    return caught.value.reason


CALL: dict[str, Any] = {"at_ms": AT, "call": "c.1", "queue": "sales"}
TALK: dict[str, Any] = {**CALL, "agent": "王1"}

ROWS: list[tuple[str, AnyEvent]] = [
    ("c.1|sales|NONE|ENTERQUEUE||13800001015|1", CallEntered(**CALL, caller="13800001015", position=1)),
    ("c.1|sales|NONE|ENTERQUEUE|http://x|138|2|Wang", CallEntered(**CALL, caller="138", position=2)),
    ("c.1|sales|NONE|ENTERQUEUE||138", CallEntered(**CALL, caller="138")),
    ("c.1|sales|NONE|ENTERQUEUE", CallEntered(**CALL)),
    ("c.1|sales|NONE|ENTERQUEUE||138|first", CallEntered(**CALL, caller="138")),
    ("c.1|sales|王1|CONNECT|7|c.2|3", CallConnected(**TALK, wait_seconds=7, ring_seconds=3)),
    ("c.1|sales|王1|CONNECT|7|c.2", CallConnected(**TALK, wait_seconds=7)),
    ("c.1|sales|王1|CONNECT|7", CallConnected(**TALK, wait_seconds=7)),
    ("c.1|sales|王1|CONNECT", CallConnected(**TALK)),
    (
        "c.1|sales|王1|COMPLETECALLER|7|61|2",
        CallCompleted(**TALK, wait_seconds=7, talk_seconds=61, ended_by="caller"),
    ),
    (
        "c.1|sales|王1|COMPLETEAGENT|7|61",
        CallCompleted(**TALK, wait_seconds=7, talk_seconds=61, ended_by="agent"),
    ),
    ("c.1|sales|王1|COMPLETEAGENT", CallCompleted(**TALK, ended_by="agent")),
    (
        "c.1|sales|王1|TRANSFER|8001|office|7|61|2",
        CallTransferred(**TALK, to="8001", wait_seconds=7, talk_seconds=61),
    ),
    ("c.1|sales|王1|TRANSFER|8001|office", CallTransferred(**TALK, to="8001")),
    (
        "c.1|sales|王1|BLINDTRANSFER|8001|office|7|61|2",
        CallTransferred(**TALK, to="8001", wait_seconds=7, talk_seconds=61),
    ),
    (
        "c.1|sales|王1|ATTENDEDTRANSFER|BRIDGE|b-7|7|61|2",
        CallTransferred(**TALK, to="b-7", attended=True, wait_seconds=7, talk_seconds=61),
    ),
    (
        "c.1|sales|王1|ATTENDEDTRANSFER|APP|VoiceMail|7|61|2",
        CallTransferred(**TALK, to="VoiceMail", attended=True, wait_seconds=7, talk_seconds=61),
    ),
    (
        "c.1|sales|王1|ATTENDEDTRANSFER|LINK|SIP/a-1|SIP/b-2|7|61|2",
        CallTransferred(**TALK, to="SIP/b-2", attended=True, wait_seconds=7, talk_seconds=61),
    ),
    ("c.1|sales|NONE|ABANDON|1|2|35", CallAbandoned(**CALL, wait_seconds=35)),
    ("c.1|sales|NONE|ABANDON|1", CallAbandoned(**CALL)),
    ("c.1|sales|NONE|EXITWITHTIMEOUT|1|2|35", CallTimedOut(**CALL, wait_seconds=35)),
    ("c.1|sales|NONE|EXITWITHTIMEOUT|1", CallTimedOut(**CALL)),
    ("c.1|sales|NONE|EXITWITHKEY|9|1|2|35", CallLeftByKey(**CALL, key="9", wait_seconds=35)),
    ("c.1|sales|NONE|EXITWITHKEY|9|1", CallLeftByKey(**CALL, key="9")),
    ("c.1|sales|NONE|EXITEMPTY|1|2|35", CallLeftEmpty(**CALL, wait_seconds=35)),
    ("c.1|sales|NONE|LEAVEEMPTY", CallLeftEmpty(**CALL)),
    ("c.1|sales|NONE|WITHDRAW|1|2|35|moved", CallRefused(**CALL, reason="withdrawn", wait_seconds=35)),
    ("c.1|sales|NONE|FULL", CallRefused(**CALL, reason="full")),
    ("c.1|sales|NONE|JOINEMPTY", CallRefused(**CALL, reason="joinempty")),
    ("c.1|sales|NONE|CLOSED", CallRefused(**CALL, reason="closed")),
    ("c.1|sales|NONE|DIVERT_CA_RATIO", CallRefused(**CALL, reason="divert_ca_ratio")),
    ("c.1|sales|NONE|DIVERT_HOLDTIME|", CallRefused(**CALL, reason="divert_holdtime")),
    ("c.1|sales|王1|RINGNOANSWER|15003", AgentRingMissed(**TALK, ring_ms=15003)),
    ("c.1|sales|王1|RINGNOANSWER", AgentRingMissed(**TALK)),
    ("c.1|sales|王1|RINGCANCELED|2502", AgentRingMissed(**TALK, ring_ms=2502, cancelled=True)),
    ("MANAGER|sales|王1|ADDMEMBER|", AgentSignedIn(at_ms=AT, agent="王1", queue="sales")),
    ("MANAGER|sales|王1|ADDMEMBER|PAUSED", AgentSignedIn(at_ms=AT, agent="王1", queue="sales", not_ready=True)),
    ("MANAGER|sales|王1|REMOVEMEMBER|", AgentSignedOut(at_ms=AT, agent="王1", queue="sales")),
    ("c.1|NONE|Agent/7|AGENTLOGIN|SIP/7-1", AgentSignedIn(at_ms=AT, agent="Agent/7")),
    ("c.1|sales|Agent/7|AGENTLOGIN|SIP/7-1", AgentSignedIn(at_ms=AT, agent="Agent/7", queue="sales")),
    (
        "c.1|NONE|Agent/7|AGENTLOGOFF|SIP/7-1|3600",
        AgentSignedOut(at_ms=AT, agent="Agent/7", signed_in_seconds=3600),
    ),
    ("c.1|NONE|Agent/7|AGENTLOGOFF|SIP/7-1", AgentSignedOut(at_ms=AT, agent="Agent/7")),
    ("c.1|NONE|Agent/7|AGENTCALLBACKLOGIN|7@in", AgentSignedIn(at_ms=AT, agent="Agent/7")),
    (
        "c.1|NONE|Agent/7|AGENTCALLBACKLOGOFF|7@in|60|Autologoff",
        AgentSignedOut(at_ms=AT, agent="Agent/7", signed_in_seconds=60),
    ),
    ("NONE|sales|王1|PAUSE|培训", AgentNotReady(at_ms=AT, agent="王1", queue="sales", reason="培训")),
    ("NONE|sales|王1|PAUSE|", AgentNotReady(at_ms=AT, agent="王1", queue="sales")),
    ("NONE|NONE|王1|PAUSEALL|lunch", AgentNotReady(at_ms=AT, agent="王1", reason="lunch")),
    ("NONE|sales|王1|UNPAUSE|lunch", AgentReady(at_ms=AT, agent="王1", queue="sales")),
    ("NONE|NONE|王1|UNPAUSEALL|", AgentReady(at_ms=AT, agent="王1")),
    (
        "c.1|sales|王1|WRAPUPSTART|30",
        WrapUpStarted(at_ms=AT, agent="王1", queue="sales", call="c.1", seconds=30),
    ),
    ("NONE|NONE|王1|WRAPUPSTART", WrapUpStarted(at_ms=AT, agent="王1")),
    ("NONE|NONE|NONE|QUEUESTART|", SourceRestarted(at_ms=AT)),
    ("NONE|NONE|NONE|CONFIGRELOAD|", OtherFact(at_ms=AT, name="CONFIGRELOAD")),
    (
        "NONE|sales|王1|PENALTY|5",
        OtherFact(at_ms=AT, name="PENALTY", queue="sales", agent="王1", data=("5",)),
    ),
    ("NONE|sales|王1|RINGINUSE|1", OtherFact(at_ms=AT, name="RINGINUSE", queue="sales", agent="王1", data=("1",))),
    ("c.1|sales|王1|AGENTDUMP|", OtherFact(at_ms=AT, name="AGENTDUMP", call="c.1", queue="sales", agent="王1")),
    ("c.1|NONE|NONE|SYSCOMPAT|", OtherFact(at_ms=AT, name="SYSCOMPAT", call="c.1")),
    ("c.1|sales|NONE|DID|4008", OtherFact(at_ms=AT, name="DID", call="c.1", queue="sales", data=("4008",))),
    ("c.1|NONE|王1|OUTCALL|a||b||", OtherFact(at_ms=AT, name="OUTCALL", call="c.1", agent="王1", data=("a", "", "b"))),
    ("x|y|z|SOMETHINGNEW", OtherFact(at_ms=AT, name="SOMETHINGNEW", call="x", queue="y", agent="z")),
]


@pytest.mark.parametrize(("row", "event"), ROWS, ids=[row.split("|", 3)[3] for row, _event in ROWS])
def test_a_row_states_its_fact(row: str, event: AnyEvent) -> None:
    assert event_of(row) == event


@pytest.mark.parametrize(
    ("epoch", "at_ms"),
    [
        ("1795289282", AT),
        ("1795289282.5", AT + 500),
        ("1795289282.042", AT + 42),
        ("1795289282.042999", AT + 42),
        ("946684800", 946_684_800_000),
        ("4102444799.999", 4_102_444_799_999),
    ],
)
def test_an_epoch_may_have_a_fraction_and_is_kept_to_the_millisecond(epoch: str, at_ms: int) -> None:
    draft = draft_of(f"{epoch}|NONE|NONE|NONE|QUEUESTART|")
    assert draft.event.at_ms == at_ms
    assert draft.identity == f"{at_ms}|NONE|NONE|NONE|QUEUESTART".encode()


def test_forms_of_one_row_have_one_identity() -> None:
    forms = [
        "1795289282|c.1||王1|PAUSE|培训",
        "1795289282|c.1|NONE|王1|PAUSE|培训",
        "1795289282|c.1|NONE|王1|PAUSE|培训|",
        "1795289282.000|c.1|NONE|王1|PAUSE|培训||||",
        "1795289282|c.1|NONE|王1|PAUSE|培训|\r",
        "\ufeff1795289282|c.1|NONE|王1|PAUSE|培训",
    ]
    assert {draft_of(form).identity for form in forms} == {"1795289282000|c.1|NONE|王1|PAUSE|培训".encode()}


def test_one_row_in_two_encodings_is_one_fact() -> None:
    row = "1795289282|NONE|客服|王1|PAUSE|培训"
    assert draft_of(row, "gb18030") == draft_of(row)


def test_a_second_byte_that_looks_like_a_bar_is_no_bar() -> None:
    name = b"\x81\x7c".decode("gb18030")
    draft = draft_of(f"1795289282|NONE|NONE|{name}|PAUSEALL|", "gb18030")
    assert draft.event == AgentNotReady(at_ms=AT, agent=name)


@pytest.mark.parametrize("line", [b"", b"\r", b"   ", b"\t\r", b"\xef\xbb\xbf", b"|", b"||||||"])
def test_a_blank_line_says_nothing(line: bytes) -> None:
    assert QueueLogParser().parse(line) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("hello", "the row has 1 of the 5 fields that every row has"),
        ("1795289282|a|b|c|", "the row has 4 of the 5 fields that every row has"),
        ("1795289282|a|b|c||x", "the event word is missing"),
        ("yesterday|a|b|c|CONNECT|1", 'the time "yesterday" is not a number of seconds'),
        ("-1|a|b|c|CONNECT|1", 'the time "-1" is not a number of seconds'),
        ("1_795_289|a|b|c|CONNECT|1", 'the time "1_795_289" is not a number of seconds'),
        ("1795289282.|a|b|c|CONNECT", 'the time "1795289282." is not a number of seconds'),
        ("1795289282.5.5|a|b|c|CONNECT", 'the time "1795289282.5.5" is not a number of seconds'),
        ("946684799|a|b|c|NEW", 'the time "946684799" is not between the years 2000 and 2099'),
        ("4102444800|a|b|c|NEW", 'the time "4102444800" is not between the years 2000 and 2099'),
        ("1795289282000|a|b|c|NEW", 'the time "1795289282000" is not between the years 2000 and 2099'),
        ("١٧٩٥٢٨٩٢٨٢|a|b|c|NEW", 'the time "١٧٩٥٢٨٩٢٨٢" is not a number of seconds'),
        ("1795289282|NONE|q|a|CONNECT|1", "the call is missing, which CONNECT needs"),
        ("1795289282|c|NONE|a|CONNECT|1", "the queue is missing, which CONNECT needs"),
        ("1795289282|c|q||CONNECT|1", "the agent is missing, which CONNECT needs"),
        ("1795289282|NONE|q|a|RINGNOANSWER|1", "the call is missing, which RINGNOANSWER needs"),
        ("1795289282|NONE|NONE|NONE|PAUSEALL|x", "the agent is missing, which PAUSEALL needs"),
        ("1795289282|NONE|NONE|a|ADDMEMBER|", "the queue is missing, which ADDMEMBER and REMOVEMEMBER need"),
        ("1795289282|c|q|a|CONNECT|soon", 'the waiting time "soon" is not a whole number'),
        ("1795289282|c|q|a|CONNECT|-1", 'the waiting time "-1" is not a whole number'),
        ("1795289282|c|q|a|COMPLETEAGENT|1|2.5", 'the talking time "2.5" is not a whole number'),
        ("1795289282|c|q|a|ATTENDEDTRANSFER|PARK|1|2", 'the way of transfer "PARK" is not BRIDGE, APP or LINK'),
        ("1795289282|c|q|" + "a" * 201 + "|CONNECT|1", "the agent is longer than 200 characters"),
        ("1795289282|c|q|a|" + "A" * 201, "the name is longer than 200 characters"),
        (b"1795289282|c|q|\xff\xfe|CONNECT|1", "byte 16 of the line is not utf-8"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(line: str | bytes, reason: str) -> None:
    assert reason_of(line) == reason


def test_a_duration_longer_than_a_year_is_no_duration() -> None:
    limit = 366 * 86_400
    assert event_of(f"c|q|a|CONNECT|{limit}") == CallConnected(
        at_ms=AT, call="c", queue="q", agent="a", wait_seconds=limit
    )
    assert reason_of(f"1795289282|c|q|a|CONNECT|{limit + 1}").startswith(f'the wait_seconds "{limit + 1}"')


def test_names_up_to_the_limit_are_accepted() -> None:
    assert isinstance(event_of(f"c|q|{'a' * 200}|CONNECT|1"), CallConnected)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "klingon", "", "a\0b"])
def test_an_encoding_that_cannot_hold_lines_is_refused(encoding: str) -> None:
    with pytest.raises(UsageProblem, match="cannot be used for a log"):
        QueueLogParser(encoding)


def test_the_real_log_is_read_whole() -> None:
    parser = QueueLogParser()
    lines = SAMPLE.read_bytes().split(b"\n")
    assert lines.pop() == b""
    drafts = [parser.parse(line) for line in lines]
    assert len(drafts) == 424
    assert None not in drafts
    assert not any(isinstance(draft.event, OtherFact) for draft in drafts if draft)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_fact_a_blank_or_a_problem(data: bytes) -> None:
    read = read_lines(QueueLogParser(), [Line(1, 0, data, False)], "any")
    assert len(read.drafts) + len(read.bad_lines) + read.blank == 1
    assert all(bad.reason for bad in read.bad_lines)
    for draft in read.drafts:
        assert EVENT.validate_json(EVENT.dump_json(draft.event)) == draft.event


_FIELD = st.text(st.characters(exclude_characters="|\r\n", exclude_categories=["Cs"]), max_size=12)


@given(
    st.integers(946_684_800, 4_102_444_799),
    st.lists(_FIELD, min_size=3, max_size=3),
    st.sampled_from([row.split("|")[3] for row, _event in ROWS]),
    st.lists(_FIELD | st.integers(0, 9999).map(str), max_size=6),
)
def test_bars_at_the_end_change_nothing(epoch: int, names: list[str], word: str, values: list[str]) -> None:
    line = "|".join([str(epoch), *names, word, *values])

    def read(text: str) -> Draft | str:
        try:
            return draft_of(text)
        except LineProblem as problem:
            return problem.reason

    assert read(line) == read(line + "||\r")
