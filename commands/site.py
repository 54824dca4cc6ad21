"""What the options before the command say about a site, and how its floor is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.core.settings import Settings
    from store.sessions import ReaderSession, WriterSession


@dataclass(slots=True)
class Site:
    """What the options before the command say; the rest is worked out when it is needed."""

    database: Path | None
    zone_name: str | None
    _settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        """The site's settings."""
        if self._settings is None:
            from app.core.settings import load_settings

            self._settings = load_settings()
        return self._settings

    @property
    def path(self) -> Path:
        """The database file."""
        from app.core.places import default_database

        return (self.database or self.settings.db or default_database()).absolute()

    @property
    def zone(self) -> tzinfo:
        """The site's zone."""
        from app.core.zones import load_zone, local_zone_name

        return load_zone(self.zone_name or self.settings.zone or local_zone_name())

    @contextmanager
    def writer(self) -> Iterator[WriterSession]:
        """A connection to store and fold with."""
        from app.core.clock import SystemClock
        from store.sessions import WriterSession

        session = WriterSession(self.path, self.settings, SystemClock())
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def reader(self) -> Iterator[ReaderSession]:
        """A connection to read with."""
        from store.sessions import ReaderSession

        session = ReaderSession(self.path)
        try:
            yield session
        finally:
            session.close()


def early_setting(name: str) -> str | None:
    """A setting that the first frame wants; what is wrong with the settings is said when all of them are read."""
    import tomllib

    from app.core.places import config_file

    if (told := os.environ.get(f"WATCHFLOOR_{name.upper()}")) is not None:
        return told
    try:
        value = tomllib.loads(config_file().read_text(encoding="utf-8")).get(name)
    except (OSError, ValueError):
        return None
    return value if isinstance(value, str) else None


def person_here() -> str:
    """Who gives the command: the operating system's name of the person, whatever the environment claims."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
