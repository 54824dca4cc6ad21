"""What the program knows of alerts on every screen: the banner, the bell, and the keys that act on its lines."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.message import Message
from textual.screen import Screen

from app.alerts.grouping import AlertGroup
from app.core.i18n import _
from screens.actions import action, key_label
from screens.alert_voice import AlertVoice
from screens.base import Living, host
from screens.inbox import Inbox
from screens.messages import AlertsAttached, AlertsChanged
from screens.shell import Shell
from widgets.alert_banner import AlertBanner, BannerClicked
from widgets.alert_lines import BannerView
from widgets.alert_words import RuleWords

if TYPE_CHECKING:
    # Rules bring pydantic with them, and the first frame does not wait for that.
    from app.alerts.feed import AlertFeed
    from app.alerts.ports import AlertDesk, AlertPicture


def _keys() -> list[tuple[str, str]]:
    """The keys that act on the banner's line, with their words in the present language."""
    entries = [action(f"app.{verb}") for verb in ("acknowledge", "silence", "open", "escalate")]
    return [(key_label(entry.keys[0]), _(entry.hint)) for entry in entries]


def words_of(picture: AlertPicture) -> RuleWords:
    """The words of the rules in force, and of the tickets they name."""
    if picture.policies is None:
        return RuleWords(picture.book)
    from widgets.ticket_words import PolicyWords

    return RuleWords(picture.book, PolicyWords(picture.policies))


class AlertShell(Shell):
    """A shell that hears of alerts, shows them on every screen, and lets a person act on them there."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.alerts: AlertDesk | None = None
        self.alert_picture: AlertPicture | None = None
        self.banner = BannerView(key_words=_keys)
        """What the banner shows, on whatever screen."""
        self._alert_feed: AlertFeed | None = None
        self._alert_inbox: Inbox[AlertPicture] = Inbox()
        self._voice = AlertVoice(in_tmux=bool(os.environ.get("TMUX")))
        self._stop_hearing_alerts: Callable[[], None] = lambda: None

    def post_when_started(self, message: Message) -> None:
        """Post a message from any thread, before or after the start."""
        raise NotImplementedError

    # -- what comes in --------------------------------------------------------------------------------------------

    def attach_alerts(self, desk: AlertDesk, feed: AlertFeed) -> None:
        """Hand in where alerts are watched, and where deeds on them are done; from any thread, at any time."""
        self.alerts, self._alert_feed = desk, feed
        self.post_when_started(AlertsAttached())

    @on(AlertsAttached)
    def _listen_to_alerts(self) -> None:
        feed = self._alert_feed
        if feed is None:
            return
        self._stop_hearing_alerts = feed.subscribe(self._hear_alerts)
        if (picture := feed.latest()) is not None:
            self._hear_alerts(picture)

    def on_unmount(self) -> None:
        """Stop listening; the feed may live longer than the screen."""
        self._stop_hearing_alerts()

    def _hear_alerts(self, picture: AlertPicture) -> None:
        """Take a picture from the feed's thread; at most one message waits however long the terminal stands still."""
        if self._alert_inbox.put(picture):
            self.post_message(AlertsChanged())

    @on(AlertsChanged)
    def _show_alerts(self) -> None:
        picture = self._alert_inbox.take()
        if picture is None:
            return
        before, self.alert_picture = self.alert_picture, picture
        words = self.banner.words
        if before is None or before.book != picture.book or before.policies is not picture.policies:
            words = words_of(picture)
        sound = self._voice.hear(picture, words)
        self._show_banner(
            replace(
                self.banner,
                groups=picture.groups,
                words=words,
                muted=picture.muted,
                names=picture.person_names,
                problem=picture.problem,
                is_known=True,
            )
        )
        if sound and self._driver is not None:
            self._driver.write(sound)
            self._driver.flush()
        for screen in self.screen_stack:
            if isinstance(screen, Living):
                screen.show_alerts(picture)

    def _show_banner(self, view: BannerView) -> None:
        if view == self.banner:
            return
        self.banner = view
        for screen in self.screen_stack:
            for banner in screen.query(AlertBanner):
                banner.show(view)

    def tick_banner(self, screen: Screen[object]) -> None:
        """Show the present second on the banner of a screen."""
        for banner in screen.query(AlertBanner):
            banner.tick()

    # -- keys -----------------------------------------------------------------------------------------------------

    def alert_group(self) -> AlertGroup | None:
        """What the keys act on: what the screen in front says, or else the chosen line of the banner."""
        screen = self.screen
        if isinstance(screen, Living) and screen.has_alert_cursor:
            return screen.alert_group()
        return self.banner.chosen_group()

    def do_acknowledge(self) -> None:
        """Take the alert."""
        from screens.alert_deeds import ask_acknowledge

        if (group := self.alert_group()) is not None:
            ask_acknowledge(host(self), self, group)

    def do_silence(self) -> None:
        """Have it make no sound until a time."""
        from screens.alert_deeds import ask_silence

        if (group := self.alert_group()) is not None:
            ask_silence(host(self), self, group)

    def do_escalate(self) -> None:
        """Begin the next step of its chain."""
        from screens.alert_deeds import ask_escalate

        if (group := self.alert_group()) is not None:
            ask_escalate(host(self), self, group)

    def do_open(self) -> None:
        """Open what it is about."""
        from screens.alert_ways import open_about

        if (group := self.alert_group()) is not None:
            open_about(self, group)

    def do_next_alert(self) -> None:
        """Choose the next line of the banner."""
        self._choose(1)

    def do_previous_alert(self) -> None:
        """Choose the line before."""
        self._choose(-1)

    def _choose(self, by: int) -> None:
        groups, chosen = self.banner.choosable(), self.banner.chosen_group()
        if chosen is not None:
            at = next(at for at, group in enumerate(groups) if group.key == chosen.key)
            self._show_banner(replace(self.banner, chosen=groups[(at + by) % len(groups)].key))

    @on(BannerClicked)
    def do_expand(self) -> None:
        """Open the banner up, or close it."""
        self._show_banner(replace(self.banner, is_open=not self.banner.is_open))

    def do_alerts(self) -> None:
        """Open the alerts screen."""
        from screens.alerts import AlertsScreen

        if not any(isinstance(screen, AlertsScreen) for screen in self.screen_stack):
            self.push_screen(cast("Screen[None]", AlertsScreen()))
