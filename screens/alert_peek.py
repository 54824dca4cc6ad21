"""The peek at an alert: what it says, what to do, who was told, and its life, laid over the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from typing_extensions import override

from app.alerts.grouping import AlertGroup, alone
from app.alerts.model import Alert
from screens.actions import action, actions_of, bindings
from screens.alert_peek_lines import alert_lines, title_lines
from screens.alert_views import Look, key_of
from screens.base import Living, host
from screens.lines import HintLine, repaint_all
from widgets.painted import Line, Painted

if TYPE_CHECKING:
    from app.alerts.ports import AlertPicture

_STYLES = ("title", "text", "muted", "label", "heading", "key", "warn")
HINTS = ("app.acknowledge", "app.silence", "app.open", "app.escalate")


class AlertLines(Painted):
    """Some lines about an alert.

    Args:
        is_whole: Everything but the title; else the title.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"peek--{name}" for name in _STYLES}
    DEFAULT_CSS: ClassVar[str] = """
    AlertLines > .peek--title { color: $foreground; text-style: bold; }
    AlertLines > .peek--text { color: $foreground; }
    AlertLines > .peek--muted { color: $ink-muted; }
    AlertLines > .peek--label { color: $ink-muted; }
    AlertLines > .peek--heading { color: $accent; text-style: bold; }
    AlertLines > .peek--key { color: $footer-key-foreground; text-style: bold; }
    AlertLines > .peek--warn { color: $level-warn; }
    """

    def __init__(self, is_whole: bool) -> None:
        super().__init__()
        self._is_whole = is_whole
        self._alert: Alert | None = None

    def show(self, alert: Alert) -> None:
        """Show an alert."""
        self._alert = alert
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        if self._alert is None or not width:
            return []
        app = host(self)
        look = Look(app.banner.words, app.banner.person, app.local, app.clock.now_ms())
        return alert_lines(self._alert, look, width) if self._is_whole else title_lines(self._alert, look, width)


class AlertPeek(Living, ModalScreen[None]):
    """One alert.

    Args:
        alert: Which occurrence.
    """

    CSS_PATH = "alert_peek.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("alert", "app")
    AUTO_FOCUS = "#alert-whole"
    where = "alert"
    has_alert_cursor = True

    def __init__(self, alert: Alert) -> None:
        super().__init__()
        self.alert = alert
        """As it stands now."""

    def compose(self) -> ComposeResult:
        with Vertical(id="alert"):
            yield AlertLines(is_whole=False)
            with VerticalScroll(id="alert-whole"):
                yield AlertLines(is_whole=True)
            yield HintLine([*map(action, HINTS), *actions_of("alert")])

    def on_mount(self) -> None:
        """Show it."""
        self._show()

    def show_alerts(self, picture: AlertPicture) -> None:
        key = key_of(self.alert)
        found = next((alert for alert in picture.alerts if key_of(alert) == key), None)
        if found is not None and found != self.alert:
            self.alert = found
            self._show()

    def tick(self) -> None:
        for lines in self.query(AlertLines):
            lines.repaint()

    def language_changed(self) -> None:
        repaint_all(self)

    def alert_group(self) -> AlertGroup | None:
        return alone(self.alert, host(self).clock.now_ms())

    def _show(self) -> None:
        for lines in self.query(AlertLines):
            lines.show(self.alert)

    def do_close(self) -> None:
        """Back to the list."""
        self.dismiss(None)
