"""The floor on a screen: floor, wall and demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from commands.site import Site

if TYPE_CHECKING:
    from commands.showing import Prepared

SHOWN = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    help="Print one frame instead of opening the screen; table is what a pipe gets.",
)


@click.command()
@SHOWN
@click.pass_obj
def floor(site: Site, form: str | None = None) -> None:
    """The floor, live. Without a terminal, one frame of it as text."""
    from commands.showing import Showing, show

    show(site, Showing(lambda: _real_floor(site), form=form))


@click.command()
@click.option("--rotate", default="20s", show_default=True, help="How long each page stays; 0 turns none.")
@SHOWN
@click.pass_obj
def wall(site: Site, rotate: str, form: str | None) -> None:
    """The floor for a screen on the wall: big, read-only, turning its pages."""
    from app.core.durations import parse_duration
    from commands.showing import Showing, show

    show(
        site,
        Showing(lambda: _real_floor(site), form=form, wall=True, rotate_seconds=parse_duration(rotate, "--rotate")),
    )


@click.command()
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
    from commands.showing import Prepared, Showing, show
    from seed.demo_folder import DemoFolder, remove_dead_folders

    folder = None
    if site.database is None:
        folder = DemoFolder()
        site.database = folder.path / "demo.db"

    def prepare() -> Prepared:
        from app.core.clock import ScaledClock, SystemClock
        from app.core.zones import load_zone
        from seed.feed import SimulatedSource
        from seed.scenario import load_scenario
        from seed.simulator import Simulator, opening_ms, show_ms
        from seed.ticket_office import TicketOffice

        played = load_scenario(scenario)
        zone_name = site.zone_name or played.zone
        clock = ScaledClock(SystemClock(), show_ms(played, SystemClock().now_ms(), zone_name), speed)
        opening = opening_ms(played, clock.now_ms(), zone_name, days_before)
        simulator = Simulator(played, seed, agents, opening, zone_name)
        tickets = None
        if played.tickets is not None:
            tickets = TicketOffice(played, played.tickets, seed, agents, simulator.plan, opening, clock.now_ms())
        source = SimulatedSource(simulator, clock, tickets=tickets)
        if folder is None:
            _refuse_real_floor(site, source.name)
        else:
            remove_dead_folders()
        return Prepared(clock, load_zone(zone_name), source)

    def notice() -> str:
        return f"DEMO · {scenario} · seed {seed} · ×{speed}"

    def leave_nothing() -> None:
        if folder is not None:
            folder.remove()

    showing = Showing(prepare, form=form, wall=as_wall, notice=notice, last_deed=leave_nothing)
    try:
        show(site, showing)
    finally:
        leave_nothing()


def _real_floor(site: Site) -> Prepared:
    from app.core.clock import SystemClock
    from commands.showing import Prepared

    return Prepared(SystemClock(), site.zone)


def _refuse_real_floor(site: Site, name: str) -> None:
    """A demo never mixes with a real floor."""
    from app.alerts.evaluator import SOURCE as RULES_SOURCE
    from app.alerts.service import SOURCE as ALERTS_SOURCE
    from app.core.errors import RuleRefused
    from app.core.i18n import _
    from app.tickets.attendant import SOURCE as LOOPS_SOURCE
    from app.tickets.service import SOURCE as PEOPLE_SOURCE

    if not site.path.exists():
        return
    ours = (name, PEOPLE_SOURCE, LOOPS_SOURCE, ALERTS_SOURCE, RULES_SOURCE)
    with site.reader() as session:
        # What people did in an earlier demo of this file, and what the program made of it, is part of that demo.
        others = [source for source in session.log.sources() if source not in ours]
    if others:
        raise RuleRefused(
            _(
                "{path} holds the floor of “{source}”; a demo never mixes with it: choose another file with --db."
            ).format(path=site.path, source=others[0])
        )


COMMANDS: Final[tuple[click.Command, ...]] = (floor, wall, demo)
