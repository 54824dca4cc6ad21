"""From what a rule file says of a channel to one that sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.alerts.channels.dingtalk import DingTalkChannel
from app.alerts.channels.feishu import FeishuChannel
from app.alerts.channels.model import Answer, CannotSend, Channel, Outgoing
from app.alerts.channels.secret import read_secret
from app.alerts.channels.smtp import SmtpChannel
from app.alerts.channels.terminal import TerminalChannel
from app.alerts.channels.webhook import WebhookChannel
from app.alerts.channels.wecom import WeComChannel
from app.alerts.rule import Channel as ChannelSettings
from app.core.i18n import _


def make_channel(settings: ChannelSettings, wall_ms: Callable[[], int], environ: Mapping[str, str]) -> Channel:
    """A channel that can send, with its secret.

    Args:
        settings: What the rule file says.
        wall_ms: The time of the world: services refuse a signature of another hour, whatever a floor is simulated.
        environ: Where secrets may be.

    Raises:
        CannotSend: When its secret is not to be had.
    """
    if settings.kind == "terminal":
        return TerminalChannel()
    secret = read_secret(settings, environ)
    match settings.kind:
        case "wecom":
            return WeComChannel(settings, secret)
        case "dingtalk":
            return DingTalkChannel(settings, secret, wall_ms)
        case "feishu":
            return FeishuChannel(settings, secret, wall_ms)
        case "smtp":
            return SmtpChannel(settings, secret, wall_ms)
        case "webhook":
            return WebhookChannel(settings, secret, wall_ms)


def send_through(
    settings: ChannelSettings, message: Outgoing, wall_ms: Callable[[], int], environ: Mapping[str, str]
) -> Answer:
    """Send one message; whatever goes wrong is in the answer, and no secret is."""
    try:
        return make_channel(settings, wall_ms, environ).send(message)
    except CannotSend as problem:
        return problem.answer
    except Exception as error:  # noqa: BLE001 - what one channel does must not stop the next
        # Its words may hold what was sent, or a secret.
        name = type(error).__name__
        return Answer("failed", _("This should not have happened ({error}).").format(error=name), True)


def simulated_answer(settings: ChannelSettings, message: Outgoing) -> Answer:
    """What becomes of a message of a simulated floor: screens show it, and nobody else is told."""
    if settings.kind == "terminal":
        return TerminalChannel().send(message)
    return Answer("refused", _("A simulated floor tells nobody outside of the terminal."))
