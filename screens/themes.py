"""The looks of Watchfloor: a calm dark one, a light one, and one that is safe for colour-blind eyes.

Widgets colour states and levels through theme variables (`$state-available`, `$level-warn` …) and never by value.
Terminals of 16 colours get the same look from colours that their palette really has: see `sixteen_colours`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

DEFAULT_THEME: Final = "watchfloor-dark"

_DARK: Final[Mapping[str, str]] = {
    "state-available": "#7fbf8e",
    "state-ringing": "#6cc6d9",
    "state-on-call": "#7ea9de",
    "state-hold": "#b59adb",
    "state-wrap-up": "#cdb873",
    "state-not-ready": "#db9468",
    "state-signed-out": "#6b7685",
    "level-notice": "#e6c368",
    "level-warn": "#ef7b80",
    "ink-muted": "#8b97a6",
    "ink-faint": "#5a6675",
    "rule": "#2a323d",
    "row-cursor": "#26384c",
    "row-pinned": "#1b222c",
    "border": "#3d4f63",
    "border-blurred": "#2a323d",
    "block-cursor-background": "#2f4862",
    "block-cursor-foreground": "#eef2f6",
    "block-cursor-text-style": "none",
    "footer-background": "#171c24",
    "footer-key-foreground": "#8fb4dc",
    "footer-description-foreground": "#8b97a6",
    "input-cursor-background": "#8fb4dc",
    "scrollbar": "#2f3947",
    "scrollbar-hover": "#3d4a5c",
    "scrollbar-active": "#4d6079",
    "scrollbar-background": "#12161c",
    "scrollbar-background-hover": "#12161c",
    "scrollbar-background-active": "#12161c",
    "scrollbar-corner-color": "#12161c",
}

_LIGHT: Final[Mapping[str, str]] = {
    "state-available": "#2c7a45",
    "state-ringing": "#0b7285",
    "state-on-call": "#1f5fa8",
    "state-hold": "#7048a8",
    "state-wrap-up": "#7d6200",
    "state-not-ready": "#a4501a",
    "state-signed-out": "#7b8594",
    "level-notice": "#8a6100",
    "level-warn": "#b3202c",
    "ink-muted": "#5b6675",
    "ink-faint": "#8e98a5",
    "rule": "#d3d9e0",
    "row-cursor": "#d4e3f3",
    "row-pinned": "#eef1f4",
    "border": "#9db3ca",
    "border-blurred": "#d3d9e0",
    "block-cursor-background": "#c4d8ee",
    "block-cursor-foreground": "#16202b",
    "block-cursor-text-style": "none",
    "footer-background": "#e9edf1",
    "footer-key-foreground": "#1f5fa8",
    "footer-description-foreground": "#5b6675",
    "input-cursor-background": "#1f5fa8",
    "scrollbar": "#c3ccd6",
    "scrollbar-hover": "#aab6c3",
    "scrollbar-active": "#8e9dad",
    "scrollbar-background": "#f7f8fa",
    "scrollbar-background-hover": "#f7f8fa",
    "scrollbar-background-active": "#f7f8fa",
    "scrollbar-corner-color": "#f7f8fa",
}

# Okabe and Ito, "Color Universal Design": eight colours told apart with any of the common colour-vision deficiencies.
# On a dark ground their blue is too dark to read, so that sky blue carries calls and blue is lightened for holds.
_SAFE: Final[Mapping[str, str]] = {
    **_DARK,
    "state-available": "#009e73",
    "state-ringing": "#f0e442",
    "state-on-call": "#56b4e9",
    "state-hold": "#cc79a7",
    "state-wrap-up": "#c8ccd2",
    "state-not-ready": "#e69f00",
    "state-signed-out": "#7d8794",
    "level-notice": "#f0e442",
    "level-warn": "#ff7f2a",
    "ink-muted": "#a3adb9",
    "ink-faint": "#6d7886",
    "rule": "#343c47",
    "row-cursor": "#1f3d57",
    "border": "#56708a",
    "footer-background": "#14171b",
    "footer-key-foreground": "#56b4e9",
    "footer-description-foreground": "#a3adb9",
    "input-cursor-background": "#56b4e9",
    "scrollbar-background": "#0e1013",
    "scrollbar-background-hover": "#0e1013",
    "scrollbar-background-active": "#0e1013",
    "scrollbar-corner-color": "#0e1013",
}

DEFAULT_VARIABLES: Final[Mapping[str, str]] = _DARK
"""What the variables mean under a theme that is not ours: for `App.get_theme_variable_defaults`."""

_SIXTEEN_DARK: Final[Mapping[str, str]] = {
    "background": "#000000",
    "surface": "#000000",
    "panel": "#000000",
    "foreground": "#ffffff",
    "state-available": "#55ff55",
    "state-ringing": "#55ffff",
    "state-on-call": "#00aaaa",
    "state-hold": "#ff55ff",
    "state-wrap-up": "#aaaaaa",
    "state-not-ready": "#aa5500",
    "state-signed-out": "#555555",
    "level-notice": "#ffff55",
    "level-warn": "#ff5555",
    "ink-muted": "#aaaaaa",
    "ink-faint": "#555555",
    "rule": "#555555",
    "row-cursor": "#0000aa",
    "row-pinned": "#000000",
    "border": "#555555",
    "border-blurred": "#555555",
    "block-cursor-background": "#0000aa",
    "block-cursor-foreground": "#ffffff",
    "footer-background": "#000000",
    "footer-key-foreground": "#55ffff",
    "footer-description-foreground": "#aaaaaa",
    "input-cursor-background": "#55ffff",
    "scrollbar": "#555555",
    "scrollbar-hover": "#aaaaaa",
    "scrollbar-active": "#aaaaaa",
    "scrollbar-background": "#000000",
    "scrollbar-background-hover": "#000000",
    "scrollbar-background-active": "#000000",
    "scrollbar-corner-color": "#000000",
}

_SIXTEEN_LIGHT: Final[Mapping[str, str]] = {
    "background": "#ffffff",
    "surface": "#ffffff",
    "panel": "#ffffff",
    "foreground": "#000000",
    "state-available": "#00aa00",
    "state-ringing": "#00aaaa",
    "state-on-call": "#0000aa",
    "state-hold": "#aa00aa",
    "state-wrap-up": "#555555",
    "state-not-ready": "#aa5500",
    "state-signed-out": "#aaaaaa",
    "level-notice": "#aa5500",
    "level-warn": "#aa0000",
    "ink-muted": "#555555",
    "ink-faint": "#aaaaaa",
    "rule": "#aaaaaa",
    "row-cursor": "#aaaaaa",
    "row-pinned": "#ffffff",
    "border": "#aaaaaa",
    "border-blurred": "#aaaaaa",
    "block-cursor-background": "#aaaaaa",
    "block-cursor-foreground": "#000000",
    "footer-background": "#ffffff",
    "footer-key-foreground": "#0000aa",
    "footer-description-foreground": "#555555",
    "input-cursor-background": "#0000aa",
    "scrollbar": "#aaaaaa",
    "scrollbar-hover": "#555555",
    "scrollbar-active": "#555555",
    "scrollbar-background": "#ffffff",
    "scrollbar-background-hover": "#ffffff",
    "scrollbar-background-active": "#ffffff",
    "scrollbar-corner-color": "#ffffff",
}

THEMES: Final = (
    Theme(
        name="watchfloor-dark",
        primary="#7ea9de",
        secondary="#8b97a6",
        accent="#8fb4dc",
        warning="#e6c368",
        error="#ef7b80",
        success="#7fbf8e",
        foreground="#d3dae3",
        background="#12161c",
        surface="#171c24",
        panel="#1b222c",
        dark=True,
        variables=dict(_DARK),
    ),
    Theme(
        name="watchfloor-light",
        primary="#1f5fa8",
        secondary="#5b6675",
        accent="#1f5fa8",
        warning="#8a6100",
        error="#b3202c",
        success="#2c7a45",
        foreground="#1d2733",
        background="#f7f8fa",
        surface="#eff2f5",
        panel="#e9edf1",
        dark=False,
        variables=dict(_LIGHT),
    ),
    Theme(
        name="watchfloor-safe",
        primary="#56b4e9",
        secondary="#a3adb9",
        accent="#56b4e9",
        warning="#f0e442",
        error="#ff7f2a",
        success="#009e73",
        foreground="#eceff3",
        background="#0e1013",
        surface="#14171b",
        panel="#191d22",
        dark=True,
        variables=dict(_SAFE),
    ),
)
"""In the order in which the theme key walks through them."""


def sixteen_colours(dark: bool) -> Mapping[str, str]:
    """The variables a terminal of 16 colours gets on top of a theme's.

    Soft tones all fall on the same grey there, so that states would differ by glyph and word alone.
    """
    return _SIXTEEN_DARK if dark else _SIXTEEN_LIGHT


def next_theme(name: str) -> str:
    """The name of the theme that follows; the first one after a theme that is not ours."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
