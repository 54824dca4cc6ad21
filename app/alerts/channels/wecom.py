"""The group robot of WeCom (企业微信群机器人)."""

from __future__ import annotations

from typing import Final

from app.alerts.channels.model import Answer, Outgoing
from app.alerts.channels.robot import ask, with_query, within_bytes
from app.alerts.channels.secret import Secret
from app.alerts.rule import Channel as ChannelSettings

TEXT_LIMIT: Final = 2_048
"""Longest text it takes, in bytes."""

_LATER: Final = frozenset({-1, 45009})
"""Busy; more than 20 messages within a minute."""


class WeComChannel:
    """Posts to a group.

    Args:
        settings: Its address and time-out.
        secret: The robot's key, where the address does not carry it.
    """

    def __init__(self, settings: ChannelSettings, secret: Secret) -> None:
        self._settings = settings
        self._secret = secret

    def send(self, message: Outgoing) -> Answer:
        url = self._settings.url
        if self._secret:
            url = with_query(url, key=self._secret.value)
        fields = {"msgtype": "text", "text": {"content": within_bytes(message.text, TEXT_LIMIT)}}
        return ask(url, fields, self._settings.timeout_seconds, self._secret, _LATER, "errcode")
