"""The shell of the program: its looks, and its skin against errors; it knows nothing of floors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from rich.text import Text
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget

from app.core.i18n import _
from app.core.text import inert
from screens import resilience
from screens.themes import DEFAULT_THEME, DEFAULT_VARIABLES, THEMES, sixteen_colours

SAY_AGAIN_MS: Final = 10_000
"""How long the sentence about an error stands before it is said again."""


class Shell(App[None], inherit_bindings=False):
    """An app in our themes that bears errors: it logs them, says a sentence, and goes on.

    Args:
        theme: The name of a theme of `screens.themes`.
        log_path: The log, to be named when something goes wrong.
        uptime_ms: Tells real time, for measuring how often something goes wrong.
    """

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, theme: str, log_path: Path | None, uptime_ms: Callable[[], int]) -> None:
        self._sixteen_colours = False
        super().__init__()
        self.uptime_ms = uptime_ms
        self.boundary = resilience.ErrorBoundary(uptime_ms)
        self._log_path = log_path
        self._error_said_ms = -SAY_AGAIN_MS
        self._choose_theme_before_start(theme)

    def tell(self, sentence: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Say a sentence in the corner; never read as markup."""
        self.notify(sentence, severity=severity, markup=False)

    # -- colours --------------------------------------------------------------------------------------------------

    def _choose_theme_before_start(self, theme: str) -> None:
        # Setting the reactive would have the style sheet read twice at the start.
        for own in THEMES:
            self.register_theme(own)
        self._sixteen_colours = self.console.color_system == "standard"
        self.animation_level = "none"
        self.set_reactive(App.theme, theme if self.get_theme(theme) else DEFAULT_THEME)
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULT_VARIABLES)

    def get_css_variables(self) -> dict[str, str]:
        variables = super().get_css_variables()
        if self._sixteen_colours:
            variables.update(sixteen_colours(self.current_theme.dark))
            self.theme_variables = variables
        return variables

    # -- errors ---------------------------------------------------------------------------------------------------

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        if child not in self._registry:
            resilience.shield(child, self._handle_exception, self.uptime_ms)
        super()._register_child(parent, child, before, after)

    def screen_ready(self) -> None:
        """The first screen stands: from now on errors are borne. Before, there is nothing to go on with."""
        self.boundary.open = True

    async def _process_messages_loop(self) -> None:
        try:
            await super()._process_messages_loop()
        finally:
            self.boundary.open = False

    async def _dispatch_message(self, message: Message) -> None:
        if not self.boundary.open:
            await super()._dispatch_message(message)
            return
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # noqa: BLE001 - this is the boundary
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        if self.boundary.bears(error):
            now_ms = self.uptime_ms()
            if now_ms - self._error_said_ms >= SAY_AGAIN_MS:
                self._error_said_ms = now_ms
                self.call_later(self.tell, self._error_sentence(), "error")
            return
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.panic()

    def panic(self, *_renderables: object) -> None:
        """End with one sentence; what happened is in the log, never on the screen."""
        self._return_code = resilience.EXIT_ERROR_LOOP
        if not self._exit_renderables:
            resilience.LOG.error("The screen ends after %d errors.", self.boundary.count)
            super().panic(Text(self._end_sentence()))

    def _error_sentence(self) -> str:
        if self._log_path is None:
            return _("Something went wrong inside Watchfloor. The screen goes on.")
        return _("Something went wrong inside Watchfloor. The screen goes on; the details are in {path}.").format(
            path=inert(str(self._log_path))
        )

    def _end_sentence(self) -> str:
        if self._log_path is None:
            return _("Watchfloor had to end: something goes wrong again and again.")
        return _("Watchfloor had to end: something goes wrong again and again. The details are in {path}.").format(
            path=inert(str(self._log_path))
        )
