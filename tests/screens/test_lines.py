"""How sentences are broken into lines."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from screens.lines import wrapped


@pytest.mark.parametrize("width", range(20, 50))
def test_no_line_of_chinese_begins_with_a_full_stop_or_ends_with_a_bracket(width: int) -> None:
    text = "有签入记录且尚未签出的坐席数。没有签入记录但有操作的坐席另计，为“推断在席”（见附注）；其示忙时长照计。"
    lines = wrapped(text, width)
    assert "".join(lines) == text
    for line in lines:
        assert cell_len(line) <= width
        assert line[0] not in "，。；”）"
        assert line[-1] not in "“（"
