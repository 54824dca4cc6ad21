"""What the watch over the alerts looks at: the feeds of the screen where there is one, else feeds of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from commands.site import Site

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.alerts.minute import MinutePicture
    from app.core.clock import Clock
    from app.floor.live import LiveSettings
    from app.floor.picture import FloorSnapshot
    from app.tickets.picture import TicketSnapshot


class Views:
    """The newest pictures of a screen's feeds, for the engine of the same process; filled in as the feeds begin."""

    def __init__(self) -> None:
        self.floor: Callable[[], FloorSnapshot | None] = _nothing
        self.tickets: Callable[[], TicketSnapshot | None] = _nothing


def _nothing() -> None:
    return None


class FeedSights:
    """Implements `Sights`: begins what feeds the screen has not, and stops those again.

    Args:
        site: Where the floor is kept.
        clock: The clock the floor lives by.
        zone: The floor's zone.
        views: The screen's feeds; None where there is no screen.
    """

    def __init__(self, site: Site, clock: Clock, zone: tzinfo, views: Views | None) -> None:
        from app.alerts.minute import MinuteFeed
        from app.floor.feed import PollingFeed
        from app.floor.picture import Freshness
        from app.tickets.feed import PollingTicketFeed
        from commands.engine import present_database
        from commands.planning import adherence_rules
        from store.sessions import ReaderSession

        rules = adherence_rules(site)

        def session() -> ReaderSession:
            return ReaderSession(present_database(site.path), zone, rules)

        def freshness() -> Freshness:
            return Freshness(engine_alive=True, engine_here=True)

        self._minute = MinuteFeed(session, clock, site.settings, zone)
        self._own: list[PollingFeed | PollingTicketFeed | MinuteFeed] = [self._minute]
        if views is None:
            views = Views()
            floor = PollingFeed(session, clock, live_settings(site, zone), freshness)
            tickets = PollingTicketFeed(session, clock, freshness)
            views.floor, views.tickets = floor.latest, tickets.latest
            self._own += [floor, tickets]
        self._views = views
        for feed in self._own:
            feed.start()

    def floor(self) -> FloorSnapshot | None:
        return self._views.floor()

    def tickets(self) -> TicketSnapshot | None:
        return self._views.tickets()

    def minute(self) -> MinutePicture | None:
        return self._minute.latest()

    def close(self) -> None:
        for feed in self._own:
            feed.stop()


def live_settings(site: Site, zone: tzinfo) -> LiveSettings:
    """What the picture of a site's floor depends on besides the facts."""
    from app.core.reasons import ReasonMap
    from app.floor.live import LiveSettings

    settings = site.settings
    targets = {queue: found.target_seconds for queue, found in settings.queues.items()}
    return LiveSettings(
        zone, settings.threshold_seconds, settings.interval_minutes, ReasonMap(settings.reasons), targets
    )
