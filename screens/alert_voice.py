"""The bell and the notification of the terminal: once for each alert that is new, and each time it is said again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.alerts.grouping import AlertGroup
from app.alerts.model import Alert
from app.core.text import inert
from widgets.alert_words import RuleWords, badge

if TYPE_CHECKING:
    from app.alerts.ports import AlertPicture

FRESH_MS: Final = 60_000
"""What was raised longer ago than this before the program was opened is seen on the banner, and makes no sound."""


_BELLS: Final = {1: "\a\a\a", 2: "\a"}
"""How a level rings; III is seen, and does not ring."""


def terminal_signal(level: int, title: str, body: str) -> str:
    """What makes a terminal ring and show a notification on the desktop (OSC 777); printable text only goes into it."""
    notification = f"\x1b]777;notify;{inert(title).replace(';', ',')};{inert(body).replace(';', ',')}\x1b\\"
    return _BELLS.get(level, "") + notification


class AlertVoice:
    """Remembers what was said already; nothing is ever said because something is painted again."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, int], int] = {}
        self._has_begun = False

    def news(self, picture: AlertPicture) -> list[tuple[AlertGroup, Alert]]:
        """What a picture has that needs to be said, the gravest first; then it is taken for said."""
        said: dict[tuple[str, int], int] = {}
        found: list[tuple[AlertGroup, Alert]] = []
        for group in picture.groups:
            for alert in group.alerts:
                key, told_ms = (alert.alert, alert.number), alert.reminded_ms or alert.raised_ms or 0
                before_ms = self._said.get(key)
                if before_ms is None and not self._has_begun and picture.now_ms - told_ms > FRESH_MS:
                    before_ms = told_ms
                if group.standing.is_loud and (before_ms is None or told_ms > before_ms):
                    found.append((group, alert))
                # An alert that was silent when it came is still said when its silence is over.
                said[key] = told_ms if group.standing.is_loud else -1 if before_ms is None else before_ms
        self._said, self._has_begun = said, True
        return sorted(found, key=lambda entry: (entry[1].level, entry[0].since_ms))

    def hear(self, picture: AlertPicture, words: RuleWords) -> str:
        """What is to be written to the terminal for a picture; empty where nothing is new."""
        news = self.news(picture)
        if not news:
            return ""
        first, _alert = news[0]
        return terminal_signal(first.level, f"Watchfloor {badge(first.level)}", words.headline(first))
