"""The banner as screens carry it: it shows what the app knows from the moment it stands."""

from __future__ import annotations

from screens.base import FloorHost, host
from widgets.alert_banner import AlertBanner, WallBanner


class ScreenBanner(AlertBanner):
    """The banner of a screen.

    Args:
        app: What the screen runs in.
        most_lines: It never takes more lines than this; None leaves it to the height of the terminal.
    """

    def __init__(self, app: FloorHost, *, most_lines: int | None = None) -> None:
        super().__init__(app.clock, app.local_time, most_lines=most_lines)

    def on_mount(self) -> None:
        """Show what is known already."""
        self.show(host(self).banner)


class KioskBanner(WallBanner):
    """The banner of the wall.

    Args:
        app: What the wall runs in.
    """

    def __init__(self, app: FloorHost) -> None:
        super().__init__(app.clock, app.local_time)

    def on_mount(self) -> None:
        """Show what is known already."""
        self.show(host(self).banner)
