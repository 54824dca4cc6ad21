"""What a not-ready reason counts as."""

from __future__ import annotations

import pytest

from app.core.reasons import ReasonCategory, ReasonMap


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        ("toilet", "reverse"),
        ("上厕所", "reverse"),
        ("water", "reverse"),
        ("打水", "reverse"),
        ("ticket", "reverse"),
        ("提交工单", "reverse"),
        ("processing", "reverse"),
        ("受理业务", "reverse"),
        ("busy", "reverse"),
        ("示忙", "reverse"),
        ("break", "break"),
        ("小休", "break"),
        ("lunch", "meal"),
        ("meal", "meal"),
        ("用餐", "meal"),
        ("training", "training"),
        ("培训", "training"),
        ("meeting", "meeting"),
        ("会议", "meeting"),
        ("coaching", "coaching"),
        ("辅导", "coaching"),
        ("outage", "exempt"),
        ("故障", "exempt"),
        ("medical", "exempt"),
        ("就医", "exempt"),
        ("ordered", "exempt"),
        ("指派", "exempt"),
    ],
)
def test_the_default_words_are_mapped_in_any_case(reason: str, category: str) -> None:
    reasons = ReasonMap()
    for written in (reason, reason.upper(), reason.title(), f"  {reason} "):
        assert reasons.category(written) == category
        assert reasons.is_mapped(written)


@pytest.mark.parametrize("reason", ["", "  ", "smoking", "小 休", "lunchtime"])
def test_no_reason_or_an_unknown_one_is_reverse_and_unmapped(reason: str) -> None:
    assert ReasonMap().category(reason) is ReasonCategory.REVERSE
    assert not ReasonMap().is_mapped(reason)


def test_a_site_has_the_last_word() -> None:
    reasons = ReasonMap({" Toilet ": ReasonCategory.BREAK, "Straße": ReasonCategory.EXEMPT})
    assert reasons.category("TOILET") is ReasonCategory.BREAK
    assert reasons.category("STRASSE") is ReasonCategory.EXEMPT
    assert reasons.category("water") is ReasonCategory.REVERSE
