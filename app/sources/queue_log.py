"""The text form of an Asterisk queue log: one row per line, `epoch|call|queue|agent|event|value|value…`."""

from __future__ import annotations

from typing import Final

from app.core.event_fields import EARLIEST_MS, LATEST_MS
from app.core.facts import Draft
from app.sources.encodings import checked_encoding, decoded
from app.sources.instants import epoch_ms
from app.sources.ports import LineProblem
from app.sources.rows import NOTHING, build_event

_FIXED_FIELDS: Final = 5
_BYTE_ORDER_MARK: Final = "\ufeff"
_EARLIEST_SECONDS: Final = EARLIEST_MS // 1000
_LATEST_SECONDS: Final = LATEST_MS // 1000


class QueueLogParser:
    """Reads lines of a queue log; keeps nothing between them.

    Args:
        encoding: Of the file; utf-8, or gb18030 where the switch was set up so.

    Raises:
        UsageProblem: When the encoding does not exist or cannot hold lines.
    """

    def __init__(self, encoding: str = "utf-8") -> None:
        self.encoding = checked_encoding(encoding)

    def parse(self, data: bytes, /) -> Draft | None:
        """Read one line; None for a blank one.

        Raises:
            LineProblem: When its meaning cannot be read.
        """
        try:
            text = data.decode(self.encoding)
        except UnicodeDecodeError:
            text = decoded(data, self.encoding)
        text = text.rstrip("|\r")
        fields = text.split("|")
        if len(fields) < _FIXED_FIELDS:
            _refuse_unless_blank(text, len(fields))
            return None
        epoch, call, queue, agent, word, *values = fields
        # Whole seconds are nearly all there is; the rest goes the careful way.
        if (
            len(epoch) == 10
            and epoch.isdecimal()
            and epoch.isascii()
            and (_EARLIEST_SECONDS <= (seconds := int(epoch)) < _LATEST_SECONDS)
        ):
            at_ms = seconds * 1000
        else:
            at_ms = epoch_ms(epoch.removeprefix(_BYTE_ORDER_MARK))
        event = build_event(at_ms, call, queue, agent, word, values)
        if call and queue and agent:
            return Draft(event, f"{at_ms}{text[len(epoch) :]}".encode())
        return Draft(event, row_identity(at_ms, call, queue, agent, word, values))


def row_identity(at_ms: int, call: str, queue: str, agent: str, word: str, values: list[str]) -> bytes:
    """The content of a row in its one normal form, the same for a row of a text file and of a table.

    Args:
        values: Without empty ones at the end.
    """
    return "|".join([str(at_ms), call or NOTHING, queue or NOTHING, agent or NOTHING, word, *values]).encode()


def _refuse_unless_blank(text: str, field_count: int) -> None:
    """A line with too few fields is blank, or unreadable."""
    if text.removeprefix(_BYTE_ORDER_MARK).strip():
        raise LineProblem(f"the row has {field_count} of the {_FIXED_FIELDS} fields that every row has")
