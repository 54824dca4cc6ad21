"""What alerts are raised by: alerts check, apply, show, versions, example. docs/alert-rules.md."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from commands.alerts import alerts
from commands.options import DRY_RUN, FORMAT, SINCE, UNTIL, asked_range, progress_bar
from commands.site import Site, person_here

if TYPE_CHECKING:
    from app.alerts.book_service import RuleEffect
    from app.alerts.rule import AlertBook
    from app.alerts.rule_file import RuleReading


@alerts.command("check")
@click.argument("file")
@FORMAT
def alerts_check(file: str, form: Any) -> None:
    """Say everything that is wrong with a rule file, by line ("-": standard input)."""
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
        rules = ngettext("{count} rule", "{count} rules", len(book.rules)).format(count=len(book.rules))
        click.echo(_("{file} can be applied: {rules}.").format(file=inert(file), rules=rules))


@alerts.command("apply")
@click.argument("file")
@click.option("--yes", is_flag=True, help="Do not ask.")
@DRY_RUN
@FORMAT
@click.pass_obj
def alerts_apply(site: Site, file: str, yes: bool, dry_run: bool, form: Any) -> None:
    """Put a rule file in force, after saying which open alerts stay and which go ("-": standard input)."""
    from pathlib import Path

    from app.alerts import book_service as rules
    from app.core.clock import SystemClock
    from app.core.errors import UsageProblem
    from app.core.i18n import _

    if file == "-" and not (yes or dry_run):
        raise UsageProblem(_("A file from standard input leaves no way to ask: say --yes."))
    reading = _read(file)
    if form == "table":
        _say_problems(reading, file)
    book = _sound(reading, file)
    with site.writer() as session:
        store = session.alerts
        present = rules.in_force(store)
        if present.book == book:
            _say_result(form, [], present.version, is_applied=False)
            if form == "table":
                click.echo(_("Nothing changes: this is what version {version} says.").format(version=present.version))
            return
        effects = rules.preview(store, book)
        if form == "table":
            _say_effect(effects)
        if dry_run or not (yes or _agrees(effects)):
            _say_result(form, effects, present.version, is_applied=False)
            if form == "table":
                click.echo(_("Nothing was changed: version {version} holds.").format(version=present.version))
            return
        name = file if file == "-" else Path(file).name
        order = rules.BookOrder(book, name, person_here(), SystemClock().now_ms())
        version = rules.put_in_force(store, session.log.writing, order, present.version)
    _say_result(form, effects, version, is_applied=True)
    if form == "table":
        click.echo(_("Version {version} is in force.").format(version=version))


@alerts.command("show")
@click.option("--version", "number", type=click.IntRange(0), help="Which; else the one in force. 0 is the shipped one.")
@click.pass_obj
def alerts_show(site: Site, number: int | None) -> None:
    """The rules in force, or of a version, as TOML that can be applied again."""
    from app.alerts.book_service import version_of
    from app.alerts.rule_file import shipped_alert_text
    from app.alerts.rule_toml import rules_toml

    with site.reader() as session:
        version = version_of(session.alerts, number)
    click.echo(rules_toml(version.book) if version.version else shipped_alert_text(), nl=False)


@alerts.command("versions")
@FORMAT
@click.pass_obj
def alerts_versions(site: Site, form: Any) -> None:
    """Every version of the rules, the newest first: who applied it, when, from which file."""
    from app.alerts.book_service import version_rows
    from app.core.output import write_rows

    with site.reader() as session:
        versions = session.alerts.books()
    write_rows(version_rows(versions, site.zone), form)


@alerts.command("example")
def alerts_example() -> None:
    """Print the rules Watchfloor brings along, to start from."""
    from app.alerts.rule_file import shipped_alert_text

    click.echo(shipped_alert_text(), nl=False)


@alerts.command("metrics")
@FORMAT
def alerts_metrics(form: Any) -> None:
    """Everything a rule can look at: its unit, what its texts may name, what it counts."""
    from app.alerts.rule_rows import metric_rows
    from app.core.output import write_rows

    write_rows(metric_rows(), form)


@alerts.command("test")
@click.argument("file")
@SINCE
@UNTIL
@click.option("--alerts", "listing", is_flag=True, help="List each alert instead of counting by rule.")
@FORMAT
@click.pass_obj
def alerts_test(site: Site, file: str, since: str | None, until: str | None, listing: bool, form: Any) -> None:
    """Play history again and say how often the rules of FILE would have fired, when, and for how long."""
    from app.alerts import replay
    from app.alerts.ports import AlertBookVersion
    from app.alerts.rows import RuleBooks, history_rows
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.tickets.policy_service import in_force
    from commands.planning import adherence_rules
    from commands.watching import live_settings
    from store.scratch import SiteSettings, scratch

    reading = _read(file)
    if form == "table":
        _say_problems(reading, file)
    book = replay.tried(_sound(reading, file))
    with site.reader() as session:
        asked = asked_range(site, since, until, "all", session.reader.newest_ms())
        policy = in_force(session.tickets).book
    end_ms = min(asked.end_ms, asked.now_ms)
    _check_range(asked.start_ms, end_ms)
    site_of = SiteSettings(site.settings, live_settings(site, site.zone), adherence_rules(site))
    with (
        scratch(site.path, site_of, book, asked.start_ms) as stage,
        progress_bar(_("Playing history")) as progress,
    ):
        replay.play(stage, asked.start_ms, end_ms, progress)
        found = stage.alerts(asked.start_ms, end_ms)
    if listing:
        write_rows(history_rows(found, RuleBooks([AlertBookVersion(1, 0, "", "", book)], policy), site.zone), form)
    else:
        write_rows((each._asdict() for each in replay.rule_replays(found, book, end_ms, site.zone)), form)
    if form == "table" and (names := replay.not_tried(reading.book or book)):
        click.echo(
            _("Not tried, for what they look at leaves no history: {rules}.").format(rules=", ".join(names)),
            err=True,
        )


def _check_range(start_ms: int, end_ms: int) -> None:
    """Refuse a range in which nothing was.

    Raises:
        UsageProblem: When it is empty, or wholly ahead.
    """
    from app.core.errors import UsageProblem
    from app.core.i18n import _

    if end_ms <= start_ms:
        raise UsageProblem(_("Nothing was in this range yet: give --from and --to of what has been."))


def _read(file: str) -> RuleReading:
    from app.alerts.rule_file import read_rules
    from app.core.text_file import read_text_file

    return read_rules(read_text_file(file, sys.stdin.buffer))


def _say_problems(reading: RuleReading, file: str) -> None:
    for problem in reading.problems:
        click.echo(problem.text(file), err=True)


def _sound(reading: RuleReading, file: str) -> AlertBook:
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


def _say_effect(effects: list[RuleEffect]) -> None:
    from app.core.output import write_rows

    write_rows((effect._asdict() for effect in effects), "table")


def _agrees(effects: list[RuleEffect]) -> bool:
    """Ask the person whether the rules may change.

    Raises:
        UsageProblem: When nobody is there to answer.
    """
    from app.core.errors import UsageProblem
    from app.core.i18n import _

    question = _("{stay} open alerts stay, {go} are over. Put it in force?").format(
        stay=f"{sum(effect.stay for effect in effects):,}", go=f"{sum(effect.go for effect in effects):,}"
    )
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        raise UsageProblem(_("Nobody answered, so nothing was changed: say --yes to be asked nothing.")) from None


def _say_result(form: Any, effects: list[RuleEffect], version: int, is_applied: bool) -> None:
    from app.core.output import write_rows

    if form == "json":
        whole = {"version": version, "is_applied": is_applied, "rules": [effect._asdict() for effect in effects]}
        click.echo(json.dumps(whole, ensure_ascii=False))
    elif form == "csv":
        write_rows((effect._asdict() for effect in effects), form)


COMMANDS: Final[tuple[click.Command, ...]] = ()
"""All of them are of the group `alerts`."""
