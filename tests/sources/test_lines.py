from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sources.lines import KEPT_BYTES, LINE_LIMIT_BYTES, LineSplitter
from app.sources.ports import Line


def split(data: bytes, chunk_bytes: int, offset: int = 0, line_number: int = 0) -> tuple[list[Line], Line | None]:
    splitter = LineSplitter(offset, line_number)
    lines: list[Line] = []
    for at in range(0, len(data), chunk_bytes):
        lines += splitter.feed(data[at : at + chunk_bytes])
    return lines, splitter.finish()


@given(st.lists(st.binary(max_size=20)), st.integers(1, 40))
def test_lines_come_back_whatever_the_chunks(parts: list[bytes], chunk_bytes: int) -> None:
    data = b"\n".join(parts)
    lines, rest = split(data, chunk_bytes)
    all_lines = [*lines, rest] if rest else lines
    assert b"\n".join(line.data for line in lines) + (b"\n" if lines else b"") + (rest.data if rest else b"") == data
    assert [line.number for line in all_lines] == list(range(1, len(all_lines) + 1))
    assert all(data[line.offset :].startswith(line.data) for line in all_lines)
    assert not any(line.too_long for line in all_lines)


def test_only_a_line_feed_ends_a_line() -> None:
    data = "a\rb\x0bc\x0cd\x1ce\x85f\u2028g\0h".encode()
    lines, rest = split(data + b"\n", 7)
    assert [line.data for line in lines] == [data]
    assert rest is None


@pytest.mark.parametrize("chunk_bytes", [1 << 14, 1 << 18, 1 << 25])
def test_a_line_over_the_limit_is_one_line_and_not_held(chunk_bytes: int) -> None:
    long = b"x" * (10 << 20)
    lines, rest = split(b"a\n" + long + b"\nb\n" + long, chunk_bytes)
    assert [(line.number, line.offset, line.too_long) for line in lines] == [
        (1, 0, False),
        (2, 2, True),
        (3, 2 + len(long) + 1, False),
    ]
    assert lines[1].data == long[:KEPT_BYTES]
    assert rest == Line(4, len(long) + 5, long[:KEPT_BYTES], True)


@pytest.mark.parametrize(("length", "too_long"), [(LINE_LIMIT_BYTES, False), (LINE_LIMIT_BYTES + 1, True)])
@pytest.mark.parametrize("chunk_bytes", [1 << 16, 1 << 22])
def test_the_limit_is_the_last_length_accepted(length: int, too_long: bool, chunk_bytes: int) -> None:
    lines, rest = split(b"\n" + b"y" * length + b"\n", chunk_bytes)
    assert [(line.number, line.too_long) for line in lines] == [(1, False), (2, too_long)]
    assert len(lines[1].data) == (KEPT_BYTES if too_long else length)
    assert rest is None


def test_an_unfinished_line_is_not_passed() -> None:
    splitter = LineSplitter(100, 7)
    assert splitter.feed(b"one\ntw") == [Line(8, 100, b"one", False)]
    assert splitter.finish() == Line(9, 104, b"tw", False)
    assert (splitter.offset, splitter.line_number, splitter.fed_offset) == (104, 8, 106)
    assert splitter.feed(b"o\n") == [Line(9, 104, b"two", False)]
    assert (splitter.offset, splitter.line_number, splitter.fed_offset) == (108, 9, 108)
