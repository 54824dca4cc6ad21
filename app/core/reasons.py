"""What a not-ready reason means: the source's own words to categories, case-blind."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ReasonCategory(StrEnum):
    """What a not-ready reason means for breaks, adherence and the time bank."""

    REVERSE = "reverse"
    BREAK = "break"
    MEAL = "meal"
    TRAINING = "training"
    MEETING = "meeting"
    COACHING = "coaching"
    EXEMPT = "exempt"


DEFAULT_REASONS: Final[Mapping[str, ReasonCategory]] = {
    "toilet": ReasonCategory.REVERSE,
    "上厕所": ReasonCategory.REVERSE,
    "water": ReasonCategory.REVERSE,
    "打水": ReasonCategory.REVERSE,
    "ticket": ReasonCategory.REVERSE,
    "提交工单": ReasonCategory.REVERSE,
    "processing": ReasonCategory.REVERSE,
    "受理业务": ReasonCategory.REVERSE,
    "busy": ReasonCategory.REVERSE,
    "示忙": ReasonCategory.REVERSE,
    "break": ReasonCategory.BREAK,
    "小休": ReasonCategory.BREAK,
    "lunch": ReasonCategory.MEAL,
    "meal": ReasonCategory.MEAL,
    "用餐": ReasonCategory.MEAL,
    "training": ReasonCategory.TRAINING,
    "培训": ReasonCategory.TRAINING,
    "meeting": ReasonCategory.MEETING,
    "会议": ReasonCategory.MEETING,
    "coaching": ReasonCategory.COACHING,
    "辅导": ReasonCategory.COACHING,
    "outage": ReasonCategory.EXEMPT,
    "故障": ReasonCategory.EXEMPT,
    "medical": ReasonCategory.EXEMPT,
    "就医": ReasonCategory.EXEMPT,
    "ordered": ReasonCategory.EXEMPT,
    "指派": ReasonCategory.EXEMPT,
}
"""Design section 4, Agent time."""


class ReasonMap:
    """Reasons to categories. No reason, or one in no list, counts as reverse and is unmapped.

    Args:
        extra: A site's own words, which win over the default ones.
    """

    def __init__(self, extra: Mapping[str, ReasonCategory] | None = None) -> None:
        self._categories = {reason.casefold(): category for reason, category in DEFAULT_REASONS.items()}
        for reason, category in (extra or {}).items():
            self._categories[reason.strip().casefold()] = category

    def category(self, reason: str) -> ReasonCategory:
        """The category a reason counts in."""
        return self._categories.get(reason.strip().casefold(), ReasonCategory.REVERSE)

    def is_mapped(self, reason: str) -> bool:
        """Whether the reason stands in a list, so that its category is not a guess."""
        return reason.strip().casefold() in self._categories
