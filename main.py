"""The command line: reads what a person asks for, wires the parts together, holds no rules. Design section 5."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.core.errors import WatchfloorError

if TYPE_CHECKING:
    from app.core.clock import Clock
    from app.core.facts import FactSink
    from app.core.imports import ImportKind
    from app.core.reasons import ReasonMap
    from app.core.settings import Settings
    from app.core.tables import Table
    from app.engine.ports import PolledSource
    from app.engine.service import Engine
    from app.engine.sources import FollowedSource
    from app.floor.feed import PollingFeed
    from app.floor.live import LiveSettings
    from app.floor.picture import Freshness
    from app.floor.reports import Range
    from app.planning.mapping import AdherenceRules
    from app.planning.service import PlanningService
    from app.sources.model import FileKind, FollowedFile
    from screens.app import WatchfloorApp
    from seed.feed import SimulatedSource
    from store.sessions import ReaderSession, WriterSession

FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)


@dataclass(slots=True)
class Site:
    """What the options before the command say; the rest is worked out when it is needed."""

    database: Path | None
    zone_name: str | None
    _settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        """The site's settings."""
        if self._settings is None:
            from app.core.settings import load_settings

            self._settings = load_settings()
        return self._settings

    @property
    def path(self) -> Path:
        """The database file."""
        from app.core.places import default_database

        return (self.database or self.settings.db or default_database()).absolute()

    @property
    def zone(self) -> tzinfo:
        """The site's zone."""
        from app.core.zones import load_zone, local_zone_name

        return load_zone(self.zone_name or self.settings.zone or local_zone_name())

    @contextmanager
    def writer(self) -> Iterator[WriterSession]:
        """A connection to store and fold with."""
        from app.core.clock import SystemClock
        from store.sessions import WriterSession

        session = WriterSession(self.path, self.settings, SystemClock())
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def reader(self) -> Iterator[ReaderSession]:
        """A connection to read with."""
        from store.sessions import ReaderSession

        session = ReaderSession(self.path)
        try:
            yield session
        finally:
            session.close()


class Commands(click.Group):
    """Turns every foreseen problem into one line and an exit code, and every other one into a line and a log entry."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            raise _in_one_line(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            # Here, where a reader that has gone is understood; at the interpreter's end it would be told as a fault.
            sys.stdout.flush()
            return result
        except WatchfloorError as problem:
            click.echo(f"watchfloor: {problem}", err=True)
            ctx.exit(problem.exit_code)
        except click.UsageError as error:
            raise _in_one_line(error) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # The reader has seen enough (| head); what is left in the buffer is for nobody.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except Exception as error:  # noqa: BLE001 - no traceback reaches a person
            _log_failure(error)
            ctx.exit(1)


class BadUse(click.ClickException):
    """A command line that cannot be read, in one line."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"watchfloor: {self.message}", file=file, err=True)


def _in_one_line(error: click.UsageError) -> click.ClickException:
    """Click's own words without its two lines of usage, and the command that has more to say."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    more = "" if error.ctx is None else f" ({error.ctx.command_path} --help)"
    return BadUse(" ".join(error.format_message().split()) + more)


def _log_failure(error: Exception) -> None:
    import logging

    from app.core.i18n import _
    from app.core.places import log_file
    from screens.resilience import error_text, open_log

    open_log(log_file())
    logging.getLogger("watchfloor").error("%s", error_text(error))
    click.echo(
        _("watchfloor: this should not have happened ({error}); {file} says where.").format(
            error=type(error).__name__, file=log_file()
        ),
        err=True,
    )


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", type=click.Path(path_type=Path, dir_okay=False), help="The database file.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="The language; else LANG decides.")
@click.option("--zone", help="The site's time zone, as Asia/Shanghai; else the settings or the machine decide.")
@click.version_option(package_name="watchfloor", prog_name="watchfloor")
@click.pass_context
def cli(context: click.Context, db: Path | None, lang: str | None, zone: str | None) -> None:
    """Watchfloor: a contact-centre floor in a terminal. 呼叫中心现场管理。"""
    from app.core.i18n import choose_language, set_language

    site = Site(db, zone)
    context.obj = site
    chosen = lang or _early_setting("lang")
    set_language(choose_language(chosen if chosen in ("zh", "en") else None, os.environ))
    if context.invoked_subcommand is None:
        context.invoke(floor)


# -- screens ---------------------------------------------------------------------------------------------------------

SHOWN = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    help="Print one frame instead of opening the screen; table is what a pipe gets.",
)


@cli.command()
@SHOWN
@click.pass_obj
def floor(site: Site, form: str | None = None) -> None:
    """The floor, live. Without a terminal, one frame of it as text."""
    _show(site, Showing(lambda: _real_floor(site), form=form))


@cli.command()
@click.option("--rotate", default="20s", show_default=True, help="How long each page stays; 0 turns none.")
@SHOWN
@click.pass_obj
def wall(site: Site, rotate: str, form: str | None) -> None:
    """The floor for a screen on the wall: big, read-only, turning its pages."""
    from app.core.durations import parse_duration

    _show(
        site,
        Showing(lambda: _real_floor(site), form=form, wall=True, rotate_seconds=parse_duration(rotate, "--rotate")),
    )


@cli.command()
@click.option("--scenario", default="morning", show_default=True, help="Which floor to play.")
@click.option("--seed", default=42, show_default=True, help="The same seed plays the same floor.")
@click.option("--agents", type=click.IntRange(1, 10_000), default=60, show_default=True, help="How many agents.")
@click.option("--speed", type=click.IntRange(1, 600), default=1, show_default=True, help="How fast time passes.")
@click.option(
    "--days-before", type=click.IntRange(0, 60), default=0, show_default=True, help="Play so many days before, too."
)
@click.option("--wall", "as_wall", is_flag=True, help="Show the wall instead of the desk.")
@SHOWN
@click.pass_obj
def demo(
    site: Site, scenario: str, seed: int, agents: int, speed: int, days_before: int, as_wall: bool, form: str | None
) -> None:
    """A simulated floor in the middle of a busy morning; nothing to set up, nothing kept."""
    import shutil
    import tempfile

    folder = None
    if site.database is None:
        folder = tempfile.mkdtemp(prefix="watchfloor-demo-")
        site.database = Path(folder) / "demo.db"

    def prepare() -> Prepared:
        from app.core.clock import ScaledClock, SystemClock
        from app.core.zones import load_zone
        from seed.feed import SimulatedSource
        from seed.scenario import load_scenario
        from seed.simulator import Simulator, opening_ms, show_ms

        played = load_scenario(scenario)
        zone_name = site.zone_name or played.zone
        clock = ScaledClock(SystemClock(), show_ms(played, SystemClock().now_ms(), zone_name), speed)
        opening = opening_ms(played, clock.now_ms(), zone_name, days_before)
        source = SimulatedSource(Simulator(played, seed, agents, opening, zone_name), clock)
        if folder is None:
            _refuse_real_floor(site, source.name)
        return Prepared(clock, load_zone(zone_name), source)

    def notice() -> str:
        return f"DEMO · {scenario} · seed {seed} · ×{speed}"

    def leave_nothing() -> None:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    showing = Showing(prepare, form=form, wall=as_wall, notice=notice, last_deed=leave_nothing)
    try:
        _show(site, showing)
    finally:
        leave_nothing()


def _real_floor(site: Site) -> Prepared:
    from app.core.clock import SystemClock

    return Prepared(SystemClock(), site.zone)


def _refuse_real_floor(site: Site, name: str) -> None:
    """A demo never mixes with a real floor."""
    from app.core.errors import RuleRefused
    from app.core.i18n import _

    if not site.path.exists():
        return
    with site.reader() as session:
        others = [source for source in session.log.sources() if source != name]
    if others:
        raise RuleRefused(
            _(
                "{path} holds the floor of “{source}”; a demo never mixes with it: choose another file with --db."
            ).format(path=site.path, source=others[0])
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a floor lives by.

    Attributes:
        clock: The system's, or the simulator's.
        zone: The floor's zone.
        simulated: A simulator that feeds the floor.
    """

    clock: Clock
    zone: tzinfo
    simulated: SimulatedSource | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    """How the floor is to be shown.

    Attributes:
        prepare: Makes what the floor lives by; behind the first frame, for it takes a while.
        form: Print one frame in this form; None opens the screen where there is a terminal.
        wall: The kiosk instead of the desk.
        rotate_seconds: How long a page of the kiosk stays.
        notice: What stands on every screen.
        last_deed: What to tidy when the screen has to end without warning.
    """

    prepare: Callable[[], Prepared]
    form: str | None = None
    wall: bool = False
    rotate_seconds: int = 20
    notice: Callable[[], str] | None = None
    last_deed: Callable[[], None] = lambda: None


def _show(site: Site, showing: Showing) -> None:
    form = showing.form
    if form is None and not (sys.stdout.isatty() and sys.stdin.isatty()):
        form = "table"
    if form is not None:
        _print_frame(site, showing.prepare(), form)
        return
    import threading

    from app.core.places import log_file
    from screens.app import WatchfloorApp
    from screens.resilience import close_log, open_log
    from screens.themes import DEFAULT_THEME

    # Threads that fold give way to a key press sooner than the usual 5 ms.
    sys.setswitchinterval(0.001)
    handler = open_log(log_file())
    house = House(site, showing)

    def open_house() -> None:
        try:
            house.open(app)
        except WatchfloorError as problem:
            app.fail(str(problem), problem.exit_code)
        except Exception as error:  # noqa: BLE001 - a thread's end nobody would see
            app.fail(f"{type(error).__name__}: {error}", 1)

    opener = threading.Thread(target=open_house, name="opener", daemon=True)

    class Curtain(WatchfloorApp):
        """Opens the floor once the first frame stands: what that imports would only hold the frame up."""

        def on_ready(self) -> None:
            opener.start()

    app = Curtain(
        theme=_early_setting("theme") or DEFAULT_THEME,
        wall=showing.wall,
        rotate_seconds=showing.rotate_seconds,
        notice=showing.notice,
        log_path=log_file(),
        last_deed=showing.last_deed,
    )
    try:
        app.run()
    finally:
        if opener.is_alive():
            opener.join(timeout=10)
        house.close()
        close_log(handler)
    if app.return_code:
        sys.exit(app.return_code)


def _early_setting(name: str) -> str | None:
    """A setting that the first frame wants; what is wrong with the settings is said when all of them are read."""
    import tomllib

    from app.core.places import config_file

    if (told := os.environ.get(f"WATCHFLOOR_{name.upper()}")) is not None:
        return told
    try:
        value = tomllib.loads(config_file().read_text(encoding="utf-8")).get(name)
    except (OSError, ValueError):
        return None
    return value if isinstance(value, str) else None


def _adherence_rules(site: Site) -> AdherenceRules:
    """How adherence is judged where the database holds no rules of its own."""
    from app.planning.service import rules_of

    return rules_of(site.settings)


def _reasons(site: Site) -> ReasonMap:
    from app.core.reasons import ReasonMap

    return ReasonMap(site.settings.reasons)


class House:
    """The engine and the feed behind a screen.

    Args:
        site: Where the floor is kept.
        showing: How it is shown.
    """

    def __init__(self, site: Site, showing: Showing) -> None:
        self._site = site
        self._showing = showing
        self._engine: Engine | None = None
        self._feed: PollingFeed | None = None

    def open(self, app: WatchfloorApp) -> None:
        """Open the database, start the engine and the feed, and hand them to the screen.

        Raises:
            WatchfloorError: When the database cannot be opened.
        """
        from app.floor.feed import PollingFeed
        from store.desk import SqlitePlanningDesk
        from store.sessions import ReaderSession

        site = self._site
        prepared = self._showing.prepare()
        path, zone, rules = site.path, prepared.zone, _adherence_rules(site)
        if prepared.simulated is not None:
            _play_so_far(site, prepared.simulated)
        else:
            ReaderSession(path).close()  # says now what is wrong, not on every retry
        engine = _engine(site, prepared.clock, prepared.simulated)
        self._engine = engine
        self._feed = PollingFeed(
            lambda: ReaderSession(_present(path), zone, rules),
            prepared.clock,
            _live_settings(site, zone),
            lambda: _freshness(engine),
        )
        engine.start()
        self._feed.start()
        app.know_site(zone, _reasons(site))
        app.attach_planning(SqlitePlanningDesk(path, site.settings, zone, prepared.clock, _person_here()))
        app.attach_feed(self._feed)

    def close(self) -> None:
        """Stop both; what was stored stays."""
        if self._feed is not None:
            self._feed.stop()
        if self._engine is not None:
            self._engine.stop()


def _present(path: Path) -> Path:
    """The database, where there is one: one that was taken away is waited for, not begun anew and empty."""
    from app.core.errors import StoreProblem
    from app.core.i18n import _

    if not path.exists():
        raise StoreProblem(_("The database {path} is gone; waiting for it to come back.").format(path=path))
    return path


def _live_settings(site: Site, zone: tzinfo) -> LiveSettings:
    from app.floor.live import LiveSettings

    settings = site.settings
    return LiveSettings(zone, settings.threshold_seconds, settings.interval_minutes, _reasons(site))


def _freshness(engine: Engine) -> Freshness:
    from app.floor.picture import Freshness

    status = engine.status()
    return Freshness(
        engine_alive=status.alive, engine_here=status.here, following=status.following, problem=status.problem
    )


def _engine(
    site: Site,
    clock: Clock,
    simulated: SimulatedSource | None = None,
    on_source: Callable[[FollowedSource], None] = lambda _source: None,
) -> Engine:
    from app.core.clock import SystemClock
    from app.engine.service import Engine
    from app.engine.sources import FollowedSource, SimulatedFloor
    from store.engine_lock import FileEngineLock
    from store.sessions import WriterSession

    path, settings = site.path, site.settings

    def make_source(sink: FactSink, file: FollowedFile) -> FollowedSource:
        source = FollowedSource(sink, file, clock)
        on_source(source)
        return source

    def own_sources(sink: FactSink) -> list[PolledSource]:
        return [] if simulated is None else [SimulatedFloor(sink, simulated.name, simulated.drafts)]

    return Engine(
        lambda: WriterSession(_present(path), settings, clock),
        FileEngineLock(path, SystemClock().now_ms),
        make_source,
        own_sources,
    )


def _play_so_far(site: Site, simulated: SimulatedSource) -> None:
    """Store the plan of a simulated floor, and what has happened there before its curtain rises."""
    from app.core.facts import Batch
    from seed.plan_writer import write_plan

    drafts = simulated.drafts()
    with site.writer() as session:
        write_plan(simulated.plan, session.people, session.planning, session.forecast, simulated.now_ms())
        for start in range(0, len(drafts), 10_000):
            session.journal.record(Batch(simulated.name, drafts[start : start + 10_000]))


def _print_frame(site: Site, prepared: Prepared, form: str) -> None:
    """One picture of the floor, for a pipe."""
    import shutil

    from app.core.output import write_rows
    from app.core.zones import day_start_ms
    from app.floor.frame import agent_frame, floor_frame
    from app.floor.live import LiveFloor
    from app.floor.picture import Freshness
    from app.planning.live_plan import LivePlan
    from screens.text import floor_text
    from store.engine_lock import FileEngineLock

    if prepared.simulated is not None:
        _play_so_far(site, prepared.simulated)
    settings = _live_settings(site, prepared.zone)
    now_ms = prepared.clock.now_ms()
    with site.reader() as session:
        live = LiveFloor(settings)
        live.apply(session.reader.changes(0, 0, day_start_ms(now_ms, settings.zone)), now_ms, fresh=True)
        plan = LivePlan(session.people, session.planning, settings.zone, _adherence_rules(site))
        live.set_roster(plan.roster() or {}, now_ms)
        live.set_standings(plan.standings((), now_ms, look=True), now_ms)
    alive = prepared.simulated is not None or FileEngineLock(site.path, lambda: now_ms).is_held()
    snapshot = live.snapshot(now_ms, Freshness(engine_alive=alive))
    if form == "table":
        click.echo(floor_text(snapshot, now_ms, max(80, shutil.get_terminal_size((120, 24)).columns)))
    elif form == "csv":
        write_rows(agent_frame(snapshot, now_ms, settings.zone), "csv")
    else:
        import json

        click.echo(json.dumps(floor_frame(snapshot, now_ms, settings.zone), ensure_ascii=False))


@cli.command()
@click.pass_obj
def engine(site: Site) -> None:
    """The folding process without a screen: reads the followed sources until it is ended."""
    from app.core.clock import SystemClock
    from app.core.i18n import _

    with site.writer() as session:
        _warn_of_old_settings(session)
    running = _engine(site, SystemClock())
    running.start()
    _watch_engine(running, _("The engine runs; Ctrl+C ends it."))


def _warn_of_old_settings(session: WriterSession) -> None:
    from app.core.i18n import _

    if session.needs_rebuild:
        click.echo(
            _("watchfloor: the wrap-up settings changed; “watchfloor rebuild” applies them; the old ones hold."),
            err=True,
        )


def _watch_engine(running: Engine, opening: str) -> None:
    """Say what the engine does, whenever that changes, until a signal ends it."""
    import signal
    import threading

    from app.core.i18n import _
    from app.core.text import inert

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: ended.set())
    click.echo(opening, err=True)
    said = ""
    while not ended.wait(0.5):
        status = running.status()
        names = ", ".join(map(inert, status.following)) or "–"
        if status.problem:
            sentence = status.problem
        elif status.here:
            sentence = _("Reading here: {names}.").format(names=names)
        elif status.alive:
            sentence = _("Another process reads: {names}. Standing by to take over.").format(names=names)
        else:
            continue
        if sentence != said:
            click.echo(sentence, err=True)
            said = sentence
    running.stop()


# -- facts in --------------------------------------------------------------------------------------------------------


@cli.group()
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

    with site.writer() as session, _interruptible() as interrupted:
        _warn_of_old_settings(session)
        summary = ingest_file(
            session.journal, source, file, parser, stream=stream, progress=progress, cancelled=interrupted
        )
    if showing:
        click.echo("\r\033[K", nl=False, err=True)
    write_one(summary.row(), form)
    if not summary.complete:
        raise click.exceptions.Exit(130)


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
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
        _warn_of_old_settings(session)
        session.log.follow(followed)
    sources: list[FollowedSource] = []
    running = _engine(site, clock, on_source=sources.append)
    running.start()
    _watch_engine(running, _("Following {file}; Ctrl+C ends it.").format(file=inert(file)))
    with site.writer() as session:
        session.log.unfollow(source, followed.path)
    summary = Summary(source)
    for read in sources:
        if read.file == followed:
            summary = summary.with_batch(read.lines, read.blank, read.recorded)
    write_one(summary.row(), form)


@cli.command()
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


@cli.command("event-schema")
def event_schema_command() -> None:
    """Print the JSON Schema of one line of native input."""
    import json

    from app.core.events import event_schema

    click.echo(json.dumps(event_schema(), indent=2, ensure_ascii=False))


# -- lists in --------------------------------------------------------------------------------------------------------


@cli.group("import")
def import_group() -> None:
    """Bring in the lists an office keeps: CSV, or the first sheet of an .xlsx; docs/import.md has the columns."""


def _importing(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        FORMAT,
        click.option("--encoding", help="Of a CSV file; else UTF-8 and GB18030 are told apart."),
        click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of importing nothing."),
        click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing."),
        click.argument("file"),
    ):
        command = option(command)
    return click.pass_obj(command)


@import_group.command("roster")
@_importing
def import_roster(site: Site, file: str, **how: Any) -> None:
    """The people: agent_id, name, unit, team, roles, acd_ids, skills, hired_on, fte ("-": standard input)."""
    from app.people.service import RosterImport

    _import(site, lambda session: RosterImport(session.people), file, **how)


@import_group.command("units")
@_importing
def import_units(site: Site, file: str, **how: Any) -> None:
    """The tree of units: unit, name, level, parent ("-": standard input)."""
    from app.people.service import UnitImport

    _import(site, lambda session: UnitImport(session.people), file, **how)


def _import(
    site: Site,
    make_kind: Callable[[WriterSession], ImportKind[Any]],
    file: str,
    dry_run: bool,
    skip_bad: bool,
    encoding: str | None,
    form: Any,
    read: Callable[[str | None], Table] | None = None,
) -> None:
    """Bring in a list of any kind, and say what became of it."""
    from app.core.clock import SystemClock
    from app.core.errors import DataProblem
    from app.core.import_report import refusal, write_plan
    from app.core.imports import ImportOrder, run_import
    from app.core.tables import read_table

    order = ImportOrder(_person_here(), SystemClock().now_ms(), skip_bad, dry_run)
    with site.writer() as session:
        kind = make_kind(session)
        table = read_table(file, kind.columns, sys.stdin.buffer, encoding) if read is None else read(encoding)
        plan = run_import(kind, table, session.imports, order)
    write_plan(plan, form, changes=dry_run)
    if plan.bad_rows and not skip_bad:
        raise DataProblem(refusal(plan))


def _person_here() -> str:
    """Who gives the command: the operating system's name of the person, whatever the environment claims."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


@import_group.command("forecast")
@_importing
def import_forecast(site: Site, file: str, **how: Any) -> None:
    """Calls to come: queue, start, volume, aht_seconds; docs/forecast.md has the rules ("-": standard input)."""
    from app.core.clock import SystemClock
    from app.planning.forecast_import import ForecastImport

    zone, now_ms = site.zone, SystemClock().now_ms()
    _import(site, lambda session: ForecastImport(session.forecast, zone, _person_here(), now_ms, file), file, **how)


@import_group.command("calendar")
@_importing
def import_calendar(site: Site, file: str, **how: Any) -> None:
    """Open hours by queue: queue, day, hours, zone, public_holidays, or the TOML of docs/calendars.md."""
    from app.core.clock import SystemClock
    from app.planning.forecast_calendar import CalendarImport, read_calendar_table

    zone, now_ms = site.zone, SystemClock().now_ms()

    def read(encoding: str | None) -> Table:
        return read_calendar_table(file, zone, sys.stdin.buffer, encoding)

    _import(site, lambda session: CalendarImport(session.forecast, _person_here(), now_ms), file, read=read, **how)


@import_group.command("log")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@FORMAT
@click.pass_obj
def import_log(site: Site, limit: int, form: Any) -> None:
    """Who imported what and when, the newest first."""
    from app.core.output import write_rows
    from app.core.zones import iso

    with site.reader() as session:
        entries = session.imports.entries(limit)
    zone = site.zone
    write_rows(({"at": iso(entry.at_ms, zone), **entry._asdict()} for entry in entries), form)


@cli.group()
def people() -> None:
    """The people and their units."""


@people.command("list")
@FORMAT
@click.pass_obj
def people_list(site: Site, form: Any) -> None:
    """Everyone, with the columns of “import roster”: the CSV form can be imported again."""
    from app.core.output import write_rows
    from app.people.service import person_object, person_row

    with site.reader() as session:
        found = session.people.people()
    write_rows(map(person_object if form == "json" else person_row, found.values()), form)


@people.command("units")
@FORMAT
@click.pass_obj
def people_units(site: Site, form: Any) -> None:
    """Every unit, with the columns of “import units”."""
    from app.core.output import write_rows
    from app.people.service import unit_row

    with site.reader() as session:
        found = session.people.units()
    write_rows(map(unit_row, found.values()), form)


@cli.group()
def forecast() -> None:
    """Calls to come: make forecasts from history, list what there is."""


@forecast.command("make")
@click.option("--queue", required=True, help="The queue.")
@click.option("--weeks", type=click.IntRange(1, 26), default=4, show_default=True, help="How many weeks to learn from.")
@click.option("--from", "since", help="First date; else tomorrow.")
@click.option("--to", "until", help="First date after; else a week after --from.")
@click.option("--every", type=click.Choice(["15m", "30m", "60m"]), default="30m", show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what it would be and how good, and store nothing.")
@FORMAT
@click.pass_obj
def forecast_make(
    site: Site, queue: str, weeks: int, since: str | None, until: str | None, every: str, dry_run: bool, form: Any
) -> None:
    """A forecast from history: the same weekday, trimmed mean; it says how well it would have done."""
    from datetime import timedelta

    from app.core.clock import SystemClock
    from app.core.zones import at, parse_instant
    from app.planning.forecast_output import write_made
    from app.planning.forecast_service import MakeOrder, make_forecast, store_forecast

    zone, now_ms = site.zone, SystemClock().now_ms()
    tomorrow = at(now_ms, zone).date() + timedelta(days=1)
    start = tomorrow if since is None else at(parse_instant(since, zone, "--from"), zone).date()
    end = start + timedelta(days=7) if until is None else at(parse_instant(until, zone, "--to"), zone).date()
    order = MakeOrder(queue, weeks, start, end, every, zone, _person_here(), now_ms)
    with site.writer() as session:
        made = make_forecast(session.forecast, session.staffing, order)
        if not dry_run:
            made = store_forecast(session.forecast, made)
    write_made(made, form)


@forecast.command("list")
@click.option("--queue", help="Only what speaks of this queue.")
@FORMAT
@click.pass_obj
def forecast_list(site: Site, queue: str | None, form: Any) -> None:
    """Every forecast that was made or imported, the newest first: who, when, of what, and how much still holds."""
    from app.core.output import write_rows
    from app.planning.forecast_output import version_rows

    with site.reader() as session:
        found = session.forecast.versions(queue)
    write_rows(version_rows(found, site.zone), form)


# -- figures out -----------------------------------------------------------------------------------------------------


@cli.group()
def report() -> None:
    """Tables for people and for other programs."""


def _ranged(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        FORMAT,
        click.option("--explain", is_flag=True, help="Print the formula of each figure instead."),
        click.option(
            "--every", type=click.Choice(["15m", "30m", "60m", "day", "all"]), default="30m", show_default=True
        ),
        click.option("--to", "until", help="ISO time, or a date (its midnight); else one day after --from."),
        click.option("--from", "since", help="ISO time, or a date (its midnight); else today."),
    ):
        command = option(command)
    return command


def _range(site: Site, since: str | None, until: str | None, every: str, newest_ms: int | None) -> Range:
    from datetime import timedelta

    from app.core.clock import SystemClock
    from app.core.zones import at, date_start_ms, day_start_ms, parse_instant
    from app.floor.reports import Range, effective_now_ms

    zone = site.zone
    now_ms = SystemClock().now_ms()
    start_ms = day_start_ms(now_ms, zone) if since is None else parse_instant(since, zone, "--from")
    if until is None:
        end_ms = date_start_ms(at(start_ms, zone).date() + timedelta(days=1), zone)
    else:
        end_ms = parse_instant(until, zone, "--to")
    return Range(start_ms, end_ms, every, zone, effective_now_ms(now_ms, newest_ms))


@report.command("queue-intervals")
@click.option("--queue", "queues", multiple=True, help='A queue; may be repeated. "ALL" adds the whole.')
@click.option("--threshold", type=click.IntRange(0, 3600), help="Seconds; the T of the service level.")
@_ranged
@click.pass_obj
def report_queue_intervals(
    site: Site,
    queues: tuple[str, ...],
    threshold: int | None,
    since: str | None,
    until: str | None,
    every: str,
    explain: bool,
    form: Any,
) -> None:
    """Calls by queue and interval: what was offered, what became of it, how long it waited."""
    from app.core.output import write_rows
    from app.floor.formulas import explained
    from app.floor.reports import queue_intervals

    if explain:
        write_rows(explained("queue-intervals"), form)
        return
    threshold_seconds = site.settings.threshold_seconds if threshold is None else threshold
    with site.reader() as session:
        asked = _range(site, since, until, every, session.reader.newest_ms())
        write_rows(queue_intervals(session.reader, asked, queues, threshold_seconds), form)


@report.command("agent-intervals")
@click.option("--agent", "agents", multiple=True, help="An agent; may be repeated.")
@_ranged
@click.pass_obj
def report_agent_intervals(
    site: Site, agents: tuple[str, ...], since: str | None, until: str | None, every: str, explain: bool, form: Any
) -> None:
    """Time by agent and interval: signed in, by state, not ready by reason."""
    from app.core.output import write_rows
    from app.floor.formulas import explained
    from app.floor.reports import agent_intervals

    if explain:
        write_rows(explained("agent-intervals"), form)
        return
    with site.reader() as session:
        asked = _range(site, since, until, every, session.reader.newest_ms())
        write_rows(agent_intervals(session.reader, asked, agents), form)


@report.command("staffing")
@click.option("--queue", "queues", multiple=True, help='A queue; may be repeated. "ALL" adds the whole.')
@_ranged
@click.pass_obj
def report_staffing(
    site: Site, queues: tuple[str, ...], since: str | None, until: str | None, every: str, explain: bool, form: Any
) -> None:
    """Forecast and actual calls, agents required, scheduled and staffed, by queue and interval."""
    from app.core.output import write_rows
    from app.planning.forecast_report import StaffingSources, explained, staffing_rows
    from app.planning.forecast_service import PlannedOnQueue
    from app.planning.requirement import need_of

    if explain:
        write_rows(explained(), form)
        return
    with site.reader() as session:
        asked = _range(site, since, until, every, session.reader.newest_ms())
        staffing = session.staffing
        schedule = PlannedOnQueue(session.planning)
        sources = StaffingSources(session.forecast, staffing, staffing, schedule, need_of(site.settings))
        write_rows(staffing_rows(sources, asked, queues), form)


@cli.command()
@click.option("--calls", type=float, help="Calls offered in the period.")
@click.option("--per", default="30m", show_default=True, help="How long the period is.")
@click.option("--aht", help="Mean handling time: talk, hold and wrap-up; seconds, or as 3m.")
@click.option("--target", type=float, default=0.8, show_default=True, help="The service level to reach, 0 to 1.")
@click.option("--within", help="Seconds in which a call counts as answered in time; else the settings' threshold.")
@click.option("--patience", help="Mean seconds after which a caller hangs up; without it nobody does.")
@click.option("--max-occupancy", type=float, help="How busy agents may be at most, 0 to 1.")
@click.option("--shrinkage", type=float, default=0.0, show_default=True, help="Paid time not on the queue, 0 to 1.")
@click.option("--agents", type=int, help="Tell how so many would fare, instead of finding the least number.")
@click.option("--explain", is_flag=True, help="Print the formula of each figure instead.")
@FORMAT
@click.pass_obj
def staffing(
    site: Site,
    calls: float | None,
    per: str,
    aht: str | None,
    target: float,
    within: str | None,
    patience: str | None,
    max_occupancy: float | None,
    shrinkage: float,
    agents: int | None,
    explain: bool,
    form: Any,
) -> None:
    """How many agents some calls need, by Erlang C, or by Erlang A with --patience."""
    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_one, write_rows
    from app.planning import staffing as rules

    if explain:
        write_rows(rules.explained(), form)
        return
    if calls is None or aht is None:
        raise UsageProblem(_("Say how many calls (--calls) and how long one takes (--aht)."))
    workload = rules.Workload(
        calls,
        _seconds(per, "--per"),
        _seconds(aht, "--aht"),
        None if patience is None else _seconds(patience, "--patience"),
    )
    within_seconds = site.settings.threshold_seconds if within is None else _seconds(within, "--within")
    if agents is None:
        found = rules.least_agents(workload, rules.Targets(target, within_seconds, max_occupancy))
    else:
        found = rules.staffing(workload, agents, within_seconds)
    write_one(rules.staffing_row(found, shrinkage), form)


def _seconds(text: str, option: str) -> float:
    """A mean time as a person writes it: a number of seconds, which may have a fraction, or 3m."""
    from app.core.durations import parse_duration

    try:
        return float(text)
    except ValueError:
        return parse_duration(text, option)


# -- the plan --------------------------------------------------------------------------------------------------------


@contextmanager
def _planning(site: Site) -> Iterator[tuple[WriterSession, PlanningService]]:
    """A connection to the plan, with the rules of adherence as the settings have them."""
    from app.core.clock import SystemClock
    from app.floor.reports import effective_now_ms
    from app.planning.service import PlanningService

    rules = _adherence_rules(site)
    with site.writer() as session:
        now_ms = effective_now_ms(SystemClock().now_ms(), session.floor.newest_ms())
        service = PlanningService(session.planning, site.zone, SystemClock(), now_ms)
        service.note_rules(rules)
        yield session, service


@import_group.command("schedule")
@_importing
def import_schedule(site: Site, file: str, **how: Any) -> None:
    """Planned time: agent_id, activity, start, end, shift_date ("-": standard input)."""
    from app.core.clock import SystemClock
    from app.planning.schedules import ScheduleImport
    from app.planning.times import TimeReader

    now_ms, times = SystemClock().now_ms(), TimeReader(site.zone)
    _import(site, lambda session: ScheduleImport(session.planning, times, _person_here(), now_ms, file), file, **how)


WHY = click.option("--why", required=True, help="The reason; it stays beside the figures.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
SINCE = click.option("--from", "since", help="ISO time, or a date (its midnight); else today.")
UNTIL = click.option("--to", "until", help="ISO time, or a date (its midnight); else one day after --from.")


@cli.group()
def schedule() -> None:
    """What is planned, and who changed it."""


@schedule.command("list")
@click.option("--agent", "agents", multiple=True, help="An agent; may be repeated.")
@UNTIL
@SINCE
@FORMAT
@click.pass_obj
def schedule_list(site: Site, agents: tuple[str, ...], since: str | None, until: str | None, form: Any) -> None:
    """Shifts that touch a range, with the columns of “import schedule”: the CSV form can be imported again."""
    from app.core.output import write_rows
    from app.planning.rows import schedule_rows

    asked = _range(site, since, until, "all", None)
    asked.borders()
    with site.reader() as session:
        write_rows(schedule_rows(session.planning, asked.start_ms, asked.end_ms, asked.zone, agents), form)


@schedule.command("amend")
@click.argument("agent")
@click.argument("date")
@click.option("--span", "spans", multiple=True, help='One of the spans, in order: "on_queue 09:00-12:00".')
@click.option("--remove", is_flag=True, help="Take the shift away.")
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def schedule_amend(
    site: Site, agent: str, date: str, spans: tuple[str, ...], remove: bool, why: str, dry_run: bool, form: Any
) -> None:
    """Replace the shift of AGENT on DATE (2026-11-21), and say what that does to their adherence."""
    from datetime import date as date_type

    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_one
    from app.core.tables import shown
    from app.planning.rows import effect_row
    from app.planning.schedules import written_spans
    from app.planning.times import TimeReader

    if bool(spans) == remove:
        raise UsageProblem(_("Say what the shift is to be with --span, or take it away with --remove."))
    try:
        day = date_type.fromisoformat(date)
    except ValueError:
        raise UsageProblem(_("{value} is not a date like 2026-11-21.").format(value=shown(date))) from None
    written = written_spans(agent, day, spans, TimeReader(site.zone))
    with _planning(site) as (_session, service):
        effect = service.amend(agent, day, written, _person_here(), why, dry_run)
    write_one(effect_row(effect, site.zone), form)


@schedule.command("versions")
@click.option("--agent", help="With --date: everything one shift was ever planned to be.")
@click.option("--date", help="With --agent: the date of the shift, as 2026-11-21.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@FORMAT
@click.pass_obj
def schedule_versions(site: Site, agent: str | None, date: str | None, limit: int, form: Any) -> None:
    """Who published or amended the schedule, when and why, the newest first; of one shift, the oldest first."""
    from datetime import date as date_type

    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.planning.rows import version_rows
    from app.planning.times import TimeReader

    times = TimeReader(site.zone)
    try:
        day = None if date is None else date_type.fromisoformat(date)
    except ValueError:
        day = None
    if (agent is None) != (day is None) or (date is None) != (day is None):
        raise UsageProblem(_("Name a shift with both: --agent and --date, a date like 2026-11-21."))
    with site.reader() as session:
        planning = session.planning
        if agent is None or day is None:
            write_rows(version_rows(planning.versions(limit), times), form)
        else:
            write_rows(version_rows(planning.shift_history(agent, day), times), form)


@cli.group()
def adherence() -> None:
    """Who kept to the plan: verdicts, approvals, neutralised periods."""


@adherence.command("approve")
@click.argument("agent")
@click.option("--from", "since", required=True, help="ISO time: the first instant, or any of an out spell.")
@click.option("--to", "until", help="ISO time; without it the whole out spell.")
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def adherence_approve(
    site: Site, agent: str, since: str, until: str | None, why: str, dry_run: bool, form: Any
) -> None:
    """Make out and unmapped time of AGENT neutral, and say what that does to their adherence."""
    from app.core.output import write_one
    from app.core.zones import parse_instant
    from app.planning.rows import effect_row

    zone = site.zone
    start_ms = parse_instant(since, zone, "--from")
    end_ms = None if until is None else parse_instant(until, zone, "--to")
    with _planning(site) as (_session, service):
        effect = service.approve(agent, start_ms, end_ms, why, _person_here(), dry_run)
    write_one(effect_row(effect, zone), form)


@adherence.command("neutralise")
@click.option("--from", "since", required=True, help="ISO time.")
@click.option("--to", "until", required=True, help="ISO time.")
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def adherence_neutralise(site: Site, since: str, until: str, why: str, dry_run: bool, form: Any) -> None:
    """Make a period neutral for everyone: a system failure, an alarm."""
    from app.core.output import write_one
    from app.core.zones import parse_instant
    from app.planning.rows import effect_row

    zone = site.zone
    start_ms, end_ms = parse_instant(since, zone, "--from"), parse_instant(until, zone, "--to")
    with _planning(site) as (_session, service):
        effect = service.neutralise(start_ms, end_ms, why, _person_here(), dry_run)
    write_one(effect_row(effect, zone), form)


@adherence.command("cancel")
@click.argument("number", type=int)
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def adherence_cancel(site: Site, number: int, why: str, dry_run: bool, form: Any) -> None:
    """Take back the approval or the neutralised period NUMBER; both facts stay readable."""
    from app.core.output import write_one
    from app.planning.rows import effect_row

    with _planning(site) as (_session, service):
        effect = service.cancel(number, why, _person_here(), dry_run)
    write_one({**effect_row(effect, site.zone), "applied": not dry_run}, form)


@adherence.command("list")
@FORMAT
@click.pass_obj
def adherence_list(site: Site, form: Any) -> None:
    """Every approval and neutralised period: who, when, why, and the figures before and after."""
    from app.core.output import write_rows
    from app.planning.rows import decision_row

    with _planning(site) as (_session, service):
        found = service.listed()
    write_rows((decision_row(decided, effect, site.zone) for decided, effect in found), form)


@adherence.command("timeline")
@click.argument("agent")
@UNTIL
@SINCE
@FORMAT
@click.pass_obj
def adherence_timeline(site: Site, agent: str, since: str | None, until: str | None, form: Any) -> None:
    """The verdicts of AGENT one after the other, each with its rule, times and grace."""
    from app.core.errors import RuleRefused
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.core.tables import shown
    from app.planning.rows import timeline_rows

    with _planning(site) as (session, _service):
        if agent not in session.planning.known_agents():
            raise RuleRefused(_("There is no agent {agent}: import the roster first.").format(agent=shown(agent)))
        asked = _range(site, since, until, "all", session.floor.newest_ms())
        asked.borders()
        rows = timeline_rows(session.planning, agent, asked.start_ms, asked.end_ms, asked.zone, asked.now_ms)
    write_rows(rows, form)


@report.command("adherence")
@click.option("--agent", "agents", multiple=True, help="An agent; may be repeated.")
@click.option(
    "--by",
    type=click.Choice(["agent", "team", "shift", "day"]),
    default="agent",
    show_default=True,
    help="What one row is about.",
)
@click.option("--as-of", help="ISO time: by the plan and the decisions as they stood then.")
@click.option("--explain", is_flag=True, help="Print the formula of each figure instead.")
@UNTIL
@SINCE
@FORMAT
@click.pass_obj
def report_adherence(
    site: Site,
    agents: tuple[str, ...],
    by: Any,
    as_of: str | None,
    explain: bool,
    since: str | None,
    until: str | None,
    form: Any,
) -> None:
    """How shifts were kept: a shift belongs to the range in which it starts, and over midnight to its start date."""
    from app.core.output import write_rows
    from app.core.zones import parse_instant
    from app.planning.report import AdherenceQuestion, adherence_report, explained

    if explain:
        write_rows(explained(), form)
        return
    as_of_ms = None if as_of is None else parse_instant(as_of, site.zone, "--as-of")
    with _planning(site) as (session, _service):
        asked = _range(site, since, until, "all", session.floor.newest_ms())
        question = AdherenceQuestion(asked.start_ms, asked.end_ms, by, asked.zone, asked.now_ms, as_of_ms, agents)
        write_rows(adherence_report(session.planning, question), form)


# -- upkeep ----------------------------------------------------------------------------------------------------------


@cli.command()
@click.pass_obj
def rebuild(site: Site) -> None:
    """Throw the projections away and fold the event log again."""
    from app.core.i18n import _

    with site.writer() as session:
        session.rebuild()
        facts = session.log.fact_count()
    click.echo(_("Folded again from {facts} facts.").format(facts=f"{facts:,}"))


@cli.command()
@click.pass_obj
def verify(site: Site) -> None:
    """Fold the event log again in a copy, and prove every figure's ground equal row by row."""
    from app.core.errors import StoreProblem
    from app.core.i18n import _

    with site.writer() as session:
        problems = session.verify()
    if problems:
        raise StoreProblem(" ".join(problems))
    click.echo(_("Everything folded equals the event log, row by row."))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(site: Site, file: Path) -> None:
    """Copy the database to FILE while it lives; the copy is checked."""
    from app.core.i18n import _

    with site.reader() as session:
        size = session.backup(file)
    click.echo(_("{file}: {size} bytes, checked.").format(file=file, size=f"{size:,}"))


@cli.command()
@FORMAT
@click.pass_obj
def doctor(site: Site, form: Any) -> None:
    """Look at everything the floor stands on, and say what is not as it should be."""
    from app.core.clock import SystemClock
    from app.core.output import write_rows
    from app.core.places import config_file
    from store.doctor import examine

    rows, healthy = examine(site.path, SystemClock(), config_file(), site.settings.wrap_up_seconds)
    write_rows(rows, form)
    if not healthy:
        raise click.exceptions.Exit(5)


if __name__ == "__main__":
    cli()
