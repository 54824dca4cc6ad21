"""The bell and the desktop's notification, as a terminal understands them. The screens write what this gives."""

from __future__ import annotations

import unicodedata
from typing import Final

from app.alerts.channels.model import Answer, Outgoing
from app.core.i18n import _

BELL: Final = "\a"

_TEXT_LIMIT: Final = 200
"""Longest text of a notification, in characters."""


class TerminalChannel:
    """Every screen that is open shows alerts by itself, so there is nothing left to hand over."""

    def send(self, message: Outgoing) -> Answer:
        del message
        return Answer("told", _("on every open screen"))


def notification(title: str, text: str, *, in_tmux: bool = False, is_sounding: bool = True) -> str:
    """What to write to the terminal: a bell, and a notification in both forms that terminals know (OSC 9, OSC 777).

    A terminal that knows neither form drops it. Nothing of the texts can end the sequence or begin another one:
    control characters are left out, and so is the semicolon from the title, which divides the fields.

    Args:
        title: Short.
        text: The sentence.
        in_tmux: The sequences are wrapped so that tmux hands them through (`allow-passthrough on`).
        is_sounding: With the bell.
    """
    title, text = _plain(title).replace(";", ","), _plain(text)
    # OSC 9 followed by a digit and a semicolon is something else to some terminals.
    whole = f"{title}: {text}" if title else f" {text}"
    sequences = (f"\x1b]9;{whole}\x1b\\", f"\x1b]777;notify;{title};{text}\x1b\\")
    written = "".join(_passed_through(each) if in_tmux else each for each in sequences)
    return (BELL if is_sounding else "") + written


def _plain(text: str) -> str:
    """A text without anything that a terminal would obey."""
    words = " ".join(text.split())
    kept = "".join(each for each in words if unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    return kept[:_TEXT_LIMIT]


def _passed_through(sequence: str) -> str:
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
