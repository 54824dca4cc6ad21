"""Trying the ways to tell people: alerts send-test. docs/channels.md."""

from __future__ import annotations

from typing import Any, Final

import click

from commands.alerts import alerts
from commands.options import FORMAT
from commands.site import Site, person_here


@alerts.command("send-test")
@click.argument("channel")
@FORMAT
@click.pass_obj
def alerts_send_test(site: Site, channel: str, form: Any) -> None:
    """Send a test message through CHANNEL, as the rules in force have it, and say what it answers."""
    import os
    import uuid

    from app.alerts.book_service import in_force
    from app.alerts.channels.making import send_through
    from app.alerts.channels.model import Outgoing
    from app.core.clock import SystemClock
    from app.core.errors import RuleRefused, UsageProblem
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.core.text import inert

    with site.reader() as session:
        channels = in_force(session.alerts).book.channels
    settings = channels.get(channel)
    if settings is None:
        raise UsageProblem(
            _("There is no channel {name} in the rules in force; there are: {known}.").format(
                name=inert(channel), known=", ".join(map(inert, sorted(channels))) or "–"
            )
        )
    wall_ms = SystemClock().now_ms
    message = Outgoing(
        message=f"{wall_ms()}-test-{uuid.uuid4().hex[:24]}",
        alert="",
        level=0,
        occasion="test",
        subject=_("[test] Watchfloor: a test message"),
        body=_("Sent by {person} through {channel}. Nothing has happened.").format(
            person=inert(person_here()), channel=inert(channel)
        ),
    )
    answer = send_through(settings, message, wall_ms, os.environ)
    write_rows([{"channel": channel, "kind": settings.kind, "outcome": answer.outcome, "answer": answer.answer}], form)
    if answer.outcome != "told":
        raise RuleRefused(
            _("The channel {name} did not take the message: {answer}").format(name=inert(channel), answer=answer.answer)
        )


COMMANDS: Final[tuple[click.Command, ...]] = ()
"""It hangs in the group of alerts."""
