"""The signed group robot of DingTalk (钉钉自定义机器人, 加签)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from app.alerts.channels.model import Answer, Outgoing
from app.alerts.channels.robot import ask, with_query, within_bytes
from app.alerts.channels.secret import Secret
from app.alerts.rule import Channel as ChannelSettings

TEXT_LIMIT: Final = 15_000
"""Longest text sent, in bytes: the service takes a body of 20,000."""

_LATER: Final = frozenset({-1, 130101, 410100})
"""Busy; more than 20 messages within a minute."""


class DingTalkChannel:
    """Posts to a group.

    Args:
        settings: Its address and time-out.
        secret: What it signs with; two words are the access token, where the address does not carry it, and that.
        wall_ms: The time of the world, for the signature.
    """

    def __init__(self, settings: ChannelSettings, secret: Secret, wall_ms: Callable[[], int]) -> None:
        self._settings = settings
        self._secret = secret
        self._wall_ms = wall_ms

    def send(self, message: Outgoing) -> Answer:
        url = self._settings.url
        *tokens, key = self._secret.words() or [""]
        if tokens:
            url = with_query(url, access_token=tokens[0])
        if key:
            timestamp_ms = self._wall_ms()
            url = with_query(url, timestamp=str(timestamp_ms), sign=signature(key, timestamp_ms))
        fields = {"msgtype": "text", "text": {"content": within_bytes(message.text, TEXT_LIMIT)}}
        return ask(url, fields, self._settings.timeout_seconds, self._secret, _LATER, "errcode")


def signature(secret: str, timestamp_ms: int) -> str:
    """HMAC-SHA256 of "milliseconds, newline, secret" under the secret, as base64; not yet made fit for an address."""
    signed = f"{timestamp_ms}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
