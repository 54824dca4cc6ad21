"""What a site promises: policy check, apply, show, list, example."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from commands.options import DRY_RUN, FORMAT, progress_bar
from commands.site import Site, person_here

if TYPE_CHECKING:
    from app.tickets.policy import PolicyBook
    from app.tickets.policy_file import PolicyReading
    from app.tickets.policy_service import TypeEffect


@click.group()
def policy() -> None:
    """What is promised for tickets: stages, limits, whom to tell; docs/policies.md has the words."""


@policy.command("check")
@click.argument("file")
@FORMAT
def policy_check(file: str, form: Any) -> None:
    """Say everything that is wrong with a policy file, by line ("-": standard input)."""
    from app.core.i18n import _, ngettext
    from app.core.output import write_rows
    from app.core.text import inert

    reading = _read(file)
    if form == "table":
        _say_problems(reading, file)
    else:
        write_rows((problem._asdict() for problem in reading.problems), form)
    book = _sound(reading, file)
    if form == "table":
        stages = sum(len(each.stages) for each in book.types.values())
        types = ngettext("{count} type", "{count} types", len(book.types)).format(count=len(book.types))
        click.echo(
            _("{file} can be applied: {types} of ticket, {stages} stages.").format(
                file=inert(file), types=types, stages=stages
            )
        )


@policy.command("apply")
@click.argument("file")
@click.option("--yes", is_flag=True, help="Do not ask.")
@DRY_RUN
@FORMAT
@click.pass_obj
def policy_apply(site: Site, file: str, yes: bool, dry_run: bool, form: Any) -> None:
    """Put a policy file in force, after saying how many open clocks that moves ("-": standard input)."""
    from pathlib import Path

    from app.core.clock import SystemClock
    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.floor.reports import effective_now_ms
    from app.tickets import policy_service as rules

    if file == "-" and not (yes or dry_run):
        raise UsageProblem(_("A file from standard input leaves no way to ask: say --yes."))
    reading = _read(file)
    if form == "table":
        _say_problems(reading, file)
    book = _sound(reading, file)
    with site.writer() as session:
        tickets = session.tickets
        now_ms = effective_now_ms(SystemClock().now_ms(), session.floor.newest_ms())
        order = rules.Order(book, file if file == "-" else Path(file).name, person_here(), now_ms)
        present = rules.in_force(tickets).version
        if rules.is_unchanged(tickets, book):
            _say_result(form, [], present, is_applied=False)
            if form == "table":
                click.echo(_("Nothing changes: this is what version {version} says.").format(version=present))
            return
        with progress_bar(_("Looking at open tickets")) as progress:
            effects = rules.preview(tickets, order, progress)
        if form == "table":
            _say_effect(effects)
        if dry_run or not (yes or _agrees(effects)):
            _say_result(form, effects, present, is_applied=False)
            if form == "table":
                click.echo(_("Nothing was changed: version {version} holds.").format(version=present))
            return
        with progress_bar(_("Counting open clocks anew")) as progress:
            version = rules.put_in_force(tickets, session.ticket_fold, session.log.writing, order, present, progress)
    _say_result(form, effects, version, is_applied=True)
    if form == "table":
        click.echo(_("Version {version} is in force.").format(version=version))


@policy.command("show")
@click.option("--version", "number", type=click.IntRange(0), help="Which; else the one in force. 0 is the shipped one.")
@click.pass_obj
def policy_show(site: Site, number: int | None) -> None:
    """The policies in force, or of a version, as TOML that can be applied again."""
    from app.tickets.policy_file import shipped_text
    from app.tickets.policy_service import version_of
    from app.tickets.policy_toml import policy_toml

    with site.reader() as session:
        version = version_of(session.tickets, number)
    click.echo(policy_toml(version.book) if version.version else shipped_text(), nl=False)


@policy.command("list")
@FORMAT
@click.pass_obj
def policy_list(site: Site, form: Any) -> None:
    """Every version that was ever in force, the newest first: who applied it, when, from which file."""
    from app.core.output import write_rows
    from app.tickets.policy_service import version_rows

    with site.reader() as session:
        versions = session.tickets.books()
    write_rows(version_rows(versions, site.zone), form)


@policy.command("example")
def policy_example() -> None:
    """Print the policies Watchfloor brings along, to start from."""
    from app.tickets.policy_file import shipped_text

    click.echo(shipped_text(), nl=False)


def _read(file: str) -> PolicyReading:
    from app.core.text_file import read_text_file
    from app.tickets.policy_file import read_policy

    return read_policy(read_text_file(file, sys.stdin.buffer))


def _say_problems(reading: PolicyReading, file: str) -> None:
    for problem in reading.problems:
        click.echo(problem.text(file), err=True)


def _sound(reading: PolicyReading, file: str) -> PolicyBook:
    """The book of a file.

    Raises:
        DataProblem: When it has none; every error has been named.
    """
    from app.core.errors import DataProblem
    from app.core.i18n import ngettext
    from app.core.text import inert

    if reading.book is None:
        count = len(reading.errors)
        raise DataProblem(
            ngettext(
                "{file} has {count} error, so it cannot be applied: correct it.",
                "{file} has {count} errors, so it cannot be applied: correct them.",
                count,
            ).format(file=inert(file), count=count)
        )
    return reading.book


def _say_effect(effects: list[TypeEffect]) -> None:
    """What would move, by type, and what would lose its clocks."""
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.core.text import inert

    if not effects:
        click.echo(_("No ticket is open."))
        return
    write_rows((effect._asdict() for effect in effects), "table")
    for effect in effects:
        if not effect.has_policy:
            click.echo(
                _("The file has no type “{type}”: {count} open tickets of it lose their clocks.").format(
                    type=inert(effect.ticket_type), count=f"{effect.tickets:,}"
                ),
                err=True,
            )


def _agrees(effects: list[TypeEffect]) -> bool:
    """Ask the person whether the clocks may move.

    Raises:
        UsageProblem: When nobody is there to answer.
    """
    from app.core.errors import UsageProblem
    from app.core.i18n import _

    question = _("{clocks} open clocks of {tickets} tickets would move. Put it in force?").format(
        clocks=f"{sum(effect.clocks_moved for effect in effects):,}",
        tickets=f"{sum(effect.tickets_moved for effect in effects):,}",
    )
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise UsageProblem(_("Nobody answered, so nothing was changed: say --yes to be asked nothing.")) from None


def _say_result(form: Any, effects: list[TypeEffect], version: int, is_applied: bool) -> None:
    from app.core.output import write_rows

    if form == "json":
        whole = {
            "version": version,
            "is_applied": is_applied,
            "tickets_moved": sum(effect.tickets_moved for effect in effects),
            "clocks_moved": sum(effect.clocks_moved for effect in effects),
            "types": [effect._asdict() for effect in effects],
        }
        click.echo(json.dumps(whole, ensure_ascii=False))
    elif form == "csv":
        write_rows((effect._asdict() for effect in effects), form)


COMMANDS: Final[tuple[click.Command, ...]] = (policy,)
