from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DataProblem, UsageProblem
from app.core.events import CallTransferred, OtherFact
from app.core.facts import Draft
from app.sources.lines import LineSplitter
from app.sources.ports import Line
from app.sources.queue_log import QueueLogParser
from app.sources.reader import ReadLines, read_lines
from app.sources.table_dump import RECORD_LINES, TableDumpParser

SAMPLE = Path(__file__).parent.parent / "data" / "asterisk.queue_log"
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
HEADER = "time,callid,queuename,agent,event,data1,data2,data3,data4,data5\n"


def read(text: str | bytes, zone: ZoneInfo | None = None, encoding: str = "utf-8") -> ReadLines:
    data = text.encode(encoding) if isinstance(text, str) else text
    splitter = LineSplitter()
    lines: list[Line] = splitter.feed(data)
    if (rest := splitter.finish()) is not None:
        lines.append(rest)
    parser = TableDumpParser(zone, encoding)
    return read_lines(parser, parser.records(lines), "dump.csv")


def only(text: str | bytes, zone: ZoneInfo | None = None, encoding: str = "utf-8") -> Draft:
    result = read(text, zone, encoding)
    assert not result.bad_lines
    (draft,) = result.drafts
    return draft


def reasons(text: str | bytes, zone: ZoneInfo | None = None) -> list[str]:
    return [bad.reason for bad in read(text, zone).bad_lines]


def instant_ms(*utc: int) -> int:
    return int(datetime(*utc, tzinfo=timezone.utc).timestamp()) * 1000  # type: ignore[misc,arg-type]


def text_draft(line: str) -> Draft:
    draft = QueueLogParser().parse(line.encode())
    assert draft is not None
    return draft


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("joined", [False, True])
def test_the_real_log_as_a_table_is_the_same_facts(delimiter: str, joined: bool) -> None:
    rows = [line.split("|") for line in SAMPLE.read_text("utf-8").splitlines()]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    data = ["data"] if joined else [f"data{number}" for number in range(1, 6)]
    writer.writerow(["id", "event", "time", "Agent", "queuename", "callid", *data, "serverid"])
    for number, (epoch, call, queue, agent, word, *values) in enumerate(rows):
        when = datetime.fromtimestamp(int(epoch), SHANGHAI).strftime("%Y-%m-%d %H:%M:%S.%f")
        fields = ["|".join(values)] if joined else [*values, *[""] * (5 - len(values))]
        writer.writerow([number, word, when, agent, queue, call, *fields, "s1"])
    result = read("\ufeff" + out.getvalue(), SHANGHAI)
    parser = QueueLogParser()
    assert not result.bad_lines
    assert result.drafts == [parser.parse(line) for line in SAMPLE.read_bytes().splitlines()]


def test_the_last_two_of_six_values_are_unfolded() -> None:
    draft = only(HEADER + '1795289282,c,q,a,ATTENDEDTRANSFER,LINK,ch1,ch2,7,"61|2"\n')
    assert draft == text_draft("1795289282|c|q|a|ATTENDEDTRANSFER|LINK|ch1|ch2|7|61|2")
    assert isinstance(draft.event, CallTransferred)
    assert draft.event.talk_seconds == 61


@pytest.mark.parametrize("null", ["NULL", "\\N", ""])
def test_null_is_nothing(null: str) -> None:
    draft = only(HEADER + f"1795289282.5,c,q,{null},ENTERQUEUE,{null},138,1,{null},{null}\n")
    assert draft == text_draft("1795289282.500|c|q|NONE|ENTERQUEUE||138|1")


def test_a_record_may_end_early_and_may_be_blank() -> None:
    result = read(HEADER + "1795289282,NONE,NONE,NONE,QUEUESTART\n\n  \r\n")
    assert result.drafts == [text_draft("1795289282|NONE|NONE|NONE|QUEUESTART|")]
    assert (result.blank, result.bad_lines) == (2, [])


@pytest.mark.parametrize(
    "when",
    [
        "2026-11-22 03:28:02.25",
        "2026-11-22T03:28:02.250999",
        "2026-11-21 19:28:02.25Z",
        "2026-11-21 20:28:02.250+01",
        "2026-11-21 14:58:02.250-0430",
        "1795289282.25",
    ],
)
def test_times_of_every_form_are_one_instant(when: str) -> None:
    draft = only(HEADER + f"{when},NONE,NONE,NONE,QUEUESTART\n", SHANGHAI)
    assert draft == text_draft("1795289282.25|NONE|NONE|NONE|QUEUESTART|")


def test_a_local_time_without_a_zone_says_what_to_do() -> None:
    with pytest.raises(UsageProblem, match="--zone"):
        read(HEADER + "2026-11-21 19:28:02,NONE,NONE,NONE,QUEUESTART\n")


def times_in_berlin(*walls: str) -> list[int]:
    rows = "".join(f"2026-10-25 {wall},NONE,NONE,NONE,QUEUESTART\n" for wall in walls)
    result = read(HEADER + rows, BERLIN)
    assert not result.bad_lines
    return [draft.event.at_ms for draft in result.drafts]


def test_a_repeated_hour_is_told_by_the_order_of_rows() -> None:
    assert times_in_berlin("01:59:59", "02:30:00", "02:59:59", "02:00:00", "02:30:00", "03:00:00") == [
        instant_ms(2026, 10, 24, 23, 59, 59),
        instant_ms(2026, 10, 25, 0, 30, 0),
        instant_ms(2026, 10, 25, 0, 59, 59),
        instant_ms(2026, 10, 25, 1, 0, 0),
        instant_ms(2026, 10, 25, 1, 30, 0),
        instant_ms(2026, 10, 25, 2, 0, 0),
    ]


def test_rows_swapped_within_a_moment_do_not_begin_the_second_hour() -> None:
    first, second, third = times_in_berlin("02:30:00.700", "02:30:00.100", "02:30:01")
    assert second == first - 600
    assert third == first + 300


def test_a_time_the_clocks_jumped_over_is_a_problem() -> None:
    assert reasons(HEADER + "2026-03-29 02:30:00,NONE,NONE,NONE,QUEUESTART\n", BERLIN) == [
        "the time 2026-03-29 02:30:00 does not exist in Europe/Berlin: clocks were put forward over it"
    ]


def test_a_quoted_field_may_hold_line_feeds_and_separators() -> None:
    text = HEADER + '1795289282,c,q,"a, ""b""",ODD,"one\ntwo\n",x\n1795289283,c,q,a,ODD\n'
    result = read(text)
    assert not result.bad_lines
    first, second = (draft.event for draft in result.drafts)
    assert isinstance(first, OtherFact)
    assert (first.agent, first.data) == ('a, "b"', ("one\ntwo\n", "x"))
    assert second.at_ms == 1_795_289_283_000


@pytest.mark.parametrize("following", [0, 3, RECORD_LINES + 5])
def test_a_quote_never_closed_costs_its_own_line_only(following: int) -> None:
    good = "".join(f"{1795289283 + number},c,q,a,ODD\n" for number in range(following))
    result = read(HEADER + '1795289282,c,q,"a,ODD\n' + good)
    assert [bad.line_number for bad in result.bad_lines] == [2]
    assert result.bad_lines[0].reason.startswith("the record is not CSV")
    assert len(result.drafts) == following


def test_a_quote_inside_a_plain_field_is_text() -> None:
    result = read(HEADER + '1795289282,c,q,5" pipe,ODD\n1795289283,c,q,a,ODD\n')
    assert [draft.event.at_ms for draft in result.drafts] == [1_795_289_282_000, 1_795_289_283_000]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x", "the record has only 1 of 10 fields"),
        ("1795289282,c,q,a,ODD,1,2,3,4,5,6", "the record has 11 fields where the header names 10"),
        ("2026-13-01 00:00:00,c,q,a,ODD", 'the time "2026-13-01 00:00:00" is not in any calendar'),
        ("2026-11-21 24:00:00,c,q,a,ODD", 'the time "2026-11-21 24:00:00" is not in any calendar'),
        ("0001-01-01 00:00:00,c,q,a,ODD", 'the time "0001-01-01 00:00:00" is not between the years 2000 and 2099'),
        ("2100-06-01 00:00:00,c,q,a,ODD", 'the time "2100-06-01 00:00:00" is not between the years 2000 and 2099'),
        ("21/11/2026 10:00,c,q,a,ODD", 'the time "21/11/2026 10:00" is not of the form YYYY-MM-DD HH:MM:SS'),
        ("2026-11-21 10:00:00+99,c,q,a,ODD", 'the time "2026-11-21 10:00:00+99" has an impossible offset from UTC'),
        ("NULL,c,q,a,ODD", 'the time "" is not a number of seconds'),
        ("1795289282,c,q,NULL,CONNECT,1", "the agent is missing, which CONNECT needs"),
        ('1795289282,c,q,"a"b,ODD', "the record is not CSV: ',' expected after '\"'"),
        ("1795289282,c,q\rr,a,ODD", "the record is not CSV: new-line character seen in unquoted field"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(row: str, reason: str) -> None:
    (said,) = reasons(HEADER + row + "\n", SHANGHAI)
    assert said.startswith(reason)


@pytest.mark.parametrize(
    "text", ["1795289282,c,q,a,ODD\n", "time,callid,agent,event\n", "\n", "\xff\n", '"time,callid\n']
)
def test_a_table_without_its_header_is_refused(text: str) -> None:
    with pytest.raises(DataProblem, match="queuename"):
        read(text.encode("latin-1"))


def test_an_empty_file_says_nothing() -> None:
    assert read("") == ReadLines([], [], 0)


def test_a_dump_in_gb18030_is_read() -> None:
    text = HEADER + "1795289282,NONE,客服,王1,PAUSE,培训\n"
    assert only(text, encoding="gb18030") == only(text)
    assert reasons(text.encode("gb18030")) == ["byte 17 of the line is not utf-8"]


@given(st.lists(st.text('",;\n\r|a1 \\', max_size=12), max_size=30))
def test_every_line_is_in_exactly_one_record(rows: list[str]) -> None:
    body = "\n".join(rows)
    splitter = LineSplitter()
    lines = splitter.feed((HEADER + body + "\n").encode())
    records = list(TableDumpParser().records(lines))
    assert "\n".join(record.data.decode() for record in records) == body
    assert [record.number for record in records] == sorted({record.number for record in records})
