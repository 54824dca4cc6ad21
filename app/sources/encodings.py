"""Encodings a log may be written in: those in which a line feed and a bar are always themselves or decodable."""

from __future__ import annotations

import codecs
from typing import Final

from app.core.errors import UsageProblem
from app.core.i18n import _
from app.sources.ports import LineProblem

_ASCII: Final = bytes(range(0x80))


def checked_encoding(name: str) -> str:
    """The encoding's canonical name.

    Raises:
        UsageProblem: When there is no such encoding, or lines cannot be told apart in it (UTF-16).
    """
    try:
        canonical = codecs.lookup(name).name
        transparent = _ASCII.decode(canonical) == _ASCII.decode("ascii")
    except (LookupError, UnicodeDecodeError, ValueError):
        transparent = False
    if not transparent:
        raise UsageProblem(
            _("The encoding {name} cannot be used for a log; choose utf-8 or gb18030.").format(name=ascii(name))
        )
    return canonical


def decoded(data: bytes, encoding: str) -> str:
    """The text of a line.

    Raises:
        LineProblem: When the bytes are not of the encoding; a file in GB18030 read as UTF-8 shows itself here.
    """
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LineProblem(f"byte {error.start + 1} of the line is not {encoding}") from None
