"""Facts in: ingest, what could not be read of them, and the schema of native input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from commands.engine import make_engine, warn_of_old_settings, watch_engine
from commands.options import FORMAT
from commands.site import Site

if TYPE_CHECKING:
    from app.engine.sources import FollowedSource
    from app.sources.model import FileKind


@click.group()
def ingest() -> None:
    """Read facts from a file or from standard input."""


def _readable(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """A name that can be stored and shown; the system hands over bytes that are no text as lone surrogates."""
    if text is not None and not text.isprintable() and any("\udc80" <= character <= "\udcff" for character in text):
        raise click.BadParameter("the name is not UTF-8; a file of another name can be handed over with < and “-”.")
    return text


SOURCE = click.option(
    "--source", callback=_readable, help="The name of the telephone system: the same name means the same facts."
)
FOLLOW = click.option("--follow", is_flag=True, help="Keep reading as the file grows, through rotation and restarts.")


@ingest.command("queue-log")
@click.argument("file", callback=_readable)
@FOLLOW
@SOURCE
@click.option("--encoding", type=click.Choice(["utf-8", "gb18030"]), default="utf-8", show_default=True)
@FORMAT
@click.pass_obj
def ingest_queue_log(site: Site, file: str, follow: bool, source: str | None, encoding: str, form: str) -> None:
    """Asterisk's queue_log: the text file, or a CSV dump of its realtime table ("-": standard input)."""
    _ingest(site, "queue-log", file, follow, source or "asterisk", encoding, form)


@ingest.command("events")
@click.argument("file", callback=_readable)
@FOLLOW
@SOURCE
@FORMAT
@click.pass_obj
def ingest_events(site: Site, file: str, follow: bool, source: str | None, form: str) -> None:
    """Watchfloor's own events, one JSON object per line ("-": standard input); docs/bridging.md says how."""
    _ingest(site, "events", file, follow, source or "events", "utf-8", form)


def _ingest(site: Site, kind: FileKind, file: str, follow: bool, source: str, encoding: str, form: Any) -> None:
    if follow:
        _follow(site, kind, file, source, encoding, form)
        return
    from app.core.output import write_one
    from app.sources.open import open_parser
    from app.sources.service import Progress, ingest_file

    zone = site.zone if site.zone_name or site.settings.zone else None
    stream, parser = open_parser(kind, file, encoding, zone, sys.stdin.buffer)
    showing = sys.stderr.isatty()

    def progress(done: Progress) -> None:
        if showing:
            share = f" {done.read_bytes * 100 // done.size_bytes} %" if done.size_bytes else ""
            click.echo(f"\r{done.summary.lines:,}{share}", nl=False, err=True)

    with site.writer() as session, interruptible() as interrupted:
        warn_of_old_settings(session)
        summary = ingest_file(
            session.journal, source, file, parser, stream=stream, progress=progress, cancelled=interrupted
        )
    if showing:
        click.echo("\r\033[K", nl=False, err=True)
    write_one(summary.row(), form)
    if not summary.complete:
        raise click.exceptions.Exit(130)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl+C end reading after the batch at hand, so that the summary is true."""
    import signal
    import threading

    asked = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: asked.set())
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _follow(site: Site, kind: FileKind, file: str, source: str, encoding: str, form: Any) -> None:
    from app.core.clock import SystemClock
    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_one
    from app.core.text import inert
    from app.sources.model import FollowedFile
    from app.sources.open import is_table_dump
    from app.sources.service import Summary

    if file == "-":
        raise UsageProblem(_("Standard input needs no --follow: it is read until it ends."))
    if kind == "queue-log" and is_table_dump(file):
        raise UsageProblem(
            _("{file} is a table dump, which does not grow: read it without --follow.").format(file=file)
        )
    clock = SystemClock()
    followed = FollowedFile(source, str(Path(file).absolute()), kind, encoding, clock.now_ms())
    with site.writer() as session:
        warn_of_old_settings(session)
        session.log.follow(followed)
    sources: list[FollowedSource] = []
    running = make_engine(site, clock, on_source=sources.append)
    running.start()
    watch_engine(running, _("Following {file}; Ctrl+C ends it.").format(file=inert(file)))
    with site.writer() as session:
        session.log.unfollow(source, followed.path)
    summary = Summary(source)
    for read in sources:
        if read.file == followed:
            summary = summary.with_batch(read.lines, read.blank, read.recorded)
    write_one(summary.row(), form)


@click.command()
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=1000, show_default=True)
@FORMAT
@click.pass_obj
def quarantine(site: Site, limit: int, form: Any) -> None:
    """Lines whose meaning could not be read: where they stood, and why."""
    from app.core.output import write_rows
    from app.core.zones import iso

    with site.reader() as session:
        found = session.log.quarantined(limit)
    zone = site.zone
    write_rows(
        (
            {
                "source": kept.source,
                "file": kept.line.file,
                "line": kept.line.line_number,
                "reason": kept.line.reason,
                "text": kept.line.text if form != "table" else kept.line.text[:120],
                "stored": iso(kept.stored_ms, zone),
            }
            for kept in found
        ),
        form,
    )


@click.command("event-schema")
def event_schema_command() -> None:
    """Print the JSON Schema of one line of native input."""
    import json

    from app.core.events import event_schema

    click.echo(json.dumps(event_schema(), indent=2, ensure_ascii=False))


COMMANDS: Final[tuple[click.Command, ...]] = (ingest, quarantine, event_schema_command)
