"""Lines to drafts and bad lines, and files to positions: what reading once and following have in common."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from io import FileIO
from typing import Final

from app.core.facts import BadLine, Draft, FilePosition
from app.core.i18n import _
from app.sources.lines import TOO_LONG, LineSplitter
from app.sources.ports import Line, LineParser, LineProblem

HEAD_BYTES: Final = 256
"""How much of a file's beginning tells it from another: several rows with their instants."""

_SIGNED_MAX: Final = (1 << 63) - 1

BAD_TEXT_LIMIT: Final = 65_536
"""Characters of a bad line that are kept."""


@dataclass(frozen=True, slots=True)
class ReadLines:
    """What was read out of some lines.

    Attributes:
        drafts: In order.
        bad_lines: Those whose meaning could not be read.
        blank: How many said nothing.
    """

    drafts: list[Draft]
    bad_lines: list[BadLine]
    blank: int


def read_lines(parser: LineParser, lines: Iterable[Line], file: str) -> ReadLines:
    """Read lines; every one of them ends up in exactly one of the three places.

    Args:
        file: The file as the person named it.
    """
    drafts: list[Draft] = []
    bad_lines: list[BadLine] = []
    blank = 0
    parse = parser.parse
    for line in lines:
        try:
            if line.too_long:
                raise LineProblem(TOO_LONG)
            draft = parse(line.data)
        except LineProblem as problem:
            text = bad_text(line.data, parser.encoding)
            bad_lines.append(BadLine(file, line.number, line.offset, text, problem.reason))
        else:
            if draft is None:
                blank += 1
            else:
                drafts.append(draft)
    return ReadLines(drafts, bad_lines, blank)


def bad_text(data: bytes, encoding: str) -> str:
    """The text of a bad line: undecodable bytes and NULs as \\xNN, cut at the limit."""
    text = data[: BAD_TEXT_LIMIT * 4].decode(encoding, "backslashreplace")
    return text.replace("\0", "\\x00")[:BAD_TEXT_LIMIT]


def file_number(status: os.stat_result) -> tuple[int, int]:
    """What tells a file from all others that exist now: its file system and its number there.

    Some file systems use all 64 bits of their numbers, a database keeps 63 of them and a sign.
    """
    return status.st_dev & _SIGNED_MAX, status.st_ino & _SIGNED_MAX


class OpenLog:
    """A log held open, with the place reading has reached; what is renamed meanwhile stays the same log.

    Args:
        path: Where it was opened.
        asked_path: The path positions are stored under: that of the log when it was not yet rotated.
        file: The open file; closed with it.

    Attributes:
        mark: The last place that is stored, with the beginning the file had then.
        splitter: Takes apart what is read beyond it.
    """

    def __init__(self, path: str, asked_path: str, file: FileIO) -> None:
        self.path = path
        self._asked_path = asked_path
        self._file = file
        self.splitter = LineSplitter()
        self.mark = self.position()

    @classmethod
    def open(cls, path: str, asked_path: str) -> OpenLog:
        """Open a regular file at its beginning.

        Raises:
            OSError: When it is missing, may not be read, or is a folder, a pipe or a device.
        """
        # Without O_NONBLOCK opening a pipe would wait for its other end.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, _("it is not a regular file"), path)
        return cls(path, asked_path, FileIO(descriptor))

    def again(self) -> OpenLog:
        """The same file, to be read from its beginning."""
        return OpenLog(self.path, self._asked_path, FileIO(os.dup(self._file.fileno())))

    def status(self) -> os.stat_result:
        return os.fstat(self._file.fileno())

    def read(self, size: int) -> bytes:
        """The next bytes; none at the end of the file."""
        return os.pread(self._file.fileno(), size, self.splitter.fed_offset)

    def move_to(self, mark: FilePosition) -> None:
        """Go on from a place that is stored."""
        self.mark = mark
        self.rewind()

    def rewind(self) -> None:
        """What was read beyond the mark is not stored: read it again."""
        self.splitter = LineSplitter(self.mark.offset, self.mark.line_number)

    def position(self, following: Line | None = None) -> FilePosition:
        """The place before the line `following`, else after the last line that has ended."""
        device, inode = file_number(self.status())
        offset = self.splitter.offset if following is None else following.offset
        line_number = self.splitter.line_number if following is None else following.number - 1
        head_bytes = min(HEAD_BYTES, offset)
        return FilePosition(
            path=self._asked_path,
            device=device,
            inode=inode,
            offset=offset,
            line_number=line_number,
            head=self._head(head_bytes),
            head_bytes=head_bytes,
        )

    def continues(self, position: FilePosition) -> bool:
        """Whether this is the file a position speaks of, with all that was read still in it.

        The beginning decides where there is one: numbers of files are used again, and change when a file is restored
        from a backup or its disk is mounted anew.
        """
        status = self.status()
        same_number = file_number(status) == (position.device, position.inode)
        return (
            (same_number or position.head_bytes > 0)
            and status.st_size >= position.offset
            and self._head(position.head_bytes) == position.head
        )

    def is_intact(self) -> bool:
        """Whether the file still has everything that was read of it, stored or not."""
        return self.status().st_size >= self.splitter.fed_offset and self.continues(self.mark)

    def close(self) -> None:
        self._file.close()

    def _head(self, size: int) -> bytes:
        return hashlib.sha256(os.pread(self._file.fileno(), size, 0)).digest()
