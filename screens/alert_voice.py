"""The bell and the notification of the terminal: once for each alert that is new, and each time it is said again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.alerts.grouping import AlertGroup
from app.alerts.model import Alert
from widgets.alert_words import RuleWords, badge

if TYPE_CHECKING:
    from app.alerts.ports import AlertPicture

FRESH_MS: Final = 60_000
"""What was raised longer ago than this before the program was opened is seen on the banner, and makes no sound."""


MORE_BELLS: Final = {1: 2}
"""How often a level rings beside the once that comes with a notification: I three times in all, II once, III never."""

SILENT_LEVEL: Final = 3


class AlertVoice:
    """Remembers what was said already; nothing is ever said because something is painted again.

    Args:
        in_tmux: The terminal is one of tmux, which hands notifications on only where they are wrapped.
    """

    def __init__(self, *, in_tmux: bool = False) -> None:
        self._in_tmux = in_tmux
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
        from app.alerts.channels.terminal import BELL, notification

        first, _alert = news[0]
        return BELL * MORE_BELLS.get(first.level, 0) + notification(
            f"Watchfloor {badge(first.level)}",
            words.headline(first),
            in_tmux=self._in_tmux,
            is_sounding=first.level < SILENT_LEVEL,
        )
