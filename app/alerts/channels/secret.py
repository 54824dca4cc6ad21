"""Secrets of channels: read when they are needed, from the environment or a file only its owner can read.

They are kept nowhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from app.alerts.channels.model import refused
from app.alerts.rule import Channel as ChannelSettings
from app.core.i18n import _
from app.core.text import inert

_SIZE_LIMIT: Final = 4_096
"""Longest secret in bytes."""

_SHORTEST: Final = 6
"""What is shorter is not looked for in answers: it would black out words."""

HIDDEN: Final = "•••"
"""What stands where a secret was."""


class Secret:
    """A secret that shows itself to nobody who does not ask for its value."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __bool__(self) -> bool:
        return bool(self.value)

    def words(self) -> list[str]:
        """Its words: a robot may have two secrets, the key of its address and the one it signs with."""
        return self.value.split()


def read_secret(settings: ChannelSettings, environ: Mapping[str, str]) -> Secret:
    """The secret of a channel; an empty one where it names none.

    Raises:
        CannotSend: When it is named and not there, or others can read it.
    """
    if settings.secret_env:
        value = environ.get(settings.secret_env, "").strip()
        if not value:
            raise refused(
                _("The environment variable {name} is not set for the process that sends.").format(
                    name=inert(settings.secret_env)
                )
            )
        return Secret(value)
    if settings.secret_file:
        return Secret(_file_text(settings.secret_file))
    return Secret("")


def redacted(text: str, secret: Secret, url: str = "") -> str:
    """A text without the secret and without what an address carries that is as good as one."""
    hidden = {secret.value, *secret.words()}
    if url:
        parts = urlsplit(url)
        hidden |= {url, parts.query, parts.path, parts.path.rpartition("/")[2], parts.password or ""}
        hidden |= {value for _key, value in parse_qsl(parts.query)}
    hidden |= {quote(each, safe="") for each in hidden}
    for each in sorted(hidden, key=len, reverse=True):
        if len(each) >= _SHORTEST:
            text = text.replace(each, HIDDEN)
    return text


def _file_text(path: str) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise refused(
            _("The secret's file {path} cannot be read: {reason}.").format(path=inert(path), reason=reason)
        ) from None
    try:
        # Of the open file: a name may be given to another one meanwhile.
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise refused(_("The secret's file {path} is no plain file.").format(path=inert(path)))
        if found.st_mode & 0o077 or found.st_uid not in (0, os.getuid()):
            raise refused(
                _("Others may read the secret's file {path}: make it yours alone with chmod 600.").format(
                    path=inert(path)
                )
            )
        if found.st_size > _SIZE_LIMIT:
            raise refused(_("The secret's file {path} is too long for a secret.").format(path=inert(path)))
        text = os.read(descriptor, _SIZE_LIMIT).decode("utf-8", "replace").strip()
    finally:
        os.close(descriptor)
    if not text:
        raise refused(_("The secret's file {path} is empty.").format(path=inert(path)))
    return text
