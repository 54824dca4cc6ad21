"""What verdicts of adherence are called on a line, and which glyph and colour go with them."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from app.floor.picture import AgentRow
from app.planning.model import Verdict
from widgets.levels import Level

SEVERE_WORD: Final = N_("severe")

VERDICT_WORDS: Final = {
    Verdict.IN: N_("in"),
    Verdict.OUT: N_("out"),
    Verdict.NEUTRAL: N_("neutral"),
    Verdict.UNMAPPED: N_("unmapped"),
    Verdict.NO_SCHEDULE: N_("no shift"),
    Verdict.EXTRA: N_("extra"),
}
"""Short enough for a column."""

VERDICT_GLYPHS: Final = {
    Verdict.IN: "✓",
    Verdict.OUT: Level.NOTICE.sign,
    Verdict.NEUTRAL: "~",
    Verdict.UNMAPPED: "?",
    Verdict.NO_SCHEDULE: "·",
    Verdict.EXTRA: "+",
}
"""One cell each, all different in black and white; out carries the sign of what is worth a look."""

SEVERE_GLYPH: Final = Level.WARN.sign

STYLES: Final = ("in", "out", "severe", "neutral", "unmapped", "no-schedule", "extra")
"""The last parts of the component classes that colour verdicts: "verdict-out"."""


def verdict_glyph(verdict: Verdict, *, severe: bool = False) -> str:
    """One cell that says the verdict without colour."""
    return SEVERE_GLYPH if severe else VERDICT_GLYPHS[verdict]


def short_verdict_word(verdict: Verdict, *, severe: bool = False) -> str:
    """The verdict in the chosen language, in as few cells as it takes."""
    return _(SEVERE_WORD) if severe else _(VERDICT_WORDS[verdict])


def verdict_style(verdict: Verdict, *, severe: bool = False) -> str:
    """The last part of the component class that colours a verdict: "verdict-no-schedule"."""
    return "verdict-" + ("severe" if severe else verdict.value.replace("_", "-"))


def is_out(row: AgentRow) -> bool:
    """Whether the agent is out of adherence."""
    return row.verdict is Verdict.OUT


def is_planned(row: AgentRow) -> bool:
    """Whether anything is planned for the agent now, or the agent works in off time: whether there is more to say
    than "no schedule".
    """
    return row.verdict is not None and row.verdict is not Verdict.NO_SCHEDULE
