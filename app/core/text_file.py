"""Small text files that people hand in: read whole, as UTF-8, with their problems told in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

from app.core.errors import DataProblem, UsageProblem
from app.core.i18n import _
from app.core.text import inert

SIZE_LIMIT_BYTES: Final = 4 * 1024 * 1024
"""A larger file is nothing a person wrote."""


def read_text_file(path: str, standard_input: BinaryIO | None = None) -> str:
    """The text of a file; a mark of UTF-8 at its beginning is left out.

    Args:
        path: The file; "-" for standard input, where that is given.
        standard_input: Read where the path is "-".

    Raises:
        UsageProblem: When the file cannot be read.
        DataProblem: When it is too long, or no UTF-8.
    """
    try:
        if path == "-" and standard_input is not None:
            data = standard_input.read(SIZE_LIMIT_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(SIZE_LIMIT_BYTES + 1)
    except IsADirectoryError:
        raise UsageProblem(_("{path} is a folder: name the file in it.").format(path=inert(path))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageProblem(
            _("{path} cannot be read: {reason}.").format(path=inert(path), reason=inert(reason))
        ) from None
    if len(data) > SIZE_LIMIT_BYTES:
        raise DataProblem(
            _("{path} is longer than {limit} bytes: this is not the file that is meant.").format(
                path=inert(path), limit=f"{SIZE_LIMIT_BYTES:,}"
            )
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataProblem(
            _("{path}, line {line}: this is not UTF-8: save the file as UTF-8.").format(path=inert(path), line=line)
        ) from None
