"""The native form: one fact per line as a JSON object; docs/events.schema.json says what may stand in it."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from app.core.events import EVENT, AnyEvent
from app.core.facts import Draft
from app.sources.ports import LineProblem
from app.sources.problems import problem_of

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class JsonLinesParser:
    """Reads lines of JSON in UTF-8; keeps nothing between them."""

    encoding: Final = "utf-8"

    def parse(self, data: bytes, /) -> Draft | None:
        """Read one line; None for a blank one.

        Raises:
            LineProblem: When it is not JSON, or not a fact.
        """
        text = data.removeprefix(_BYTE_ORDER_MARK)
        if not text.strip():
            return None
        try:
            event = EVENT.validate_json(text)
        except ValidationError as error:
            raise problem_of(error, "this kind of event") from None
        except RecursionError:
            raise LineProblem("this JSON is nested too deeply") from None
        return Draft(event, event_identity(event))


def event_identity(event: AnyEvent) -> bytes:
    """The canonical JSON of a fact: fields in their own order, what is at its default left out.

    Leaving defaults out keeps the identity of a stored fact when a later version adds an optional field to its kind.
    """
    fields = EVENT.dump_json(event, exclude_defaults=True)
    return b'{"kind":"' + event.kind.encode() + b'",' + fields[1:]
