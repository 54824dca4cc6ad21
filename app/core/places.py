"""Where things lie on this machine. Imports little: the first frame of the screen asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from platformdirs import user_config_path, user_data_path, user_log_path

NAME: Final = "watchfloor"


def config_file() -> Path:
    """Where the settings file is looked for."""
    return user_config_path(NAME, appauthor=False) / "settings.toml"


def default_database() -> Path:
    """Where the floor is kept unless --db says otherwise."""
    return user_data_path(NAME, appauthor=False) / "watchfloor.db"


def log_file() -> Path:
    """Where problems are written down, never with the values of variables."""
    return user_log_path(NAME, appauthor=False) / "watchfloor.log"
