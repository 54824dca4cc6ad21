"""What the robots of chat services have in common: they answer 200 and say in the body whether they took a message."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.alerts.channels.http import post, status_problem
from app.alerts.channels.model import Answer, shortened
from app.alerts.channels.secret import Secret, redacted
from app.core.i18n import _


def ask(
    url: str, fields: Mapping[str, Any], timeout_seconds: int, secret: Secret, later: Collection[int], *codes: str
) -> Answer:
    """Post to a robot and read what it says.

    Args:
        url: Its whole address.
        fields: The message.
        timeout_seconds: For all of it.
        secret: Taken out of whatever it says.
        later: Codes that mean: try again in a while.
        codes: What the field is called that is 0 when the message was taken, the first that is there.
    """
    reply = post(url, json.dumps(fields, ensure_ascii=False).encode(), {}, timeout_seconds)
    if (problem := status_problem(reply.status)) is not None:
        return problem
    said = reply.fields or {}
    code = next((said[name] for name in codes if name in said), None)
    if not isinstance(code, int) or isinstance(code, bool):
        return Answer("refused", _("HTTP {status}, without a code.").format(status=reply.status), True)
    if code == 0:
        return Answer("told", "0")
    words = next((said[name] for name in ("errmsg", "msg", "StatusMessage") if isinstance(said.get(name), str)), "")
    answer = shortened(redacted(f"{code} {words}".strip(), secret, url))
    return Answer("failed" if code in later else "refused", answer)


def with_query(url: str, **added: str) -> str:
    """An address with more in its query; what it has of the same name gives way."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **added}
    return urlunsplit(parts._replace(query=urlencode(query)))


def within_bytes(text: str, limit: int) -> str:
    """As much of a text as has room in so many bytes of UTF-8; cut, it ends with an ellipsis."""
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - 3].decode("utf-8", "ignore") + "…"
