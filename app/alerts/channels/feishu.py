"""The signed group robot of Feishu (飞书自定义机器人, 签名校验)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Final

from app.alerts.channels.model import Answer, Outgoing
from app.alerts.channels.robot import ask, within_bytes
from app.alerts.channels.secret import Secret
from app.alerts.rule import Channel as ChannelSettings

TEXT_LIMIT: Final = 15_000
"""Longest text sent, in bytes: the service takes a body of 20 KB."""

_LATER: Final = frozenset({11232, 11233})
"""Too many messages."""


class FeishuChannel:
    """Posts to a group.

    Args:
        settings: Its address and time-out.
        secret: What it signs with; two words are the last part of the address, where that does not carry it, and that.
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
            url = f"{url.rstrip('/')}/{tokens[0]}"
        fields: dict[str, Any] = {
            "msg_type": "text",
            "content": {"text": within_bytes(message.text, TEXT_LIMIT)},
        }
        if key:
            timestamp_seconds = self._wall_ms() // 1000
            fields |= {"timestamp": str(timestamp_seconds), "sign": signature(key, timestamp_seconds)}
        return ask(url, fields, self._settings.timeout_seconds, self._secret, _LATER, "code", "StatusCode")


def signature(secret: str, timestamp_seconds: int) -> str:
    """HMAC-SHA256 of nothing under "seconds, newline, secret", as base64."""
    key = f"{timestamp_seconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
